"""Which codes hold in a year, what they are called, and which of them may pay for a project."""

from datetime import date

import pytest

from pb.classification import service
from pb.classification.service import Catalogue, reading
from pb.classification.service.entries import SOURCES, Entry
from pb.core.budget.codes import Code, Side

HEADING = "code,name_kk,name_ru,valid_from,valid_to,offered,checked,source\n"


def entry(code: str, name: str, *, begins: date | None = None, ends: date | None = None) -> Entry:
    return Entry(code, name, name, begins, ends, offered=False, checked=False, source="order")


def test_every_code_of_the_projects_own_file_is_named_in_both_languages_with_its_source() -> None:
    found = service.starter()
    assert len(found) > 120
    for one in found:
        assert one.name("kk") != ""
        assert one.name("en") == one.name_ru
        assert one.source in SOURCES
        assert "…" not in one.name_kk + one.name_ru
    assert {one.levels.side for one in found} == set(Side)


def test_what_was_not_read_in_an_official_text_is_to_be_checked() -> None:
    for one in service.starter():
        assert one.checked is (one.source in {"order151", "order151kk"})


def test_projects_are_offered_what_article_34_lists_and_no_school_bus() -> None:
    catalogue = service.of_starter(2027)
    offered = catalogue.programmes()
    assert {"008", "009", "011", "013", "014", "028"} <= offered.keys()
    assert not {"005", "043", "048", "056", "100"} & offered.keys()
    assert all(one.levels.administrator == "124" and one.levels.depth == 4 for one in offered.values())
    assert offered["008"].name("ru") == "Освещение улиц в населенных пунктах"
    bus = catalogue.programme("005")
    assert bus is not None, "a project of former years keeps its name"


def test_single_land_tax_ended_with_2025() -> None:
    assert service.of_starter(2025).get("1.04.5") is not None
    assert service.of_starter(2026).get("1.04.5") is None


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("07.3.124.008", "Освещение улиц в населенных пунктах"),
        ("07.0.124.008", "Освещение улиц в населенных пунктах"),
        ("07.0.124.008.015", "За счет средств местного бюджета"),
        ("07.3.124.008.015.414", "Приобретение машин, оборудования, производственного и хозяйственного инвентаря"),
        ("12.1.124", "Аппарат акима города районного значения, села, поселка, сельского округа"),
        ("07.0", "Жилищно-коммунальное хозяйство"),
        ("4.02.3.03", "Субвенции"),
        ("07.9.124.008", ""),
        ("07.3.124.888.015", ""),
        ("07.3.124.008.888", ""),
        ("00.0.124.000.015", ""),
        ("4.02.3.99", ""),
        ("no code", ""),
    ],
)
def test_a_code_is_found_with_or_without_its_subgroup_down_to_common_specifics(code: str, name: str) -> None:
    assert service.of_starter(2027).name(code, "ru") == name


def test_a_later_line_holds_from_its_first_day_and_may_end_a_code() -> None:
    lines = [
        entry("07", "old"),
        entry("07", "new", begins=date(2027, 1, 1)),
        entry("08", "kept"),
        entry("08", "over", begins=date(2025, 1, 1), ends=date(2026, 12, 31)),
    ]

    def names(year: int) -> dict[str, str]:
        return {one.code: one.name_kk for one in service._in_force(lines, year)}

    assert names(2024) == {"07": "old", "08": "kept"}
    assert names(2026) == {"07": "old", "08": "over"}
    assert names(2027) == {"07": "new"}


def test_of_two_programmes_with_the_same_digits_the_offered_one_is_meant() -> None:
    one = Entry("06.1.124.008", "а", "а", None, None, offered=False, checked=True, source="order")
    other = Entry("07.3.124.008", "б", "б", None, None, offered=True, checked=True, source="order")
    assert Catalogue([one, other]).programme("008") == other
    assert [entry.levels for entry in Catalogue([other, one]).entries] == [Code.read(one.code), Code.read(other.code)]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("7.3.124.8,а,б,,,,,order", "code"),
        ("07,,б,,,,,order", "name"),
        ("07,?ауыл,б,,,,,order", "letters"),
        ("07,а,б,,,,,", "source"),
        (f"07,{'а' * 601},б,,,,,order", "length"),
        ("07,а,б,31.02.2027,,,,order", "day"),
        ("07,а,б,2027,2026,,,order", "days"),
        ("07,а,б,,,perhaps,,order", "answer"),
        ("07,а,б,,,,,order,more", "cells"),
        ("01,а,б,,,,,order", "twice"),
        ("08.1.124.006,а,б,,,yes,,order", "taken"),
    ],
)
def test_every_fault_names_its_line(line: str, fault: str) -> None:
    first = "01,а,б,,,,,order\n08.2.124.006,а,б,2026,2027-05-31,иә,да,order\n"
    found = reading.read(f"{HEADING}{first}{line}\n".encode())
    assert [(one.line, one.fault) for one in found.faults] == [(4, fault)]
    assert found.entries[1].valid_from == date(2026, 1, 1)
    assert (found.entries[1].offered, found.entries[1].checked) == (True, True)


def test_headings_in_every_language_are_known() -> None:
    for language in ("kk", "ru", "en"):
        heading = ";".join(reading.columns(language))
        found = reading.read(f"{heading}\n07;а;б;2026-01-01 00:00:00;2027;жоқ;нет;бұйрық\n".encode())
        assert found.faults == []
        assert found.entries == [Entry("07", "а", "б", date(2026, 1, 1), date(2027, 12, 31), False, False, "бұйрық")]
    with pytest.raises(reading.ColumnsMissing):
        reading.read("code,name_kk,source\n07,а,б\n".encode())
