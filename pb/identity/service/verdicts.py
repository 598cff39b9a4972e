"""What is said about a number: why it is no IIN or no BIN, and what a BIN says."""

from collections.abc import Callable

from flask_babel import LazyString, lazy_gettext

from pb.core.national_numbers import Body, NumberError, Reason, Unit, plain, with_lost_zeros

VALID_IIN = lazy_gettext("This can be an IIN: its date and its check digit are right.")
NOT_AN_IIN = lazy_gettext("This is not an IIN.")
VALID_BIN = lazy_gettext("This can be a BIN: its check digit is right.")
NOT_A_BIN = lazy_gettext("This is not a BIN.")
REASONS: dict[Reason, LazyString] = {
    Reason.FORM: lazy_gettext("It must have 12 digits from 0 to 9."),
    Reason.CENTURY: lazy_gettext("The seventh digit names no century: for a person it is 1 to 6."),
    Reason.DATE: lazy_gettext("There is no such date in the calendar."),
    Reason.FUTURE: lazy_gettext("The date of birth has not come yet."),
    Reason.KIND: lazy_gettext("The fifth or sixth digit names no kind of organisation."),
    Reason.NEVER_ISSUED: lazy_gettext("Such a number is never given out: it has no check digit."),
    Reason.CHECK: lazy_gettext("The check digit at the end does not fit: one of the digits is wrong."),
}
BODIES: dict[Body, LazyString] = {
    Body.RESIDENT: lazy_gettext("legal entity of Kazakhstan"),
    Body.NON_RESIDENT: lazy_gettext("foreign legal entity"),
    Body.JOINT_ENTREPRENEUR: lazy_gettext("joint individual entrepreneurs"),
}
UNITS: dict[Unit, LazyString] = {
    Unit.HEAD: lazy_gettext("head office"),
    Unit.BRANCH: lazy_gettext("branch"),
    Unit.REPRESENTATIVE: lazy_gettext("representative office"),
    Unit.PEASANT_FARM: lazy_gettext("peasant farm"),
}


def lost_zeros(typed: str, parse: Callable[[str], object]) -> LazyString | None:
    """What is said where only zeros in front are missing, which a spreadsheet takes away; None where that is not so."""
    whole = with_lost_zeros(typed)
    try:
        if whole is None or not parse(whole):
            return None
    except NumberError:
        return None
    missing = len(whole) - len(plain(typed))
    return lazy_gettext(
        "With its zeros in front it can be one: spreadsheets take them away. Zeros missing: %(number)s", number=missing
    )
