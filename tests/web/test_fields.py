"""How a field of a form shows what is wrong with it."""

from pathlib import Path

import jinja2
from wtforms import Form, StringField

TEMPLATES = Path(__file__).parents[2] / "pb" / "templates"


class Upload(Form):
    file = StringField("File")


def shown(*errors: str) -> str:
    form = Upload()
    form.file.errors = errors
    pages = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True)
    pages.filters["settlement"] = str
    page = pages.from_string("{% from 'components.html' import field with context %}{{ field(form.file) }}")
    return page.render(form=form, _=str)


def test_one_error_is_a_paragraph() -> None:
    assert '<p class="error" id="file-error">' in shown("Line 2 has no number.", "Line 2 has no number.")


def test_several_errors_of_a_file_are_a_list_and_the_field_names_it() -> None:
    text = shown("Line 2 has no number.", "Line 3 has no name.")
    assert '<div class="error" id="file-error">' in text
    assert text.count("<li>") == 2
    assert 'aria-describedby="file-error"' in text
