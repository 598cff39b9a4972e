"""Files that are sent as they lie on the disk: no thread waits for whoever takes them slowly."""

from typing import BinaryIO

from flask import Response, send_file


def send_part(file: BinaryIO, size: int, name: str, kind: str) -> Response:
    """The first `size` bytes of an open file as a download; the server closes it."""
    response = send_file(file, mimetype=kind, as_attachment=True, download_name=name, conditional=False)
    response.content_length = size
    return response
