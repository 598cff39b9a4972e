"""Acts as DOCX, for who goes on writing in them. Pure as `render`: the same data give the same words."""

from io import BytesIO
from typing import Final

from docx import Document as WordFile
from docx.document import Document
from docx.enum.text import WD_BREAK, WD_COLOR_INDEX
from docx.shared import Mm, Pt

from pb.documents.service.sheets import ActPaper, Block, BlockKind

A4: Final = (Mm(210), Mm(297))


def as_word(paper: ActPaper) -> bytes:
    """The paper as DOCX (bytes), what only people decide marked in it."""
    file = WordFile()
    sheet = file.sections[0]
    sheet.page_width, sheet.page_height = A4  # the library's own sheet is the American one
    file.styles["Normal"].font.name = "Times New Roman"
    file.styles["Normal"].font.size = Pt(12)
    file.core_properties.title = paper.frame.title
    file.core_properties.author = paper.frame.okrug
    file.add_heading(paper.frame.title, level=1)
    # Who signs an act signs its text; annexes come on the sheets after it.
    end = next((at for at, block in enumerate(paper.blocks) if block.kind is BlockKind.PAGE), len(paper.blocks))
    for block in paper.blocks[:end]:
        _write(file, block)
    for person in paper.signatures:
        file.add_paragraph(f"{person.role}: ____________________ {person.name}".rstrip())
    for block in paper.blocks[end:]:
        _write(file, block)
    out = BytesIO()
    file.save(out)
    return out.getvalue()


def _write(file: Document, block: Block) -> None:
    if block.kind is BlockKind.HEADING:
        file.add_heading(block.text, level=2)
    elif block.kind is BlockKind.PAGE:
        file.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    elif block.kind is BlockKind.TABLE:
        _write_table(file, block)
    else:
        text = f"{block.text} – {block.amount}" if block.kind is BlockKind.LINE else block.text
        run = file.add_paragraph().add_run(text)
        if block.open:
            run.font.highlight_color = WD_COLOR_INDEX.YELLOW


def _write_table(file: Document, block: Block) -> None:
    rows = [block.columns, *block.rows]
    table = file.add_table(rows=len(rows), cols=len(block.columns), style="Table Grid")
    cells = iter(table._cells)  # noqa: SLF001 - `table.cell` looks at the whole table each time
    for at, row in enumerate(rows):
        for text in row:
            run = next(cells).paragraphs[0].add_run(text)
            run.bold = at == 0
