"""A half-year in words."""

from flask_babel import gettext as _


def half_named(year: int, half: int | None) -> str:
    """A half-year in words; without a half an extra monitoring."""
    if half is None:
        return str(_("Extra monitoring, %(year)s", year=year))
    return str(_("First half of %(year)s", year=year) if half == 1 else _("Second half of %(year)s", year=year))
