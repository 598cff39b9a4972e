"""What is typed of winners: what pays for one, why it waits."""

from collections.abc import Mapping, Sequence

from flask_babel import lazy_gettext as _
from wtforms import SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from pb.formats import language
from pb.web.forms import Form, TengeField, language_field, lines_to_show, year_of
from pb.winners.models import LONGEST_REASON, SOURCE_LABELS, Source
from pb.winners.service.plans import MOST_LINES, Part


class ReasonForm(Form):
    reason = TextAreaField(_("Reason"), [InputRequired(_("Write the reason.")), Length(max=LONGEST_REASON)])
    language = language_field(("kk", "ru"), lambda: language() if language() in {"kk", "ru"} else "kk")


class WaitForm(Form):
    """The decision stands above the reason, on the page and in what is told of faults."""

    question = SelectField(_("Decision"), [InputRequired(_("Choose a decision of the list."))])
    reason = TextAreaField(_("Reason"), [InputRequired(_("Write the reason.")), Length(max=LONGEST_REASON)])
    language = language_field(("kk", "ru"), lambda: language() if language() in {"kk", "ru"} else "kk")


SOURCES = [SelectChoice(source.value, label) for source, label in SOURCE_LABELS.items()]
COLUMNS = ("year", "programme", "subprogramme", "specific", "amount", "source")


class PlanLines(Form):
    """The lines are `year_1`, `programme_1` and so on, added below; one without a sum is left out."""

    def offer(self, years: Sequence[int], programmes: Mapping[str, str]) -> None:
        """The years, and the programmes by the codes that their lines begin with."""
        for n in range(1, MOST_LINES + 1):
            self[f"year_{n}"].choices = [(str(year), str(year)) for year in years]
            self[f"programme_{n}"].choices = list(programmes.items())

    def show(self, parts: Sequence[Part]) -> None:
        """Fills in what holds; the lines after it begin with its first programme."""
        for n in range(1, MOST_LINES + 1):
            part = parts[n - 1] if n <= len(parts) else None
            levels = (part or parts[0]).code.split(".")
            self[f"programme_{n}"].data, self[f"subprogramme_{n}"].data = ".".join(levels[:4]), levels[4]
            if part is not None:
                self[f"specific_{n}"].data = "".join(levels[5:])
                self[f"year_{n}"].data, self[f"amount_{n}"].data = str(part.year), part.amount
                self[f"source_{n}"].data = part.source.value

    def written(self) -> list[int]:
        """The numbers of the lines of which a sum was typed, also one that cannot be read."""
        return [n for n in range(1, MOST_LINES + 1) if self[f"amount_{n}"].written]

    def parts(self) -> list[Part]:
        return [self._part(n) for n in self.written()]

    def to_show(self) -> range:
        """The numbers of the lines that stand on the page."""
        return lines_to_show(self, self.written(), COLUMNS, MOST_LINES)

    def _part(self, n: int) -> Part:
        year, programme, subprogramme, specific, amount, source = (self[f"{name}_{n}"].data for name in COLUMNS)
        code = ".".join([programme or "", subprogramme or "", *([specific] if specific else [])])
        known = source if source in list(Source) else Source.OWN
        return Part(year_of(year), code, amount or 0, Source(known))

    def places(self) -> dict[str, str]:
        """What the service calls the fields of the lines, and the form otherwise."""
        return {f"{name}_{at}": f"{name}_{n}" for at, n in enumerate(self.written() or [1], 1) for name in COLUMNS}


for _n in range(1, MOST_LINES + 1):
    setattr(PlanLines, f"year_{_n}", SelectField(_("Year"), [Optional()]))
    setattr(PlanLines, f"programme_{_n}", SelectField(_("Budget programme"), [Optional()]))
    for _name, _label, _hint in (
        ("subprogramme", _("Subprogramme"), _("015 is the local budget, 029 transfers of the raion.")),
        ("specific", _("Specific of spending"), _("Three digits, if it is known already.")),
    ):
        setattr(PlanLines, f"{_name}_{_n}", StringField(_label, [Optional(), Length(max=3)], description=_hint))
    setattr(PlanLines, f"amount_{_n}", TengeField(_("Sum"), [Optional()]))
    setattr(
        PlanLines,
        f"source_{_n}",
        SelectField(_("Source"), [Optional()], choices=SOURCES),
    )


class PlanForm(PlanLines):
    """The reason stands below the lines, on the page and in what is told of faults."""

    reason = TextAreaField(_("Reason"), [InputRequired(_("Write the reason.")), Length(max=LONGEST_REASON)])
    language = language_field(("kk", "ru"), lambda: language() if language() in {"kk", "ru"} else "kk")
