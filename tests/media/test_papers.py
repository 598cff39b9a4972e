"""Papers of a proposal: looked at by the request, read by a job within bounds, shown once they are read."""

import io
from collections.abc import Callable
from uuid import uuid4

import pytest
from pypdf import PdfReader
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from pb import child
from pb.act import Role
from pb.cycles.models import Phase
from pb.jobs.models import Job
from pb.media.models import Paper, State
from pb.media.service import files, reading
from pb.media.service.store import INCOMING
from pb.proposals.service.attached import NotReady
from pb.settings import Settings
from pb.web import limits
from pb.web.limits import Limit
from tests.conftest import SignIn, english
from tests.media.conftest import Author
from tests.media.hostile import (
    paper,
    paper_of_two_minds,
    paper_that_acts,
    papers_wrong_within,
    photo,
    takes_for_ever,
    wrong_papers,
)


def test_what_the_first_look_finds_is_refused_by_name_at_its_field(author: Author, settings: Settings) -> None:
    for name, data, told in wrong_papers():
        answer = author.send(papers=((name, data),))
        assert answer.status_code == 422, name
        assert told in answer.text, name
        assert 'href="#papers"' in answer.text
    assert not [*(settings.state_folder / INCOMING).glob("*")]
    assert author.papers() == []


def test_the_papers_of_one_person_wait_behind_each_other_and_behind_no_neighbours(author: Author) -> None:
    author.send(papers=(*((f"{number}.pdf", paper() + b"\n" * number) for number in range(3)),))
    neighbour = author.okrug.people[Role.OFFICE]
    with author.okrug.act_as() as act:
        files.add_paper(act, neighbour.id, files.Received(uuid4(), "d", "0" * 64, is_paper=True))
        found = act.session.execute(select(Job.behind, Paper.name).join(Paper, Paper.id == Job.subject_id))
        behind = sorted(tuple(row) for row in found)
    assert [number for number, _name in behind] == [0, 0, 1, 2]
    assert (0, "d") in behind
    author.wait()
    author.send(papers=(("e.pdf", paper() + b"\n\n\n"),))
    with author.okrug.act_as() as act:
        last = select(Job.behind).join(Paper, Paper.id == Job.subject_id).where(Paper.name == "e")
        assert act.session.scalars(last).one() == 0, "what was read stands in nobody's way"


def test_a_request_reads_no_paper_and_its_page_tells_afterwards_what_was_refused(
    author: Author, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Played: fifteen papers of 1.6 kB held every thread of the voters' lane for minutes."""
    with monkeypatch.context() as patched:
        patched.delattr(child, "run")
        for name, data, _told in papers_wrong_within():
            if len(author.papers()) < 5:
                assert author.send(papers=((name, data),)).status_code == 302, name
    page = author.client.get(author.page).text
    assert page.count("is being read") == 5
    assert "data-waiting" in page
    author.wait()
    assert {one.state for one in author.papers()} == {State.REFUSED}
    with pytest.raises(NotReady):
        author.submit()
    assert not [*(settings.state_folder / INCOMING).glob("*")]


def test_each_paper_that_is_wrong_within_is_refused_on_its_page(author: Author) -> None:
    for name, data, told in papers_wrong_within():
        assert author.send(papers=((name, data),)).status_code == 302, name
        author.wait()
        page = author.client.get(author.page).text
        assert "cannot be shown" in page, name
        assert told in page, name
        assert "data-waiting" not in page
        (refused,) = author.papers()
        assert author.client.post(f"{author.page}/arrange", data={"remove_paper": refused.id.hex}).status_code == 302


def test_a_paper_that_takes_too_long_by_the_clock_is_refused(author: Author, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LONGEST_WORK", 1.5)
    monkeypatch.setattr(reading, "look_through", takes_for_ever)
    author.send(papers=(("slow.pdf", paper()),))
    author.wait()
    assert [(one.state, one.fault) for one in author.papers()] == [(State.REFUSED, "damaged")]


def test_papers_photos_and_bytes_of_a_person_are_bounded_each_by_itself(
    author: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(author.app.extensions["counters"], "_on", True)
    monkeypatch.setattr("pb.proposals.views.attachments.PAPERS_SENT", Limit("papers-sent", "2 per hour"))
    sent = [author.send(papers=((f"{pages}.pdf", paper(pages)),)) for pages in (1, 2, 3)]
    assert [answer.status_code for answer in sent] == [302, 302, 422]
    assert "Too much came from here at once. Try again in: 60 minutes." in sent[-1].text
    monkeypatch.setattr(limits, "KILOBYTES_SENT", Limit("kilobytes-sent", "1 per day"))
    assert "JPEG or a PNG" in author.send(("1.jpg", b"no photo")).text
    assert "Try again in: 24 hours." in author.send(("1.jpg", b"no photo")).text, "the day's bytes are used up"


@pytest.mark.both_databases
def test_the_database_takes_no_paper_that_is_half_read(author: Author) -> None:
    author.send(papers=(("1.pdf", paper()),))
    for changed in (
        "UPDATE papers SET state = 'ready'",
        "UPDATE papers SET state = 'refused'",
        "UPDATE papers SET state = 'shown'",
        "UPDATE papers SET name = 'another'",
    ):
        with pytest.raises(IntegrityError), author.okrug.act_as() as act:
            act.session.execute(text(changed))
    author.wait()
    with pytest.raises(IntegrityError, match="frozen_papers"), author.okrug.act_as() as act:
        act.session.execute(text("UPDATE papers SET pages = 9"))


def test_a_paper_is_a_download(author: Author) -> None:
    author.send(papers=(("Баға.pdf", paper()),))
    author.wait()
    author.submit()
    with author.okrug.act_as() as act:
        digest = act.session.query(Paper).one().digest
    answer = english(author.app).get(f"{author.okrug.home}/media/{digest}.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")
    assert "%D0%91%D0%B0%D2%93%D0%B0.pdf" in answer.headers["Content-Disposition"]
    assert english(author.app).get(f"{author.okrug.home}/media/{digest}.jpg").status_code == 404


@pytest.mark.parametrize("made", [paper_that_acts, paper_of_two_minds])
def test_of_a_paper_the_pages_alone_are_handed_on(author: Author, made: Callable[[], bytes]) -> None:
    """Played: a program in an object that one table of the file calls free was served to everybody."""
    assert author.send(papers=(("List.pdf", made()),)).status_code == 302
    author.wait()
    author.submit()
    with author.okrug.act_as() as act:
        digest = act.session.query(Paper).one().digest
    served = english(author.app).get(f"{author.okrug.home}/media/{digest}.pdf").data
    for acts in (b"/OpenAction", b"/SubmitForm", b"javascript", b"/JavaScript", b"/URI", b"/Annots", b"x()"):
        assert acts not in served, acts
    assert len(PdfReader(io.BytesIO(served)).pages) >= 1


def test_a_proposal_with_a_paper_is_reviewed(author: Author, sign_in: SignIn) -> None:
    """Played: the page of the review fell over each paper that somebody had added."""
    author.send(("Yard.jpg", photo()), papers=(("Prices.pdf", paper(2)),))
    author.wait()
    author.submit()
    with author.okrug.in_cycle(author.cycle_id) as (_act, cycle):
        cycle.phase = Phase.REVIEW
    page = sign_in(Role.OFFICE).get(author.address.replace("/proposals/", "/reviews/"))
    assert page.status_code == 200
    assert "Prices" in page.text
    assert "2 pages" in page.text
