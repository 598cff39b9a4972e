"""What is wrong with an electronic signature, by a word that programs can compare."""

from dataclasses import dataclass
from enum import StrEnum

from pb.core.findings import Finding


class Fault(StrEnum):
    """Why bytes are not read, or which check of a signer failed."""

    SIZE = "size"
    DEPTH = "depth"
    FORM = "form"
    ALGORITHM = "algorithm"
    NO_SIGNER = "no_signer"
    NO_CERTIFICATE = "no_certificate"
    ATTRIBUTES = "attributes"
    CONTENT = "content"
    STATEMENT = "statement"


class EDSError(ValueError):
    """The input cannot be judged at all; `code` says why, `finding` in a sentence that holds nothing of the input."""

    def __init__(self, code: Fault, sentence: str, **values: str | int | Finding) -> None:
        self.finding = Finding(sentence, **values)
        super().__init__(str(self.finding))
        self.code = code


@dataclass(frozen=True)
class Unread:
    """A file of a folder that cannot be read, and why: it is set aside, and who needs it is told."""

    name: str
    why: Finding | str

    def __str__(self) -> str:
        return f"{self.name}: {self.why}"
