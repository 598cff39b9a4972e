"""QR codes of secrets that somebody's own telephone reads: drawn into the page, never fetched."""

import io

import segno
from markupsafe import Markup


def qr_code(text: str, title: str) -> Markup:
    """An SVG element; `title` says what it is to whoever hears the page."""
    drawing = io.BytesIO()
    segno.make(text, error="m").save(
        drawing, kind="svg", border=2, scale=4, xmldecl=False, svgns=False, title=title, omitsize=False
    )
    return Markup(drawing.getvalue().decode())  # noqa: S704 - segno's own drawing, which escapes the title
