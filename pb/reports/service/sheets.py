"""The two forms about meetings with residents, computed from what was entered: line by line as the paper has them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from flask_babel import gettext as _

from pb.act import Act
from pb.clock import local
from pb.core.topics import by_line
from pb.errors import NotFound
from pb.formats import language
from pb.reports.models import Channel, Kind, MeetingVersion, QuarterFigures
from pb.reports.service import figures, gaps, meetings, words
from pb.reports.service.gaps import Gaps
from pb.reports.service.quarters import ROMAN, Quarter
from pb.reports.service.words import Words
from pb.tables import Cell

FIRST_YEAR_OF_FORMS: Final = 2022  # both were introduced then; and papers of long ago fill no disk
COLUMNS_OF_DECREE: Final = 3
"""The paper has columns for three quarters; the form of the fourth gets its own beside them."""
LETTERED: Final = ("water", "housing", "land", "roads", "buildings", "networks", "landscaping", "other")
LETTERS: Final = {"kk": "аәбвгғде", "ru": "абвгдежз", "en": "abcdefgh"}
Values = list[int | None]


class Line(NamedTuple):
    """A line of a form; one within another has a `depth`. A value that is None is left empty."""

    number: str
    label: str
    values: Values
    depth: int = 0


class Form(NamedTuple):
    """A form as it is printed; `columns` are the headings of the values, `notes` stand below.

    `lacks`: what is not in it although it happened, or may have.
    """

    title: str
    subtitle: str
    columns: list[str]
    lines: list[Line]
    notes: list[str]
    lacks: list[str]


Compute = Callable[[Act, Quarter], Form]


class Sums(NamedTuple):
    """What holds from the year's beginning to the end of a quarter."""

    meetings: Sequence[MeetingVersion]
    figures: Sequence[QuarterFigures]

    def total(self, name: str) -> int:
        """The sum of a number, or of all counts by key."""
        return sum(_whole(getattr(row, name)) for row in (*self.meetings, *self.figures) if hasattr(row, name))

    def by_key(self, name: str) -> dict[str, int]:
        """The sums of counts, by key."""
        found: dict[str, int] = {}
        for row in (*self.meetings, *self.figures):
            for key, count in getattr(row, name, {}).items():
                found[key] = found.get(key, 0) + count
        return found

    def held(self) -> dict[str, int]:
        """How many meetings, by the akim's level."""
        found: dict[str, int] = {}
        for meeting in self.meetings:
            found[meeting.level] = found.get(meeting.level, 0) + 1
        return found


def words_of(quarter: Quarter) -> str:
    """A quarter in words."""
    return str(_("Quarter %(number)s of %(year)s", number=ROMAN[quarter.number - 1], year=str(quarter.year)))


def require_over(act: Act, quarter: Quarter) -> None:
    """Raises NotFound before the quarter is over, and for years without these forms."""
    if quarter.year < FIRST_YEAR_OF_FORMS or not quarter.is_over(local(act.at).date()):
        raise NotFound


def decree_826(act: Act, quarter: Quarter) -> Form:
    """The quarterly form of Decree 826: from the year's beginning to the end of each quarter. Raises NotFound."""
    require_over(act, quarter)
    sums = [_until(act, each) for each in quarter.of_year]
    columns = max(COLUMNS_OF_DECREE, quarter.number)

    def values(ask: Callable[[Sums], int]) -> Values:
        return [ask(each) for each in sums] + [None] * (columns - len(sums))

    return Form(
        title=_("Meetings with residents: the quarterly form of Decree № 826 of 03.03.2022"),
        subtitle=words_of(quarter),
        columns=[_("Quarter %(number)s", number=number) for number in ROMAN[:columns]],
        lines=list(_lines_of_decree(values)),
        notes=[
            _("Numbers are counted from the beginning of the year. Quarters after this one are left empty."),
            _(
                "Views of broadcasts are nobody's presence. Line 4 adds them to those present, as the form asks; "
                "each stands apart below."
            ),
            _("Line 3 counts broadcasts: one meeting may be broadcast in several channels."),
        ],
        lacks=gaps.in_words(gaps.of_quarter(act, quarter)),
    )


def report_meetings(act: Act, quarter: Quarter) -> Form:
    """The form of 03.02.2022: report meetings from the year's beginning to the quarter's end. Raises NotFound."""
    require_over(act, quarter)
    whole = _until(act, quarter)
    reports = Sums([meeting for meeting in whole.meetings if meeting.kind == Kind.REPORT], whole.figures)
    lacking = gaps.of_quarter(act, quarter)
    reports_untaken = [one for one in lacking.meetings if meetings.kind_of(one) is Kind.REPORT]
    return Form(
        title=_("Report meetings of the akim: the form of 03.02.2022"),
        subtitle=_("From the beginning of the year to the end: %(quarter)s", quarter=words_of(quarter)),
        columns=[_("How many"), _("Of them repeated")],
        lines=list(_lines_of_report(reports)),
        notes=[
            _("Views of broadcasts are nobody's presence: line 3 counts those who were in the room."),
            _("A question is repeated that was put at an earlier meeting too."),
        ],
        lacks=gaps.in_words(Gaps(lacking.quarters, reports_untaken)),
    )


def rows(form: Form) -> Iterator[list[Cell]]:
    """The lines as a table has them: what is left empty is empty."""
    for line in form.lines:
        yield [line.number, line.label, *("" if value is None else value for value in line.values)]


def _until(act: Act, quarter: Quarter) -> Sums:
    first = Quarter(quarter.year, 1).first
    told = figures.of_year(act, quarter.year)
    return Sums(
        meetings.that_count(act, first, quarter.last),
        [told[each.number] for each in quarter.of_year if each.number in told],
    )


def _whole(value: int | Mapping[str, int]) -> int:
    return sum(value.values()) if isinstance(value, Mapping) else value


def _parts(
    labels: Words, values: Callable[[Callable[[Sums], int]], Values], ask: Callable[[Sums], Mapping[str, int]]
) -> Iterator[Line]:
    for key, label in labels.items():
        yield Line("", str(label), values(lambda sums, key=key: ask(sums).get(key, 0)), 1)  # type: ignore[misc]


def _lines_of_decree(values: Callable[[Callable[[Sums], int]], Values]) -> Iterator[Line]:
    def total(name: str) -> Values:
        return values(lambda sums: sums.total(name))

    yield Line("1", _("Planned meetings of akims with residents"), total("planned"))
    yield from _parts(words.LEVELS, values, lambda sums: sums.by_key("planned"))
    yield Line("2", _("Meetings held"), values(lambda sums: len(sums.meetings)))
    yield from _parts(words.LEVELS, values, Sums.held)
    yield Line("3", _("Broadcasts of them"), total("broadcasts"))
    yield from _parts(words.CHANNELS, values, lambda sums: sums.by_key("broadcasts"))
    yield Line("4", _("Took part, as the form adds it up"), values(lambda s: s.total("present") + s.total("views")))
    yield Line("", _("present in the room"), total("present"), 1)
    yield Line("", _("views of the broadcasts"), total("views"), 1)
    for channel in Channel:
        label = str(words.CHANNELS[channel])
        yield Line("", label, values(lambda sums, key=channel: sums.by_key("views").get(key, 0)), 2)  # type: ignore[misc]
    yield Line("5", _("Questions and proposals"), total("questions"))
    questions = _parts(words.OF_DECREE_826, values, lambda sums: by_line(sums.by_key("questions"), "decree_826"))
    yield from (line._replace(number=f"5.{place}") for place, line in enumerate(questions, 1))
    yield Line("6", _("Appeals through social networks, blog platform and e-mail"), total("appeals"))
    yield Line("7", _("Receptions of citizens"), total("receptions"))
    yield Line("", _("citizens received"), total("received"), 1)
    yield Line("8", _("Critical remarks"), total("remarks"))
    yield Line("9", _("Coverage in the media"), total("media"))
    yield Line("10", _("Attended by"), total("guests"))
    yield from _parts(words.GUESTS, values, lambda sums: sums.by_key("guests"))


def _lines_of_report(sums: Sums) -> Iterator[Line]:
    def alone(labels: Words, name: str) -> Iterable[Line]:
        found = sums.by_key(name)
        return [Line("", str(label), [found.get(key, 0), None], 1) for key, label in labels.items()]

    yield Line("1", _("Planned report meetings"), [sums.total("planned_report"), None])
    yield Line("2", _("Report meetings held, with those that were broadcast"), [len(sums.meetings), None])
    yield Line("3", _("Residents who took part: present in the room"), [sums.total("present"), None])
    yield Line("", _("apart from them: views of the broadcasts"), [sums.total("views"), None], 1)
    yield Line("4", _("Residents who spoke"), [sums.total("spoke"), None])
    yield Line("5", _("Critical remarks"), [sums.total("remarks"), None])
    yield from alone(words.ADDRESSEES, "remarks")
    yield Line("6", _("Proposals"), [sums.total("questions"), sums.total("repeats")])
    questions = by_line(sums.by_key("questions"), "report_meeting")
    repeats = by_line(sums.by_key("repeats"), "report_meeting")
    letters = dict(zip(LETTERED, LETTERS[language()], strict=True))
    for key, label in words.OF_REPORT_MEETING.items():
        number = f"{letters[key]})" if key in letters else ""
        yield Line(number, str(label), [questions[key], repeats[key]], 1)
    yield Line("7", _("Coverage in the media"), [sums.total("media"), None])
    yield Line("8", _("Attended by"), [sums.total("guests"), None])
    yield from alone(words.GUESTS, "guests")
