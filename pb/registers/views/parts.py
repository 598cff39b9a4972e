"""What hangs of the registers on decisions of meetings: the way to enter them, and the way to read what is entered."""

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from pb.act import Act
from pb.gatherings.models import Matter, Question
from pb.registers.models import Programme
from pb.registers.service import may_write, programmes
from pb.tasks.service import basis
from pb.web.parts import Place, hangs

LINK = Markup('<p><a href="{}">{}</a></p>')


@hangs(Place.DECISION)
def of_programme(act: Act, question: Question) -> str:
    """A point on the development programme leads to it; the office, where the version waits, to its form."""
    if question.matter != Matter.PROGRAMME:
        return ""
    told = LINK.format(url_for("registers.development"), _("Development programme"))
    if not may_write(act) or not basis.asked(act, basis.called(question)):
        return told
    waiting = next((one for one in programmes.of_here(act) if _has_tasks(act, one)), None)
    if waiting is None:
        return told
    url = url_for("registers.choose_decision", programme_id=waiting.id, question=basis.called(question))
    return told + LINK.format(url, _("Enter the decision in the development programme"))


@hangs(Place.DECISION)
def of_property(act: Act, question: Question) -> str:
    """A point on communal property leads to the register, the office to entering what was decided."""
    if question.matter != Matter.PROPERTY:
        return ""
    told = LINK.format(url_for("registers.list_property"), _("Communal property"))
    if not may_write(act) or not basis.asked(act, basis.called(question)):
        return told
    url = url_for("registers.list_property", question=basis.called(question))
    return told + LINK.format(url, _("Enter the decision in the register of communal property"))


def _has_tasks(act: Act, programme: Programme) -> bool:
    version = programmes.written(act, programme)
    return version is not None and bool(programmes.tasks(act, version))
