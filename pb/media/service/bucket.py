"""The store as a bucket of an S3-compatible storage: files under `media/`, each named by its SHA-256.

The service is another's: it may be slow, drip, be away, or hold something else than was put there. A thread of its own
asks it, and whoever wants the answer waits for that no longer than a page can wait; few ask at once. Once it did not
answer, one request in a while tries it again, and the others are told at once, so that no thread that makes pages hangs
on a storage. What it sends is believed by nobody (`store.genuine`).
"""

import hashlib
import re
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, Protocol, TypeVar

import boto3
import structlog
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import HTTPError

from pb.media.models import LARGEST_PAPER
from pb.media.service.away import Unreachable
from pb.settings import Bucket

CONNECT_SECONDS: Final = 2
READ_SECONDS: Final = 5
"""Between two bytes that come."""
SECONDS: Final = 5
"""For a whole file, from the first byte asked to the last that came: a storage that drips is as good as none."""
AT_ONCE: Final = 2
"""So many ask the storage at once, in each process."""
PLACE_SECONDS: Final = 0.5
"""So long a page waits for its turn, then it goes without; jobs have SECONDS."""
CHUNK: Final = 64 * 1024
ATTEMPTS: Final = 2
AWAY_SECONDS: Final = 15
"""For so long nobody else asks a storage that did not answer."""
PREFIX: Final = "media/"
KEY: Final = re.compile(rf"{PREFIX}([0-9a-f]{{64}})", re.ASCII)
T = TypeVar("T")
log = structlog.get_logger()


class Trouble(StrEnum):
    """Why a bucket cannot be used."""

    NONE = ""
    NO_BUCKET = "no bucket"
    REFUSED = "refused"
    AWAY = "away"


class _Stream(Protocol):
    def read1(self, size: int, /) -> bytes: ...


class _NotCome(Exception):
    """What was asked for did not come in time, or not to its end."""


class BucketStore:
    """A client of one bucket, for all threads of a process. Needs no right but to read, put, remove and list there."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket.name
        self._away, self._again_at = False, 0.0
        self._places = threading.BoundedSemaphore(AT_ONCE)
        self._client = boto3.session.Session().client(
            "s3",
            endpoint_url=bucket.endpoint,
            region_name=bucket.region,
            aws_access_key_id=bucket.key,
            aws_secret_access_key=bucket.secret,
            config=Config(
                connect_timeout=CONNECT_SECONDS,
                read_timeout=READ_SECONDS,
                retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
                signature_version="s3v4",
                s3={"addressing_style": "path"},
                # Newer checksums, which many services do not know: a digest of our own is compared anyway.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    def put(self, data: bytes) -> str:
        digest = hashlib.sha256(data).hexdigest()
        self._ask(lambda: self._client.put_object(Bucket=self._bucket, Key=_key(digest), Body=data))
        return digest

    def read(self, digest: str) -> bytes | None:
        """No more of it than the largest file has, and one byte: it is longer than its name says then."""
        key = _key(digest)

        def read() -> bytes | None:
            until = time.monotonic() + SECONDS
            try:
                found = self._client.get_object(Bucket=self._bucket, Key=key)
            except self._client.exceptions.NoSuchKey:
                return None
            with found["Body"] as stream:
                data = _read(stream, until)
            if len(data) < min(found.get("ContentLength", 0), LARGEST_PAPER + 1):
                raise _NotCome
            return data

        return self._ask(read, PLACE_SECONDS)

    def remove(self, digest: str) -> None:
        key = _key(digest)
        self._ask(lambda: self._client.delete_object(Bucket=self._bucket, Key=key))

    def kept(self) -> Iterator[tuple[str, datetime]]:
        pages = iter(self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=PREFIX))
        while (page := self._ask(lambda: next(pages, None))) is not None:
            for each in page.get("Contents", ()):
                if found := KEY.fullmatch(str(each["Key"])):
                    yield found[1], each["LastModified"].astimezone(UTC)

    def trouble(self) -> Trouble:
        """Why it could not be used now."""
        try:
            self._client.head_bucket(Bucket=self._bucket)
        except ClientError as error:
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
            return {404: Trouble.NO_BUCKET, 401: Trouble.REFUSED, 403: Trouble.REFUSED}.get(status, Trouble.AWAY)
        except BotoCoreError:
            return Trouble.AWAY
        return Trouble.NONE

    def _ask(self, work: Callable[[], T], place_seconds: float = SECONDS) -> T:
        """What the storage answers within SECONDS. Raises Unreachable, also where too many are asking it."""
        with self._asking():
            if not self._places.acquire(timeout=place_seconds):
                raise Unreachable
            answer: Future[T] = Future()

            def ask() -> None:
                try:
                    answer.set_result(work())
                except Exception as error:  # noqa: BLE001 - whoever waits raises it
                    answer.set_exception(error)
                finally:  # it keeps its place until the storage let it go: what hangs never becomes more
                    self._places.release()

            # No pool: that would wait at the end of the process for what hangs.
            asking = threading.Thread(target=ask, name="media-bucket", daemon=True)
            try:
                asking.start()
            except RuntimeError as error:  # no thread can be had
                self._places.release()
                raise Unreachable from error
            try:
                return answer.result(SECONDS)
            except TimeoutError:
                raise _NotCome from None

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Raises Unreachable where the service fails, or did so a moment ago."""
        now = time.monotonic()
        if self._away and now < self._again_at:
            raise Unreachable
        self._again_at = now + AWAY_SECONDS
        try:
            yield
        except (BotoCoreError, ClientError, HTTPError, _NotCome) as error:
            code = error.response.get("Error", {}).get("Code") if isinstance(error, ClientError) else None
            if not self._away:
                log.warning("media_store_away", error=code or type(error).__name__)
            self._away = True
            raise Unreachable from error
        if self._away:
            log.warning("media_store_back")
        self._away = False


def _key(digest: str) -> str:
    if not KEY.fullmatch(key := PREFIX + digest):
        raise ValueError("no digest")
    return key


def _read(stream: _Stream, until: float) -> bytes:
    """A body as it comes, whatever little that is: `read` of so many bytes would wait for all of them."""
    data = bytearray()
    while len(data) <= LARGEST_PAPER:
        part = stream.read1(min(CHUNK, LARGEST_PAPER + 1 - len(data)))
        if not part:
            break
        data += part
        if time.monotonic() > until:
            raise _NotCome
    return bytes(data)
