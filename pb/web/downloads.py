"""Files that people take: made for them, or as they lie on the disk, so that no thread waits for who is slow."""

from typing import BinaryIO, Final

from flask import Response, send_file

WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CALENDAR: Final = "text/calendar; charset=utf-8"


def send_part(file: BinaryIO, size: int, name: str, kind: str) -> Response:
    """The first `size` bytes of an open file as a download; the server closes it."""
    response = send_file(file, mimetype=kind, as_attachment=True, download_name=name, conditional=False)
    response.content_length = size
    return response


def attachment(data: bytes | str, kind: str, name: str) -> Response:
    """A file that was made for this request, under an ASCII name."""
    return Response(data, mimetype=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
