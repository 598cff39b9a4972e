"""An empty roll to be filled in: its headings in the reader's language, its IINs kept as text."""

import io
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from pb import tables
from pb.text import harmless

HEADINGS: Final = {
    "kk": ("ЖСН", "Аты-жөні", "Елді мекен"),
    "ru": ("ИИН", "ФИО", "Населённый пункт"),
    "en": ("IIN", "Name", "Settlement"),
}
WIDTHS: Final = (16, 40, 30)
AS_TEXT: Final = "@"


def as_csv(language: str) -> bytes:
    """The heading alone, as the spreadsheet of the language (kk, ru, en) opens it."""
    return tables.as_csv([HEADINGS[language]], language)


def as_workbook(language: str) -> bytes:
    """One sheet with the heading; whatever is typed in its columns stays text."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append([harmless(cell) for cell in HEADINGS[language]])
    sheet.freeze_panes = "A2"
    for place, width in enumerate(WIDTHS, 1):
        column = sheet.column_dimensions[get_column_letter(place)]
        column.width, column.number_format = width, AS_TEXT
        sheet.cell(1, place).font = Font(bold=True)
        sheet.cell(1, place).number_format = AS_TEXT
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()
