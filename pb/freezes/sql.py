"""What SQLite and PostgreSQL write differently: sealed bytes, moments and days. All else of a rule serves both."""

from typing import NamedTuple

# Days are the village's: Kazakhstan has one time since March 2024, five hours before UTC.
HOURS = 5
# A request takes less from its moment to its event in the log: deploy/postgresql.sql ends what takes two minutes.
OVERLAP_MINUTES = 5


class Sql(NamedTuple):
    """Conditions as one kind of database writes them. `days` is a number, or an expression for one."""

    sqlite: bool

    @property
    def mark(self) -> str:
        """What sealed bytes begin with."""
        return "x'61736172'" if self.sqlite else "'\\x61736172'::bytea"

    def day(self, moment: str, back: int | str = 0) -> str:
        """The day on which a moment lies, or one `back` days before it."""
        if self.sqlite:
            return f"date({moment}, '+{HOURS} hours', '-' || ({back}) || ' days')"
        return f"(CAST(({moment} AT TIME ZONE 'UTC') + interval '{HOURS} hours' AS date) - ({back}))"

    def day_after(self, day: str) -> str:
        """The day after another one."""
        return f"date({day}, '+1 day')" if self.sqlite else f"({day} + 1)"

    def older(self, moment: str, days: int | str, than: str) -> str:
        """A moment lies that many times 24 hours before another at least; on SQLite to the second."""
        if self.sqlite:
            return f"datetime({moment}) <= datetime({than}, '-' || ({days}) || ' days')"
        return f"{moment} <= {than} - ({days}) * interval '24 hours'"

    def no_moment(self, moment: str) -> str:
        """Nothing that stands before or after another moment: infinity, or another text than SQLAlchemy writes."""
        if self.sqlite:
            seconds = f"datetime(substr({moment}, 1, 19)) IS NOT substr({moment}, 1, 19)"
            return f"({seconds} OR substr({moment}, 20) NOT GLOB '.{'[0-9]' * 6}')"
        return f"(isfinite({moment}) IS NOT TRUE)"

    def past(self, moment: str) -> str:
        """A moment that was over when the longest request that still runs began, by the database's own clock."""
        if self.sqlite:
            return f"datetime({moment}) < datetime('now', '-{OVERLAP_MINUTES} minutes')"
        return f"{moment} < clock_timestamp() - interval '{OVERLAP_MINUTES} minutes'"

    def in_future(self, moment: str) -> str:
        """A moment that the database's own clock has not reached; a day is left for clocks that differ."""
        if self.sqlite:
            return f"(datetime({moment}) <= datetime('now', '+1 day')) IS NOT TRUE"
        return f"({moment} <= now() + interval '24 hours') IS NOT TRUE"

    def said(self, data: str, name: str) -> str:
        """One member of an event's data, as text; none where the event has no such member."""
        if self.sqlite:
            return f"CAST(json_extract({data}, '$.{name}') AS text)"
        return f"({data} ->> '{name}')"

    def lists(self, listed: str, each: str) -> str:
        """One stands in a list, which is a text with a space between each; whatever signs it has mean themselves."""
        find = "instr" if self.sqlite else "strpos"
        return f"({find}(' ' || COALESCE({listed}, '') || ' ', ' ' || {each} || ' ') > 0)"

    def undrawn(self, text: str) -> str:
        """Not six different numbers from 1 to 90 in their one form, as pb/core/poll/drawn_numbers.py says."""
        if self.sqlite:
            numbers = f"'[' || replace({text}, ' ', ',') || ']'"
            in_form = (
                "count(*) = 6 AND count(DISTINCT value) = 6 AND min(value) >= 1 AND max(value) <= 90 "
                f"AND group_concat(value, ' ') = {text}"
            )
            read = f"(SELECT {in_form} FROM json_each({numbers}))"  # noqa: S608 - our own names
            return f"(CASE WHEN json_valid({numbers}) AND {text} NOT GLOB '*[^0-9 ]*' THEN {read} END IS NOT TRUE)"
        number = "([1-9]|[1-8][0-9]|90)"
        different = f"(SELECT count(DISTINCT ball) = 6 FROM regexp_split_to_table({text}, ' ') AS ball)"  # noqa: S608 - our own names
        return f"(({text} ~ '^{number}( {number}){{5}}$' AND {different}) IS NOT TRUE)"

    def setting(self, name: str, default: int, territory: str, day: str) -> str:
        """A number as it holds in an okrug on a day: its own, or that of what it lies in; else the program's own.

        A version without a value goes back to what stands above.
        """

        def latest(of: str) -> str:
            return (
                "(SELECT CAST(CAST(settings.value AS text) AS integer) FROM territory_settings settings "  # noqa: S608 - our own names
                f"WHERE settings.territory_id = {of} AND settings.name = '{name}' AND settings.since <= {day} "
                "ORDER BY settings.since DESC, settings.recorded_at DESC LIMIT 1)"
            )

        parent = f"(SELECT place.parent_id FROM territories place WHERE place.id = {territory})"  # noqa: S608 - our own names
        above = (
            "(SELECT above.parent_id FROM territories place JOIN territories above ON above.id = place.parent_id "  # noqa: S608 - our own names
            f"WHERE place.id = {territory})"
        )
        return f"COALESCE({latest(territory)}, {latest(parent)}, {latest(above)}, {default})"
