"""Names in plain Latin letters: one fixed table, so that an address can be told over the telephone."""

import re

ENDING = re.compile(r"(?<=\w)[ыи]й\b")  # «Красный Яр» is Krasny Yar
LETTERS = {
    "а": "a", "ә": "a", "б": "b", "в": "v", "г": "g", "ғ": "g", "д": "d", "е": "e", "ё": "yo", "ж": "zh", "з": "z",
    "и": "i", "й": "i", "к": "k", "қ": "k", "л": "l", "м": "m", "н": "n", "ң": "n", "о": "o", "ө": "o", "п": "p",
    "р": "r", "с": "s", "т": "t", "у": "u", "ұ": "u", "ү": "u", "ф": "f", "х": "kh", "һ": "h", "ц": "ts", "ч": "ch",
    "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "і": "i", "ь": "", "э": "e", "ю": "yu", "я": "ya",
}  # fmt: skip


def in_latin(text: str) -> str:
    """The text with its Kazakh and Russian letters replaced, capitals kept: «Қызылжар» is Kyzylzhar."""
    told = []
    for letter in ENDING.sub("ы", text):
        found = LETTERS.get(letter.lower())
        told.append(letter if found is None else found.capitalize() if letter.isupper() else found)
    return "".join(told)
