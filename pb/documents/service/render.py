"""Printed documents: typed data in, PDF bytes out. No clock and no database: the same data give the same page.

Every word arrives translated; typst gets it as JSON in `sys.inputs`, so no text of a resident is ever read as markup.
"""

import datetime as dt
import json
from dataclasses import asdict
from pathlib import Path

import typst

from pb.documents.service.sheets import (
    ActPaper,
    Annex,
    Announcement,
    CorrectionInBoth,
    Extract,
    Hearing,
    Leaf,
    Leaflet,
    MinutesInBoth,
    Monitoring,
    OfficialForm,
    Poster,
    Result,
    VisitReport,
)

HERE = Path(__file__).parent
FONTS = typst.Fonts(include_system_fonts=False)  # the wheel's Libertinus Serif has ә ғ қ ң ө ұ ү һ і and ₸
FAMILIES = {"Libertinus Serif", "DejaVu Sans Mono"}  # those that the templates name
PICTURE_PPI = 150.0
EPOCH = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)  # no hour of printing inside the file


Document = (
    ActPaper
    | Announcement
    | MinutesInBoth
    | CorrectionInBoth
    | Extract
    | Hearing
    | Result
    | Annex
    | OfficialForm
    | Poster
    | VisitReport
    | Monitoring
    | Leaf
    | Leaflet
)
TEMPLATES: dict[type[Document], str] = {
    ActPaper: "act.typ",
    Announcement: "announcement.typ",
    MinutesInBoth: "minutes.typ",
    CorrectionInBoth: "correction.typ",
    Extract: "extract.typ",
    Hearing: "hearing.typ",
    Result: "result.typ",
    Annex: "annex.typ",
    OfficialForm: "official_form.typ",
    Poster: "poster.typ",
    VisitReport: "visit.typ",
    Monitoring: "monitoring.typ",
    Leaf: "leaf.typ",
    Leaflet: "leaflet.typ",
}


def render(document: Document) -> bytes:
    """The document as a PDF (bytes). Raises typst.TypstError if the template itself is wrong."""
    pdf = typst.compile(
        HERE / TEMPLATES[type(document)],
        root=HERE,
        font_paths=FONTS,
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": json.dumps(asdict(document), ensure_ascii=False)},
        timestamp=EPOCH,
    )
    return bytes(pdf)


def as_picture(leaf: Leaf) -> bytes:
    """One leaf as a PNG (bytes), as people send pictures to each other. Raises typst.TypstError."""
    png = typst.compile(
        HERE / TEMPLATES[Leaf],
        root=HERE,
        font_paths=FONTS,
        ignore_system_fonts=True,
        format="png",
        ppi=PICTURE_PPI,
        sys_inputs={"data": json.dumps(asdict(leaf), ensure_ascii=False), "picture": "yes"},
    )
    return bytes(png)
