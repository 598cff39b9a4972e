"""Settings, read once from the environment into a frozen object; nothing else reads `os.environ`."""

import base64
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pb.core.eds.statements import ORIGIN
from pb.identity.iin import KEY_BYTES, KeyRing

SHORTEST_SECRET = 32
LAST_VERSION = 65_535
NCALAYER = "wss://127.0.0.1:13579"  # where the national program listens on everybody's own computer


class ConfigurationError(Exception):
    """The environment asks for something that the platform refuses to start with."""


@dataclass(frozen=True)
class Settings:
    """All that an installation decides.

    `secret_key` signs sessions, `iin_pepper` keys the look-up of IINs, `seal_key` encrypts IINs and the polls' receipt
    keys at rest; both are rings of keys of 32 bytes, of which the highest version is in use.

    Electronic signatures are offered only where `eds_trust` is set: the folder of trusted certificates; `eds_crl` holds
    revocation lists and answers, `eds_ocsp` is the address of a responder to ask when those say nothing, `eds_bin` the
    BIN of the akim's apparatus.
    """

    database_url: str
    secret_key: str
    iin_pepper: KeyRing
    seal_key: KeyRing
    state_folder: Path
    base_url: str = "http://127.0.0.1:8000"
    demo: bool = False
    secure_cookies: bool = False
    redis_url: str | None = None
    smtp_url: str | None = None
    limits: bool = True
    proxies: int = 0
    eds_trust: Path | None = None
    eds_crl: Path | None = None
    registrar_socket: Path | None = None
    eds_unknown_refuses: bool = True
    eds_test_numbers: bool = False
    eds_bin: str | None = None
    eds_ocsp: str | None = None
    ncalayer: str = NCALAYER

    @property
    def embedded_database(self) -> bool:
        return self.database_url.startswith("sqlite")


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """Reads ASAR_* variables; without them, an embedded installation under `var/` with keys of its own.

    Raises ConfigurationError for demo mode in production, short secrets, keys of a wrong length.
    """
    env = os.environ if environment is None else environment
    production = env.get("ASAR_ENV", "local") == "production"
    demo = env.get("ASAR_DEMO", "0") == "1"
    if production and demo:
        raise ConfigurationError("ASAR_DEMO offers sign-in without a password: production refuses it")
    state = Path(env.get("ASAR_STATE", "var")).resolve()
    if production:
        missing = [n for n in ("ASAR_SECRET_KEY", "ASAR_IIN_PEPPER", "ASAR_SEAL_KEY", "ASAR_BASE_URL") if n not in env]
        if missing:
            raise ConfigurationError(f"production needs {', '.join(missing)}")
    kept = {} if production else _kept_keys(state)
    settings = Settings(
        database_url=env.get("ASAR_DATABASE_URL", f"sqlite:///{state / 'asar.db'}"),
        secret_key=env.get("ASAR_SECRET_KEY") or kept["ASAR_SECRET_KEY"],
        iin_pepper=key_ring(env.get("ASAR_IIN_PEPPER") or kept["ASAR_IIN_PEPPER"], "ASAR_IIN_PEPPER"),
        seal_key=key_ring(env.get("ASAR_SEAL_KEY") or kept["ASAR_SEAL_KEY"], "ASAR_SEAL_KEY"),
        state_folder=state,
        base_url=env.get("ASAR_BASE_URL", "http://127.0.0.1:8000").rstrip("/"),
        demo=demo,
        secure_cookies=production,
        redis_url=env.get("REDIS_URL"),
        smtp_url=env.get("ASAR_SMTP_URL"),
        proxies=_count(env.get("ASAR_PROXIES", "0")),
        eds_trust=_path(env.get("ASAR_EDS_TRUST")),
        eds_crl=_path(env.get("ASAR_EDS_CRL")),
        registrar_socket=_path(env.get("ASAR_REGISTRAR_SOCKET")),
        eds_unknown_refuses=_unknown_refuses(env.get("ASAR_EDS_UNKNOWN", "refuse")),
        eds_test_numbers=env.get("ASAR_EDS_TEST_NUMBERS", "0") == "1",
        eds_bin=_bin(env.get("ASAR_EDS_BIN")),
        eds_ocsp=_responder(env.get("ASAR_EDS_OCSP")),
        ncalayer=_ncalayer(env.get("ASAR_NCALAYER", NCALAYER)),
    )
    if settings.eds_trust and not re.fullmatch(ORIGIN, settings.base_url):
        raise ConfigurationError("ASAR_BASE_URL is scheme, host in small letters and port: people sign it")
    if production and (settings.eds_test_numbers or settings.ncalayer != NCALAYER):
        raise ConfigurationError("ASAR_EDS_TEST_NUMBERS and ASAR_NCALAYER are for tests: production refuses them")
    if len(settings.secret_key) < SHORTEST_SECRET:
        raise ConfigurationError(f"ASAR_SECRET_KEY is shorter than {SHORTEST_SECRET} characters")
    return settings


def _path(text: str | None) -> Path | None:
    return Path(text).resolve() if text else None


def _unknown_refuses(text: str) -> bool:
    """Whether a certificate of which nothing fresh is known is refused."""
    if text not in {"refuse", "accept"}:
        raise ConfigurationError("ASAR_EDS_UNKNOWN is refuse or accept")
    return text == "refuse"


def _bin(text: str | None) -> str | None:
    if text and not re.fullmatch(r"[0-9]{12}", text):
        raise ConfigurationError("ASAR_EDS_BIN has twelve digits")
    return text or None


def _responder(text: str | None) -> str | None:
    """Plain http is usual for responders: the answer carries its own signature."""
    if text and not re.fullmatch(r"https?://[A-Za-z0-9.:/_-]+", text):
        raise ConfigurationError("ASAR_EDS_OCSP is an address beginning with http:// or https://")
    return text or None


def _ncalayer(text: str) -> str:
    """It stands in the content security policy: an address of this computer and nothing else."""
    if not re.fullmatch(r"wss?://(127\.0\.0\.1|localhost):[0-9]{1,5}", text):
        raise ConfigurationError("ASAR_NCALAYER is ws:// or wss:// with a port of this computer")
    return text


def _count(text: str) -> int:
    """How many proxies stand before the server: that many forwarded addresses are believed, no more."""
    if not (text.isascii() and text.isdigit()):
        raise ConfigurationError("ASAR_PROXIES is not a number")
    return int(text)


def key_ring(text: str, name: str) -> KeyRing:
    """`BASE64`, which is version 1, or `1:BASE64,2:BASE64`: the highest version is in use, the others open."""
    keys: dict[int, bytes] = {}
    for part in text.split(","):
        version, colon, encoded = part.strip().rpartition(":")
        if colon and not (version.isascii() and version.isdigit() and 1 <= int(version) <= LAST_VERSION):
            raise ConfigurationError(f"{name}: a version is a whole number from 1 to {LAST_VERSION}")
        number = int(version) if colon else 1
        if number in keys:
            raise ConfigurationError(f"{name}: version {number} stands twice")
        keys[number] = _key(encoded, name)
    return KeyRing(keys)


def _key(text: str, name: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise ConfigurationError(f"{name} is not base64") from error
    if len(key) != KEY_BYTES:
        raise ConfigurationError(f"{name} must be {KEY_BYTES} bytes")
    return key


def _kept_keys(state: Path) -> dict[str, str]:
    """A local installation makes its keys once and keeps them beside its database, readable by its owner alone."""
    path = state / "keys.env"
    if not path.exists():
        state.mkdir(parents=True, exist_ok=True)
        made = {name: base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode() for name in _KEPT}
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.writelines(f"{name}={value}\n" for name, value in made.items())
    return dict(line.split("=", 1) for line in path.read_text().splitlines() if line)


_KEPT = ("ASAR_SECRET_KEY", "ASAR_IIN_PEPPER", "ASAR_SEAL_KEY")
