"""The usual poll, in which all trustees decrypt: each makes a key alone, hands its public half in, and confirms it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pb.core.belenios.trustees import generate_private_key, trustee_key
from pb.demo.cycle import Demo
from pb.identity.models import Person
from pb.trustees.service import places
from tests.polls.trustees import SIZE, Ceremony, copied, driven, refused


@pytest.fixture(scope="module")
def prepared_file(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Demo]:
    return driven(tmp_path_factory.mktemp("own-keys"), "make_keys", 22, group_name="Ed25519")


@pytest.fixture
def prepared(prepared_file: tuple[Path, Demo], tmp_path: Path) -> Iterator[Ceremony]:
    for ceremony in copied(prepared_file, tmp_path):
        ceremony.keys = {place: generate_private_key(ceremony.group) for place in range(1, SIZE + 1)}
        yield ceremony


def public(ceremony: Ceremony, number: int) -> str:
    """The file with the public half of a trustee's own key."""
    return trustee_key(ceremony.group, ceremony.keys[ceremony.place(number)]).to_json(ceremony.group)


def name(ceremony: Ceremony, number: int) -> str:
    position = ceremony.place(number)
    with ceremony.act() as act:
        (place,) = (each for each in places.all_of(act, ceremony.rows(act)[1]) if each.position == position)
        return act.session.get_one(Person, place.person_id).name


def shown(ceremony: Ceremony, number: int, query: str = "") -> str:
    return ceremony.client(number).get(f"{ceremony.path}/trustee{query}").text


def hand_in_all(ceremony: Ceremony) -> None:
    for number in range(SIZE):
        assert ceremony.post(number, "key", trustee=public(ceremony, number)).status_code == 201


def test_the_page_gives_the_command_and_the_files_as_with_a_threshold(prepared: Ceremony) -> None:
    assert "pb trustee generate --group Ed25519 --key key.json --public public.json" in shown(prepared, 0)
    hand_in_all(prepared)
    page, uuid = shown(prepared, 0), prepared.poll().uuid
    assert f"pb trustee confirm key.json --trustees trustees.json --uuid {uuid} --out confirmation.json" in page
    assert f"{prepared.path}/trustee/files/trustees.json" in page
    assert len(prepared.file(0, "trustees")) == SIZE


def test_whoever_hands_a_colleagues_file_in_is_told_at_once(prepared: Ceremony) -> None:
    """Only the last trustee's key was compared: whoever came last was told of another's mistake."""
    assert prepared.post(0, "key", trustee=public(prepared, 0)).status_code == 201
    refused(prepared.post(1, "key", trustee=public(prepared, 0)), 422, name(prepared, 0))
    assert prepared.stage(1) == "key"
    assert prepared.post(1, "key", trustee=public(prepared, 1)).status_code == 201
    assert prepared.post(2, "key", trustee=public(prepared, 2)).status_code == 201
    assert prepared.stage(2) == "confirmation"


def test_a_key_is_replaced_until_the_list_is_fixed(prepared: Ceremony) -> None:
    assert prepared.post(0, "key", trustee=public(prepared, 0)).status_code == 201
    assert prepared.stage(0) == "wait"
    assert f"{prepared.path}/trustee?again=1" in shown(prepared, 0)
    assert 'data-stage="key"' in shown(prepared, 0, "?again=1")
    prepared.keys[prepared.place(0)] = generate_private_key(prepared.group)
    hand_in_all(prepared)
    assert "again=1" not in shown(prepared, 0)
    assert 'data-stage="confirmation"' in shown(prepared, 0, "?again=1")
    refused(prepared.post(0, "key", trustee=public(prepared, 0)), 409, "the list of trustees is fixed")
    assert prepared.post(0, "confirmation", proof=prepared.confirmation(0)).status_code == 201


def test_a_confirmation_of_another_poll_is_called_that(prepared: Ceremony) -> None:
    hand_in_all(prepared)
    proof, uuid = prepared.confirmation(0), prepared.poll().uuid
    at = next(place for place in range(len(uuid) - 1) if uuid[place] != uuid[place + 1])
    other = uuid[:at] + uuid[at + 1] + uuid[at] + uuid[at + 2 :]
    refused(prepared.post(0, "confirmation", proof=proof, poll=other), 422, f"of another poll: {other}")
    assert prepared.post(0, "confirmation", proof=proof, poll=uuid).status_code == 201
