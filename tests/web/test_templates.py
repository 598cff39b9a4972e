"""What a view passes to its page hides nothing that every template calls: a `number` broke the sizes of papers."""

import ast
import re
from functools import cache
from pathlib import Path

from flask import Flask
from jinja2 import meta

VIEWS, TEMPLATES = Path("pb"), Path("pb/templates")
IMPORT = re.compile(r'\{% from "([^"]+)" import ([^%]*?)(with context )?-?%\}')
TEMPLATE_CALLS = {"page", "render_template"}


def test_no_view_passes_what_is_called_as_every_templates_own_function(app: Flask) -> None:
    own = {*app.jinja_env.globals}
    assert "number" in own
    hiding = [
        (str(path), call.lineno, names)
        for path in VIEWS.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in TEMPLATE_CALLS
        if (names := {keyword.arg for keyword in call.keywords} & own)
    ]
    assert hiding == []


def test_macros_that_need_no_context_are_imported_without_one_and_those_that_need_it_with_it(app: Flask) -> None:
    """Imported with it, a macro sees each variable of each page. `components.html` has forms and who looks at them."""

    @cache
    def needs_a_context(name: str) -> list[str]:
        source = (TEMPLATES / name).read_text(encoding="utf-8")
        unknown = meta.find_undeclared_variables(app.jinja_env.parse(source)) - {*app.jinja_env.globals}
        nested = [inner for inner, _macros, needs in IMPORT.findall(source) if needs]
        return [*sorted(unknown), *nested]

    wrong = []
    for path in sorted(TEMPLATES.rglob("*.html")):
        for name, _macros, with_context in IMPORT.findall(path.read_text(encoding="utf-8")):
            if bool(with_context) != bool(needs_a_context(name)):
                wrong.append((str(path), name, needs_a_context(name)))
    assert wrong == []
