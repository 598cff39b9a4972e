"""What a poll commits to besides its question: the field "asar" of election.json.

Projects, costs, envelope, counting rule, closing time, minimum of ballots and tie seed are frozen in election.json
when the poll opens; every ballot is bound to them by the election's hash. Other tools accept the field and ignore it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Self

from pb.core.allocation.equal_shares import SharesTerms
from pb.core.allocation.greedy import PLAIN, Allocation, Candidate, greedy
from pb.core.belenios.ballot_rule import FIELD as BALLOT_RULE
from pb.core.belenios.ballot_rule import BallotRule, Knapsack, Ranking, rule_extra
from pb.core.belenios.ballot_rule import parse_rule as parse_ballot_rule
from pb.core.belenios.canonical import (
    Check,
    JSONValue,
    ProtocolError,
    decode_base64,
    digest,
    dump_json,
    fields,
    items,
    sha256_hex,
    text,
    whole,
)
from pb.core.belenios.groups import BELENIOS_2048, Element, Group
from pb.core.belenios.messages import Election, Question, WholeQuestion
from pb.core.poll.bilingual import Bilingual, Said
from pb.core.poll.card_list import MakerStatement
from pb.core.poll.counting_rule import CountingRule, check_rule, parse_rule, rule_value

FIELD: Final = "asar"
NAMES: Final = (
    "version",
    "okrug",
    "fiscal_year",
    "envelope",
    "projects",
    "choices",
    "rule",
    "closes_at",
    "minimum_ballots",
    "tie_seed",
    "roll",
    "receipt_key",
    "minutes",
)
UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
KATO: Final = re.compile(r"\d{9}", re.ASCII)
INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Okrug:
    """The territory: its code in the national classifier KATO and its name in Kazakh and Russian."""

    kato: str
    name_kk: str
    name_ru: str


@dataclass(frozen=True, slots=True)
class Project:
    """A project on the ballot. `number` is its number on the ballot, `title` Kazakh and Russian, `cost` in tiyn."""

    id: str
    number: int
    title: str
    settlement: str
    cost: int

    @property
    def answer(self) -> str:
        """The project's answer in the question."""
        return f"{self.number}. {self.title}"

    def called(self, language: str) -> Said:
        """Its title for a reader of a language."""
        return Bilingual.parse(self.title).said(language)


@dataclass(frozen=True, slots=True)
class TieSeed:
    """The text drawn in public before opening, and its SHA-256 in hexadecimal, which orders ties."""

    text: str
    sha256: str

    @classmethod
    def of(cls, drawn: str) -> Self:
        return cls(drawn, sha256_hex(drawn))


@dataclass(frozen=True, slots=True)
class Roll:
    """How many persons may vote, and the salted commitment to the roll (SHA-256, hexadecimal)."""

    count: int
    commitment: str


@dataclass(frozen=True, slots=True)
class Minutes:
    """The minutes that settled the poll: number, and date as YYYY-MM-DD."""

    number: str
    date: str


@dataclass(frozen=True, slots=True)
class PollTerms:
    """The terms of a poll. Money in tiyn; `closes_at` in UTC as YYYY-MM-DDThh:mm:ssZ; `receipt_key` in base64.

    The projects are in the order of the question's answers; at most `choices` of them may be chosen. `reserve` is how
    many credentials are in the setup beyond those of the roll, for lost cards; None in polls that knew of no reserve.
    `ballot` is the rule for a valid ballot where ballots are decrypted as a whole; without it only totals are, and then
    `blank` says whether the ballot has a blank choice. `maker` is what the maker of the cards stated of the list;
    None in polls that were opened before makers did.
    """

    okrug: Okrug
    fiscal_year: int
    envelope: int
    projects: tuple[Project, ...]
    choices: int
    closes_at: str
    minimum_ballots: int
    tie_seed: TieSeed
    roll: Roll
    receipt_key: str
    minutes: Minutes | None = None
    rule: CountingRule = PLAIN
    reserve: int | None = None
    ballot: BallotRule | None = None
    blank: bool = False
    maker: MakerStatement | None = None

    @classmethod
    def parse(cls, value: JSONValue) -> Self:
        """The terms from the value of the field "asar". Raises ProtocolError (FORM, TERMS, UNSUPPORTED)."""
        if isinstance(value, dict) and value.get("version") != 1:
            raise ProtocolError(Check.UNSUPPORTED, "The terms are of an unknown version.")
        members = fields(value, *NAMES, optional=("reserve", "ballot", "blank", "maker"))
        rule = parse_rule(members["rule"])
        okrug = fields(members["okrug"], "kato", "name_kk", "name_ru")
        seed = fields(members["tie_seed"], "text", "sha256")
        roll = fields(members["roll"], "count", "commitment")
        minutes = None if members["minutes"] is None else fields(members["minutes"], "number", "date")
        decode_base64(members["receipt_key"], Check.TERMS, size=32)
        terms = cls(
            okrug=Okrug(_match(KATO, okrug["kato"]), text(okrug["name_kk"]), text(okrug["name_ru"])),
            fiscal_year=whole(members["fiscal_year"], least=2000, most=2999),
            envelope=whole(members["envelope"]),
            projects=tuple(_project(project) for project in items(members["projects"])),
            choices=whole(members["choices"], least=1),
            closes_at=_instant(members["closes_at"]),
            minimum_ballots=whole(members["minimum_ballots"]),
            tie_seed=TieSeed(text(seed["text"]), digest(seed["sha256"])),
            roll=Roll(whole(roll["count"]), digest(roll["commitment"])),
            receipt_key=members["receipt_key"],
            minutes=None if minutes is None else Minutes(text(minutes["number"]), _day(minutes["date"])),
            rule=rule,
            reserve=whole(members["reserve"]) if "reserve" in members else None,
            ballot=_ballot(members["ballot"], len(items(members["projects"]))) if "ballot" in members else None,
            blank=_blank(members["blank"]) if "blank" in members else False,
            maker=MakerStatement.from_value(members["maker"]) if "maker" in members else None,
        )
        terms.check()
        return terms

    @classmethod
    def of(cls, election: Election) -> Self | None:
        """The terms of an election, checked against its question; None for an election of another tool.

        Raises ProtocolError as `parse` does, and TERMS where question and terms do not say the same.
        """
        if FIELD not in election.extra:
            return None
        terms = cls.parse(election.extra[FIELD])
        if election.questions != (terms.question(election.questions[0].question),):
            raise ProtocolError(
                Check.TERMS, "The question is not the one of the terms.", equation="answers = projects, max = choices"
            )
        return terms

    def check(self) -> None:
        """Raise ProtocolError (TERMS) for terms that contradict themselves."""
        projects = self.projects
        if not 1 <= self.choices <= len(projects):
            raise ProtocolError(Check.TERMS, "More choices than projects.", equation="1 ≤ choices ≤ projects")
        for values in ({project.id for project in projects}, {project.number for project in projects}):
            if len(values) != len(projects):
                raise ProtocolError(Check.TERMS, "A project occurs twice.")
        if self.ballot is not None and self.blank:
            raise ProtocolError(Check.TERMS, "Whole ballots have no blank choice.")
        if isinstance(self.ballot, Knapsack) and self.ballot.costs != tuple(project.cost for project in projects):
            raise ProtocolError(
                Check.TERMS,
                "The costs of a ballot are not those of the projects.",
                equation="costs = costs of projects",
            )
        if isinstance(self.rule, SharesTerms) and (self.ballot is None or isinstance(self.ballot, Ranking)):
            raise ProtocolError(Check.TERMS, "Equal shares are counted from whole ballots with marks or points.")
        check_rule(self.rule, self.envelope, {project.id for project in projects})
        if sha256_hex(self.tie_seed.text) != self.tie_seed.sha256:
            raise ProtocolError(
                Check.TERMS, "The tie seed is not the hash of its text.", equation="sha256 = SHA256(text)"
            )

    def question(self, wording: str) -> Question | WholeQuestion:
        """The question of the poll: a project per answer, none to `choices` of them, or the rule of a whole ballot.

        With a blank choice, choosing none is that choice.
        """
        answers = tuple(project.answer for project in self.projects)
        if self.ballot is not None:
            return WholeQuestion(answers, wording, rule_extra(self.ballot))
        return Question(answers, int(self.blank), self.choices, wording, self.blank)

    def to_value(self) -> dict[str, JSONValue]:
        """The value of the field "asar"."""
        okrug, seed, roll, minutes = self.okrug, self.tie_seed, self.roll, self.minutes
        return {
            "version": 1,
            "okrug": {"kato": okrug.kato, "name_kk": okrug.name_kk, "name_ru": okrug.name_ru},
            "fiscal_year": self.fiscal_year,
            "envelope": self.envelope,
            "projects": [
                {
                    "id": project.id,
                    "number": project.number,
                    "title": project.title,
                    "settlement": project.settlement,
                    "cost": project.cost,
                }
                for project in self.projects
            ],
            "choices": self.choices,
            "rule": rule_value(self.rule),
            "closes_at": self.closes_at,
            "minimum_ballots": self.minimum_ballots,
            "tie_seed": {"text": seed.text, "sha256": seed.sha256},
            "roll": {"count": roll.count, "commitment": roll.commitment},
            "receipt_key": self.receipt_key,
            "minutes": minutes and {"number": minutes.number, "date": minutes.date},
            **({} if self.reserve is None else {"reserve": self.reserve}),
            **({} if self.ballot is None else {"ballot": self.ballot.to_value()}),
            **({"blank": True} if self.blank else {}),
            **({} if self.maker is None else {"maker": self.maker.to_value()}),
        }

    def to_json(self) -> str:
        return dump_json(self.to_value())

    def allocate(self, votes: Sequence[int]) -> Allocation:
        """The winners for these votes by `greedy`, one number per project in their order."""
        if isinstance(self.rule, SharesTerms):
            raise TypeError("equal shares are counted from ballots, not from votes")
        return greedy(self.envelope, self.candidates(votes), self.tie_seed.sha256, self.rule)

    def candidates(self, votes: Sequence[int]) -> list[Candidate]:
        """The projects as the counting rule sees them."""
        return [
            Candidate(project.id, project.cost, count, project.settlement)
            for project, count in zip(self.projects, votes, strict=True)
        ]


def _ballot(value: JSONValue, answers: int) -> BallotRule:
    rule = parse_ballot_rule({BALLOT_RULE: value}, answers)
    if rule is None:
        raise ProtocolError(Check.TERMS, "The terms of a ballot are none.")
    return rule


def _blank(value: JSONValue) -> bool:
    if value is not True:
        raise ProtocolError(Check.FORM, "“blank” is true or left out.")
    return True


def _match(pattern: re.Pattern[str], value: JSONValue) -> str:
    if not pattern.fullmatch(text(value)):
        raise ProtocolError(Check.TERMS, "A code, an id or a time is not in its form.")
    return str(value)


def _instant(value: JSONValue) -> str:
    instant = _match(INSTANT, value)
    try:
        datetime.fromisoformat(instant)
    except ValueError as error:
        raise ProtocolError(Check.TERMS, "The closing time is no time.") from error
    return instant


def _day(value: JSONValue) -> str:
    day = _match(DAY, value)
    try:
        date.fromisoformat(day)
    except ValueError as error:
        raise ProtocolError(Check.TERMS, "The date of the minutes is no date.") from error
    return day


def _project(value: JSONValue) -> Project:
    members = fields(value, "id", "number", "title", "settlement", "cost")
    return Project(
        id=_match(UUID, members["id"]),
        number=whole(members["number"], least=1),
        title=text(members["title"]),
        settlement=text(members["settlement"]),
        cost=whole(members["cost"]),
    )


def build_election(
    *,
    uuid: str,
    name: str,
    description: str,
    question: str,
    public_key: Element,
    terms: PollTerms,
    administrator: str,
    credential_authority: str,
    group: Group = BELENIOS_2048,
) -> str:
    """The canonical text of election.json. It is parsed again before it is given out.

    Raises ProtocolError: TERMS for texts with control characters or terms that contradict themselves, and whatever
    `Election.parse` and `PollTerms.of` raise.
    """
    value = {
        "version": 1,
        "description": description,
        "name": name,
        "group": group.name,
        "public_key": group.serialise(public_key),
        "questions": [terms.question(question).to_value()],
        "uuid": uuid,
        "administrator": administrator,
        "credential_authority": credential_authority,
        FIELD: terms.to_value(),
    }
    election_json = dump_json(value)
    if CONTROL.search("".join(_texts(value))):
        raise ProtocolError(Check.TERMS, "A text holds a control character.")
    PollTerms.of(Election.parse(election_json))
    return election_json


def _texts(value: JSONValue) -> list[str]:
    """Every string in a JSON value."""
    if isinstance(value, dict):
        return [string for member in value.values() for string in _texts(member)]
    if isinstance(value, list):
        return [string for member in value for string in _texts(member)]
    return [value] if isinstance(value, str) else []
