"""`pb registrar`: the process that holds the key of sealed codes, apart from the web and its database."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

    from pb.core.eds import Revocations, Trust
    from pb.identity.iin import KeyRing

FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.option(
    "--key",
    type=click.Path(dir_okay=False, path_type=Path),
    envvar="ASAR_REGISTRAR_KEY",
    required=True,
    help="The private key file (PEM under a passphrase).",
)
@click.option("--make-key", is_flag=True, help="Make the key file and its passphrase, and stop.")
@click.option(
    "--socket",
    "socket_path",
    type=click.Path(path_type=Path),
    envvar="ASAR_REGISTRAR_SOCKET",
    help="The unix socket that the web process asks at.",
)
@click.option("--group", is_flag=True, help="Let the socket's group ask too (mode 0660 instead of 0600).")
@click.option("--state", type=FOLDER, envvar="ASAR_REGISTRAR_STATE", help="Folder for used nonces and the log.")
@click.option("--trust", type=FOLDER, envvar="ASAR_EDS_TRUST", help="Folder of trusted certificates.")
@click.option("--crl", type=FOLDER, envvar="ASAR_EDS_CRL", help="Folder of revocation lists.")
@click.option(
    "--unknown",
    type=click.Choice(["refuse", "accept"]),
    envvar="ASAR_EDS_UNKNOWN",
    default="refuse",
    help="What to do when no fresh list tells of a certificate.",
)
@click.option("--origin", envvar="ASAR_BASE_URL", help="Address of the platform: signatures made for it alone count.")
@click.option("--pepper", envvar="ASAR_IIN_PEPPER", help="Only from the environment: the key of IIN look-ups, base64.")
@click.option("--passphrase", envvar="ASAR_REGISTRAR_PASSPHRASE", help="Only from the environment; else it is asked.")
def registrar(
    key: Path,
    socket_path: Path | None,
    state: Path | None,
    trust: Path | None,
    crl: Path | None,
    unknown: str,
    origin: str | None,
    pepper: str | None,
    passphrase: str | None,
    *,
    make_key: bool,
    group: bool,
) -> None:
    """Release voters' codes to their digital signatures, in a process apart from the web.

    Run it as a user of its own: whoever reads the key and the database at once can vote for those who never came.
    """
    from pb import clock
    from pb.core.eds import EDSError
    from pb.registrar.desk import Registrar, fingerprint
    from pb.registrar.nonces import UsedNonces
    from pb.registrar.server import Server

    if make_key:
        _make_key(key)
        return
    if socket_path is None or state is None or trust is None or origin is None or pepper is None:
        raise click.ClickException(
            "Set ASAR_REGISTRAR_SOCKET, ASAR_REGISTRAR_STATE, ASAR_EDS_TRUST, ASAR_BASE_URL and ASAR_IIN_PEPPER."
        )
    trusted = _Trusted(trust, crl, unknown_refuses=unknown == "refuse")
    try:
        trusted()
    except (OSError, EDSError) as error:
        raise click.ClickException(f"The certificates cannot be read: {error}") from error
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    desk = Registrar(
        private_key=_read_key(key, passphrase or click.prompt("Passphrase", hide_input=True)),
        pepper=_pepper(pepper),
        origin=origin.rstrip("/"),
        trusted=trusted,
        nonces=UsedNonces(state / "nonces.jsonl"),
        log=state / "log.jsonl",
    )
    try:
        server = Server(socket_path, lambda request: desk.answer(request, clock.now()), group=group)
    except OSError as error:
        raise click.ClickException(f"The socket cannot be opened: {error}") from error
    click.echo(f"Registrar's key: {fingerprint(desk.public_key)}")
    click.echo(f"Answering at {socket_path} (stop with Ctrl+C)")
    with server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo("Stopped.")
        finally:
            socket_path.unlink(missing_ok=True)


def _make_key(path: Path) -> None:
    from cryptography.hazmat.primitives import serialization

    from pb.core import sealing
    from pb.core.belenios.keyfile import generate_passphrase
    from pb.registrar.desk import fingerprint

    made, passphrase = sealing.generate_key(), generate_passphrase()
    pem = made.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase.encode()),
    )
    try:
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise click.ClickException(f"The key file cannot be made: {error.strerror}") from error
    with os.fdopen(opened, "wb") as file:
        file.write(pem)
    click.echo(f"Key file:    {path}")
    click.echo(f"Passphrase:  {passphrase}   (write it down: it is shown once)")
    click.echo(f"Public key:  {sealing.public_text(made)}")
    click.echo(f"Fingerprint: {fingerprint(sealing.public_text(made))}")


def _read_key(path: Path, passphrase: str) -> "EllipticCurvePrivateKey":
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        if path.stat().st_mode & 0o077:
            raise click.ClickException(f"{path} can be read by others: make its mode 0600.")
        key = load_pem_private_key(path.read_bytes(), passphrase.strip().upper().encode())
    except OSError as error:
        raise click.ClickException(f"The key file cannot be read: {error.strerror}") from error
    except (ValueError, TypeError) as error:
        raise click.ClickException("The key file or the passphrase is wrong.") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise click.ClickException("The key file or the passphrase is wrong.")
    return key


class _Trusted:
    """Certificates and revocation lists as the folders hold them now: lists are renewed while the process runs."""

    def __init__(self, trust: Path, crl: Path | None, *, unknown_refuses: bool) -> None:
        self._trust, self._crl, self._unknown_refuses = trust, crl, unknown_refuses
        self._seen: list[tuple[str, int]] | None = None
        self._read: tuple[Trust, Revocations]

    def __call__(self) -> "tuple[Trust, Revocations]":
        from pb.identity.eds_files import load_revocations, load_trust

        folders = [folder for folder in (self._trust, self._crl) if folder is not None]
        seen = [(str(path), path.stat().st_mtime_ns) for folder in folders for path in sorted(folder.iterdir())]
        if seen != self._seen:
            revocations = load_revocations(self._crl, unknown_refuses=self._unknown_refuses)
            self._read, self._seen = (load_trust(self._trust), revocations), seen
        return self._read


def _pepper(text: str) -> "KeyRing":
    from pb.config import ConfigurationError, key_ring

    try:
        return key_ring(text, "ASAR_IIN_PEPPER")
    except ConfigurationError as error:
        raise click.ClickException(str(error)) from error
