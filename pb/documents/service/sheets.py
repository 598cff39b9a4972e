"""What the sheets of each paper hold, as data: the rooms fill them in, `render` prints them."""

import io
from dataclasses import dataclass, field
from enum import StrEnum

import segno


@dataclass(frozen=True, slots=True)
class Frame:
    """What each sheet shows. `language`: kk or ru; `document`: the name in the header; `page`: that word."""

    language: str
    okrug: str
    document: str
    title: str
    address: str
    page: str
    subtitle: str = ""
    qr: str = field(default="", init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "qr", qr_svg(self.address))


@dataclass(frozen=True, slots=True)
class Signature:
    """A line to sign on: who signs, by office and name; `line` is the small print under the line."""

    role: str
    name: str
    line: str


class BlockKind(StrEnum):
    """What a block of an act is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LINE = "line"  # of a list that keeps its amounts under each other
    TABLE = "table"
    PAGE = "page"  # a new sheet


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of an act: `text`, or a table of `rows` under its `columns`, of which the last `amounts` hold numbers.

    `open`: what only people decide, left to be filled in and marked.
    """

    kind: BlockKind
    text: str = ""
    amount: str = ""
    open: bool = False
    columns: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    amounts: int = 1


@dataclass(frozen=True, slots=True)
class ActPaper:
    """A draft of an act with its annexes: blocks one after the other, then who signs."""

    frame: Frame
    blocks: list[Block]
    signatures: list[Signature]


@dataclass(frozen=True, slots=True)
class Announcement:
    """The notice of a meeting: when, where, about what."""

    frame: Frame
    intro: str
    facts: list[tuple[str, str]]
    agenda_title: str
    agenda: list[str]
    closing: str
    signatures: list[Signature]


@dataclass(frozen=True, slots=True)
class Decision:
    """One question of the minutes: `votes` and `outcome` are sentences; so is each of the `notes` below them."""

    number: int
    question: str
    votes: str
    outcome: str
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Minutes:
    """Minutes of the assembly with what Law 148, article 39-3 asks: date, place, present, agenda, decisions."""

    frame: Frame
    facts: list[tuple[str, str]]
    present_title: str
    present: list[str]
    agenda_title: str
    agenda: list[str]
    decisions_title: str
    decisions: list[Decision]
    signatures: list[Signature]
    absent_title: str = ""
    absent: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class MinutesInBoth:
    """One file that is signed: the minutes in Kazakh, then in Russian, on sheets that are counted through.

    `frame` is that of the first part.
    """

    frame: Frame
    parts: list[Minutes]


@dataclass(frozen=True, slots=True)
class Correction:
    """Minutes that correct others: each of the `sections` has a title and its words."""

    frame: Frame
    facts: list[tuple[str, str]]
    sections: list[tuple[str, str]]
    signatures: list[Signature]


@dataclass(frozen=True, slots=True)
class CorrectionInBoth:
    """As `MinutesInBoth`."""

    frame: Frame
    parts: list[Correction]


@dataclass(frozen=True, slots=True)
class Extract:
    """One decision of minutes with what was corrected since; `true_line` is what whoever signs stands for."""

    frame: Frame
    facts: list[tuple[str, str]]
    decision_title: str
    decision: Decision
    corrections_title: str
    corrections: list[str]
    true_line: str
    signatures: list[Signature]


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A project in the result: its place by votes, what it got, and the word that says whether it won."""

    place: int
    title: str
    votes: int
    cost: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a poll. `columns` are the five headings of the table, `notes` headings with their sentences."""

    frame: Frame
    facts: list[tuple[str, str]]
    columns: list[str]
    rows: list[ResultRow]
    notes: list[tuple[str, list[str]]]
    signatures: list[Signature]


@dataclass(frozen=True, slots=True)
class AnnexRow:
    """A line of the budget: codes as text, `amount` in thousand tenge with one decimal, as decisions print it."""

    group: str
    administrator: str
    programme: str
    subprogramme: str
    name: str
    amount: str


@dataclass(frozen=True, slots=True)
class Annex:
    """The annex to a budget decision. `columns` are the six headings of the table."""

    frame: Frame
    facts: list[tuple[str, str]]
    columns: list[str]
    rows: list[AnnexRow]
    total_label: str
    total: str
    notes: list[str]
    signatures: list[Signature]


@dataclass(frozen=True, slots=True)
class OfficialLine:
    """A line of an official form: its number there, if it has one; `depth` is how far it stands within another."""

    number: str
    label: str
    values: list[str]
    depth: int


@dataclass(frozen=True, slots=True)
class OfficialForm:
    """A form that goes to superiors. `columns` are the headings: number, indicator, and one for each value."""

    frame: Frame
    columns: list[str]
    lines: list[OfficialLine]
    notes: list[str]
    signatures: list[Signature]


@dataclass(frozen=True, slots=True)
class Spoken:
    """An opinion at a hearing: `who` says whose, how and when it came; `answer` in a word, `reason` as it was given."""

    number: int
    who: str
    text: str
    answer: str
    reason: str


@dataclass(frozen=True, slots=True)
class Hearing:
    """The report of a public hearing: what was counted, the papers, and each opinion with its answer."""

    frame: Frame
    facts: list[tuple[str, str]]
    papers_title: str
    papers: list[str]
    opinions_title: str
    opinions: list[Spoken]
    signatures: list[Signature]


@dataclass(frozen=True, slots=True)
class Recommended:
    """A recommendation with its `term`, the akim's `answer` in a word, and `reason` as it was given."""

    words: str
    term: str
    answer: str
    reason: str


@dataclass(frozen=True, slots=True)
class VisitReport:
    """The report of a visit: what was found, and each recommendation with its answer."""

    frame: Frame
    facts: list[tuple[str, str]]
    findings_title: str
    findings: str
    recommendations_title: str
    recommendations: list[Recommended]
    signatures: list[Signature]


@dataclass(frozen=True, slots=True)
class ComparedLine:
    """A programme or a line of the budget: what was `planned` and what was `reached`, each a sentence."""

    name: str
    planned: str
    reached: str


@dataclass(frozen=True, slots=True)
class Monitoring:
    """A report of the commission: what was compared, what it found and proposes, and who signs it by hand."""

    frame: Frame
    facts: list[tuple[str, str]]
    lines_title: str
    lines: list[ComparedLine]
    sections: list[tuple[str, str]]
    signatures: list[Signature]


class Paper(StrEnum):
    A4 = "a4"
    A3 = "a3"


@dataclass(frozen=True, slots=True)
class Poster:
    """For a wall: `steps` are numbered, `rows` have sums; `closing` stands above the address."""

    frame: Frame
    paper: Paper
    steps: list[str]
    rows: list[tuple[str, str]]
    facts: list[tuple[str, str]]
    closing: str


@dataclass(frozen=True, slots=True)
class Leaf:
    """Where the money goes, for each resident: rows of a name and two sums under `heads`; `decided` by residents."""

    frame: Frame
    heads: tuple[str, str]
    rows: list[tuple[str, str, str]]
    total: tuple[str, str, str]
    decided_title: str
    decided: list[tuple[str, str, str]]
    notes: list[str]
    closing: str


@dataclass(frozen=True, slots=True)
class Barred:
    """A row with a bar: `part` of the longest in thousandths, nil for none; `beside` a second one on the same scale.

    `level` 1 stands within the row above it; `star`: residents decided it.
    """

    name: str
    amount: str
    part: int
    beside: int = 0
    other: str = ""
    level: int = 0
    star: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its rows and what is said below them; `heads` name the two bars where there are two."""

    title: str
    rows: list[Barred]
    notes: list[str] = field(default_factory=list)
    heads: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Leaflet:
    """A budget on one sheet of A4: `figures` are large, with what each is for a resident; sections in two columns."""

    frame: Frame
    figures: list[tuple[str, str, str]]
    left: list[Section]
    right: list[Section]
    notes: list[str]
    closing: str


def qr_svg(address: str) -> str:
    """The address as a QR code, an SVG text for typst."""
    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="svg", border=0, scale=4)
    return out.getvalue().decode()
