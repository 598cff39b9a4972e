"""A cycle's page: where it stands, what each role can do now, and moving it on."""

import re

import pytest
from sqlalchemy import select

from pb.act import Role
from pb.cycles.models import KIND_LABELS, ORDER, BallotKind, Cycle, Phase
from pb.db import Database
from pb.proposals.service import proposals
from tests.conftest import SignIn
from tests.linting import LintingClient
from tests.village import Village, content, sole

TERMS = {"envelope": "60 000 000", "project_limit": "20 000 000"}


def typed(client: LintingClient, **changes: str) -> dict[str, str]:
    """What the form proposes, completed."""
    page = client.get("/krasnoyar/cycles/new").text
    inputs = [
        one for one in re.findall(r"<input[^>]*>", page) if "checked" in one or not re.search("radio|checkbox", one)
    ]
    proposed = re.findall(r'\bname="(\w+)"[^>]*\bvalue="([^"]*)"', "".join(inputs))
    return {**dict(proposed), **TERMS, **changes}


def test_the_office_opens_a_cycle_with_what_the_form_proposes(sign_in: SignIn, client: LintingClient) -> None:
    office = sign_in(Role.OFFICE)
    first = typed(office)
    answer = office.post("/krasnoyar/cycles/new", data=first)
    assert answer.status_code == 302
    page = office.get(answer.headers["Location"]).text
    assert "The cycle is open" in page
    assert "60\u00a0000\u00a0000\u00a0₸" in client.get(answer.headers["Location"]).text
    again = office.post("/krasnoyar/cycles/new", data=typed(office, fiscal_year=first["fiscal_year"]))
    assert again.status_code == 422
    assert "There is a cycle for this year already" in again.text


@pytest.mark.parametrize(
    ("field", "value"),
    [("envelope", "a lot"), ("envelope", ""), ("choices", "30"), ("review_until", "2020-01-01"), ("fiscal_year", "")],
)
def test_bad_input_is_told_at_its_field_and_all_else_is_kept(sign_in: SignIn, field: str, value: str) -> None:
    office = sign_in(Role.OFFICE)
    page = office.post("/krasnoyar/cycles/new", data=typed(office, **{field: value}))
    assert page.status_code == 422
    assert f'href="#{field}"' in page.text
    assert 'value="20 000 000"' in page.text


def test_the_office_chooses_how_votes_are_counted(sign_in: SignIn, database: Database) -> None:
    office = sign_in(Role.OFFICE)
    name = settlement(database)
    rule = {"rule": "stop", "in_part": "y", "least_votes": "5", "settlement_envelopes": f"{name}: 5 000 000 ₸\n\n"}
    assert office.post("/krasnoyar/cycles/new", data=typed(office, **rule)).status_code == 302
    with database.work(writing=False) as session:
        cycle = session.scalars(select(Cycle)).one()
        assert (cycle.stop_at_misfit, cycle.in_part, cycle.least_votes) == (True, True, 5)
        assert cycle.settlement_envelopes == {name: 5_000_000_00}


def settlement(database: Database) -> str:
    with database.work(writing=False) as session:
        return sole(session).settlements[0]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("least_votes", "0"),
        ("least_votes", ""),
        ("settlement_envelopes", "Atlantis: 5 000"),
        ("settlement_envelopes", "no colon"),
        ("settlement_envelopes", "{0}: 1\n{0}: 2"),
        ("settlement_envelopes", "{0}: 60 000 100"),
        ("settlement_envelopes", "{0}: 150"),
    ],
)
def test_a_rule_that_cannot_be_is_told_at_its_field(
    sign_in: SignIn, database: Database, field: str, value: str
) -> None:
    office = sign_in(Role.OFFICE)
    name = settlement(database)
    page = office.post("/krasnoyar/cycles/new", data=typed(office, **{"rule": "skip", field: value.format(name)}))
    assert (page.status_code, f'href="#{field}"' in page.text) == (422, True)
    with database.work(writing=False) as session:
        assert session.scalars(select(Cycle)).first() is None


WHOLE = {"ballot_kind": "approval", "group_name": "RFC-3526-2048"}
POINTS = {"ballot_kind": "points", "group_name": "Ed25519", "points_each": "5", "points_total": "10"}
KNAPSACK = {"ballot_kind": "knapsack", "group_name": "Ed25519"}
POSSIBLE: dict[str, tuple[dict[str, str], dict[str, object]]] = {
    "marks": (WHOLE, {"ballot_kind": "approval", "group_name": "RFC-3526-2048"}),
    "points": (POINTS, {"ballot_kind": "points", "points_each": 5, "points_total": 10}),
    "an order": (WHOLE | {"ballot_kind": "ranking"}, {"ballot_kind": "ranking", "choices": 5}),
    "a limit of cost": (KNAPSACK | {"cost_limit": "45 000 000"}, {"cost_limit": 45_000_000_00}),
    "the envelope as the limit": (KNAPSACK, {"ballot_kind": "knapsack", "cost_limit": 0}),
    "equal shares of a limit of cost": (KNAPSACK | {"equal_shares": "y"}, {"equal_shares": True}),
    "sums on another group": ({"group_name": "Ed25519"}, {"ballot_kind": "totals", "group_name": "Ed25519"}),
    "a blank choice": ({"blank": "y"}, {"blank": True}),
    "2 of 3 trustees": ({"trustees_needed": "2"}, {"trustees_needed": 2}),
}


@pytest.mark.parametrize("kind", POSSIBLE)
def test_the_office_chooses_what_a_ballot_is_and_who_opens_it(
    sign_in: SignIn, database: Database, client: LintingClient, kind: str
) -> None:
    chosen, kept = POSSIBLE[kind]
    office = sign_in(Role.OFFICE)
    answer = office.post("/krasnoyar/cycles/new", data=typed(office, **chosen))
    assert answer.status_code == 302, answer.text
    with database.work(writing=False) as session:
        cycle = session.scalars(select(Cycle)).one()
        assert {name: getattr(cycle, name) for name in kept} == kept
        label = str(KIND_LABELS[BallotKind(cycle.ballot_kind)])
    assert label in client.get(answer.headers["Location"]).text


IMPOSSIBLE = [
    (WHOLE | {"group_name": "BELENIOS-2048"}, "group_name"),
    (WHOLE | {"group_name": "RSA"}, "group_name"),
    (WHOLE | {"blank": "y"}, "blank"),
    ({"ballot_kind": "lottery"}, "ballot_kind"),
    ({"equal_shares": "y"}, "equal_shares"),
    (WHOLE | {"ballot_kind": "ranking", "equal_shares": "y"}, "equal_shares"),
    (WHOLE | {"equal_shares": "y", "in_part": "y"}, "equal_shares"),
    (WHOLE | {"equal_shares": "y", "least_votes": "3"}, "equal_shares"),
    ({"points_each": "5"}, "points_each"),
    (WHOLE | {"points_total": "5"}, "points_total"),
    (POINTS | {"points_total": ""}, "points_total"),
    (POINTS | {"points_total": "6000"}, "points_total"),
    (POINTS | {"points_each": ""}, "points_each"),
    (POINTS | {"points_each": "11"}, "points_each"),
    (POINTS | {"points_each": "256", "points_total": "300"}, "points_each"),
    (POINTS | {"points_each": "five"}, "points_each"),
    ({"cost_limit": "30 000 000"}, "cost_limit"),
    (POINTS | {"cost_limit": "30 000 000"}, "cost_limit"),
    (KNAPSACK | {"cost_limit": "60 000 001"}, "cost_limit"),
    (KNAPSACK | {"cost_limit": "19 999 999"}, "cost_limit"),
    (KNAPSACK | {"cost_limit": "much"}, "cost_limit"),
    ({"trustees_needed": "1"}, "trustees_needed"),
    ({"trustees_needed": "-2"}, "trustees_needed"),
    ({"trustees_needed": "4"}, "trustees_needed"),
    ({"trustees_needed": "21"}, "trustees_needed"),
    ({"trustees_needed": "all"}, "trustees_needed"),
    ({"trustees_needed": "9" * 25}, "trustees_needed"),
    (POINTS | {"points_each": "-1"}, "points_each"),
    (POINTS | {"points_total": "9" * 25}, "points_total"),
    (KNAPSACK | {"cost_limit": "9" * 25}, "cost_limit"),
    (KNAPSACK | {"cost_limit": "-1"}, "cost_limit"),
]


@pytest.mark.parametrize(("chosen", "field"), IMPOSSIBLE, ids=str)
def test_what_cannot_go_together_is_told_at_its_field_and_all_else_is_kept(
    sign_in: SignIn, database: Database, chosen: dict[str, str], field: str
) -> None:
    office = sign_in(Role.OFFICE)
    page = office.post("/krasnoyar/cycles/new", data=typed(office, **chosen))
    assert page.status_code == 422
    assert re.search(rf'href="#{field}(-0)?"', page.text), "a group of buttons is led to by its first"
    assert 'value="20 000 000"' in page.text
    for name in {"points_each", "points_total", "cost_limit", "trustees_needed"} & set(chosen):
        assert f'value="{chosen[name]}"' in page.text
    for name in {"ballot_kind", "group_name"} & set(chosen) - {field}:
        (picked,) = [one for one in re.findall(rf'<input[^>]*name="{name}"[^>]*>', page.text) if "checked" in one]
        assert f'value="{chosen[name]}"' in picked
    with database.work(writing=False) as session:
        assert session.scalars(select(Cycle)).first() is None


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("kk", ("мына саннан аз болса, олар ешқашан ашылмайды: 10", "(әдетте")),
        ("ru", ("их никогда не расшифровывают: 10", "(обычно)")),
        ("en", ("are never decrypted: 10", "(usual)")),
    ],
)
def test_each_choice_has_an_explained_default_and_the_minimum_is_told_before_ballots_are_decrypted(
    sign_in: SignIn, language: str, words: tuple[str, str]
) -> None:
    page = sign_in(Role.OFFICE).get("/krasnoyar/cycles/new", query_string={"lang": language}).text
    minimum, usual = words
    assert page.index(minimum) < page.index('value="approval"')
    ticked = [one for one in re.findall(r"<input[^>]*>", page) if "checked" in one]
    assert {'value="totals"' in one or 'value="BELENIOS-2048"' in one or 'value="skip"' in one for one in ticked} == {
        True
    }
    assert page.count(usual) >= 5
    for name in ("ballot_kind", "blank", "points_each", "points_total", "cost_limit", "group_name", "trustees_needed",
                 "equal_shares", "least_votes"):  # fmt: skip
        assert f'id="{name}-hint"' in page, name


@pytest.mark.parametrize("phase", ORDER)
def test_what_one_can_do_now_leads_to_pages_that_one_may_open(
    okrug: Village, sign_in: SignIn, client: LintingClient, phase: Phase
) -> None:
    cycle_id = okrug.open_cycle(phase=phase)
    for role, visitor in [(None, client), *((role, sign_in(role)) for role in Role)]:
        page = visitor.get(f"{okrug.path(cycle_id)}/")
        assert page.status_code == 200, role
        main = page.text.partition("<main")[2].partition("<footer")[0]
        for link in re.findall(r'href="(/krasnoyar/2[^"]+)"', main):
            if "/poll/" in link:
                continue  # there is no poll here: entering the vote by its conditions makes one
            assert visitor.get(link, follow_redirects=True).status_code == 200, (role, link)


def test_the_office_sees_what_is_missing_and_gets_it_again_when_it_insists(okrug: Village, sign_in: SignIn) -> None:
    cycle_id = okrug.open_cycle()
    office = sign_in(Role.OFFICE)
    assert "No proposal waits for a review yet" in office.get(f"{okrug.path(cycle_id)}/").text
    answer = office.post(f"{okrug.path(cycle_id)}/advance")
    assert answer.status_code == 409
    assert "No proposal waits for a review yet" in answer.text


def test_an_action_out_of_phase_says_which_phase_it_is_and_what_comes_next(okrug: Village, sign_in: SignIn) -> None:
    cycle_id = okrug.open_cycle(phase=Phase.REVIEW)
    page = sign_in(Role.RESIDENT).get(f"{okrug.path(cycle_id)}/proposals/new")
    assert page.status_code == 409
    assert "The phase now" in page.text
    assert "Review" in page.text
    assert "Gathering" in page.text


def test_an_unknown_cycle_is_a_page_that_is_not_there(client: LintingClient) -> None:
    assert client.get("/krasnoyar/1999/").status_code == 404
    assert client.get("/krasnoyar/nonsense").status_code == 404


def test_moving_a_cycle_on_is_asked_once_more_with_what_it_cuts_off(okrug: Village, sign_in: SignIn) -> None:
    cycle_id = okrug.open_cycle()
    with okrug.in_cycle(cycle_id, Role.RESIDENT) as (act, cycle):
        proposals.submit(act, cycle, proposals.save_draft(act, cycle, content()))
        proposals.save_draft(act, cycle, content(title="Park"))
    office, base = sign_in(Role.OFFICE), okrug.path(cycle_id)
    page = office.get(f"{base}/").text
    for told in ("Days left of this phase", "Drafts that their authors can no longer submit: 1"):
        assert told in page
    asked = office.post(f"{base}/advance")
    assert asked.headers["Location"] == f"{base}/advance", "nothing moved: it is asked"
    assert "Drafts that their authors can no longer submit: 1" in office.get(f"{base}/advance").text
    assert office.post(f"{base}/advance", data={"early": "y"}).headers["Location"] == f"{base}/"
    assert "The cycle moved on: Review" in office.get(f"{base}/").text


def test_a_cycle_tells_all_its_faults_at_once(sign_in: SignIn) -> None:
    """What a field lacks, and what two of them together cannot be."""
    office = sign_in(Role.OFFICE)
    wrong = {"fiscal_year": "", "envelope": "a lot", "choices": "30", "review_until": "2020-01-01", "least_votes": "0"}
    page = office.post("/krasnoyar/cycles/new", data=typed(office, **wrong))
    assert page.status_code == 422
    for field in wrong:
        assert f'<a href="#{field}">' in page.text, field
    assert "The earliest day: " in page.text


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("fiscal_year", "", "Write a number."),
        ("fiscal_year", "soon", "This is not a whole number"),
        ("envelope", "", "Write the sum in tenge."),
        ("envelope", "a lot", "Write a sum in tenge with digits"),
        ("review_until", "", "Write the date."),
        ("review_until", "31.02.2027", "This is not a day of the calendar"),
    ],
)
def test_what_is_empty_is_told_apart_from_what_is_wrong(sign_in: SignIn, field: str, value: str, told: str) -> None:
    office = sign_in(Role.OFFICE)
    assert told in office.post("/krasnoyar/cycles/new", data=typed(office, **{field: value})).text


def test_fields_that_lack_the_same_are_told_apart_in_the_list(sign_in: SignIn) -> None:
    office = sign_in(Role.OFFICE)
    days = {"proposals_until": "", "review_until": ""}
    page = office.post("/krasnoyar/cycles/new", data=typed(office, **days)).text
    assert '<a href="#proposals_until">Ideas until: Write the date.</a>' in page
    assert '<a href="#review_until">Review until: Write the date.</a>' in page
