"""A real storage that speaks S3: OpenStack Swift, all four of its servers on this computer, with one disk.

It stands in an environment of its own, whose interpreter ASAR_SWIFT names; without it its tests skip, in CI they fail.
"""

import contextlib
import getpass
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3

from pb.settings import Bucket
from tests.tools import require_attributes, require_interpreter

KEY, SECRET, REGION = "asar:media", "a-secret-of-the-tests", "village"
LISTED = 3  # names that one answer lists: a longer list comes in pages
SECONDS = 60
STORING = ("account", "container", "object")
RING = """
import sys
from swift.common.ring import RingBuilder
for kind, port in zip(sys.argv[2::2], sys.argv[3::2]):
    ring = RingBuilder(4, 1, 0)
    place = {"ip": "127.0.0.1", "port": int(port)}
    ring.add_dev({"id": 0, "region": 1, "zone": 1, "device": "disk", "weight": 1, "meta": "", **place,
                  "replication_ip": place["ip"], "replication_port": place["port"]})
    ring.rebalance()
    ring.get_ring().save(f"{sys.argv[1]}/{kind}.ring.gz")
"""
SERVER = """[DEFAULT]
swift_dir = {folder}
devices = {folder}/devices
mount_check = false
bind_ip = 127.0.0.1
bind_port = {port}
user = {user}
workers = 0
"""
STORES = "[pipeline:main]\npipeline = {kind}-server\n[app:{kind}-server]\nuse = egg:swift#{kind}\n"
SPEAKS_S3 = f"""[pipeline:main]
pipeline = catch_errors cache listing_formats s3api tempauth proxy-server
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:1
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:s3api]
use = egg:swift#s3api
location = {REGION}
max_bucket_listing = {LISTED}
[filter:tempauth]
use = egg:swift#tempauth
user_asar_media = {SECRET} .admin
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
"""


class Swift:
    """The running storage, and how to take away and bring back the server that speaks S3."""

    def __init__(self, folder: Path) -> None:
        python = require_interpreter("ASAR_SWIFT")
        require_attributes(folder)
        self.folder, self.programs = folder, Path(python).parent
        self.ports = dict(zip((*STORING, "proxy"), _free_ports(4), strict=True))
        (folder / "devices" / "disk").mkdir(parents=True)
        (folder / "swift.conf").write_text(
            "[swift-hash]\nswift_hash_path_suffix = tests\n[storage-policy:0]\nname = one\ndefault = yes\n"
        )
        for kind, port in self.ports.items():
            serves = SPEAKS_S3 if kind == "proxy" else STORES.format(kind=kind)
            server = SERVER.format(folder=folder, port=port, user=getpass.getuser())
            (folder / f"{kind}.conf").write_text(server + serves)
        told = [text for kind in STORING for text in (kind, str(self.ports[kind]))]
        subprocess.run([python, "-c", RING, folder, *told], check=True, timeout=SECONDS)
        self.running = {kind: self._start(kind) for kind in self.ports}
        self.buckets = 0
        for kind in self.ports:
            self._wait(kind)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.ports['proxy']}"

    def bucket(self, *, made: bool = True) -> Bucket:
        """A new one, with nothing in it."""
        self.buckets += 1
        bucket = Bucket(self.endpoint, f"pictures-{self.buckets}", REGION, KEY, SECRET)
        if made:
            self.client().create_bucket(Bucket=bucket.name)
        return bucket

    def client(self) -> Any:
        """One that does not know the platform."""
        return boto3.session.Session().client(
            "s3",
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
        )

    @contextmanager
    def away(self) -> Iterator[None]:
        """Nobody answers meanwhile."""
        self._end("proxy")
        try:
            yield
        finally:
            self.running["proxy"] = self._start("proxy")
            self._wait("proxy")

    def end(self) -> None:
        for kind in self.running:
            self._end(kind)

    def _start(self, kind: str) -> "subprocess.Popen[bytes]":
        with (self.folder / f"{kind}.log").open("ab") as log:
            program = [self.programs / f"swift-{kind}-server", self.folder / f"{kind}.conf", "--verbose"]
            return subprocess.Popen(program, stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def _end(self, kind: str) -> None:
        self.running[kind].terminate()
        try:
            self.running[kind].wait(5)
        except subprocess.TimeoutExpired:
            self.running[kind].kill()
            self.running[kind].wait()

    def _wait(self, kind: str) -> None:
        until = time.monotonic() + SECONDS
        while time.monotonic() < until and self.running[kind].poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.ports[kind]), 1):
                return
            time.sleep(0.05)
        log = (self.folder / f"{kind}.log").read_text()[-2000:]
        raise AssertionError(f"swift-{kind}-server does not come up: {log}")


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _each in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
