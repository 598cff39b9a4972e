"""`pb codes`: the process that holds the key of sealed codes, apart from the web and its database."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pb.commands.files import NEW_FILE
from pb.commands.installation import Installation, pass_installation
from pb.commands.spoken import gettext, said, speaking

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

    from pb.core.eds import Revocations, Trust
    from pb.settings import CodesSettings

FILE = NEW_FILE


@click.command()
@click.option("--key", type=FILE, help="The private key file (PEM under a passphrase), instead of ASAR_CODES_KEY.")
@click.option("--make-key", is_flag=True, help="Make the key file and its passphrase, and stop.")
@click.option("--group", is_flag=True, help="Let the socket's group ask too (mode 0660 instead of 0600).")
@speaking
@pass_installation
def codes(installation: Installation, key: Path | None, *, make_key: bool, group: bool) -> None:
    """Release voters' codes to their digital signatures, in a process apart from the web.

    Run it as a user of its own: whoever reads the key and the database at once can vote for those who never came.
    It reads ASAR_CODES_KEY, _SOCKET, _STATE and _PASSPHRASE (asked for without), ASAR_EDS_TRUST, _CRL and _UNKNOWN,
    ASAR_BASE_URL and ASAR_IIN_PEPPER.
    """
    from pb import clock
    from pb.codes.service.desk import Desk, fingerprint
    from pb.codes.service.nonces import UsedNonces
    from pb.codes.service.server import Server
    from pb.core.eds import EDSError

    settings = installation.codes
    key = key or settings.key
    if key is None:
        raise click.ClickException(gettext("Name the key file: --key, or ASAR_CODES_KEY. It is made with --make-key."))
    if make_key:
        _make_key(key)
        return
    if not (settings.socket and settings.state and settings.trust and settings.origin and settings.pepper):
        raise click.ClickException(_missing(settings))
    trusted = _TrustFolders(settings.trust, settings.crl, unknown_refuses=settings.unknown_refuses)
    try:
        trusted()
    except (OSError, EDSError) as error:
        why = said(error.finding) if isinstance(error, EDSError) else error
        raise click.ClickException(gettext("The certificates cannot be read: %(why)s", why=why)) from error
    try:
        settings.state.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise click.ClickException(gettext("ASAR_CODES_STATE cannot be used: %(why)s", why=error)) from error
    desk = Desk(
        private_key=_read_key(key, settings.passphrase or _ask_for_passphrase()),
        pepper=settings.pepper,
        origin=settings.origin,
        trusted=trusted,
        nonces=UsedNonces(settings.state / "nonces.db"),
        log=settings.state / "log.jsonl",
    )
    try:
        server = Server(settings.socket, lambda request: desk.answer(request, clock.now()), group=group)
    except OSError as error:
        raise click.ClickException(gettext("The socket cannot be opened: %(why)s", why=error)) from error
    click.echo(gettext("Key of the codes: %(fingerprint)s", fingerprint=fingerprint(desk.public_key)))
    click.echo(gettext("Answering at %(socket)s (stop with Ctrl+C)", socket=settings.socket))
    with server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo(gettext("Stopped."))
        finally:
            settings.socket.unlink(missing_ok=True)


def _missing(settings: "CodesSettings") -> str:
    """Which settings are missing, each with what it is."""
    wanted = (
        (gettext("Set ASAR_CODES_SOCKET: where the platform asks."), settings.socket),
        (gettext("Set ASAR_CODES_STATE: a folder of this process's own."), settings.state),
        (gettext("Set ASAR_EDS_TRUST: the folder of the authority's certificates."), settings.trust),
        (gettext("Set ASAR_BASE_URL: the address that people type, as the platform has it."), settings.origin),
        (gettext("Set ASAR_IIN_PEPPER: the same as the platform has."), settings.pepper),
    )
    return "\n".join(told for told, value in wanted if not value)


def _ask_for_passphrase() -> str:
    """The passphrase from whoever sits there. Raises ClickException where nobody does."""
    if not sys.stdin.isatty():
        raise click.ClickException(
            gettext("Set ASAR_CODES_PASSPHRASE: the passphrase of the key file, nobody can be asked for it.")
        )
    passphrase: str = click.prompt(gettext("Passphrase"), hide_input=True)
    return passphrase


def _make_key(path: Path) -> None:
    from cryptography.hazmat.primitives import serialization

    from pb.codes.service.desk import fingerprint
    from pb.core import sealing
    from pb.core.belenios.keyfile import generate_passphrase

    private_key, passphrase = sealing.generate_key(), generate_passphrase()
    pem = private_key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase.encode()),
    )
    try:
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise click.ClickException(gettext("The key file cannot be made: %(why)s", why=error.strerror)) from error
    with os.fdopen(opened, "wb") as file:
        file.write(pem)
    public, once = sealing.public_text(private_key), gettext("write it down: it is shown once")
    shown = {
        gettext("Key file"): f"{path}",
        gettext("Passphrase"): f"{passphrase}   ({once})",
        gettext("Public key"): public,
        gettext("Fingerprint"): fingerprint(public),
    }
    width = max(map(len, shown)) + 2
    for name, value in shown.items():
        click.echo(f"{name + ':':{width}}{value}")


def _read_key(path: Path, passphrase: str) -> "EllipticCurvePrivateKey":
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    from pb.core.belenios.credentials import group_symbols, normalise_symbols

    try:
        if path.stat().st_mode & 0o077:
            raise click.ClickException(gettext("%(file)s can be read by others: make its mode 0600.", file=f"{path}"))
        key = load_pem_private_key(path.read_bytes(), group_symbols(normalise_symbols(passphrase)).encode())
    except OSError as error:
        raise click.ClickException(gettext("The key file cannot be read: %(why)s", why=error.strerror)) from error
    except (ValueError, TypeError) as error:
        raise click.ClickException(gettext("The key file or the passphrase is wrong.")) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise click.ClickException(gettext("The key file or the passphrase is wrong."))
    return key


class _TrustFolders:
    """Certificates and revocation lists as the folders hold them now: lists are renewed while the process runs."""

    def __init__(self, trust: Path, crl: Path | None, *, unknown_refuses: bool) -> None:
        self._trust, self._crl, self._unknown_refuses = trust, crl, unknown_refuses
        self._files: list[tuple[str, int]] | None = None
        self._read: tuple[Trust, Revocations]

    def __call__(self) -> "tuple[Trust, Revocations]":
        from pb.identity.service.eds_files import load_revocations, load_trust, log_set_aside

        folders = [folder for folder in (self._trust, self._crl) if folder is not None]
        files = [(str(path), path.stat().st_mtime_ns) for folder in folders for path in sorted(folder.iterdir())]
        if files != self._files:
            revocations = load_revocations(self._crl, unknown_refuses=self._unknown_refuses)
            self._read, self._files = (load_trust(self._trust), revocations), files
            for read in self._read:
                log_set_aside(read)
        return self._read
