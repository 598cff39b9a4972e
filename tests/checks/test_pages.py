"""The pages of the checks: what each role enters, what everybody reads, and the question for one's own ballot."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete

from pb.act import Role
from pb.audit import service as audit
from pb.cards.models import MakerConfirmation
from pb.checks.service import faults, openings, sample
from pb.db import Database
from pb.settings import Settings
from tests.checks.conftest import VOTED, ClosedPoll, cast
from tests.conftest import english
from tests.linting import LintingClient, whole
from tests.polls.open_poll import HANDED_OVER, OpenPoll
from tests.polls.signing import pem, signatures
from tests.sessions import session_of
from tests.village import called

ACTIONS = "checks.ballot_asked"
SURE = {"confirmed": "y"}


def client_of(app: Flask, opened: OpenPoll, role: Role) -> LintingClient:
    client, person_id = english(app), opened.person_id(role)
    with opened.database.work() as work, client.session_transaction() as session:
        session.update(session_of(work, person_id))
    return client


def asked_first(client: LintingClient, address: str, data: dict[str, object]) -> None:
    """A second person's yes cannot be taken back: what they agree to is shown once more, and nothing is done yet."""
    page = client.post(address, data=data)
    assert page.status_code == 200
    assert "Nobody can take this back." in page.text
    assert client.post(address, data=data | SURE).status_code == 302


def test_who_counts_the_paper_reads_no_count_beside_the_form(app: Flask, closed: ClosedPoll) -> None:
    """Played: clerk and secretary read "marked as handed over: 20" and the day's count on the page with the form."""
    path, cards = f"{closed.opened.path}/checks", [str(number) for number in range(1, HANDED_OVER + 1)]
    numbers = ("Marked as handed over", "Published commitments of hand-overs", "Commitments by day")
    with time_machine.travel(closed.at + timedelta(hours=1), tick=True):
        readers = [client_of(app, closed.opened, role) for role in (Role.CLERK, Role.SECRETARY, Role.AUDITOR)]
        for count in (lambda: None, lambda: closed.count(Role.CLERK, cards)):
            count()
            for reader in (*readers, english(app)):
                page = reader.get(path).text
                assert not [told for told in numbers if told in page]
                assert "shown when both have counted" in page
        closed.count(Role.AUDITOR, cards)
        page = readers[1].get(path).text
        assert all(told in page for told in numbers)


def test_the_whole_way_through_the_pages(app: Flask, closed: ClosedPoll) -> None:
    opened, path = closed.opened, f"{closed.opened.path}/checks"
    signed = f"1-{HANDED_OVER}"
    with time_machine.travel(closed.at + timedelta(hours=1), tick=True):
        clerk, auditor, secretary, deputy, chair = (
            client_of(app, opened, role) for role in (Role.CLERK, Role.AUDITOR, Role.SECRETARY, Role.DEPUTY, Role.CHAIR)
        )
        page = english(app).get(path)
        assert "The result cannot be adopted yet" in page.text
        assert "Enter the count" not in page.text
        answer = clerk.post(f"{path}/paper", data={"signatures": "3", "cards": signed})
        assert answer.status_code == 422
        assert signed in answer.text, "what was typed is kept"
        for counting in (clerk, auditor):
            data = {"signatures": str(HANDED_OVER), "cards": signed}
            looked = counting.post(f"{path}/paper", data=data)
            assert (looked.status_code, signed in looked.text, "Record" in looked.text) == (200, True, True)
            back = counting.post(f"{path}/paper", data=data | {"step": "back"})
            assert (back.status_code, signed in back.text) == (200, True), "what was typed is kept"
            assert counting.post(f"{path}/paper", data=data | {"step": "record"}).status_code == 302
        data["step"] = "record"
        assert secretary.post(f"{path}/paper", data=data).status_code == 409
        with opened.act() as act:
            cards = list(openings.closed_cards(act, opened.rows(act)[1]))
            listed = sample.committed(act, opened.rows(act)[1])
        assert listed is not None
        assert listed.commitment in whole(secretary.get(path).text)
        assert secretary.post(f"{path}/cards", data={"cards": cards[0]}).status_code == 409, "nobody said which"
        data = {"minutes_number": "5", "text": ""}
        assert secretary.post(f"{path}/cards/choice", data=data).status_code == 302
        answer = {"attempt": "1", "answer": "agrees"}
        assert "Confirm this choice" not in secretary.get(f"{path}/cards").text
        assert secretary.post(f"{path}/cards/choice/answer", data=answer).status_code == 403, "who recorded cannot"
        assert "Confirm this choice" in deputy.get(f"{path}/cards").text
        asked_first(deputy, f"{path}/cards/choice/answer", answer)
        page = secretary.get(f"{path}/cards")
        assert all(f"<li>{card}</li>" in page.text for card in cards), "the whole list, to work through"
        assert secretary.post(f"{path}/cards", data={"cards": "1"}).status_code == 422
        data = {"cards": "\n".join(cards)}
        looked = secretary.post(f"{path}/cards", data=data)
        assert "Nothing is recorded yet" in looked.text
        assert secretary.post(f"{path}/cards", data=data | {"step": "record"}).status_code == 302
        assert "Confirm these lines" not in secretary.get(f"{path}/cards").text
        page = deputy.get(f"{path}/cards")
        seen = re.search(r'name="seen" value="([0-9a-f]{64})"', page.text)
        assert seen is not None
        assert deputy.post(f"{path}/cards/confirm", data={"seen": "0" * 64}).status_code == 409, "not what was seen"
        assert secretary.post(f"{path}/cards/confirm", data={"seen": seen[1]}).status_code == 403
        asked_first(deputy, f"{path}/cards/confirm", {"seen": seen[1]})
        data = {"text": "7 41 3 12 88 20", "minutes_number": "5", "copied": "abcdefgh" * 4}
        assert secretary.post(f"{path}/draw", data=data).status_code == 422
        data["copied"] = listed.commitment[:32]
        looked = secretary.post(f"{path}/draw", data=data)
        assert (looked.status_code, "Nothing is recorded yet" in looked.text) == (200, True)
        back = secretary.post(f"{path}/draw", data=data | {"step": "back"})
        assert (back.status_code, 'value="7 41 3 12 88 20"' in back.text) == (200, True), "what was typed is kept"
        assert secretary.post(f"{path}/draw", data=data | {"step": "record"}).status_code == 302
        assert "Recorded. A second member, of another body, must confirm." in secretary.get(path).text
        answer = {"attempt": "1", "answer": "agrees"}
        for same_body in (secretary, chair):
            assert "Confirm these numbers" not in same_body.get(path).text
            assert same_body.post(f"{path}/draw/answer", data=answer).status_code == 403
        assert "Confirm these numbers" in deputy.get(path).text
        asked_first(deputy, f"{path}/draw/answer", answer)
        assert "Confirmed. The sample is drawn." in deputy.get(path).text
        assert f'<a href="{path}/sample">Ask people of the sample</a>' in deputy.get(path).text
        assert opened.voter(0).name not in deputy.get(f"{path}/sample").text, "the look is logged before it is shown"
        page = deputy.post(f"{path}/sample")
        assert opened.voter(0).name in page.text
        assert clerk.get(f"{path}/sample").status_code == 403
        assert deputy.post(f"{path}/sample/answers", data={}).status_code == 422
        said = ["1:did_not_vote", *(f"{number}:voted" for number in range(2, VOTED + 1))]
        looked = deputy.post(f"{path}/sample/answers", data={"answers": said})
        assert "Nothing is recorded yet" in looked.text
        assert re.search(rf"№\u00a01 {opened.voter(0).name}</dt><dd>The person did not vote</dd>", looked.text)
        back = deputy.post(f"{path}/sample/answers", data={"answers": said, "step": "back"})
        assert 'value="1:did_not_vote" selected' in back.text, "what was chosen is kept"
        assert "The person did not vote</dd>" not in chair.post(f"{path}/sample").text
        recorded = deputy.post(f"{path}/sample/answers", data={"answers": said, "step": "record"})
        assert recorded.location == f"{path}/sample"
        assert "Recorded: 12 answers." in deputy.get(f"{path}/sample").text
        page = english(app).get(path).text
        assert "a second member must confirm each answer: 12 are left" in page, "one member alone answers for nobody"
        assert "Answers that another member wrote" not in deputy.post(f"{path}/sample").text
        assert f"№\u00a01 {opened.voter(0).name}: The person did not vote" in chair.post(f"{path}/sample").text
        seen = ["1:1:did_not_vote", *(f"{number}:1:voted" for number in range(2, VOTED + 1))]
        assert deputy.post(f"{path}/sample/confirm", data={"answers": seen}).status_code == 409, "the own answers"
        assert chair.post(f"{path}/sample/confirm", data={"answers": ["1:1:voted"]}).status_code == 422, "never written"
        back = chair.post(f"{path}/sample/confirm", data={"answers": seen[:1], "confirmed": "y", "back": "y"})
        assert back.text.count(" checked") == 1, (
            "what was ticked is kept by one who goes back, and nothing is confirmed"
        )
        asked_first(chair, f"{path}/sample/confirm", {"answers": seen})
        finished = chair.get(f"{path}/sample").text
        assert "Confirmed: 12 answers." in finished
        assert "The sample is finished: two members agreed on everybody." in finished
        assert "Faults that are not explained" in english(app).get(path).text
        assert "Which cards and numbers they are about only staff see." in english(app).get(path).text
        kinds = re.findall(r'name="kinds"[^>]* value="([^"]+)"', secretary.get(path).text)
        assert len(kinds) == 1
        data = {"kinds": kinds, "minutes_number": "6", "text": "A slip of memory, said twice."}
        assert secretary.post(f"{path}/explanations", data=data).status_code == 302
        with opened.act() as act:
            row = faults.explanations(act, opened.rows(act)[1])[0]
            told = called(act.session, "explanation_id", row.id)
        asked_first(chair, f"{path}/explanations/{told}", {})
        page = english(app).get(path)
        assert "All checks are done." in page.text
        assert "did not vote, but a ballot stands in their name: 1" in page.text, "an explanation says what it is about"
        assert "A slip of memory, said twice." in page.text
        salts = auditor.post(f"{path}/salts").get_json()
        assert len(salts["events"]) == HANDED_OVER
        assert salts["participants"]["list"] == [[number, False] for number in range(1, VOTED + 1)]
        assert english(app).get(opened.path).text.count(path) == 1, "the poll's page leads here"
        closed.enemy(delete(MakerConfirmation), triggers=("frozen_maker_confirmations_delete",))
        page = english(app).get(path)
        assert "All checks are done." not in page.text, "the adoption waits for the maker of the cards too"
        assert "The maker of the cards has not confirmed the published list." in page.text


def test_at_the_desk_somebody_learns_whether_a_ballot_stands_in_the_own_name(app: Flask, opened: OpenPoll) -> None:
    cast(opened, 0)
    clerk, path = client_of(app, opened, Role.CLERK), f"{opened.path}/asked"
    page = clerk.post(path, data={"iin": opened.voter(0).iin.text})
    assert "Yes, a ballot stands in this name." in page.text
    assert f"{opened.path}/objections" in page.text
    assert opened.voter(0).iin.text not in page.text
    assert "No, no ballot stands in this name." in clerk.post(path, data={"iin": opened.voter(1).iin.text}).text
    assert clerk.post(path, data={"iin": "1"}).status_code == 422
    assert client_of(app, opened, Role.REGISTRAR).post(path, data={"iin": "1"}).status_code == 403
    with opened.act() as act:
        asked = [event for event in audit.every(act) if event.action == ACTIONS]
        assert [event.data for event in asked] == [{"poll": opened.demo.poll_uuid, "way": "desk"}] * 2


def test_with_a_signature_somebody_learns_it_and_the_log_does_not_say_who(
    settings: Settings, database: Database, opened: OpenPoll, tmp_path_factory: pytest.TempPathFactory
) -> None:
    cast(opened, 0)
    with signatures(settings, database, tmp_path_factory.mktemp("asked")) as signing:
        client = client_of(signing.app, opened, Role.OBSERVER)  # somebody else happens to be signed in here
        text = client.post("/sign-in/eds/text").get_json()["text"]
        cms = pem(text, signing.key_of(opened, 0))
        answer = client.post(f"{opened.path}/asked/eds", json={"cms": cms})
        assert answer.get_json() == {"next": f"{opened.path}/asked"}
        assert "Yes, a ballot stands in this name." in client.get(f"{opened.path}/asked").text
        assert "Yes, a ballot stands in this name." not in client.get(f"{opened.path}/asked").text, "shown once"
        assert client.post(f"{opened.path}/asked/eds", json={"cms": cms}).status_code == 422, "a text serves once"
    with opened.act() as act:
        asked = next(event for event in audit.every(act) if event.action == ACTIONS)
        assert (asked.actor_id, asked.actor_roles, asked.data["way"]) == (None, "", "signature")
