"""What the pages of roles say to whom: all pairs that exclude each other, and whose turn a proposal is."""

from pb.act import Role
from pb.identity.service.roles import EXCLUSIVE, LABELS, excluded_by_role
from tests.conftest import SignIn
from tests.identity.test_appointments import newcomer, propose
from tests.linting import LintingClient
from tests.village import HOME, Village, called


def test_every_pair_stands_at_both_roles() -> None:
    assert {frozenset({role, other}) for role, others in excluded_by_role() for other in others} == set(EXCLUSIVE)


def test_the_pages_name_all_pairs_that_exclude_each_other(
    okrug: Village, sign_in: SignIn, client: LintingClient
) -> None:
    """The page named 5 of them."""
    assert okrug.people
    rows = [", ".join(str(LABELS[other]) for other in others) for _role, others in excluded_by_role()]
    asked = sign_in(Role.OFFICE).get(f"{HOME}/roles/new").text
    for page in (asked, client.get(f"{HOME}/permissions").text):
        for row in rows:
            assert row.replace("'", "&#39;") in page


def test_a_proposal_says_whose_turn_it_is(okrug: Village, sign_in: SignIn) -> None:
    proposal_id = propose(okrug, newcomer(okrug, 446), Role.CLERK, by=Role.OFFICE)
    with okrug.act_as() as act:
        path = f"{HOME}/roles/proposals/{called(act.session, 'appointment_id', proposal_id)}"
    office, deputy, chair = sign_in(Role.OFFICE), sign_in(Role.DEPUTY), sign_in(Role.CHAIR)
    for watching in (office, deputy):
        assert "Waits for another body" in watching.get(f"{HOME}/roles").text
        assert "Waits for you" not in watching.get(f"{HOME}/roles").text
    assert "Waits for you" in chair.get(f"{HOME}/roles").text
    assert ">Take back<" in office.get(path).text
    assert ">Decline<" in chair.get(path).text
