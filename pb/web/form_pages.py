"""Where the page of a form is found again: after signing in, in another language, when its time had run out."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import request

PAGE = "form_page"


def page_of_the_form() -> str | None:
    """The address of the page on which this form stood, as the form itself says; None for what is not of this site.

    A form that nobody has taken apart so far (too large, for no page of ours) is not taken apart for this.
    """
    if request.method == "GET":
        return _without_language(request.full_path)
    form = vars(request).get("form")
    told = local_address(form.get(PAGE)) if form is not None else None
    return _without_language(told) if told else None


def page_it_was_sent_from() -> str | None:
    """As `page_of_the_form`, of a form that nobody took apart: by the address of which the browser tells this site."""
    parts = urlsplit(request.referrer or "")
    told = local_address(f"{parts.path}?{parts.query}" if parts.query else parts.path)
    return _without_language(told) if told and parts.netloc == request.host else None


def _without_language(address: str) -> str:
    parts = urlsplit(address)
    query = urlencode([(name, value) for name, value in parse_qsl(parts.query) if name != "lang"])
    return f"{parts.path}?{query}" if query else parts.path


def local_address(after: str | None) -> str | None:
    """`after` if it is a path of this site and nothing else, or None."""
    if not after or not after.startswith("/") or after.startswith("//") or "\\" in after:
        return None
    if any(ord(symbol) < ord(" ") for symbol in after):
        return None  # browsers drop tabs and line breaks: "/\t/elsewhere" would lead away
    parts = urlsplit(after)
    return None if parts.scheme or parts.netloc else after
