"""Settings, read once from the environment: the only file that reads it. What they mean stands in `pb/settings.py`."""

import base64
import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from pb import settings as findings
from pb.db import is_address, left_of_a_restore, make_private
from pb.keyring import KEY_BYTES
from pb.settings import (
    LAST_PORT,
    NCALAYER,
    Bucket,
    CodesSettings,
    ConfigurationError,
    RestoreSettings,
    Settings,
    key_ring,
    require_written,
)

KEYS_FILE = "keys.env"
S3 = "ASAR_MEDIA_S3_"
USUAL_REGION = "us-east-1"  # what services without regions take
KEPT = ("ASAR_SECRET_KEY", "ASAR_IIN_PEPPER", "ASAR_SEAL_KEY")


def from_environment(environment: Mapping[str, str] | None = None, *, making: bool = True) -> Settings:
    """Reads ASAR_* variables; without them, an embedded installation under `var/` with keys of its own.

    With `making` False nothing is made: what looks at an installation leaves it as it is. Raises ConfigurationError as
    `Settings` does, for keys of a wrong length, for what production lacks, and for keys that would have to be made.
    """
    env = os.environ if environment is None else environment
    production = _one_of(env, "ASAR_ENV", "local", "production") == "production"
    state = _state(env)
    if production:
        missing = [name for name in (*KEPT, "ASAR_BASE_URL") if name not in env]
        if missing:
            raise ConfigurationError(findings.LACKING.of(settings=", ".join(missing)))
    for name in (*KEPT, "ASAR_DATABASE_URL", "ASAR_SMS_KEY"):
        require_written(name, env.get(name, ""))
    kept = (
        {}
        if production or all(env.get(name) for name in KEPT)
        else _kept_keys(state, _database_url(env), making=making)
    )
    settings = Settings(
        database_url=_database_url(env),
        database_owner_url=_database_owner_url(env),
        secret_key=env.get("ASAR_SECRET_KEY") or kept["ASAR_SECRET_KEY"],
        iin_pepper=key_ring(env.get("ASAR_IIN_PEPPER") or kept["ASAR_IIN_PEPPER"], "ASAR_IIN_PEPPER"),
        seal_key=key_ring(env.get("ASAR_SEAL_KEY") or kept["ASAR_SEAL_KEY"], "ASAR_SEAL_KEY"),
        state_folder=state,
        base_url=_base_url(env),
        bind=env.get("ASAR_BIND", "127.0.0.1"),
        port=_port(env),
        production=production,
        demo=_switched_on(env, "ASAR_DEMO"),
        redis_url=env.get("REDIS_URL") or None,
        smtp_url=env.get("ASAR_SMTP_URL") or None,
        sms_url=env.get("ASAR_SMS_URL") or None,
        sms_key=env.get("ASAR_SMS_KEY", ""),
        bucket=_bucket(env),
        proxies=_number(env, "ASAR_PROXIES") or 0,
        eds_trust=_path(env, "ASAR_EDS_TRUST"),
        eds_crl=_path(env, "ASAR_EDS_CRL"),
        codes_socket=_path(env, "ASAR_CODES_SOCKET"),
        eds_unknown_refuses=_unknown_refuses(env),
        eds_test_numbers=_switched_on(env, "ASAR_EDS_TEST_NUMBERS"),
        eds_ocsp=env.get("ASAR_EDS_OCSP") or None,
        ncalayer=env.get("ASAR_NCALAYER", NCALAYER),
    )
    if kept and not making and not (state / KEYS_FILE).exists():
        raise ConfigurationError(findings.NO_KEYS.of(file=str(state / KEYS_FILE)))
    return settings


def codes_from_environment(environment: Mapping[str, str] | None = None) -> CodesSettings:
    """What the code-releasing process reads: no key of the web's but the pepper. Raises ConfigurationError."""
    env = os.environ if environment is None else environment
    pepper = env.get("ASAR_IIN_PEPPER")
    return CodesSettings(
        key=_path(env, "ASAR_CODES_KEY"),
        socket=_path(env, "ASAR_CODES_SOCKET"),
        state=_path(env, "ASAR_CODES_STATE"),
        trust=_path(env, "ASAR_EDS_TRUST"),
        crl=_path(env, "ASAR_EDS_CRL"),
        unknown_refuses=_unknown_refuses(env),
        origin=env.get("ASAR_BASE_URL", "").rstrip("/") or None,
        pepper=key_ring(pepper, "ASAR_IIN_PEPPER") if pepper else None,
        passphrase=env.get("ASAR_CODES_PASSPHRASE"),
    )


def restore_from_environment(environment: Mapping[str, str] | None = None) -> RestoreSettings:
    """Where a backup is restored to: no key is read, and none is made. Raises ConfigurationError."""
    env = os.environ if environment is None else environment
    return RestoreSettings(_database_url(env), _database_owner_url(env), _state(env), _bucket(env))


def state_folder(environment: Mapping[str, str] | None = None) -> Path:
    """Where an installation would be, whether it is there or not."""
    return _state(os.environ if environment is None else environment)


def ask_for_demonstration() -> None:
    """Makes the processes that this one starts read demo mode too."""
    os.environ["ASAR_DEMO"] = "1"


def ask_for_address(host: str | None, port: int | None) -> None:
    """Makes the processes that this one starts listen there too."""
    if host is not None:
        os.environ["ASAR_BIND"] = host
    if port is not None:
        os.environ["ASAR_PORT"] = str(port)


def _base_url(env: Mapping[str, str]) -> str:
    """The address that people type; without one, this computer's own with the port at which it is served."""
    return env.get("ASAR_BASE_URL", f"http://127.0.0.1:{_port(env) or 8000}").rstrip("/")


def _port(env: Mapping[str, str]) -> int | None:
    port = _number(env, "ASAR_PORT", most=LAST_PORT)
    if port == 0:
        raise ConfigurationError(findings.NO_PORT.of(most=LAST_PORT))
    return port


def _state(env: Mapping[str, str]) -> Path:
    return Path(env.get("ASAR_STATE", "var")).resolve()


def _database_url(env: Mapping[str, str]) -> str:
    return _database(env, "ASAR_DATABASE_URL") or f"sqlite:///{_state(env) / 'asar.db'}"


def _database_owner_url(env: Mapping[str, str]) -> str | None:
    return _database(env, "ASAR_DATABASE_OWNER_URL")


def _database(env: Mapping[str, str], name: str) -> str | None:
    url = env.get(name)
    if url and not is_address(url):  # it may hold a password, and is not repeated
        raise ConfigurationError(findings.NO_DATABASE.of(setting=name))
    return url or None


def _bucket(env: Mapping[str, str]) -> Bucket | None:
    """Where pictures and papers lie, if not in the state folder. A half of it is told: they would lie elsewhere."""
    names = [f"{S3}{name}" for name in ("ENDPOINT", "BUCKET", "KEY", "SECRET")]
    endpoint, bucket, key, secret = (env.get(name, "") for name in names)
    region = env.get(f"{S3}REGION", "")
    if not (endpoint or bucket or key or secret or region):
        return None
    for name in names[2:]:
        require_written(name, env.get(name, ""))
    if missing := [name for name in names if not env.get(name)]:
        raise ConfigurationError(findings.INCOMPLETE.of(settings=", ".join(missing)))
    return Bucket(endpoint.rstrip("/"), bucket, region or USUAL_REGION, key, secret)


def _path(env: Mapping[str, str], name: str) -> Path | None:
    text = env.get(name)
    return Path(text).resolve() if text else None


def _unknown_refuses(env: Mapping[str, str]) -> bool:
    """Whether a certificate of which nothing fresh is known is refused."""
    return _one_of(env, "ASAR_EDS_UNKNOWN", "refuse", "accept") == "refuse"


def _switched_on(env: Mapping[str, str], name: str) -> bool:
    return _one_of(env, name, "0", "1") == "1"


def _one_of(env: Mapping[str, str], name: str, usual: str, other: str) -> str:
    """A setting of two words; the first where nothing is set. A slip is told: it would decide what nobody meant."""
    text = env.get(name) or usual
    if text not in {usual, other}:
        raise ConfigurationError(findings.NO_WORD.of(setting=name, usual=usual, other=other))
    return text


def _number(env: Mapping[str, str], name: str, most: int | None = None) -> int | None:
    text = env.get(name)
    if not text:
        return None
    if re.fullmatch(r"-[0-9]+", text):
        raise ConfigurationError(findings.TOO_SMALL.of(setting=name))
    if not (text.isascii() and text.isdigit()):
        raise ConfigurationError(findings.NO_NUMBER.of(setting=name))
    if most is not None and int(text) > most:
        raise ConfigurationError(findings.TOO_LARGE.of(setting=name, most=most))
    return int(text)


def _kept_keys(state: Path, database_url: str, *, making: bool) -> dict[str, str]:
    """A local installation makes its keys once and keeps them beside its database, readable by its owner alone.

    None are made where a restore was broken off: those of the backup come with it.
    """
    path = state / KEYS_FILE
    try:
        if not path.exists():
            left = [*left_of_a_restore(database_url), *sorted(state.glob(f"{KEYS_FILE}.before-restore*"))]
            if left:
                aside = left[-1].name if left[-1].parent == state else str(left[-1])
                raise ConfigurationError(findings.KEYS_ASIDE.of(file=str(path), aside=aside))
            keys = {name: base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode() for name in KEPT}
            if not making:
                return keys  # all else is looked at first: `from_environment` then says that there are none
            make_private(state)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.writelines(f"{name}={value}\n" for name, value in keys.items())
        kept = dict(line.split("=", 1) for line in path.read_text().splitlines() if "=" in line)
    except (OSError, UnicodeDecodeError) as error:
        why = (error.strerror or "") if isinstance(error, OSError) else findings.KEYS_NO_TEXT
        raise ConfigurationError(findings.KEYS_UNUSABLE.of(file=str(path), why=why)) from error
    if missing := [name for name in KEPT if not kept.get(name)]:
        raise ConfigurationError(findings.KEYS_LACKING.of(file=str(path), settings=", ".join(missing)))
    return kept
