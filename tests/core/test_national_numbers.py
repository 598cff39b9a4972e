"""IIN and BIN: every vector of the domain's facts, computed or of published samples; none is a living person's."""

from datetime import date

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from pb.commands.bin import bin as bin_command
from pb.commands.iin import iin as iin_command
from pb.core.national_numbers import BINError, Body, IINError, Reason, Unit, check_digit, masked, parse_bin, parse_iin

TODAY = date(2026, 11, 21)

VALID = {
    "850615300012": date(1985, 6, 15),  # the second row of weights decides
    "850615400026": date(1985, 6, 15),
    "000229500038": date(2000, 2, 29),  # 2000 was a leap year
    "000229600044": date(2000, 2, 29),
    "040229500055": date(2004, 2, 29),
    "000228300068": date(1900, 2, 28),
    "360229400075": date(1936, 2, 29),
    "991231100080": date(1899, 12, 31),
    "800416200315": date(1880, 4, 16),
    "081121500098": date(2008, 11, 21),
    "081122600109": date(2008, 11, 22),
    "991231499990": date(1999, 12, 31),
    "700101300005": date(1970, 1, 1),
    "990101300122": date(1999, 1, 1),  # from here on: other libraries' own samples
    "830717350867": date(1983, 7, 17),
    "800416100254": date(1880, 4, 16),
    "680503250034": date(1868, 5, 3),
    "791028302728": date(1979, 10, 28),
    "931002451325": date(1993, 10, 2),
    "850615 300012": date(1985, 6, 15),
    " 8506-1530-0012 ": date(1985, 6, 15),
}
INVALID = {
    "850615300011": Reason.CHECK,
    "850615300021": Reason.CHECK,
    "000229300065": Reason.DATE,  # 1900 was no leap year
    "851330300073": Reason.DATE,
    "850001300081": Reason.DATE,
    "850631300097": Reason.DATE,
    "850600300107": Reason.DATE,
    "850615700114": Reason.CENTURY,
    "850615900127": Reason.CENTURY,
    "850615000132": Reason.CENTURY,
    "850615300050": Reason.NEVER_ISSUED,
    "850615300059": Reason.NEVER_ISSUED,
    "991231500422": Reason.FUTURE,
    "85061530001": Reason.FORM,
    "8506153000120": Reason.FORM,
    "85061530001A": Reason.FORM,
    "85061530001２": Reason.FORM,
    "٨50615300012": Reason.FORM,
    "": Reason.FORM,
    "850615300012" + " " * 60: Reason.FORM,
    "000000000000": Reason.CENTURY,
    "123456789013": Reason.CENTURY,
    "123456789011": Reason.CENTURY,
    "123456789012": Reason.CENTURY,
    "990101300000": Reason.CHECK,
    "990101712345": Reason.CENTURY,
    "991701612345": Reason.DATE,
    "000813159890": Reason.NEVER_ISSUED,
    "821214240092": Reason.NEVER_ISSUED,
    "12345678901A": Reason.FORM,
    "12345": Reason.FORM,
    "invalid-iin": Reason.FORM,
    "0000000": Reason.FORM,
    "sdf867": Reason.FORM,
    # a parser's samples whose check digits are wrong
    "950304300140": Reason.CHECK,
    "930706400151": Reason.CHECK,
    "910202300101": Reason.CHECK,
    "990101100400": Reason.CHECK,
    "900101300070": Reason.CHECK,
    "010101500550": Reason.CHECK,
    # bodies' numbers: the fifth digit makes a day from 40 on
    "940140000385": Reason.CENTURY,
    "961141000023": Reason.CENTURY,
}
BODIES = {
    "940140000385": (94, 1, Body.RESIDENT, Unit.HEAD),
    "950341000052": (95, 3, Body.RESIDENT, Unit.BRANCH),
    "961141000023": (96, 11, Body.RESIDENT, Unit.BRANCH),  # the second row of weights decides
    "070941024691": (7, 9, Body.RESIDENT, Unit.BRANCH),
}
NO_BODIES = {
    "940140000380": Reason.CHECK,
    "123456789021": Reason.DATE,  # the test body of the national certification authority
    "850615300012": Reason.KIND,  # a person
    "940149000385": Reason.KIND,
    "94014000038": Reason.FORM,
    "94014000038５": Reason.FORM,
    "941340000385": Reason.DATE,
}


@pytest.mark.parametrize(("text", "born"), VALID.items())
def test_a_valid_number_tells_the_day_of_birth(text: str, born: date) -> None:
    assert parse_iin(text, TODAY).born == born


@pytest.mark.parametrize(("text", "reason"), INVALID.items())
def test_what_is_no_number_of_a_person_is_refused_with_its_reason(text: str, reason: Reason) -> None:
    with pytest.raises(IINError) as error:
        parse_iin(text, TODAY)
    assert error.value.reason is reason
    assert str(error.value) == reason.value, "the message never repeats the number"


@pytest.mark.parametrize(("text", "told"), BODIES.items())
def test_a_body_s_number_tells_what_it_is(text: str, told: tuple[int, int, Body, Unit]) -> None:
    found = parse_bin(text)
    assert (found.year, found.month, found.body, found.unit) == told


@pytest.mark.parametrize(("text", "reason"), NO_BODIES.items())
def test_what_is_no_body_s_number_is_refused_with_its_reason(text: str, reason: Reason) -> None:
    with pytest.raises(BINError) as error:
        parse_bin(text)
    assert error.value.reason is reason


@given(st.text(max_size=14) | st.from_regex(r"[0-9]{12}", fullmatch=True))
def test_nothing_typed_raises_anything_else_and_no_text_is_both(text: str) -> None:
    readings = 0
    for parse in (lambda: parse_iin(text, TODAY), lambda: parse_bin(text)):
        try:
            parse()
            readings += 1
        except (IINError, BINError):
            pass
    assert readings < 2


@given(st.dates(date(1800, 1, 1), TODAY), st.integers(0, 9999))
def test_a_number_that_was_made_by_the_rules_is_read_back(born: date, serial: int) -> None:
    century = {18: "1", 19: "3", 20: "5"}[born.year // 100]
    prefix = f"{born:%y%m%d}{century}{serial:04}"
    last = check_digit(prefix)
    if last is None:
        for digit in range(10):
            with pytest.raises(IINError):
                parse_iin(f"{prefix}{digit}", TODAY)
    else:
        assert parse_iin(f"{prefix}{last}", TODAY).born == born


@given(st.integers(0, 9), st.integers(0, 11))
def test_a_single_wrong_digit_is_noticed(digit: int, place: int) -> None:
    right = "850615400026"
    wrong = right[:place] + str(digit) + right[place + 1 :]
    if wrong == right or place == 10:  # the eleventh digit weighs 11: the first row does not see it
        return
    with pytest.raises(IINError):
        parse_iin(wrong, TODAY)


def test_the_eleventh_digit_is_seen_only_where_the_second_row_decides() -> None:
    assert parse_iin("850615400036", TODAY).born == date(1985, 6, 15), "a known weakness of the check digit"
    with pytest.raises(IINError):
        parse_iin("850615300022", TODAY)


def test_age_is_counted_by_the_calendar() -> None:
    born = parse_iin("081122600109", TODAY)  # 22 November 2008
    assert born.age_on(date(2026, 11, 21)) == 17
    assert born.age_on(date(2026, 11, 22)) == 18
    leap = parse_iin("040229500055", TODAY)
    assert leap.age_on(date(2022, 2, 28)) == 17
    assert leap.age_on(date(2022, 3, 1)) == 18


def test_a_number_never_shows_itself_by_accident_and_keeps_no_sex() -> None:
    number = parse_iin("850615400026", TODAY)
    assert "850615" not in f"{number} {number!r}"
    assert number.masked == masked(number.text) == "••••••••0026"
    assert set(vars(number)) == {"text", "born"}


@pytest.mark.parametrize(
    ("command", "number", "status", "words"),
    [
        (iin_command, "850615300012", 0, "can be an IIN"),
        (iin_command, "850615300011", 1, "check digit"),
        (iin_command, "850615300050", 1, "never given out"),
        (iin_command, "991231500422", 1, "has not come yet"),
        (bin_command, "950341000052", 0, "branch"),
        (bin_command, "940140000380", 1, "check digit"),
    ],
)
def test_the_command_says_the_verdict_and_not_the_number(command: object, number: str, status: int, words: str) -> None:
    answer = CliRunner().invoke(command, ["check", number])  # type: ignore[arg-type]
    assert (answer.exit_code, words in answer.output) == (status, True), answer.output
    assert number not in answer.output


def test_the_command_asks_for_the_number_unseen_and_speaks_the_reader_s_language() -> None:
    answer = CliRunner().invoke(iin_command, ["check", "-", "--lang", "kk"], input="850615300012\n")
    assert answer.exit_code == 0
    assert "ЖСН" in answer.output
    assert "850615" not in answer.output
