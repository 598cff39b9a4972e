"""A file of codes is recorded whole or not at all, by whoever records settings, and comes down the tree."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import DBAPIError

from pb.act import Act, Role
from pb.audit import service as audit
from pb.classification import service
from pb.classification.models import RecordedCode
from pb.classification.service import importing, listing, reading
from pb.commands import as_logged
from pb.cycles.models import Phase
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.tables import as_csv, as_workbook
from tests.frozen.world import without_rules
from tests.pages import open_pages
from tests.village import HOME, Okrug, Village

HEADING = "code,name_kk,name_ru,offered,source\n"
BRIDGE = f"{HEADING}12.1.124.077,Көпірлер,Мосты,yes,Order № 1\n".encode()


@pytest.fixture
def here(okrug: Okrug) -> Act:
    return okrug.act(Role.OFFICE)


def above(act: Act) -> Act:
    """The same in the city that the okrug lies in."""
    city = act.territory.above  # type: ignore[attr-defined]
    assert city is not None
    return replace(act, territory=city)


def test_what_the_raion_records_holds_in_its_okrugs_unless_they_have_it_themselves(here: Act) -> None:
    assert service.codes(here, 2027).get("12.1.124.077") is None
    importing.record(above(here), importing.read(BRIDGE))
    assert service.codes(here, 2027).programmes()["077"].name("ru") == "Мосты"
    importing.record(here, importing.read(BRIDGE.replace("Мосты".encode(), "Мостики".encode())))
    assert service.codes(here, 2027).name("12.1.124.077", "ru") == "Мостики"
    assert service.codes(above(here), 2027).name("12.1.124.077", "ru") == "Мосты"
    event = audit.latest(here, importing.RECORDED)
    assert event is not None
    assert event.data["codes"] == 1
    assert len(event.data["sha256"]) == 64


def test_a_programme_of_another_administrator_is_offered_only_after_a_yes(here: Act) -> None:
    alien = importing.read(f"{HEADING}07.9.125.059,Бөтен,Чужая,yes,Order № 1\n".encode())
    assert ["125" in str(one) for one in importing.doubts(alien)] == [True]
    with pytest.raises(Conflict, match="in doubt"):
        importing.record(here, alien)
    assert importing.record(here, alien, sure=True) == 1


def test_one_wrong_line_keeps_all_others_out(okrug: Okrug, here: Act) -> None:
    received = importing.read(BRIDGE + "1,а,,,\n".encode())
    assert [fault.line for fault in received.faults] == [3]
    with pytest.raises(Conflict):
        importing.record(here, received)
    assert okrug.session.scalar(select(func.count()).select_from(RecordedCode)) == 0


@pytest.mark.parametrize("role", [Role.AKIM, Role.CHAIR, Role.DEPUTY])
def test_nobody_else_records_codes(okrug: Okrug, role: Role) -> None:
    with pytest.raises(Forbidden):
        importing.record(okrug.act(role), importing.read(BRIDGE))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"code,name_kk\n07,a\n", "columns"),
        (b"PK\x03\x04no workbook", "cannot be read"),
        (b"x" * (importing.LARGEST_FILE + 1), "2 MB"),
    ],
)
def test_what_is_no_list_is_refused_at_the_field(data: bytes, words: str) -> None:
    with pytest.raises(FieldRefusal, match=words) as refusal:
        importing.read(data)
    assert refusal.value.field == "file"


def test_the_list_that_is_taken_is_read_back_in_every_language(okrug: Okrug, tmp_path: Path) -> None:
    entries = service.of_starter(2027).entries
    with open_pages(okrug, tmp_path) as pages, pages.client.application.test_request_context():
        for language in ("kk", "ru", "en"):
            sheet = listing.sheet(entries, language)
            back = reading.read(as_csv([sheet.columns, *sheet.rows], language))
            assert back.faults == []
            assert [replace(one, source="") for one in back.entries] == [replace(one, source="") for one in entries]
    assert importing.read(as_workbook([sheet])).entries == back.entries


def test_the_page_shows_what_is_to_be_checked_and_takes_a_file_with_a_report(okrug: Okrug, tmp_path: Path) -> None:
    page = f"{HOME}/classification"
    with open_pages(okrug, tmp_path) as pages:
        shown = pages.get(page).text
        assert "to be checked" in shown
        assert "Record the codes" not in shown
        assert pages.get(f"{page}.csv?year=2027").data.startswith(b"\xef\xbb\xbfCode,")
        assert pages.get(f"{page}.xlsx").data.startswith(b"PK")
        pages.get(f"{page}?year=99999", 404)
        pages.sign_in(Role.OFFICE)
        wrong = pages.post(page, {"file": (io.BytesIO(BRIDGE + b"7.7,a,b,,s\n"), "codes.csv")}, 422).text
        assert "the code is not one" in wrong
        assert "7.7" in wrong
        pages.post(page, {"file": (io.BytesIO(BRIDGE), "codes.csv")})
        assert "12.1.124.077" in pages.get(page).text


def test_a_review_is_offered_the_programmes_of_the_cycles_year(okrug: Okrug, tmp_path: Path) -> None:
    proposal = okrug.propose()
    okrug.enter(Phase.REVIEW)
    importing.record(okrug.act(Role.OFFICE), importing.read(BRIDGE))
    with open_pages(okrug, tmp_path) as pages:
        pages.sign_in(Role.OFFICE)
        offered = pages.get(f"{okrug.path}/reviews/{proposal.number}/ballot").text
        assert 'value="077"' in offered
        assert 'value="005"' not in offered, "education is not in the list of article 34"
        asked = pages.get(f"{okrug.path}/reviews/{proposal.number}/competence").text
        assert "Освещение улиц в населенных пунктах" in asked


@pytest.mark.both_databases
def test_a_recorded_code_has_its_event_and_stays(village: Village) -> None:
    with village.act_as(Role.OFFICE) as act:
        importing.record(act, importing.read(BRIDGE))
        row = act.session.scalars(select(RecordedCode)).one()
        same = {one.key: getattr(row, one.key) for one in RecordedCode.__mapper__.column_attrs}
        other = same | {"event": "0" * 64}
    for change in (
        # Played: a code that no file had entered behind the file's event, and counted as compared with its source.
        *(insert(RecordedCode).values(same | {"code": "07.2.124.777", "number": number}) for number in (0, 1, 2)),
        update(RecordedCode).values(offered=False),
        delete(RecordedCode),
        insert(RecordedCode).values(other | {"code": "07"}),
    ):
        with pytest.raises(DBAPIError, match="_classification_entries_"), village.act_as() as act:
            act.session.execute(change)


def test_the_doctor_names_codes_that_no_file_brought(okrug: Okrug, here: Act) -> None:
    importing.record(here, importing.read(BRIDGE))
    assert as_logged.differing(okrug.session) == []
    okrug.session.commit()
    with without_rules(okrug.session.get_bind()) as connection:  # type: ignore[arg-type]
        connection.execute(update(RecordedCode).values(name_ru="Подделка"))
    assert [one.table for one in as_logged.differing(okrug.session)] == ["classification_entries"]
