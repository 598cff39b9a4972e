"""The report of a hearing on paper: what was counted, and each opinion with its answer."""

from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from pb.act import Act, Role
from pb.documents.service.papers import builds, frame
from pb.documents.service.sheets import Hearing, Signature, Spoken
from pb.formats import day, number, weekday_and_hour
from pb.gatherings.service.points import of_agenda, question_text
from pb.hearings.models import CHANNEL_LABELS, VERDICT_LABELS, Channel, Verdict
from pb.hearings.service import finding
from pb.hearings.service.finding import Said
from pb.identity.service import accounts
from pb.materials import service as materials
from pb.territory.service import addresses

CHANGED_BY = ("hearing.opinion_given", "hearing.opinion_answered", "gathering.paper_published")


@builds("hearing", page="/{subject}/hearing", label=lazy_gettext("Report of the hearing"), changed_by=CHANGED_BY)
def report(act: Act, subject_id: UUID, language: str, base_url: str) -> Hearing:
    """The report as it stands now. Raises NotFound."""
    gathering = finding.get(act, subject_id)
    counts = finding.counts(act, gathering)
    positions = {one.position for one in finding.heard(gathering)}
    heard = [point for point in of_agenda(act, gathering) if point["position"] in positions]
    akim = next((person.name for person in accounts.holders(act, Role.AKIM)), "")
    return Hearing(
        frame=frame(
            act,
            language,
            _("Report of the hearing"),
            _("Report of the hearing"),
            f"{base_url}{addresses.path(act)}/meetings/{gathering.number}/hearing",
        ),
        facts=[
            (_("When"), weekday_and_hour(gathering.meets_at, language)),
            (_("Where"), gathering.place),
            (_("What is heard"), "; ".join(question_text(one) for one in heard)),
            *([(_("Took part"), number(came))] if (came := finding.took_part(gathering)) is not None else []),
            (_("Opinions"), number(counts.total)),
            *((str(CHANNEL_LABELS[channel]), number(counts.channels[channel])) for channel in Channel),
            *((str(VERDICT_LABELS[verdict]), number(counts.verdicts[verdict])) for verdict in Verdict),
            (_("Without an answer"), number(counts.unanswered)),
        ],
        papers_title=_("Papers of the draft"),
        papers=[_paper(one.paper.name, day(one.on, language), late=one.late) for one in materials.of(act, gathering)],
        opinions_title=_("Opinions and answers"),
        opinions=[_spoken(one, language) for one in finding.page(act, gathering)],
        signatures=[Signature(_("Akim"), akim, _("signature, date"))],
    )


def _paper(name: str, on: str, *, late: bool) -> str:
    told = ", ".join([on, *([_("published late")] if late else [])])
    return f"{name} ({told})"


def _spoken(one: Said, language: str) -> Spoken:
    channel = str(CHANNEL_LABELS[Channel(one.opinion.channel)])
    who = ", ".join(filter(None, (one.name, channel, day(one.opinion.at, language))))
    if one.answer is None:
        return Spoken(one.opinion.number, who, one.opinion.text, _("Without an answer"), "")
    verdict = f"{VERDICT_LABELS[Verdict(one.answer.verdict)]}, {day(one.answer.at, language)}"
    return Spoken(one.opinion.number, who, one.opinion.text, verdict, one.answer.reason)
