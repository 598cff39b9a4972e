"""Texts that people type, before they are compared or kept."""

import unicodedata


def one_line(text: str) -> str:
    """The text in normal form on one line: titles stand in ballots, where control characters are refused."""
    printable = "".join(" " if unicodedata.category(sign).startswith("C") else sign for sign in text)
    return " ".join(unicodedata.normalize("NFC", printable).split())
