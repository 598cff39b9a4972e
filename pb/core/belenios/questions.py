"""The questions of an election (section 4.9 of the specification)."""

from dataclasses import dataclass
from typing import Final, Self

from pb.core.belenios.canonical import Check, JSONValue, ProtocolError, fields, items, text, whole

MAX_ANSWERS: Final = 1000


@dataclass(frozen=True, slots=True)
class Question:
    """A homomorphic question (section 4.9.1): between `min` and `max` of the answers, or a blank vote if allowed."""

    answers: tuple[str, ...]
    min: int
    max: int
    question: str
    blank: bool = False

    @property
    def ciphertexts(self) -> int:
        """How many ciphertexts an answer holds: one per answer, and one before them if blank votes are allowed."""
        return len(self.answers) + self.blank

    @classmethod
    def from_value(cls, value: JSONValue) -> Self:
        """Extra fields are accepted, as the specification's own tool accepts them."""
        members = fields(value, "answers", "min", "max", "question", extra=True)
        answers = _answers(members["answers"])
        blank = members.get("blank", False)
        if not isinstance(blank, bool):
            raise ProtocolError(Check.FORM, "“blank” is either true or false.")
        most = whole(members["max"], most=len(answers))
        return cls(answers, whole(members["min"], most=most), most, text(members["question"]), blank)

    def to_value(self) -> dict[str, JSONValue]:
        blank = {"blank": True} if self.blank else {}
        answers = list(self.answers)
        return {"answers": answers, **blank, "min": self.min, "max": self.max, "question": self.question}


@dataclass(frozen=True, slots=True)
class WholeQuestion:
    """A non-homomorphic question (section 4.9.2): each ballot is decrypted as a whole, after shuffling.

    An answer is a number of 0..255 for each of `answers`. `extra` is what election.json says beside it, unknown to the
    specification; Asar's rule for a valid ballot is there.
    """

    answers: tuple[str, ...]
    question: str
    extra: JSONValue = None

    @classmethod
    def from_value(cls, value: dict[str, JSONValue]) -> Self:
        if value["type"] != "NonHomomorphic":
            raise ProtocolError(Check.UNSUPPORTED, "A question of an unknown type.")
        members = fields(value, "type", "value", optional=("extra",))
        inner = fields(members["value"], "answers", "question", extra=True)
        return cls(_answers(inner["answers"]), text(inner["question"]), members.get("extra"))

    def to_value(self) -> dict[str, JSONValue]:
        extra = {} if self.extra is None else {"extra": self.extra}
        value = {"answers": list(self.answers), "question": self.question}
        return {"type": "NonHomomorphic", "value": value, **extra}


AnyQuestion = Question | WholeQuestion


def parse_question(value: JSONValue) -> AnyQuestion:
    """A question of either kind. Raises ProtocolError (FORM, UNSUPPORTED)."""
    if isinstance(value, dict) and "type" in value:
        return WholeQuestion.from_value(value)
    return Question.from_value(value)


def _answers(value: JSONValue) -> tuple[str, ...]:
    answers = tuple(text(answer) for answer in items(value))
    if not 1 <= len(answers) <= MAX_ANSWERS:
        raise ProtocolError(Check.FORM, "The number of answers is out of bounds.")
    return answers
