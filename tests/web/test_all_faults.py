"""What the form and what its service find wrong stands in one answer, each at its field, and what was typed stays."""

import html
import re

from pb.act import Role
from pb.identity.models import Person
from pb.identity.service import accounts
from pb.territory import service as territories
from tests.conftest import SignIn
from tests.village import PASSWORD, SETTLEMENTS, Village, invented_iin
from tests.web.form_calls import calls

CHILD = invented_iin(1, born="150101", century=5).text
ON_THE_ROLL = invented_iin(100).text
WITHOUT = invented_iin(402).text
OF_HERE = invented_iin(1 + [*Role].index(Role.CLERK)).text
FAR = "2999-01-01"
COMMON = {"password": "password1234", "repeated": "password1234"}
DIFFERENT = {"repeated": "four other words together"}
NOT_ECHOED = {"password", "repeated", "current", "code"}

# Each form with two fields at fault, of which its service refuses the first, and the second the form; more are right.
BY_SERVICE_AND_FORM = [
    ("identity.ActivationForm", {"code": "ABCD-EFGH-JKLM", **DIFFERENT}),
    ("identity.ActivationForm", {"password": "password1234", **DIFFERENT}),
    ("identity.InvitationForm", {"code": "ABCD-EFGH-JKLM", **DIFFERENT}),
    ("identity.OwnPasswordForm", {"current": "some wrong words", **DIFFERENT}),
    ("identity.ResidentForm", {"iin": CHILD, "name": ""}),
    ("identity.AppointmentForm", {"since": "2026-01-01", "name": ""}),
    ("identity.EndingForm", {"last_day": "2020-01-01", "basis": ""}),
    ("identity.SuspensionForm", {"iin": WITHOUT, "basis": ""}),
    ("identity.SuspensionForm", {"kind": "resume", "basis": "", "iin": OF_HERE}),
    ("gatherings.MemberForm", {"office": "chair", "name": ""}),
    ("gatherings.AgendaForm", {"part": "", "place": ""}),
    ("gatherings.VotesForm", {"present": "", "against": ""}),
    ("roll.AddForm", {"iin": ON_THE_ROLL, "reason": ""}),
    ("roll.AddForm", {"iin": CHILD, "name": ""}),
    ("roll.CorrectForm", {"name": "Дауыс Беруші", "reason": ""}),
    ("roll.GoneForm", {"day": FAR, "reason": ""}),
    ("territory.SettingForm", {"since": "1900-01-01", "value": ""}),
    ("territory.SettingForm", {"since": FAR, "source": "", "name": territories.NOT_DURING_A_POLL}),
    ("territory.PopulationForm", {"year": "1800", "source": ""}),
    ("territory.SettlementForm", {"name_kk": SETTLEMENTS[1], "name_ru": ""}),
    ("voting.MinutesForm", {"seed_text": "7 41", "number": ""}),
]
# The service refuses both.
BY_SERVICE = [
    ("identity.ActivationForm", {"code": "ABCD-EFGH-JKLM", **COMMON}),
    ("identity.InvitationForm", {"code": "ABCD-EFGH-JKLM", **COMMON}),
    ("identity.OwnPasswordForm", {"current": "some wrong words", **COMMON}),
    ("gatherings.AgendaForm", {"part": "", "text_1": ""}),
    ("gatherings.AgendaForm", {"demanded_by": "3", "basis_1": ""}),
    ("roll.AddForm", {"iin": CHILD, "name": "Бота ?"}),
    ("territory.SettingForm", {"name": territories.NOT_DURING_A_POLL, "since": FAR}),
    ("territory.PopulationForm", {"year": "1800", "people": "-5"}),
]


def test_all_that_is_wrong_with_a_form_is_told_at_once(okrug: Village, sign_in: SignIn) -> None:
    with okrug.act_as(Role.RESIDENT) as act:
        accounts.set_password(act, act.session.get_one(Person, okrug.people[Role.RESIDENT].id), PASSWORD)
    known, wrong = calls(okrug), []
    for form, changes in (*BY_SERVICE_AND_FORM, *BY_SERVICE):
        call = known[form]
        call.ready()
        typed = call.data(changes)
        answer = sign_in(call.role).post(call.path, data=typed)
        page = html.unescape(answer.text)
        silent = [field for field in [*changes][:2] if f'id="{field}-error"' not in page]
        lost = [name for name, value in typed.items() if value and name not in NOT_ECHOED and value not in page]
        if (answer.status_code, silent, lost) != (422, [], []):
            wrong.append(f"{form} {changes}: {answer.status_code}, nothing told at {silent}, lost {lost}")
    assert not wrong, "\n".join(wrong)


def test_the_summary_has_the_order_of_the_fields_below_it(okrug: Village, sign_in: SignIn) -> None:
    """Played: /activate left empty began with the password, which stands third."""
    wrong = []
    for form, call in calls(okrug).items():
        call.ready()
        if call.method != "POST":
            continue
        page = sign_in(call.role).post(call.path, data=call.data(dict.fromkeys(call.answers, ""))).text
        summary = page.partition('id="errors"')[2].partition("</ul>")[0]
        listed = [*dict.fromkeys(re.findall(r'href="#([\w-]+?)(?:-0)?"', summary))]
        below = page.partition('id="errors"')[2].partition("</ul>")[2]
        places = [
            below.find(f'id="{name}"') if f'id="{name}"' in below else below.find(f'id="{name}-0"') for name in listed
        ]
        if places != sorted(places):
            wrong.append(f"{form}: {listed}")
    assert not wrong, "\n".join(wrong)


def test_a_field_tells_one_fault_at_a_time(okrug: Village, sign_in: SignIn) -> None:
    """Played: a sign that turns the writing, "and this is no fingerprint", which nobody had read yet."""
    wrong = []
    for form, call in calls(okrug).items():
        call.ready()
        for value in ("x" * 3000, "12\u202e34"):
            answer = sign_in(call.role).post(call.path, data=call.data(dict.fromkeys(call.answers, value)))
            told = re.findall(r'<div class="error" id="([\w-]+)-error"', answer.text)
            if told:
                wrong.append(f"{form}: {told}")
    assert not wrong, "\n".join(wrong)
