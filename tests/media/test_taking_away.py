"""A face, an identity card or worse is taken off a proposal that was handed in: by its author, or by the office."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
import time_machine
from sqlalchemy import delete
from sqlalchemy.exc import DBAPIError

from pb import clock
from pb.act import Role
from pb.audit import service as audit
from pb.cycles.models import Phase
from pb.media.models import Paper, Picture
from pb.media.service.store import FOLDER
from pb.notices.service import telling
from pb.proposals.models import Proposal, ProposalPaper, ProposalPicture, State
from pb.proposals.service import proposals, taking_away
from pb.settings import Settings
from tests.conftest import SignIn, english
from tests.linting import LintingClient
from tests.media.conftest import Author
from tests.media.hostile import paper, photo

REASON = {"why": "personal", "words": "An identity card."}


@pytest.fixture
def handed_in(author: Author) -> Author:
    author.send(("1.jpg", photo(seed=1)), ("2.jpg", photo(seed=2)), papers=(("Card.pdf", paper()),))
    author.wait()
    author.submit()
    return author


def move(author: Author, phase: Phase, state: State = State.SUBMITTED) -> None:
    """The cycle and the proposal stand there, whatever the rules say of how they came."""
    with author.okrug.in_cycle(author.cycle_id) as (act, cycle):
        cycle.phase = phase
        if state == State.REFUSED:
            act.session.get_one(Proposal, author.proposal_id).state = state


def take(author: Author, client: LintingClient, which: Picture | Paper, **typed: str) -> Any:
    return client.post(f"{author.address}/take-away/{which.id.hex}", data=typed)


def test_the_office_takes_a_picture_away_with_a_reason_and_everybody_reads_why(
    handed_in: Author, settings: Settings, sign_in: SignIn
) -> None:
    first, second = handed_in.pictures()
    move(handed_in, Phase.REVIEW)
    move(handed_in, Phase.REVIEW, State.REFUSED)
    office = sign_in(Role.OFFICE)
    assert f"{handed_in.address}/take-away/{first.id.hex}" in office.get(handed_in.address).text
    assert "personal data" in office.get(f"{handed_in.address}/take-away/{first.id.hex}").text
    assert take(handed_in, office, first, words="x").status_code == 422, "a reason is asked for"
    asked = take(handed_in, office, first, **REASON)
    assert asked.status_code == 200
    assert "Take this picture or paper away?" in asked.text
    assert len(handed_in.pictures()) == 2, "it is asked once more"
    assert take(handed_in, office, first, **REASON, confirmed="y").status_code == 302
    assert [one.id for one in handed_in.pictures()] == [second.id]
    stranger = english(handed_in.app)
    assert stranger.get(f"{handed_in.okrug.home}/media/{first.large}.jpg").status_code == 404
    page = stranger.get(handed_in.address).text
    assert "office took a picture or a paper away." in page
    assert "<p>It shows personal data: a document, a number, an address</p>" in page
    assert ">An identity card.<" in page
    with handed_in.okrug.act_as() as act:
        event = audit.of_subject(act, handed_in.proposal_id)[-1]
    assert event.action == "proposal.attachment_removed"
    told = {"number": 1, "kind": "picture", "place": 1, "sha256": sha256(photo(seed=1)).hexdigest()}
    assert told.items() <= event.data.items(), "who has the file at home can show that it was this one"
    assert event.data["digest"] == first.large
    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        handed_in.wait()
    for digest in (first.large, first.middle, first.small):
        assert not (settings.state_folder / FOLDER / str(digest)[:2] / str(digest)).exists()


@pytest.mark.parametrize("why", ["foreign", "unlawful"])
def test_what_the_reason_alone_does_not_show_the_office_says_in_words(
    handed_in: Author, sign_in: SignIn, why: str
) -> None:
    first, office = handed_in.pictures()[0], sign_in(Role.OFFICE)
    move(handed_in, Phase.REVIEW)
    move(handed_in, Phase.REVIEW, State.REFUSED)
    for words in ("", "–––"):
        refused = take(handed_in, office, first, why=why, words=words, confirmed="y")
        assert refused.status_code == 422
        assert "Write in your own words why" in refused.text
    assert take(handed_in, office, first, why=why, words="A shop window.", confirmed="y").status_code == 302


def test_while_residents_vote_the_office_says_in_words_why(handed_in: Author, sign_in: SignIn) -> None:
    first, office = handed_in.pictures()[0], sign_in(Role.OFFICE)
    move(handed_in, Phase.REVIEW)
    move(handed_in, Phase.REVIEW, State.REFUSED)
    for phase in (Phase.GATHERING, Phase.VOTING):
        move(handed_in, phase, State.REFUSED)
    assert "Residents vote: the pages" in office.get(f"{handed_in.address}/take-away/{first.id.hex}").text
    short = take(handed_in, office, first, why="person", words="A face, a face, 123456789.", confirmed="y")
    assert short.status_code == 422
    assert "at least 20 letters" in short.text
    assert len(handed_in.pictures()) == 2
    typed = {"why": "person", "words": "The face of a child before the school."}
    assert take(handed_in, office, first, **typed, confirmed="y").status_code == 302
    with handed_in.okrug.in_cycle(handed_in.cycle_id) as (act, cycle):
        (told,) = taking_away.during_the_vote(act, cycle)
    assert (told.number, told.is_paper, told.words, told.language) == (1, False, typed["words"], "kk")


def test_of_two_papers_with_the_same_pages_the_one_goes_that_is_named(author: Author, sign_in: SignIn) -> None:
    """Written anew they are the same bytes; what was sent was not."""
    author.send(papers=(("Good.pdf", paper()), ("Card of Ivanov.pdf", paper() + b"\n%%EOF\n")))
    author.wait()
    good, card = author.papers()
    assert good.digest == card.digest
    author.submit()
    move(author, Phase.REVIEW)
    move(author, Phase.REVIEW, State.REFUSED)
    office = sign_in(Role.OFFICE)
    assert "Card of Ivanov" in office.get(f"{author.address}/take-away/{card.id.hex}").text
    assert take(author, office, card, **REASON, confirmed="y").status_code == 302
    assert [one.name for one in author.papers()] == ["Good"]


def test_the_offices_words_are_in_the_language_that_it_says(handed_in: Author, sign_in: SignIn) -> None:
    first, office = handed_in.pictures()[0], sign_in(Role.OFFICE)
    move(handed_in, Phase.REVIEW)
    move(handed_in, Phase.REVIEW, State.REFUSED)
    assert 'name="language"' in office.get(f"{handed_in.address}/take-away/{first.id.hex}").text
    words = {"why": "personal", "words": "Видно лицо ребёнка.", "language": "ru", "confirmed": "y"}
    assert take(handed_in, office, first, **words).status_code == 302
    assert '<span lang="ru">Видно лицо ребёнка.</span>' in english(handed_in.app).get(handed_in.address).text
    with handed_in.okrug.act_as() as act, handed_in.app.test_request_context():
        event = audit.of_subject(act, handed_in.proposal_id)[-1]
        told = telling.teller("proposal.attachment_removed").words(act, event)
    assert "Видно лицо ребёнка. (" in told.why, "who is told in another language hears in which it is"


def test_an_author_takes_their_own_away_until_the_review_ends(handed_in: Author, sign_in: SignIn) -> None:
    (card,), (first, second) = handed_in.papers(), handed_in.pictures()
    assert "Take it away" in handed_in.client.get(f"{handed_in.address}/take-away/{card.id.hex}").text
    assert take(handed_in, handed_in.client, card, confirmed="y").status_code == 302
    assert handed_in.papers() == []
    assert "The author took a picture or a paper away." in english(handed_in.app).get(handed_in.address).text
    move(handed_in, Phase.REVIEW)
    assert take(handed_in, handed_in.client, first, confirmed="y").status_code == 302
    move(handed_in, Phase.REVIEW, State.REFUSED)
    move(handed_in, Phase.GATHERING, State.REFUSED)
    assert take(handed_in, handed_in.client, second, confirmed="y").status_code == 409
    assert "The review is over: ask the akim" in handed_in.client.get(handed_in.address).text
    assert take(handed_in, sign_in(Role.CHAIR), second, confirmed="y").status_code == 403
    assert len(handed_in.pictures()) == 1


def test_a_withdrawn_proposal_takes_its_pictures_and_papers_along(handed_in: Author) -> None:
    first = handed_in.pictures()[0]
    with handed_in.okrug.in_cycle(handed_in.cycle_id, Role.RESIDENT) as (act, cycle):
        proposals.withdraw(act, cycle, proposals.get(act, cycle, handed_in.proposal_id))
    assert english(handed_in.app).get(f"{handed_in.okrug.home}/media/{first.large}.jpg").status_code == 404
    with handed_in.okrug.act_as() as act:
        assert act.session.query(Picture).count() == act.session.query(Paper).count() == 0


def test_another_comes_into_its_place_when_the_proposal_is_returned(handed_in: Author) -> None:
    first, second = handed_in.pictures()
    take(handed_in, handed_in.client, first, confirmed="y")
    with handed_in.okrug.in_cycle(handed_in.cycle_id) as (act, cycle):
        cycle.phase = Phase.REVIEW
        act.session.get_one(Proposal, handed_in.proposal_id).state = State.RETURNED
    assert handed_in.send(("3.jpg", photo(seed=3))).status_code == 302
    assert handed_in.pictures()[0].id == second.id
    assert len(handed_in.pictures()) == 2


@pytest.mark.both_databases
def test_the_database_lets_go_what_the_last_event_names_and_nothing_else(handed_in: Author) -> None:
    first, second = handed_in.pictures()
    for data, gone in (
        ({"sha256": first.sha256}, ProposalPicture.picture_id == second.id),
        ({}, ProposalPicture.picture_id == first.id),
        ({"sha256": first.sha256}, ProposalPaper.paper_id == handed_in.papers()[0].id),
    ):
        with pytest.raises(DBAPIError, match="frozen_proposal_p"):
            delete_after(handed_in, data, gone)
    first_one = ProposalPicture.picture_id == first.id
    with pytest.raises(DBAPIError, match="frozen_proposal_pictures"):
        delete_after(handed_in, {"sha256": first.sha256}, first_one, another=True)
    delete_after(handed_in, {"sha256": first.sha256}, first_one)


def delete_after(author: Author, data: dict[str, Any], gone: Any, *, another: bool = False) -> None:
    """Deletes a link after an event that names something, and after another event where that is said."""
    with author.okrug.act_as() as act:
        audit.record(act, "proposal.attachment_removed", subject=author.proposal_id, data=data)
        if another:
            audit.record(act, "files.rewritten", subject=act.territory.id)
        act.session.execute(delete(gone.left.table).where(gone))
