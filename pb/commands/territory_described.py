"""How `pb territory found|found-raion|add` are told of a territory: the classifier's, or as options describe it."""

from functools import reduce
from typing import TYPE_CHECKING, Any

import click

from pb.commands.spoken import gettext, language

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy.orm import Session

    from pb.territory.models import Territory


def describing(command: "Callable[..., Any]") -> "Callable[..., Any]":
    """The options that describe an okrug, where the classifier does not."""
    options = (
        click.option("--kato", required=True, help="Nine digits of the classifier."),
        click.option("--slug", help="The address, if not the one that the names give: krasnoyar."),
        click.option(
            "--kind", type=click.Choice(["okrug", "village", "kent", "town"]), default="okrug", show_default=True
        ),
        click.option("--name-kk", help="With the next ones: where the classifier was not read, or says otherwise."),
        click.option("--name-ru"),
        click.option("--name-en"),
        click.option("--parent-kato", help="The raion or city whose maslikhat approves the budget."),
        click.option("--parent-kind", type=click.Choice(["raion", "city"]), default="raion", show_default=True),
        click.option("--parent-kk"),
        click.option("--parent-ru"),
        click.option("--parent-en"),
        click.option(
            "--settlement",
            "settlements",
            multiple=True,
            help="Once for each settlement: its Kazakh name, or KAZAKH/RUSSIAN/ENGLISH.",
        ),
        click.option("--paper-place", required=True, help="Where people vote who cannot vote on their device."),
        click.option("--paper-place-ru", help="The same in Russian."),
        click.option("--paper-place-en", help="The same in English."),
    )
    return reduce(lambda made, option: option(made), reversed(options), command)


def _not_read(options: str) -> str:
    return gettext(
        "The classifier was not read (pb territory import): give these options too: %(options)s", options=options
    )


def raion_of(session: "Session", told: "Mapping[str, Any]") -> "Territory":
    """The raion or city of the classifier, or as the options describe it."""
    from pb.core.places.kinds import WITH_MASLIKHAT, Kind
    from pb.territory.service import tree

    known = tree.find(session, told["kato"])
    if known is not None:
        if known.kind not in WITH_MASLIKHAT:
            raise click.ClickException(gettext("This is no raion or city: %(name)s", name=known.name(language())))
        return known
    missing = [name for name in ("name_kk", "name_ru", "name_en") if not told[name]]
    if missing:
        options = ", ".join("--" + name.replace("_", "-") for name in missing)
        raise click.ClickException(_not_read(options))
    if not _is_code(told["kato"]):
        raise click.ClickException(gettext("KATO is nine digits."))
    names = (told["name_kk"], told["name_ru"], told["name_en"])
    return tree.describe(session, tree.Described(told["kato"], Kind(told["kind"]), names))


def okrug_of(session: "Session", told: "Mapping[str, Any]") -> "Territory":
    """The okrug of the classifier, or as the options describe it."""
    from pb.core.places.kinds import FOURTH_LEVEL, Kind
    from pb.territory.service import tree

    known = tree.find(session, told["kato"])
    if known is not None and known.kind not in FOURTH_LEVEL:
        name = known.name(language())
        raise click.ClickException(gettext("This is no okrug, village, settlement or town: %(name)s", name=name))
    if known is None:
        names = [name for prefix in ("name", "parent") for name in (f"{prefix}_kk", f"{prefix}_ru", f"{prefix}_en")]
        missing = [name for name in (*names, "parent_kato", "settlements") if not told[name]]
        if missing:
            options = ", ".join("--" + name.replace("_", "-").removesuffix("s") for name in missing)
            raise click.ClickException(_not_read(options))
    if any(told[name] and not _is_code(told[name]) for name in ("kato", "parent_kato")):
        raise click.ClickException(gettext("KATO is nine digits."))
    parent = tree.Described(
        told["parent_kato"] or "", Kind(told["parent_kind"]), (told["parent_kk"], told["parent_ru"], told["parent_en"])
    )
    names_told = (told["name_kk"], told["name_ru"], told["name_en"])
    places = (told["paper_place"], told["paper_place_ru"] or "", told["paper_place_en"] or "")
    settlements = [_settlement(written) for written in told["settlements"]]
    described = tree.Described(told["kato"], Kind(told["kind"]), names_told, settlements, *places)
    return tree.describe(session, described, parent=parent)


def _settlement(written: str) -> tuple[str, str, str]:
    """The names kk, ru and en of one settlement: as they were written, or from the Kazakh one."""
    from pb.core.places.latin import in_latin

    kk, ru, en = (part.strip() for part in f"{written}//".split("/")[:3])
    return kk, ru or kk, en or in_latin(kk)


def _is_code(told: str) -> bool:
    return told.isascii() and told.isdigit() and len(told) == 9
