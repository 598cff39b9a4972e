"""Settings come down the tree: the okrug's own value, its raion's, or the model regulation's."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import JSON, insert, literal_column, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from pb import clock
from pb.act import Act, Role
from pb.audit import service as audit
from pb.audit.models import AuditEvent
from pb.core.places.kinds import Kind
from pb.cycles import service as cycles
from pb.errors import Conflict, FieldRefusal, Forbidden
from pb.freezes.sql import Sql
from pb.gatherings.service.rules import votes_needed
from pb.territory import service as territories
from pb.territory.models import Setting, Territory
from pb.territory.service import office, tree
from tests.conftest import SignIn
from tests.linting import LintingClient
from tests.polls.open_poll import OpenPoll
from tests.village import Village, sole

both_databases = pytest.mark.both_databases
DAY = timedelta(days=1)


def city_act(act: Act) -> Act:
    """The city that the okrug lies in."""
    city = sole(act.session).above
    assert city is not None
    return Act(act.session, city, None, frozenset(), act.at)


def decide(act: Act, name: str, value: int, days_ago: int = 0) -> None:
    since = clock.local(act.at).date() - days_ago * DAY
    territories.record_decision(act, name, value, source=f"Maslikhat, {value}", since=since)


def in_the_trigger(session: Session, name: str) -> int:
    """What a rule of the database looks up for the okrug today."""
    sql = Sql(sqlite=session.get_bind().dialect.name == "sqlite")
    today = clock.local(clock.now()).date()
    place = f"(SELECT id FROM territories WHERE kato = '{sole(session).kato}')"  # noqa: S608
    found = sql.setting(name, territories.KINDS[name].default, place, f"'{today}'")
    return int(session.scalars(select(literal_column(found))).one())


@both_databases
def test_a_decision_of_the_city_holds_in_its_okrug_until_the_okrug_has_its_own(okrug: Village) -> None:
    with okrug.act_as(Role.OFFICE) as act:
        assert territories.in_force(act)["cooling_days"] == (3, None, None)
        decide(city_act(act), "cooling_days", 9, days_ago=2)
        decide(city_act(act), "cooling_days", 7, days_ago=1)
        decide(city_act(act), "cooling_days", 20, days_ago=-1)  # holds from tomorrow on
        found = territories.in_force(act)["cooling_days"]
        assert (found.value, found.territory) == (7, sole(act.session).above)
        assert found.version is not None
        assert found.version.source == "Maslikhat, 7"
        assert in_the_trigger(act.session, "cooling_days") == 7
        yesterday = clock.local(act.at).date() - 5 * DAY
        territories.record_setting(act, "cooling_days", 4, source="№ 1", since=yesterday)
        assert territories.setting(act, "cooling_days") == 4, "its own, although the city's is younger"
        assert in_the_trigger(act.session, "cooling_days") == 4


@both_databases
def test_a_decision_of_another_raion_holds_nowhere_else(okrug: Village) -> None:
    with okrug.act_as() as act:
        zerendi = tree.describe(
            act.session,
            tree.Described("115000000", Kind.RAION, ("Зеренді ауданы", "Зерендинский район", "Zerendi raion")),
        )
        decide(Act(act.session, zerendi, None, frozenset(), act.at), "cooling_days", 30)
        assert territories.setting(act, "cooling_days") == in_the_trigger(act.session, "cooling_days") == 3


@both_databases
def test_the_city_s_maslikhat_decides_for_one_of_its_okrugs_and_takes_it_back(okrug: Village) -> None:
    with okrug.act_as() as act:
        today = clock.local(act.at).date()
        decide(city_act(act), "quorum_percent", 55)
        decide(act, "quorum_percent", 60)
        assert territories.setting(act, "quorum_percent") == in_the_trigger(act.session, "quorum_percent") == 60
        event = audit.latest(act, "territory.setting")
        assert event is not None
        assert event.data["decided_by"] == city_act(act).territory.kato
        taken_back = act.at + timedelta(seconds=1)
        later = replace(act, at=taken_back)
        territories.record_decision(later, "quorum_percent", None, source="Maslikhat, № 8", since=today)
        assert territories.setting(act, "quorum_percent") == in_the_trigger(act.session, "quorum_percent") == 55
        with pytest.raises(FieldRefusal, match="no value of its own"):
            territories.record_decision(later, "quorum_percent", None, source="Maslikhat, № 9", since=today)
        territories.record_decision(city_act(later), "quorum_percent", None, source="Maslikhat, № 10", since=today)
        assert territories.in_force(act)["quorum_percent"] == (50, None, None)


def test_above_the_raion_no_maslikhat_decides_for_okrugs(okrug: Village) -> None:
    with okrug.act_as() as act:
        oblast = tree.describe(act.session, tree.Described("110000000", Kind.OBLAST, ("x", "x", "x")))
        with pytest.raises(Conflict, match="maslikhat"):
            decide(replace(act, territory=oblast), "quorum_percent", 60)
    with okrug.act_as() as act, pytest.raises(FieldRefusal):
        decide(city_act(act), "majority_percent", 49)


@both_databases
def test_no_okrug_that_takes_part_is_moved_under_another_raion(okrug: Village) -> None:
    """Played: a raion with short terms was made, and the okrug hung under it."""
    with okrug.act_as() as act:
        lax = tree.describe(act.session, tree.Described("115000000", Kind.RAION, ("x", "x", "x"))).id
    for change in ({"parent_id": lax}, {"parent_id": None}, {"kind": "kent"}):
        with pytest.raises(DBAPIError, match=r"(frozen|staffed)_territories"), okrug.act_as() as act:
            act.session.execute(update(Territory).where(Territory.id == act.territory.id).values(change))


@both_databases
def test_the_log_of_one_territory_records_no_setting_of_another(okrug: Village) -> None:
    with okrug.act_as(Role.OFFICE) as act:
        number = uuid4()
        audit.record(act, "territory.setting", subject=number)
        version = insert(Setting).values(_version(number, city_act(act).territory.id, act))
        with pytest.raises(DBAPIError, match="frozen_territory_settings"):
            act.session.execute(version)
        act.session.rollback()


def _version(number: UUID, territory_id: UUID, act: Act) -> dict[str, object]:
    return {
        "id": number,
        "territory_id": territory_id,
        "name": "notice_days",
        "value": 1,
        "source": "x",
        "since": clock.local(act.at).date(),
        "recorded_at": act.at,
    }


@both_databases
def test_the_number_of_the_apparatus_changes_with_its_event_alone(okrug: Village) -> None:
    with okrug.act_as() as act:
        office.change(act, {"bin": "961141000023", "contact": " 8 (7162)  00-00-00 "})
        assert (sole(act.session).bin, sole(act.session).contact) == ("961141000023", "8 (7162) 00-00-00")
    with okrug.act_as() as act, pytest.raises(FieldRefusal):
        office.change(act, {"bin": "96114100002x"})
    with okrug.act_as() as act:
        audit.record(act, "territory.address_given", subject=act.territory.id)
        change = update(Territory).where(Territory.id == act.territory.id).values(bin="000000000000")
        with pytest.raises(DBAPIError, match="logged_territories"):
            act.session.execute(change)
        act.session.rollback()


def test_a_cycle_keeps_the_majority_and_the_terms_of_the_day_on_which_it_was_opened(okrug: Village) -> None:
    with okrug.act_as() as act:
        for name, value in (("majority_percent", 66), ("answer_days", 10), ("minutes_days", 4)):
            decide(city_act(act), name, value)
    cycle_id = okrug.open_cycle()
    with okrug.act_as() as act:
        decide(city_act(act), "majority_percent", 75)
        cycle = cycles.get(act, cycle_id)
        assert (cycle.majority_percent, cycle.answer_days, cycle.minutes_days) == (66, 10, 4)
    assert [votes_needed(9, percent) for percent in (50, 66, 75)] == [5, 6, 7]


@pytest.fixture
def shown(okrug: Village, client: LintingClient) -> str:
    with okrug.act_as() as act:
        decide(city_act(act), "quorum_percent", 70)
    return client.get("/krasnoyar/settings").text


def test_the_page_says_where_a_value_comes_from(shown: str) -> None:
    assert "Maslikhat, 70" in shown
    assert "Decided for: city of Kokshetau · Recorded: " in shown


@both_databases
def test_an_okrug_goes_back_to_what_its_city_decides_and_the_database_agrees(okrug: Village) -> None:
    with okrug.act_as(Role.OFFICE) as act:
        today = clock.local(act.at).date()

        def in_force() -> int:
            value = territories.setting(act, "objection_days")
            assert in_the_trigger(act.session, "objection_days") == value
            return value

        with pytest.raises(FieldRefusal):
            territories.inherit_setting(act, "objection_days", source="№ 2", since=today)
        with pytest.raises(FieldRefusal):
            territories.inherit_setting(act, "nonsense", source="№ 2", since=today)
        territories.record_setting(act, "objection_days", 40, source="№ 1", since=today - 3 * DAY)
        assert in_force() == 40
        territories.inherit_setting(act, "objection_days", source="№ 2", since=today + DAY)
        assert in_force() == 40, "from tomorrow on"
        territories.inherit_setting(act, "objection_days", source="№ 3", since=today)
        assert in_force() == 30, "sooner than was decided at first"
    with okrug.act_as(Role.OFFICE, at=act.at + timedelta(seconds=1)) as act:
        territories.record_setting(act, "notice_days", 20, source="№ 1", since=today - 3 * DAY)
        assert in_the_trigger(act.session, "notice_days") == 20
        version = territories.inherit_setting(act, "notice_days", source="№ 3", since=today)
        assert version.value is None
        assert territories.in_force(act)["notice_days"] == (10, None, None), "the model regulation's"
        assert in_the_trigger(act.session, "notice_days") == 10
        event = act.session.scalars(select(AuditEvent).where(AuditEvent.subject_id == version.id)).one()
        assert (event.action, event.data) == (
            "territory.setting_inherited",
            {"name": "notice_days", "since": today.isoformat()},
        )
        decide(city_act(act), "notice_days", 15)
        found = territories.in_force(act)["notice_days"]
        assert (found.value, found.territory) == (15, sole(act.session).above)
        assert in_the_trigger(act.session, "notice_days") == 15
    with okrug.act_as(Role.OFFICE, at=act.at + timedelta(seconds=1)) as act:
        territories.record_setting(act, "notice_days", 30, source="№ 4", since=today)
        assert territories.setting(act, "notice_days") == in_the_trigger(act.session, "notice_days") == 30


@both_databases
@pytest.mark.parametrize(
    ("action", "value"),
    [
        ("territory.setting", None),
        ("territory.setting_inherited", 1),
        ("territory.setting", JSON.NULL),
        ("territory.setting_inherited", JSON.NULL),
    ],
)
def test_a_version_without_a_value_stands_on_its_own_event_alone(okrug: Village, action: str, value: object) -> None:
    """Played: the log told of a value, and what was kept was none; and the other way round."""
    with okrug.act_as(Role.OFFICE) as act:
        number = uuid4()
        audit.record(act, action, subject=number)
        version = insert(Setting).values(_version(number, act.territory.id, act) | {"value": value})
        with pytest.raises(DBAPIError, match=r"frozen_territory_settings|invalid input syntax"):
            act.session.execute(version)
        act.session.rollback()


@both_databases
def test_what_is_given_up_is_the_value_of_that_day(okrug: Village) -> None:
    """Played: with a return recorded for next year nobody took back today's value; one dated before it did nothing."""
    with okrug.act_as(Role.OFFICE) as act:
        today = clock.local(act.at).date()
        territories.record_setting(act, "quorum_percent", 60, source="№ 1", since=today)
        later = replace(act, at=act.at + timedelta(seconds=1))
        territories.inherit_setting(later, "quorum_percent", source="№ 2", since=today + 300 * DAY)
        for since in (today - DAY, today - 300 * DAY):
            with pytest.raises(FieldRefusal, match="from a later day") as refused:
                territories.inherit_setting(later, "quorum_percent", source="№ 3", since=since)
            assert refused.value.field == "since"
        territories.inherit_setting(later, "quorum_percent", source="№ 3", since=today)
        assert territories.setting(act, "quorum_percent") == in_the_trigger(act.session, "quorum_percent") == 50
        with pytest.raises(FieldRefusal, match="no value of its own"):
            territories.inherit_setting(later, "quorum_percent", source="№ 4", since=today + DAY)


@pytest.mark.parametrize("since", [date.min, date(2017, 8, 6), date.max])
def test_no_setting_holds_from_a_year_that_nobody_meant(okrug: Village, since: date) -> None:
    with okrug.act_as(Role.OFFICE) as act:
        for record in (
            lambda: territories.record_setting(act, "notice_days", 15, source="№ 1", since=since),
            lambda: decide_on(act, since),
        ):
            with pytest.raises(FieldRefusal, match="Check the year") as refused:
                record()
            assert refused.value.field == "since"


def decide_on(act: Act, since: date) -> None:
    territories.record_decision(city_act(act), "notice_days", 15, source="№ 1", since=since)


@both_databases
def test_nobody_changes_the_days_of_cooling_off_while_a_poll_is_under_way(opened: OpenPoll) -> None:
    """Played: the office alone set thirty days in the middle of a vote, and whoever was new could confirm nothing."""
    with opened.act(Role.OFFICE) as act:
        today, name = clock.local(act.at).date(), territories.NOT_DURING_A_POLL
        for since in (today, today - 300 * DAY, today + DAY):
            with pytest.raises(FieldRefusal, match="under way") as refused:
                territories.record_setting(act, name, 20, source="№ 1", since=since)
            assert refused.value.field == "name"
        assert territories.setting(act, name) == 3
        territories.record_setting(act, "notice_days", 20, source="№ 1", since=today)


def test_what_holds_at_once_is_recorded_for_no_later_day(okrug: Village, sign_in: SignIn) -> None:
    with okrug.act_as(Role.OFFICE) as act:
        tomorrow = clock.local(act.at).date() + DAY
        with pytest.raises(FieldRefusal, match="holds at once") as refused:
            territories.record_setting(act, "cooling_days", 20, source="№ 1", since=tomorrow)
    assert refused.value.field == "since"
    told = {"name": "cooling_days", "value": "5", "since": clock.local(clock.now()).date(), "source": "Decision 7"}
    answer = sign_in(Role.OFFICE).post("/krasnoyar/settings", data=told, follow_redirects=True).text
    assert "recorded, and holds at once" in answer
    assert "While a poll is prepared or under way nobody changes this: Days before somebody" in answer


def test_only_the_office_and_the_administrator_go_back(okrug: Village) -> None:
    with okrug.act_as(Role.CHAIR) as act, pytest.raises(Forbidden):
        territories.inherit_setting(act, "notice_days", source="№ 2", since=clock.local(act.at).date())


def test_the_page_takes_it_back_and_its_history_says_so(sign_in: SignIn) -> None:
    office, today = sign_in(Role.OFFICE), clock.local(clock.now()).date()
    told = {"name": "notice_days", "value": "13", "since": today, "source": "Decision 7"}
    assert office.post("/krasnoyar/settings", data=told).status_code == 302
    assert "Notice of a meeting, days: 13" in office.get("/krasnoyar/settings").text
    back = {**told, "decided": "inherited", "source": "Decision 8"}
    refused = office.post("/krasnoyar/settings", data=back)
    assert refused.status_code == 422
    assert "Leave the value empty" in refused.text
    assert 'value="Decision 8"' in refused.text, "what was typed stays"
    empty = office.post("/krasnoyar/settings", data={**told, "value": ""})
    assert empty.status_code == 422
    assert 'href="#value"' in empty.text
    assert office.post("/krasnoyar/settings", data={**back, "value": ""}).status_code == 302
    page = office.get("/krasnoyar/settings").text
    assert "Notice of a meeting, days: 10" in page
    assert "Notice of a meeting, days: as decided above" in page
    assert "Decision 8" in page
    again = office.post("/krasnoyar/settings", data={**back, "value": ""})
    assert again.status_code == 422
    assert 'href="#name"' in again.text
    assert "A value of its own was given up" in office.get("/krasnoyar/log/").text


def test_a_recorded_setting_says_what_follows_it(sign_in: SignIn) -> None:
    """It was said of all that cycles opened later follow it, also of what every meeting convened later does."""
    office, today = sign_in(Role.OFFICE), clock.local(clock.now()).date().isoformat()
    told = {
        "objection_days": (40, "Cycles opened from its day on follow it."),
        "extraordinary_days": (4, "Meetings convened from its day on follow it"),
        "notice_days": (12, "Cycles opened and other meetings convened from its day on"),
        "quarter_form_days": (9, "holds from its day on"),
        "reserve_percent": (3, "holds at once"),
    }
    for name, (value, words) in told.items():
        typed = {"name": name, "value": str(value), "source": "№ 5", "since": today}
        page = office.post("/krasnoyar/settings", data=typed, follow_redirects=True).text
        assert words in page, name
    parts = [territories.OF_MEETINGS, territories.OF_CYCLES, territories.OF_BOTH, territories.AT_ONCE]
    assert sum(map(len, parts)) == len(frozenset().union(*parts) & territories.KINDS.keys()), "each is of one kind"
