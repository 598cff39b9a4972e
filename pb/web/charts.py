"""Charts drawn by the server: plain SVG with classes, no script, no style attributes; a table stands beside."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

BAR_HEIGHT = 22
LINE_HEIGHT = 20
ROW_GAP = 18
LABEL_CHARACTERS = 34  # what fits 288 px, the narrowest page without its margins


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: `value` in any unit, `shown` its text with the unit, `won` a winner."""

    label: str
    value: int
    shown: str
    won: bool = False
    language: str = ""  # of the label, where it may be another than the page's


def wrapped(label: str, width: int = LABEL_CHARACTERS) -> list[str]:
    """The label in lines of at most `width` characters; SVG text does not break lines by itself.

    A word that is longer than a line, which nobody but a joker writes, is cut into halves of a line: its letters may be
    wide ones.
    """
    lines: list[str] = []
    line = ""
    half = width // 2
    words = label.split()
    for word in (piece for one in words for piece in ([one] if len(one) <= width else textwrap.wrap(one, half))):
        candidate = f"{line} {word}".strip()
        if len(candidate) > width and line:
            lines.append(line)
            candidate = word
        line = candidate
    return [*lines, line] if line else lines


def bar_chart(
    rows: Sequence[Bar],
    *,
    title: str,
    won: str = "",
    envelope: int | None = None,
    envelope_text: str = "",
    keep_order: bool = False,
) -> Markup:
    """Horizontal bars, longest first unless `keep_order`; winners carry a flag and the word `won`.

    `envelope` is drawn as a line. Lengths are percentages of the width and heights are pixels,
    so the chart reads the same at 320 px and on paper.
    """
    ordered = list(rows) if keep_order else sorted(rows, key=lambda bar: -bar.value)
    reach = max([bar.value for bar in ordered] + [envelope or 0, 1])
    parts: list[Markup] = []
    top = LINE_HEIGHT + 8 if envelope is not None else 0
    y = top
    for bar in ordered:
        drawn, y = _row(bar, y, reach, won)
        parts.append(drawn)
    if envelope is not None:
        parts.append(_limit(envelope, envelope_text, reach, top, y))
    return Markup('<svg class="chart" role="img" xmlns="http://www.w3.org/2000/svg" width="100%" height="{}">').format(
        y
    ) + Markup("<title>{}</title>{}</svg>").format(title, Markup("").join(parts))


def money_bar(spent: int, whole: int, *, title: str, spent_text: str, left_text: str) -> Markup:
    """One bar: what is spent of the whole, and what is left; each is said beside its end, from which it is read."""
    bar = LINE_HEIGHT + 6
    below = bar + BAR_HEIGHT + LINE_HEIGHT
    return Markup(
        '<svg class="chart" role="img" xmlns="http://www.w3.org/2000/svg" width="100%" height="{height}">'
        '<title>{title}</title><text class="value" x="0" y="{above}">{spent_text}</text>'
        '<rect class="bar" x="0" y="{bar}" width="100%" height="{thick}"/>'
        '<rect class="bar won" x="0" y="{bar}" width="{share}%" height="{thick}"/>'
        '<text x="100%" y="{below}" text-anchor="end">{left_text}</text></svg>'
    ).format(
        height=below + 8,
        title=title,
        above=LINE_HEIGHT - 4,
        spent_text=spent_text,
        bar=bar,
        thick=BAR_HEIGHT,
        share=_percent(spent, max(whole, 1)),
        below=below,
        left_text=left_text,
    )


def _row(bar: Bar, y: int, reach: int, won: str) -> tuple[Markup, int]:
    text, tongue = Markup(""), Markup(' lang="{}"').format(bar.language) if bar.language else Markup("")
    for line in wrapped(bar.label):
        y += LINE_HEIGHT
        text += Markup('<text x="0" y="{}"{}>{}</text>').format(y - 5, tongue, line)
    y += LINE_HEIGHT
    flag = Markup("")
    shift = 0
    if bar.won:
        flag = Markup('<path class="flag" d="M1 {}v-13h12l-3 4 3 4h-12"/>').format(y - 3)
        shift = 20
    shown = f"{bar.shown} – {won}" if bar.won and won else bar.shown
    text += Markup('<text class="value" x="{}" y="{}">{}</text>').format(shift, y - 5, shown)
    rectangle = Markup('<rect class="bar{}" x="0" y="{}" width="{}%" height="{}"/>').format(
        " won" if bar.won else "", y, _percent(bar.value, reach), BAR_HEIGHT
    )
    return text + flag + rectangle, y + BAR_HEIGHT + ROW_GAP


def _limit(envelope: int, words: str, reach: int, top: int, bottom: int) -> Markup:
    x = _percent(envelope, reach)
    return Markup('<line class="limit" x1="{0}%" x2="{0}%" y1="{1}" y2="{2}"/>').format(x, top - 6, bottom) + Markup(
        '<text class="value" x="{}%" y="{}" text-anchor="end">{}</text>'
    ).format(x, top - 10, escape(words))


def _percent(value: int, reach: int) -> str:
    """Two decimals by integer arithmetic: the same picture on every machine."""
    hundredths = value * 10000 // reach
    return f"{hundredths // 100}.{hundredths % 100:02d}"
