"""What an installation decides: frozen objects with their checks. Only the root's `config.py` reads the environment."""

import base64
import contextlib
import importlib.util
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from pb.core.eds.statements import ORIGIN
from pb.core.findings import Finding
from pb.keyring import KEY_BYTES, KeyRing

SHORTEST_SECRET = 32
LAST_VERSION = 65_535
TO_BE_WRITTEN = "CHANGE"  # what deploy/asar.env has in the place of a secret
LAST_PORT = 65_535
LOCAL = frozenset({"127.0.0.1", "::1", "localhost"})
MARK_SECONDS = 86_400  # for so long what `pb/web/forwarded.py` saw counts
NCALAYER = "wss://127.0.0.1:13579"  # where the national program listens on everybody's own computer


class ConfigurationError(Exception):
    """The environment asks for something that the platform refuses to start with: `finding` says what, for commands."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(str(finding))
        self.finding = finding


# What `config.py` finds; it lies beside the package, where nobody looks for texts to translate.
LACKING = Finding("production needs %(settings)s")
NO_KEYS = Finding("no keys in the environment and none in %(file)s: pb serve makes them there, pb keys new prints some")
KEYS_ASIDE = Finding(
    "ASAR_STATE: %(file)s is not there, and beside it lies %(aside)s: a restore was broken off. Restore again with "
    "--replace"
)
KEYS_UNUSABLE = Finding("ASAR_STATE: %(file)s cannot be used: %(why)s")
KEYS_NO_TEXT = Finding("it is no text")
KEYS_LACKING = Finding("ASAR_STATE: %(file)s lacks %(settings)s")
NO_PORT = Finding("ASAR_PORT is a number from 1 to %(most)s")
NO_NUMBER = Finding("%(setting)s is not a number")
TOO_LARGE = Finding("%(setting)s is at most %(most)s")
TOO_SMALL = Finding("%(setting)s is at least 0")
INCOMPLETE = Finding("%(settings)s: needed where pictures lie in an S3-compatible storage")
NO_WORD = Finding("%(setting)s is %(usual)s or %(other)s")
NO_DATABASE = Finding(
    "%(setting)s is an address: sqlite:////folder/asar.db (four slashes before a whole path) or "
    "postgresql://name:password@host/database"
)


@dataclass(frozen=True)
class Bucket:
    """A bucket of an S3-compatible storage, for pictures and papers. Raises ConfigurationError, also without boto3."""

    endpoint: str
    name: str
    region: str
    key: str
    secret: str = field(repr=False)

    def __post_init__(self) -> None:
        if not _is_safe(self.endpoint):
            raise ConfigurationError(
                Finding("ASAR_MEDIA_S3_ENDPOINT is an address: https://…, or http:// on this computer alone")
            )
        if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", self.name):
            raise ConfigurationError(Finding("ASAR_MEDIA_S3_BUCKET is 3 to 63 small letters, digits, dots and hyphens"))
        if importlib.util.find_spec("boto3") is None:
            raise ConfigurationError(
                Finding("ASAR_MEDIA_S3_ENDPOINT asks for boto3: run make s3 in the folder of the program")
            )


@dataclass(frozen=True)
class Settings:
    """All that an installation decides.

    `secret_key` signs sessions, `iin_pepper` keys the look-up of IINs, `seal_key` encrypts IINs and the polls' receipt
    keys at rest; both are rings of keys of 32 bytes, of which the highest version is in use.

    Electronic signatures are offered only where `eds_trust` is set: the folder of trusted certificates; `eds_crl` holds
    revocation lists and answers, `eds_ocsp` is the address of a responder to ask when those say nothing.
    `bucket` keeps pictures and papers; without it a folder of the state folder does.
    `codes_socket` is where the process that releases codes listens. `sms_url` is where the provider takes an SMS as
    JSON, `sms_key` what is shown there; without them SMS lie in a folder.

    `database_owner_url` is the address under the role that owns the tables: for `pb database upgrade`, `pb erase`.

    Raises ConfigurationError for demo mode or test settings in production, a short secret, addresses of a wrong form.
    """

    database_url: str
    secret_key: str
    iin_pepper: KeyRing
    seal_key: KeyRing
    state_folder: Path
    base_url: str = "http://127.0.0.1:8000"
    bind: str = "127.0.0.1"
    port: int | None = None
    production: bool = False
    demo: bool = False
    redis_url: str | None = None
    smtp_url: str | None = None
    sms_url: str | None = None
    sms_key: str = ""
    bucket: Bucket | None = None
    limits: bool = True
    proxies: int = 0
    eds_trust: Path | None = None
    eds_crl: Path | None = None
    codes_socket: Path | None = None
    eds_unknown_refuses: bool = True
    eds_test_numbers: bool = False
    eds_ocsp: str | None = None
    ncalayer: str = NCALAYER
    database_owner_url: str | None = None

    def __post_init__(self) -> None:
        if self.production and self.demo:
            raise ConfigurationError(Finding("ASAR_DEMO offers sign-in without a password: production refuses it"))
        if self.production and (self.eds_test_numbers or self.ncalayer != NCALAYER):
            raise ConfigurationError(
                Finding("ASAR_EDS_TEST_NUMBERS and ASAR_NCALAYER are for tests: production refuses them")
            )
        if len(self.secret_key) < SHORTEST_SECRET:
            raise ConfigurationError(
                Finding("ASAR_SECRET_KEY is shorter than %(least)s characters", least=SHORTEST_SECRET)
            )
        if fault := fault_of_address(self.base_url):
            raise ConfigurationError(
                Finding(
                    "ASAR_BASE_URL %(fault)s: write it as https://asar.example.kz or http://127.0.0.1:8000", fault=fault
                )
            )
        self._check_servers()
        if self.eds_trust and not re.fullmatch(ORIGIN, self.base_url):
            raise ConfigurationError(Finding("ASAR_BASE_URL is scheme, host in small letters and port: people sign it"))
        # Plain http is usual for responders: the answer carries its own signature.
        if self.eds_ocsp and not re.fullmatch(r"https?://[A-Za-z0-9.:/_-]+", self.eds_ocsp):
            raise ConfigurationError(Finding("ASAR_EDS_OCSP is an address beginning with http:// or https://"))
        # It stands in the content security policy: an address of this computer and nothing else.
        if not re.fullmatch(r"wss?://(127\.0\.0\.1|localhost):[0-9]{1,5}", self.ncalayer):
            raise ConfigurationError(Finding("ASAR_NCALAYER is ws:// or wss:// with a port of this computer"))

    def _check_servers(self) -> None:
        if self.redis_url and not _is_address(self.redis_url, {"redis", "rediss", "unix"}):
            raise ConfigurationError(
                Finding("REDIS_URL is an address: redis://127.0.0.1:6379/0, rediss://… or unix:///…")
            )
        if self.smtp_url and not (_is_address(self.smtp_url, {"smtp", "smtps"}) and urlsplit(self.smtp_url).hostname):
            raise ConfigurationError(
                Finding("ASAR_SMTP_URL is an address: smtp://host:25 or smtps://name:password@host:465")
            )
        if self.sms_url and not _is_safe(self.sms_url):
            raise ConfigurationError(
                Finding("ASAR_SMS_URL is an address: https://…, or http:// on this computer alone")
            )

    @property
    def embedded_database(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def hosts(self) -> list[str]:
        """Under which hosts it answers: that of its address, and elsewhere than in production this computer's own."""
        own = urlsplit(self.base_url).hostname
        return [*([own] if own else []), *([] if self.production else ["127.0.0.1", "localhost"])]

    @property
    def unnamed_proxy(self) -> Finding | None:
        """What is wrong where people come by TLS, which the server does not speak itself, and no proxy is named."""
        if self.base_url.startswith("https:") and not self.proxies:
            return Finding(
                "people come by https, so a proxy stands before the server, but ASAR_PROXIES is 0: all count as one"
            )
        return None

    @property
    def forwarded_mark(self) -> Path:
        """A file that is there while every request comes with a forwarded address, and ASAR_PROXIES is 0."""
        return self.state_folder / "forwarded"

    @property
    def forwarded_unbelieved(self) -> Finding | None:
        """A warning where all that came of late came through a proxy, as it seems, and none is named."""
        with contextlib.suppress(FileNotFoundError):
            if not self.proxies and time.time() - self.forwarded_mark.stat().st_mtime < MARK_SECONDS:
                return Finding(
                    "every request comes with a forwarded address, and ASAR_PROXIES is 0: a proxy seems to stand "
                    "before the server, and all who come through it count as one. Name it"
                )
        return None

    @property
    def open_beside_proxy(self) -> Finding | None:
        """What is wrong where strangers reach the server past the proxy whose word for their address it takes."""
        if self.proxies and self.bind not in LOCAL:
            return Finding(
                "ASAR_PROXIES is not 0 and ASAR_BIND is not this computer's own address: who comes past the proxy says "
                "what address they have. Set ASAR_BIND=127.0.0.1, or close the port to all but the proxy"
            )
        return None

    @property
    def secure_cookies(self) -> bool:
        """In production people come by TLS, and cookies go no other way."""
        return self.production


@dataclass(frozen=True)
class CodesSettings:
    """What the code-releasing process is told: it runs apart from the web and its database, as a user of its own.

    `key` is the file of its private key, `state` the folder for used nonces and its log. None stands for what was not
    set: making a key needs nothing but `key`.
    """

    key: Path | None
    socket: Path | None
    state: Path | None
    trust: Path | None
    crl: Path | None
    unknown_refuses: bool
    origin: str | None
    pepper: KeyRing | None
    passphrase: str | None


@dataclass(frozen=True)
class RestoreSettings:
    """Where a backup is restored to. The keys come with it: an installation that is gone has none to be told."""

    database_url: str
    database_owner_url: str | None
    state_folder: Path
    bucket: Bucket | None = None


def fault_of_address(address: str) -> Finding | None:
    """What is wrong with the address under which people come, or nothing."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return Finding("has a host or a port that cannot be")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return Finding("does not begin with http:// or https:// and a host")
    if port == 0 or parts.username or parts.path or parts.query or parts.fragment or not parts.netloc.isprintable():
        return Finding("is more than scheme, host and port")
    return None


def _is_address(text: str, schemes: set[str]) -> bool:
    with contextlib.suppress(ValueError):  # a port that cannot be
        parts = urlsplit(text)
        return parts.scheme in schemes and parts.port != 0
    return False


def _is_safe(address: str) -> bool:
    """Whether what is sent there goes under TLS, or does not leave this computer."""
    if not _is_address(address, {"http", "https"}):
        return False
    parts = urlsplit(address)
    return bool(parts.hostname) and (parts.scheme == "https" or parts.hostname in LOCAL)


def require_written(name: str, value: str) -> None:
    """Raises ConfigurationError where a setting is still what the file of `deploy/` has in its place."""
    if re.search(rf"(^|[:,]){TO_BE_WRITTEN}($|@)", value):
        raise ConfigurationError(
            Finding("%(setting)s still says %(word)s: write your own value there", setting=name, word=TO_BE_WRITTEN)
        )


def key_ring(text: str, name: str) -> KeyRing:
    """`BASE64`, which is version 1, or `1:BASE64,2:BASE64`: the highest version is in use, the others open.

    Raises ConfigurationError that begins with `name`, the variable that the text came from.
    """
    require_written(name, text)
    keys: dict[int, bytes] = {}
    for part in text.split(","):
        version, colon, encoded = part.strip().rpartition(":")
        if colon and not (version.isascii() and version.isdigit() and 1 <= int(version) <= LAST_VERSION):
            raise ConfigurationError(
                Finding("%(setting)s: a version is a whole number from 1 to %(most)s", setting=name, most=LAST_VERSION)
            )
        number = int(version) if colon else 1
        if number in keys:
            raise ConfigurationError(
                Finding("%(setting)s: version %(version)s stands twice", setting=name, version=number)
            )
        keys[number] = _key(encoded, name)
    return KeyRing(keys)


def _key(text: str, name: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise ConfigurationError(Finding("%(setting)s is not base64", setting=name)) from error
    if len(key) != KEY_BYTES:
        raise ConfigurationError(Finding("%(setting)s must be %(bytes)s bytes", setting=name, bytes=KEY_BYTES))
    return key
