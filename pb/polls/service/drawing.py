"""What is drawn in public is typed in one form alone: another spelling of the same numbers would be another seed."""

import re

from flask_babel import lazy_gettext as _

from pb.core.poll import drawn_numbers
from pb.errors import FieldRefusal
from pb.text import one_line

HOW = _(
    "Six different numbers from 1 to 90, as they were drawn one after another and not put back: digits alone, with a "
    "space between them and nothing else, like 7 41 3 12 88 20."
)


def numbers(field: str, text: str) -> str:
    """The drawn numbers in their one form. Raises FieldRefusal(field) for anything else."""
    drawn = one_line(text)
    if re.search(r"[^0-9 ]", drawn):
        raise FieldRefusal(
            field, _("Leave out commas, points and words: digits with a space between them, like 7 41 3 12 88 20.")
        )
    if not drawn_numbers.canonical(drawn):
        raise FieldRefusal(field, HOW)
    return drawn
