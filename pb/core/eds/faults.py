"""What is wrong with an electronic signature, by a word that programs can compare."""

from enum import StrEnum


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
    """The input cannot be judged at all; `code` says why, the message is for a log and holds nothing of the input."""

    def __init__(self, code: Fault, message: str) -> None:
        super().__init__(message)
        self.code = code
