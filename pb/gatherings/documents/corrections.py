"""Minutes that correct others, as data for the printer: in Kazakh and then in Russian, what is signed."""

from flask_babel import force_locale
from flask_babel import gettext as _

from pb.act import Act
from pb.documents.service import papers
from pb.documents.service.sheets import Correction, CorrectionInBoth
from pb.formats import day, numbered
from pb.gatherings import documents
from pb.gatherings.documents import recorded
from pb.gatherings.models import Correction as Row
from pb.gatherings.models import Office
from pb.gatherings.service import corrections
from pb.text import in_fours


def correction(act: Act, row: Row, base_url: str) -> CorrectionInBoth:
    """What was frozen: the minutes that are corrected, which of their words, the right ones, why, and who wrote it."""
    parts = []
    for language, locale in papers.LANGUAGES.items():
        with force_locale(locale):
            parts.append(_in(act, row, language, base_url))
    return CorrectionInBoth(parts[0].frame, parts)


def about(row: Row) -> str:
    """The point that is corrected as the minutes have it, with votes and outcome, or that it is all of them."""
    points = [one for one in row.corrects.body["questions"] if one["position"] == row.position]
    return documents.in_short(points)[0] if points else str(_("The minutes as a whole"))


def _in(act: Act, row: Row, language: str, base_url: str) -> Correction:
    body, gathering = row.body, row.gathering
    of_meeting = documents.address(act, gathering, base_url)
    page = f"{of_meeting}/minutes/corrections/{corrections.place_of(act, row)}/verify"
    title = _("Minutes № %(number)s", number=row.number)
    corrected = f"{numbered(body['corrects']['number'])}, {day(gathering.meets_at, language)}"
    held = row.corrects.body
    people = [
        (
            recorded.office_of(held, office),
            documents.who(held, office),
        )
        for office in (Office.CHAIR, Office.SECRETARY)
    ]
    return Correction(
        frame=papers.frame(act, language, _("Correction of minutes"), title, page),
        facts=[
            (_("Corrected minutes"), corrected),
            (_("Their fingerprint"), in_fours(body["corrects"]["sha256"])),
            (_("Meeting"), ", ".join(filter(None, (str(gathering.title), held["part"])))),
            (_("Drawn up"), day(row.drawn_up_at, language)),
            (_("Written by"), body["written_by"]),
            *((str(label), name) for label, name in people if name),
            (_("Fingerprint"), in_fours(row.sha256)),
        ],
        sections=[
            (_("What is corrected"), about(row)),
            *([(_("What is wrong"), body["wrong"])] if body["wrong"] else []),
            (_("What is right"), body["right"]),
            (_("How the mistake was found"), body["reason"]),
        ],
        signatures=[documents.signature(str(label), name) for label, name in people],
    )
