"""`pb trustee`: the three steps in which a group of trustees makes a threshold key without a network.

Certificates, dealings and public keys are collected by whoever runs the poll, in JSON arrays in the trustees' order.
"""

from pathlib import Path

import click

from pb.commands.spoken import gettext, speaking
from pb.commands.trustee_files import (
    EXISTING,
    NEW,
    group_option,
    new_passphrase,
    refusals,
    refuse_existing,
    write_secret,
)
from pb.core.belenios.canonical import dump_json, items, parse_json
from pb.core.belenios.groups import Group, group_named
from pb.core.belenios.threshold import Dealing
from pb.core.belenios.trustee_list import Certificate, SignedMessage, VerificationKey

certificates_option = click.option(
    "--certificates", "certificates_path", type=EXISTING, required=True, help="All certificates, a JSON array."
)
dealings_option = click.option(
    "--dealings", "dealings_path", type=EXISTING, required=True, help="All dealings, a JSON array."
)


@click.command()
@click.option("--index", type=click.IntRange(1), required=True, help="Your number in the group.")
@click.option("--size", type=click.IntRange(1), required=True, help="How many trustees the group has.")
@click.option("--threshold", type=click.IntRange(1), required=True, help="How many of them decrypt.")
@click.option("--key", "key_path", type=NEW, required=True, help="New file for your encrypted seed: keep it.")
@click.option("--out", type=NEW, required=True, help="New file for your certificate: hand it in.")
@group_option
@speaking
def certificate(index: int, size: int, threshold: int, key_path: Path, out: Path, group_name: str) -> None:
    """Step 1 of a threshold key: make a seed and the certificate of its keys."""
    from pb.core.belenios.keyfile import encrypt_seed
    from pb.core.belenios.threshold import generate_seed, make_certificate

    refuse_existing(key_path, out)
    group, seed = group_named(group_name), generate_seed()
    with refusals():
        signed = make_certificate(group, seed, size=size, threshold=threshold, index=index)
    write_secret(key_path, encrypt_seed(group, seed, new_passphrase()))
    out.write_text(dump_json(signed.to_value()), encoding="utf-8")
    click.echo(
        gettext(
            "Certificate of trustee %(index)s of %(size)s written to %(file)s; any %(threshold)s will decrypt.",
            index=index,
            size=size,
            file=f"{out}",
            threshold=threshold,
        )
    )


@click.command()
@click.argument("key_file", type=EXISTING)
@certificates_option
@click.option("--out", type=NEW, required=True, help="New file for what you deal to the others: hand it in.")
@speaking
def deal(key_file: Path, certificates_path: Path, out: Path) -> None:
    """Step 2 of a threshold key: check all certificates and deal a sealed secret to each trustee."""
    from pb.core.belenios.threshold import deal as make_dealing

    refuse_existing(out)
    group, seed, _passphrase = _open_seed(key_file)
    with refusals():
        certs = _certificates(group, certificates_path)
        dealing = make_dealing(group, seed, threshold=_threshold(group, certs), certs=certs)
    out.write_text(dealing.to_json(), encoding="utf-8")
    click.echo(gettext("Dealing to %(count)s trustees written to %(file)s.", count=len(certs), file=f"{out}"))


@click.command()
@click.argument("key_file", type=EXISTING)
@certificates_option
@dealings_option
@click.option("--key", "key_path", type=NEW, required=True, help="New file for your encrypted private key: keep it.")
@click.option("--out", type=NEW, required=True, help="New file for your public key: hand it in.")
@speaking
def accept(key_file: Path, certificates_path: Path, dealings_path: Path, key_path: Path, out: Path) -> None:
    """Step 3 of a threshold key: check what was dealt to you, and make your private key of it.

    The private key's file has the passphrase of the seed's file.
    """
    from pb.core.belenios.keyfile import encrypt_key
    from pb.core.belenios.threshold import accept_shares
    from pb.core.belenios.trustees import fingerprint

    refuse_existing(key_path, out)
    group, seed, passphrase = _open_seed(key_file)
    with refusals():
        certs, dealings = _certificates(group, certificates_path), _dealings(group, dealings_path)
        private_key, public = accept_shares(
            group, seed, threshold=_threshold(group, certs), certs=certs, dealings=dealings
        )
    write_secret(key_path, encrypt_key(group, private_key, passphrase))
    out.write_text(dump_json(public.to_value(group)), encoding="utf-8")
    click.echo(gettext("Fingerprint for the minutes: %(fingerprint)s", fingerprint=fingerprint(group, public.key)))


@click.command()
@certificates_option
@dealings_option
@click.option("--keys", "keys_path", type=EXISTING, required=True, help="All public keys of step 3, a JSON array.")
@click.option("--mandatory", type=EXISTING, multiple=True, help="The public key of a trustee who is needed besides.")
@click.option("--out", type=NEW, required=True, help="New file for trustees.json.")
@group_option
@speaking
def assemble(
    certificates_path: Path,
    dealings_path: Path,
    keys_path: Path,
    mandatory: tuple[Path, ...],
    out: Path,
    group_name: str,
) -> None:
    """Check all three steps and put trustees.json together: mandatory trustees, then the group."""
    from pb.core.belenios.messages import TrusteeKey
    from pb.core.belenios.threshold import assemble as assemble_group
    from pb.core.belenios.trustee_list import Trustees
    from pb.core.belenios.trustees import check_trustee_key

    refuse_existing(out)
    group = group_named(group_name)
    with refusals():
        certs = _certificates(group, certificates_path)
        keys = [VerificationKey.from_value(value, group) for value in items(parse_json(keys_path.read_bytes()))]
        pedersen = assemble_group(
            group,
            threshold=_threshold(group, certs),
            certs=certs,
            dealings=_dealings(group, dealings_path),
            verification_keys=keys,
        )
        single = [TrusteeKey.parse(path.read_bytes(), group) for path in mandatory]
        for key in single:
            check_trustee_key(group, key)
    out.write_text(Trustees((*single, pedersen)).to_json(group), encoding="utf-8")
    click.echo(
        gettext(
            "%(mandatory)s mandatory trustees and %(threshold)s of %(size)s written to %(file)s.",
            mandatory=len(single),
            threshold=pedersen.threshold,
            size=pedersen.size,
            file=f"{out}",
        )
    )


def _open_seed(key_file: Path) -> tuple[Group, str, str]:
    from pb.core.belenios.keyfile import decrypt_seed

    passphrase = click.prompt(gettext("Passphrase"), hide_input=True)
    with refusals():
        group, seed = decrypt_seed(key_file.read_bytes(), passphrase)
    return group, seed, passphrase


def _certificates(group: Group, path: Path) -> list[SignedMessage]:
    return [SignedMessage.from_value(value, group.q) for value in items(parse_json(path.read_bytes()))]


def _dealings(group: Group, path: Path) -> list[Dealing]:
    return [Dealing.parse(dump_json(value), group) for value in items(parse_json(path.read_bytes()))]


def _threshold(group: Group, certs: list[SignedMessage]) -> int:
    """What the first certificate says; that all say the same is checked with them."""
    if not certs:
        raise click.ClickException(gettext("There is no certificate."))
    return Certificate.parse(certs[0].message, group).threshold
