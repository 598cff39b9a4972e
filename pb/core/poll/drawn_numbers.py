"""The one form of what is drawn in public: six different numbers from 1 to 90, in the order in which they came.

Whoever could write the same drawing in two ways (a point, a nought before a digit, a word) could try spellings until
the seed, which is a hash, suits. So a drawing has one text: decimal digits, no nought in front, one space between. Six
of the 90 kegs of a lotto, none put back, give 448 282 533 600 drawings, a little over 2^38.
"""

import re

HOW_MANY = 6
LARGEST = 90
NUMBER = r"([1-9]|[1-8][0-9]|90)"
FORM = rf"{NUMBER}( {NUMBER}){{{HOW_MANY - 1}}}"


def canonical(text: str) -> bool:
    """Whether a text is a drawing in its one form: `7 41 3 12 88 20`."""
    return re.fullmatch(FORM, text) is not None and len(set(text.split(" "))) == HOW_MANY
