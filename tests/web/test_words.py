"""Words where they stand: a thing has one name, and a button says what it does."""

import pytest

from pb.act import Role
from pb.cycles.models import Phase
from tests.conftest import SignIn
from tests.linting import LintingClient
from tests.village import HOME, Village


@pytest.mark.parametrize(
    ("role", "page", "phase"),
    [
        (None, f"{HOME}/2027/roll/requests/new", Phase.VOTING),
        (Role.ADMINISTRATOR, f"{HOME}/roles/new", Phase.PROPOSALS),
        (Role.CLERK, f"{HOME}/residents/register", Phase.PROPOSALS),
    ],
)
def test_a_person_has_a_name_and_no_title(
    okrug: Village, sign_in: SignIn, client: LintingClient, role: Role | None, page: str, phase: Phase
) -> None:
    okrug.open_cycle(phase=phase)
    answer = (sign_in(role) if role else client).post(page, data={"name": " "})
    assert answer.status_code == 422
    assert "Write the surname and the first name." in answer.text


@pytest.mark.parametrize(("language", "words"), [("kk", "Жоқ, аяқтамау"), ("ru", "Нет, не завершать")])
def test_who_does_not_end_a_cycle_reads_just_that(okrug: Village, sign_in: SignIn, language: str, words: str) -> None:
    okrug.open_cycle()
    office = sign_in(Role.OFFICE)
    office.set_cookie("lang", language)
    assert words in office.get(f"{HOME}/2027/end").text


@pytest.mark.parametrize(("language", "words"), [("kk", "түбіртек кодын"), ("ru", "код квитанции")])
def test_the_code_of_a_receipt_has_one_name(client: LintingClient, language: str, words: str) -> None:
    client.set_cookie("lang", language)
    page = client.get(f"{HOME}/verification").text.replace("\N{NO-BREAK SPACE}", " ")
    assert words in page
    assert "бақылау нөмір" not in page.lower()
    assert "контрольный номер" not in page.lower()
