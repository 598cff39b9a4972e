"""A page that asks once more leads back to its form with all that was typed, of every form that asks so.

The answers of the sample, which are ticked: tests/checks/test_pages.py;
of convening: tests/gatherings/test_calling_off.py.
"""

import html

from tests.conftest import SignIn
from tests.village import Village
from tests.web.form_calls import calls

ASKING = (
    "gatherings.AnswerForm",
    "voting.AnswerForm",
)


def test_no_leads_back_to_what_was_typed_and_does_nothing(okrug: Village, sign_in: SignIn) -> None:
    """Played: "No" was a link to the empty form."""
    known = calls(okrug)
    for name in ASKING:
        call = known[name]
        call.ready()
        typed = {field: text for field, text in call.answers.items() if field != "confirmed"}
        person = sign_in(call.role)
        asked = person.post(call.path, data=typed)
        assert asked.status_code == 200, name
        assert 'name="back"' in asked.text, name
        back = person.post(call.path, data={**call.answers, "back": "y"})
        assert back.status_code == 200, name
        assert 'name="back"' not in back.text, name
        shown = html.unescape(back.text)
        for text in typed.values():
            assert f'value="{text}"' in shown or f">{text}</textarea>" in shown.replace("\r\n", ""), (name, text)
