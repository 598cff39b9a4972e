"""An okrug in which every form of every room can be sent in, and for each form its address and a right answer to it."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, update

from pb import clock
from pb.act import Act, Role
from pb.commission import service as commission
from pb.commission.models import MOST_LINES
from pb.commission.service import following, on_paper, seating
from pb.cycles.models import ORDER, Phase
from pb.gatherings.models import Gathering, Kind, Matter, Minutes, Question
from pb.gatherings.models.referrals import About, Ruling, Step
from pb.gatherings.service import (
    agenda,
    convening,
    corrections,
    cycle_meetings,
    elections,
    holding,
    meetings,
    members,
    membership,
    minutes,
    referrals,
)
from pb.gatherings.service.counting import Votes
from pb.gatherings.service.referrals import Record
from pb.gatherings.service.rules import Count
from pb.hearings import service as hearings
from pb.hearings.service import finding as hearing_finding
from pb.identity.models import Grant
from pb.identity.service import accounts, appointments
from pb.identity.service.holdings import Terms
from pb.maslikhat import service as maslikhat
from pb.maslikhat.models import Motion
from pb.maslikhat.service import Sending, deputies
from pb.maslikhat.service.deputies import Mandate
from pb.materials import service as materials
from pb.media.models import State as Drawn
from pb.media.service.files import Received
from pb.polls.service import state
from pb.proposals.models import Category
from pb.proposals.service import attached, attaching, proposals
from pb.reviews import service as reviews
from pb.roll.models import Entry, RequestKind
from pb.roll.service import imports, requests
from pb.surveys.models import Survey
from pb.tasks import service as tasks
from pb.tasks.models import FOLLOWING, Task
from pb.tasks.models import Kind as TaskStep
from pb.tasks.service import Giving, Words
from pb.tasks.service.basis import Basis
from pb.voting.service import objections, preparation
from tests.core.test_pictures import picture
from tests.frozen.world import without_rules
from tests.process.raions import give_city_an_address
from tests.village import (
    KEYS,
    PASSWORD,
    SETTLEMENTS,
    Village,
    content,
    findings,
    invented_iin,
    open_meeting,
    print_minutes,
    without_notice,
)
from tests.web import budget_calls, register_calls, winner_calls
from tests.web.forms_of_works import of_works
from tests.web.meetings_held import of_members, path_of, put_devices_down, seat_assembly, to_come, with_residents

TONGUES = ("", "_ru", "_en")
HERE = SETTLEMENTS[0]
ROLL = "".join(f"{invented_iin(number).text},Дауыс Беруші,{HERE}\n" for number in range(100, 104))
HEADER = "iin,name,settlement\n"
PICTURE = picture().decode(errors="surrogateescape")  # bytes, told as a text
FILES = {"file", "statement", "confirmation", "cms", "papers", "pictures", "photo", "paper"}
MASLIKHAT = Role.MASLIKHAT_SECRETARY
SURE = {"confirmed": "y"}  # what cannot be undone is asked once more: here it was
NO_DIGEST = {"digest_hour": ""}
ATTACHED = "a" * 64
LONGEST_NAME = 200  # of a file that is sent


@dataclass(frozen=True)
class Call:
    """Where a form is sent, by whom, and with what it would be complete; `role` None is a resident."""

    path: str
    answers: Mapping[str, str | list[str]]
    role: Role = Role.RESIDENT
    method: str = "POST"
    ready: Callable[[], None] = lambda: None  # before each sending: what one that succeeded changed is undone

    def data(self, changes: Mapping[str, str]) -> dict[str, Any]:
        """The answers with these changes; an odd file has the value for its content and its name."""
        whole: dict[str, Any] = {**self.answers, **changes}
        for name in FILES & set(whole):
            whole[name] = (
                io.BytesIO(whole[name].encode(errors="surrogateescape")),
                changes.get(name, "answers.csv")[:LONGEST_NAME],
            )
        return whole


def _no_endings(okrug: Village) -> None:
    with okrug.act_as(Role.OFFICE) as act:
        for ending in membership.endings(act).values():
            membership.let_go_of_ending(act, ending)


def _called_off_no_more(okrug: Village) -> None:
    with okrug.act_as() as act:
        off = act.session.scalars(select(Survey.id).where(Survey.called_off_at.is_not(None))).all()
    if off:
        undone = update(Survey).values(called_off_at=None, called_off_by=None, called_off_reason="")
        with without_rules(okrug.database.engine) as connection:
            connection.execute(undone.where(Survey.id.in_(off)))


def _a_correction_waits(okrug: Village, meeting: str) -> None:
    number = int(meeting.rpartition("/")[2])
    with okrug.act_as(Role.SECRETARY) as act:
        row = act.session.scalars(select(Minutes).join(Gathering).where(Gathering.number == number)).one()
        corrections.write(act, row, corrections.Mistake("Көше аты – Абылай.", "kk", "Жазу қатесі"))


def calls(okrug: Village) -> dict[str, Call]:
    year = clock.local(clock.now()).year
    survey = register_calls.closed(okrug)
    ideas = okrug.open_cycle(phase=Phase.PROPOSALS)
    with okrug.in_cycle(ideas, Role.RESIDENT) as (act, cycle):
        draft = proposals.save_draft(act, cycle, content()).draft
    checked, proposal, photo = _with_a_proposal(okrug, year + 2)
    seat_assembly(okrug)
    # Before anything is decided: later meetings ask first what became of it, and their points have other places.
    to_elect = path_of(okrug, of_members(okrug, standing=False, adopted=False))
    to_adopt = path_of(okrug, of_members(okrug, adopted=False))
    door, discussed = (path_of(okrug, with_residents(okrug, entitled)) for entitled in (9000, 2))
    unmet = _to_meet(okrug, year + 9)
    quorate, question = _held(okrug, year + 3, voted=False)
    voted, _question = _held(okrug, year + 4, voted=True)
    confirmed, _question = _held(okrug, year + 5, voted=True, confirmed=True)
    above = [_above(okrug, taken) for taken in range(4)]
    printed = printed_minutes(okrug)
    roll, entry, gone, waiting, request = _with_a_roll(okrug, year + 6)
    spare = _another_trustee(okrug)
    okrug.open_cycle(phase=Phase.BUDGET, fiscal_year=year + 7)
    home = okrug.home
    review = f"{checked}/reviews/{okrug.called('proposal_id', proposal)}"
    poll = f"{roll}/poll"
    with okrug.act_as() as act:
        of_observers = act.session.query(Grant).filter_by(role=Role.OBSERVER, territory_id=act.territory.id)
        grant = of_observers.one().id
    proposed = _proposed_role(okrug)
    day, today = "2026-11-01", clock.local(clock.now()).date().isoformat()
    until = {f"{phase}_until": f"2{n}00-01-01" for n, phase in enumerate([*Phase][:-1], 1)}
    iin, code = invented_iin(200).text, "ABCD-EFGH-JKLM"
    twice = {"password": PASSWORD, "repeated": PASSWORD}
    person = {"iin": iin, "name": "Аян", "settlement": HERE}
    plan = {"fiscal_year": str(year + 9), "envelope": "1000", "project_limit": "1000", "choices": "3"}
    plan |= {"proposals_per_resident": "3", "rule": "skip", "least_votes": "1", "settlement_envelopes": ""}
    plan |= {"ballot_kind": "totals", "group_name": "BELENIOS-2048", "points_each": "", "points_total": ""}
    plan |= {"cost_limit": "", "trustees_needed": ""}
    idea = {"title": "Lamps", "problem": "Dark", "solution": "Lamps", "settlement": HERE, "place": "Abai street"}
    member = {"name": "Member", "settlement": HERE, "office": "member", "term_from": day, "term_until": "2029-01-01"}
    meeting = {"meets_on": "2999-01-01", "meets_time": "10:00", "place": "School"}  # asked about, and not convened
    own = meeting | {"meets_on": (clock.local(clock.now()) + timedelta(days=30)).date().isoformat()}
    own |= {"part": "Abai street", "entitled": "40", "demanded_by": "4", "demand": "№ 1", "language": "kk"}
    own |= {"matter_1": "other", "text_1": "A playground", "majority_1": "two_thirds", "basis_1": "№ 2"}
    hands = {"in_favour": "2", "against": "0", "abstained": "0"}
    votes = {"in_favour": "3", "against": "0", "abstained": "0", "chair": ""}
    on_paper = {"about": "execution", "day": today, "reference": "7", "words": "To be done.", "paper": "%PDF-1.4 %%EOF"}
    corrected = {"point": "1", "text": "Abai street.", "language": "kk", "reason": "A slip."}
    complained = str(_decision_at(okrug, above[0]))
    free = partial(put_devices_down, okrug)
    setting = {"name": "quorum_percent", "value": "60", "since": day, "source": "decision № 1", "agreed": "yes"}
    appointment = {
        "iin": iin,
        "name": "Аян",
        "role": "observer",
        "body": "",
        "since": today,
        "until": "",
        "basis": "№ 1",
        "reason": "",
    }
    asked = {"kind": "missing", **person, "contact": "8 701", "text": ""}
    return {
        "audit.LogForm": Call(f"{home}/log/", {"kind": "roll", "day": today}, method="GET"),
        "cards.KeysForm": Call(f"{poll}/cards/keys", {"file": "entry,public_key\n"}, Role.REGISTRAR),
        "cards.SearchForm": Call(f"{poll}/hand-over", {"name": "Серік"}, Role.CLERK),
        "cards.StatementForm": Call(f"{poll}/statement", {"statement": "{}"}, Role.REGISTRAR),
        "cards.ConfirmationForm": Call(f"{poll}/confirmation", {"confirmation": "{}", "cms": ""}, Role.REGISTRAR),
        "cards.ReasonForm": Call(
            f"{poll}/cards/{okrug.called('entry_id', entry)}/withdraw", {"reason": "lost"}, Role.REGISTRAR
        ),
        "cycles.CycleForm": Call(f"{home}/cycles/new", plan | until, Role.OFFICE),
        "gatherings.MemberForm": Call(f"{home}/assembly", {**member, "electing_document": "minutes № 1"}, Role.OFFICE),
        "gatherings.MeetingForm": Call(f"{unmet}/meetings/convene/project", meeting, Role.CHAIR),
        "gatherings.AgendaForm": Call(f"{home}/meetings/convene/separate", own, Role.OFFICE),
        "gatherings.RegistrationForm": Call(f"{door}/registrations", {"name": "Аян", "settlement": HERE}, Role.OFFICE),
        "gatherings.EndingForm": Call(
            f"{home}/assembly/3/end",
            {"last_day": today, "reason": "Moved away.", "document": "№ 4"},
            Role.OFFICE,
            ready=partial(_no_endings, okrug),
        ),
        "gatherings.AbsenceForm": Call(f"{to_adopt}/attendance/3", {"absence": "Is ill."}, Role.SECRETARY, ready=free),
        "gatherings.OfficerForm": Call(f"{to_elect}/officers/chair", {"name": "Member 1", **hands}, Role.OFFICE),
        "gatherings.AdoptionForm": Call(f"{to_adopt}/agenda", hands, Role.SECRETARY, ready=free),
        "gatherings.CountForm": Call(f"{to_adopt}/agenda/1/remove", hands, Role.SECRETARY, ready=free),
        "gatherings.PointForm": Call(
            f"{to_adopt}/agenda/add",
            {
                "matter": "election",
                "text": "The commission",
                "speaker": "Аян",
                "seat": "commission",
                "places": "2",
                "language": "ru",
                **hands,
            },
            Role.SECRETARY,
            ready=free,
        ),
        "gatherings.AmendmentForm": Call(
            f"{discussed}/questions/1/amend",
            {"text": "Two playgrounds", "speaker": "Аян", "language": "ru"},
            Role.OFFICE,
            ready=free,
        ),
        "gatherings.CandidateForm": Call(
            f"{discussed}/questions/2/candidates", {"name": "Бота", "settlement": HERE}, Role.OFFICE, ready=free
        ),
        "gatherings.RenewalForm": Call(  # nobody is elected there: what is sent is read, and refused
            f"{discussed}/questions/2/elected",
            {"term_from": day, "term_until": "2029-01-01", "document": "№ 1"},
            Role.OFFICE,
        ),
        "gatherings.DiscussionForm": Call(
            f"{discussed}/questions/1/discussion",
            {"speeches": "A. Ospanov: the bridge first."},
            Role.OFFICE,
            ready=free,
        ),
        "gatherings.CallOffForm": Call(f"{quorate}/call-off", {"reason": "Snow."}, Role.CHAIR),
        "gatherings.MoveForm": Call(
            f"{path_of(okrug, to_come(okrug))}/move",
            {"meets_on": "2030-01-01", "meets_time": "15:00", "place": "School", "reason": "Snow."},
            Role.OFFICE,
        ),
        "gatherings.VotesForm": Call(
            f"{quorate}/questions/{okrug.called('question_id', question)}", votes, Role.SECRETARY
        ),
        "gatherings.MinutesForm": Call(f"{voted}/minutes", {"remarks": ""}, Role.SECRETARY),
        "gatherings.AnswerForm": Call(
            f"{confirmed}/answer", {"agrees": "no", "reason": "No money.", **SURE}, Role.AKIM
        ),
        "gatherings.CorrectionForm": Call(f"{confirmed}/minutes/corrections", corrected, Role.SECRETARY),
        "gatherings.DeclineForm": Call(
            f"{confirmed}/minutes/corrections/decline",
            {"why": "The name was right."},
            Role.SECRETARY,
            ready=partial(_a_correction_waits, okrug, confirmed),
        ),
        "gatherings.ScanForm": Call(f"{printed}/minutes/scan", {"paper": "%PDF-1.4 %%EOF"}, Role.OFFICE),
        "gatherings.ComparisonForm": Call(f"{confirmed}/minutes/verify", {"file": "%PDF-1.4 %%EOF"}),
        "gatherings.ReferralForm": Call(f"{above[0]}/superior/sent", {**on_paper, "question": complained}, Role.CHAIR),
        "gatherings.SittingForm": Call(f"{above[1]}/superior/discussed", on_paper, Role.MASLIKHAT_SECRETARY),
        "gatherings.RulingForm": Call(
            f"{above[2]}/superior/decided", {**on_paper, "outcome": "upheld"}, Role.MASLIKHAT_SECRETARY
        ),
        "gatherings.JudgingForm": Call(
            f"{above[3]}/superior/confirmed", {"about": "execution", "right": "no", "words": "Another day."}, Role.CHAIR
        ),
        "identity.SignInForm": Call("/sign-in", {"iin": iin, "password": PASSWORD}),
        "identity.SecondFactorForm": Call("/second-factor", {"code": "123456"}, Role.OFFICE),
        "identity.ProofForm": Call("/prove", {"code": "123456", "password": PASSWORD}, Role.OFFICE),
        "identity.ActivationForm": Call("/activate", {"iin": iin, "code": code, **twice}),
        "identity.InvitationForm": Call("/invitation", {"code": code, **twice}),
        "identity.ResidentForm": Call(f"{home}/residents/register", person, Role.CLERK),
        "identity.AppointmentForm": Call(f"{home}/roles/new", appointment, Role.OFFICE),
        "identity.EndingForm": Call(
            f"{home}/roles/{okrug.called('grant_id', grant)}/end", {"last_day": today, "basis": "№ 2"}, Role.OFFICE
        ),
        "identity.LookForm": Call(f"{home}/roles", {"name": "Серік"}, Role.CHAIR),
        "identity.InvitingForm": Call(
            f"{home}/roles/{okrug.called('grant_id', grant)}/invite", {"basis": "№ 3", "reason": ""}, Role.OFFICE
        ),
        "news.NewsForm": Call(
            f"{home}/news/new",
            {
                "title_kk": "Су жоқ",
                "text_kk": "Ертең су болмайды.",
                "title_ru": "Воды нет",
                "text_ru": "Завтра воды нет.",
                "photo": PICTURE,
                "alt_kk": "Су құбыры",
                "alt_ru": "Водопровод",
            },
            Role.OFFICE,
        ),
        "notices.AddressForm": Call("/notices/mail", {"address": "a@example.kz"}),
        "notices.CodeForm": Call("/notices/mail/code", {"code": "123456"}),
        "notices.ChoicesForm": Call(
            "/notices/choices",
            {
                "language": "kk",
                "mail": "own",
                "sms": "own",
                "page": "cycle",
                **NO_DIGEST,
                "quiet_from": "21",
                "quiet_until": "9",
            },
        ),
        "identity.OwnPasswordForm": Call("/account/password", {"current": PASSWORD, **twice}),
        "identity.SuspensionForm": Call(
            f"{home}/suspensions/new", {"iin": iin, "kind": "suspend", "basis": "№ 5"}, Role.OFFICE
        ),
        "identity.ConfirmingForm": Call(
            f"{home}/roles/proposals/{okrug.called('appointment_id', proposed)}/confirm", {"link": "y"}, Role.CHAIR
        ),
        "process.EndForm": Call(f"{home}/{year + 7}/end", {"reason": "Nothing came."}, Role.OFFICE),
        "proposals.AttachmentsForm": Call(
            f"{okrug.path(ideas)}/proposals/draft-{draft}/pictures", {"shown": "", "alt_1": "A yard"}
        ),
        "proposals.TakeAwayForm": Call(
            f"{checked}/proposals/{okrug.called('proposal_id', proposal)}/take-away/{photo.hex}",
            {"why": "personal", "words": "An identity card.", "language": "kk"},
            Role.OFFICE,
        ),
        "proposals.ProposalForm": Call(
            f"{okrug.path(ideas)}/proposals/new", {**idea, "category": Category.LIGHTING, "cost": "1000"}
        ),
        "reviews.CompetenceForm": Call(
            f"{review}/competence", {"competence": "okrug", "competent_body": ""}, Role.OFFICE
        ),
        "reviews.FeasibilityForm": Call(f"{review}/feasibility", {"feasible": "yes", "feasibility": ""}, Role.OFFICE),
        "reviews.CostForm": Call(
            f"{review}/cost", {"cost": "1000", "cost_explanation": "Lamps are cheaper."}, Role.OFFICE
        ),
        "reviews.BallotForm": Call(
            f"{review}/ballot",
            {
                "programme": "008",
                "title_kk": "Шамдар",
                "summary_kk": "Шамдар.",
                "title_ru": "Лампы",
                "summary_ru": "Лампы.",
            },
            Role.OFFICE,
        ),
        "reviews.VerdictForm": Call(
            f"{review}/verdict",
            {"verdict": "accept", "ground": "", "reason": "", "language": "ru", "answer_until": ""},
            Role.OFFICE,
        ),
        "roll.ImportForm": Call(
            f"{roll}/roll", {"file": f"iin,name,settlement\n{ROLL}", "scope": "part"}, Role.REGISTRAR
        ),
        "roll.TakeInForm": Call(
            f"{roll}/roll/imports/{okrug.called('import_id', waiting)}",
            {"day": day, "departure": "moved"},
            Role.REGISTRAR,
        ),
        "roll.SearchForm": Call(f"{roll}/roll/search", {"name": "Дауыс"}, Role.REGISTRAR),
        "roll.FindForm": Call(f"{roll}/roll/find", {"iin": iin}, Role.REGISTRAR),
        "roll.LookForm": Call(
            f"{roll}/roll/entries/{okrug.called('entry_id', entry)}/iin", {"reason": "identity"}, Role.REGISTRAR
        ),
        "roll.ReasonForm": Call(
            f"{roll}/roll/entries/{okrug.called('entry_id', gone)}/gone",
            {"reason": "came back"},
            Role.REGISTRAR,
            ready=lambda: _leave(okrug, gone, date(2026, 1, 1)),
        ),
        "roll.CorrectForm": Call(
            f"{roll}/roll/entries/{okrug.called('entry_id', entry)}/correct",
            {"name": "Бота", "settlement": HERE, "reason": "identity card"},
            Role.REGISTRAR,
        ),
        "roll.AddForm": Call(f"{roll}/roll/add", {**person, "reason": "register"}, Role.REGISTRAR),
        "roll.GoneForm": Call(
            f"{roll}/roll/entries/{okrug.called('entry_id', entry)}/gone",
            {"day": day, "departure": "moved", "reason": "register"},
            Role.REGISTRAR,
            ready=lambda: _leave(okrug, entry, None),
        ),
        "roll.RequestForm": Call(f"{roll}/roll/requests/new", asked),
        "roll.StatusForm": Call(f"{roll}/roll/requests/answer", {"number": "1", "secret": code}),
        "roll.AnswerForm": Call(
            f"{roll}/roll/requests/{okrug.called('request_id', request)}",
            {"outcome": "refused", "answer": "Not here."},
            Role.REGISTRAR,
        ),
        "reports.MeetingForm": Call(
            f"{home}/reports/meetings/new",
            {
                "meeting": "",
                "held_on": day,
                "place": "Мәдениет үйі",
                "kind": "report",
                "level": "okrug",
                "present": "9",
                "reason": "-",
            },
            Role.OFFICE,
        ),
        "reports.FiguresForm": Call(
            f"{home}/reports/{year}-1/figures", {"appeals": "11", "receptions": "1", "reason": "recounted"}, Role.OFFICE
        ),
        "reports.AppealsForm": Call(f"{home}/reports/{year}-1/appeals", {"reason": "recounted"}, Role.OFFICE),
        **_of_surveys(okrug, survey),
        **_of_registers(okrug),
        **_of_a_hearing(okrug),
        **{
            name: Call(path, answers, Role.OFFICE)
            for name, (path, answers) in winner_calls.paths(okrug, okrug.path(ideas)).items()
        },
        **_of_budgets(okrug),  # one of them lies before the assembly: no other can
        **_of_the_commission(okrug, year),
        **_of_tasks(okrug),
        **_of_the_maslikhat(okrug),
        **{name: Call(*told, ready=ready) for name, (*told, ready) in of_works(okrug, PICTURE, year + 10).items()},
        "territory.EmblemForm": Call(f"{home}/emblem", {"file": PICTURE}, Role.OFFICE),
        "territory.OfficeForm": Call(
            f"{home}/contact",
            {
                "contact": "8 (71632) 2-13-45",
                "bin": "961141000023",
                **{f"{name}{tongue}": "Abai street 1" for name in ("address", "paper_place") for tongue in TONGUES},
            },
            Role.OFFICE,
        ),
        "classification.ClassificationForm": Call(
            f"{home}/classification",
            {"file": "code,name_kk,name_ru,source\n12.9,Көпірлер,Мосты,order № 1\n"},
            Role.OFFICE,
        ),
        "territory.WorkingDaysForm": Call(
            f"{home}/working-days",
            {"off": f"{year + 1}-03-09", "working": "", "usual": "", "source": "order № 1"},
            Role.OFFICE,
        ),
        "territory.PopulationForm": Call(
            f"{home}/population",
            {"place": "", "year": str(year), "people": "1240", "source": "stat.gov.kz"},
            Role.OFFICE,
        ),
        "territory.SettlementForm": Call(
            f"{home}/settlements",
            {"place": "", "name_kk": "Жаңа ауыл", "name_ru": "Новый аул", "name_en": "Zhana Auyl"},
            Role.OFFICE,
        ),
        "territory.SettingForm": Call(f"{home}/settings", setting, Role.OFFICE),
        "voting.MinutesForm": Call(
            f"{poll}/ceremony", {"number": "5", "day": day, "seed_text": "7 41 3 12 88 20"}, Role.SECRETARY
        ),
        "voting.ReplacementForm": Call(f"{poll}/trustees", {"place": "1", "person": str(spare)}, Role.OFFICE),
        "voting.OpeningForm": Call(f"{poll}/open", {"closes_on": "2999-01-01", "closes_at": "20:00"}, Role.OFFICE),
        "voting.KeyForm": Call(f"{poll}/keys", {"key": "0011 2233 4455 6677 8899 aabb ccdd eeff"}),
        # Before the closing the services refuse them all; what they are filled with is read all the same.
        "checks.PaperForm": Call(f"{poll}/checks/paper", {"signatures": "2", "cards": "1-2"}, Role.CLERK),
        "checks.ChoiceForm": Call(
            f"{poll}/checks/cards/choice", {"minutes_number": "5", "text": "7 41"}, Role.SECRETARY
        ),
        "checks.CardsForm": Call(f"{poll}/checks/cards", {"cards": "R1 -"}, Role.SECRETARY),
        "checks.CorrectionForm": Call(f"{poll}/checks/cards/correction", {"cards": "R1 -"}, Role.SECRETARY),
        "checks.DrawForm": Call(
            f"{poll}/checks/draw",
            {"text": "7 41 3 12 88 20", "minutes_number": "5", "copied": "0123abcd"},
            Role.SECRETARY,
        ),
        "checks.AnswersForm": Call(f"{poll}/checks/sample/answers", {"answers": "1:voted"}, Role.DEPUTY),
        "checks.ConfirmAnswersForm": Call(f"{poll}/checks/sample/confirm", {"answers": "1:1:voted"}, Role.CHAIR),
        "checks.ExplanationForm": Call(
            f"{poll}/checks/explanations",
            {"kinds": "lost:0", "minutes_number": "6", "text": "A slip of memory."},
            Role.SECRETARY,
        ),
        "checks.AskForm": Call(f"{poll}/asked", {"iin": iin}, Role.CLERK),
        "voting.KioskForm": Call(f"{poll}/kiosk", {"code": "kitchen 7"}, Role.CLERK),
        "voting.EndKioskForm": Call(f"{poll}/kiosk/end", {"code": "kitchen 7"}),
        "voting.TrackerForm": Call(f"{poll}/tracker", {"tracker": "0123456789ABCDEFGHJK"}),
        "voting.FindObjectionForm": Call(f"{poll}/objections", {"number": "1"}, method="GET"),
        "voting.ObjectionForm": Call(f"{poll}/objections", {"text": "Somebody used my card.", "contact": "8 701"}),
        "voting.AnswerForm": Call(f"{poll}/objections/1", {"answer": "We looked.", **SURE}, Role.OFFICE),
        "voting.AnnulForm": Call(f"{poll}/annul", {"reason": "fire"}, Role.CHAIR),
    }


def _of_budgets(okrug: Village) -> dict[str, Call]:
    """A budget at each step of its way."""
    budget_calls.with_budgets(okrug)
    at = budget_calls.paths(okrug)
    today = clock.local(clock.now()).date().isoformat()
    said = {"words": "Не үшін?", "language": "kk"}
    decided = {"reference": "41-3", "day": today, "paper": ""}
    give_city_an_address(okrug)
    raion = "/kokshetau"
    return {
        "budget.BeginForm": Call(at["list"], {"year": "2018", "kind": "draft"}, Role.OFFICE),
        "budget.ReviseForm": Call(
            f"{at['changed']}/new",
            {"kind": "amendment", "proposer": "deputy", "reason": "Трансферт.", "language": "kk"},
            Role.OFFICE,
            ready=lambda: budget_calls.nothing_under_way(okrug),
        ),
        "budget.LineForm": Call(f"{at['writing']}/lines", budget_calls.LINE, Role.OFFICE),
        "budget.AnnexesForm": Call(f"{at['writing']}/annexes", budget_calls.ANNEXES, Role.OFFICE),
        "budget.SettleForm": Call(
            f"{at['put']}/assembly", {"question": budget_calls.waiting_point(okrug)}, Role.SECRETARY
        ),
        "budget.SendForm": Call(f"{at['agreed']}/send", {"day": today, "reference": "12"}, Role.OFFICE),
        "budget.ConsiderForm": Call(f"{at['sent']}/consider", {"day": today}, MASLIKHAT),
        "budget.ReturnForm": Call(f"{at['sent']}/return", {"day": today, **said}, MASLIKHAT),
        "budget.WithdrawForm": Call(f"{at['writing']}/withdraw", said, Role.OFFICE),
        "budget.DecisionForm": Call(f"{at['corrected']}/decide", decided, Role.AKIM),
        "budget.TakeInForm": Call(
            f"{at['paper']}/take-in",
            {
                **decided,
                "day": f"{budget_calls.PAPER - 1}-12-24",
                "maslikhat": "Мәслихат",
                "paper": "%PDF-1.4 %%EOF",
            },
            Role.OFFICE,
        ),
        "budget.RaionForm": Call(f"{raion}/budgets/raion", {"raion_reference": "40", "raion_day": today}, MASLIKHAT),
        "budget.ApproveForm": Call(
            f"{raion}/budgets/approve?year={budget_calls.CONSIDERED}",
            {**decided, "versions": budget_calls.considered(okrug), "sure": "y"},
            MASLIKHAT,
        ),
        "budget.ExecutionForm": Call(
            f"{at['approved']}/execution",
            {"until": f"{budget_calls.APPROVED}-06-30", "file": budget_calls.REPORT, "sure": "y"},
            Role.OFFICE,
        ),
        "budget.LeftForm": Call(
            f"{at['approved']}/left",
            {"code": budget_calls.GREEN, "lapsed": "0", "returned": "0", "carried": "15 223,5"},
            Role.OFFICE,
        ),
        "budget.AskForm": Call(f"{at['sent']}/questions/new", said, Role.DEPUTY),
        "receipt.QuestionForm": Call(
            f"{okrug.home}/receipt/{budget_calls.SENT}/ask?code=", {**said, "allowed": "y"}, Role.RESIDENT
        ),
        "receipt.AnsweringForm": Call(f"{okrug.home}/receipt/questions/1", {**said, "published": "y"}, Role.OFFICE),
        "budget.AnswerForm": Call(f"{at['sent']}/questions/1", said, Role.OFFICE),
    }


def _of_surveys(okrug: Village, closed: UUID) -> dict[str, Call]:
    """One that is written, one that is open, one that is closed."""
    written, taken, called_off = register_calls.with_surveys(okrug)
    today = clock.local(clock.now()).date().isoformat()
    days = {"opens_on": today, "closes_on": today}
    ready = partial(register_calls.drop_drafts, okrug)
    texts = f"{okrug.home}/surveys/{okrug.called('survey_id', closed)}/texts"
    return {
        "surveys.SurveyForm": Call(
            f"{okrug.home}/surveys/new", {**register_calls.PLAN, **days}, Role.CHAIR, ready=ready
        ),
        "surveys.QuestionForm": Call(f"{written}/questions/1/edit", register_calls.QUESTION, Role.OFFICE),
        "surveys.SheetForm": Call(f"{taken}/answer", {"question_1": "1", "question_4": "Жол.", "language": "kk"}),
        "surveys.CallOffForm": Call(
            f"{called_off}/call-off",
            {"reason": "Қате.", "language": "kk"},
            Role.OFFICE,
            ready=partial(_called_off_no_more, okrug),
        ),
        "surveys.JudgingForm": Call(
            texts, {"text_1": register_calls.text_of(okrug, closed), "verdict_1": "insults"}, Role.OFFICE
        ),
    }


def _of_registers(okrug: Village) -> dict[str, Call]:
    """A programme that is written, one that is approved, an object of property."""
    at = register_calls.with_registers(okrug)
    today = clock.local(clock.now()).date().isoformat()
    progress = {"value": "4", "day": today, "words": "Төрт көше.", "language": "kk"}
    again = partial(register_calls.write_again, okrug)
    return {
        "registers.YearsForm": Call(
            f"{okrug.home}/development/new", {"first_year": "2040", "last_year": "2042"}, Role.OFFICE
        ),
        "registers.TaskForm": Call(f"{at['written']}/tasks/new", register_calls.task(), Role.OFFICE, ready=again),
        "registers.FileForm": Call(
            f"{at['written']}/import", {"file": register_calls.file_of_tasks()}, Role.OFFICE, ready=again
        ),
        "registers.ApprovalForm": Call(
            f"{at['written']}/approve", {**register_calls.decision(), **SURE}, Role.OFFICE, ready=again
        ),
        "registers.ProgressForm": Call(f"{at['approved']}/tasks/1", progress, Role.OFFICE),
        "registers.ObjectForm": Call(f"{okrug.home}/property/new", register_calls.thing(), Role.OFFICE),
        "registers.ChangeForm": Call(f"{at['object']}/change", register_calls.repaired(), Role.OFFICE),
    }


def _of_a_hearing(okrug: Village) -> dict[str, Call]:
    """A hearing to come, with two opinions of which one is answered once more each time."""
    soon = clock.now() + timedelta(days=11)
    with okrug.act_as(Role.OFFICE) as act:
        points = [convening.Point(Matter.PROGRAMME, "Бюджет", "kk")]
        plan = convening.Plan(Kind.HEARING, soon, "Мәдениет үйі", points, entitled=900)
        hearing = convening.convene(act, plan)
        materials.publish(act, hearing, Received(uuid4(), "draft", uuid4().hex * 2, is_paper=True))
        gathering = hearing.id
    words = hearings.Words("Жол керек.", "kk")

    def given() -> None:
        with okrug.act_as(Role.OFFICE) as act:
            hearing = hearing_finding.get(act, gathering)
            hearings.enter(act, hearing, hearings.Entry("Әлия", "hall", words))

    given()
    page = f"{okrug.home}/meetings/{okrug.called('gathering_id', gathering)}/hearing"
    said = {"text": "Жол керек.", "language": "kk"}
    return {
        "hearings.OpinionForm": Call(page, said, Role.RESIDENT),
        "hearings.EntryForm": Call(f"{page}/enter", {**said, "name": "Әлия", "channel": "hall"}, Role.OFFICE),
        "hearings.AnswerForm": Call(
            f"{page}/opinions/1/answer", {"verdict": "accepted", "reason": "Иә.", "language": "kk"}, Role.OFFICE
        ),
        "materials.MaterialForm": Call(
            f"{page.removesuffix('/hearing')}/materials", {"point": "1", "paper": "%PDF-1.4 %%EOF"}, Role.OFFICE
        ),
    }


def _of_the_commission(okrug: Village, year: int) -> dict[str, Call]:
    """A commission of the whole assembly, with reports that nobody, one and all have signed."""
    today = clock.local(clock.now()).date()
    basis, day = Basis(minutes_number="44", minutes_on=today), today.isoformat()
    with okrug.act_as(Role.OFFICE) as act:
        ids = frozenset(member.id for member in members.current(act))
        term = date(year - 1, 1, 1), today + timedelta(days=99)
        composed = seating.record(act, seating.Composition(ids, *term), basis).id
    with okrug.act_as(Role.CHAIR) as act:
        seating.confirm(act, seating.get(act, composed))
        for member in members.current(act)[:1]:
            marked = member.id.hex
    lines = [commission.Compared("Жарық", "40", "25")]
    with okrug.act_as(Role.SECRETARY) as act:
        reports = [
            commission.write(act, commission.Findings(year - 1, half, lines, "Жоқ", "", "kk", basis)).id
            for half in (1, 2, None)
        ]
    file = Received(uuid4(), "scan", "b" * 64, is_paper=True)
    for report_id in reports[1:]:
        with okrug.act_as(Role.SECRETARY) as act:
            scan = replace(file, id=uuid4(), sha256=uuid4().hex * 2)
            on_paper.bring(act, commission.get(act, report_id), ids, today, scan)
            paper = on_paper.scan_of(act, commission.get(act, report_id).signatures)
            paper.state, paper.pages, paper.size, paper.digest = "ready", 1, 9, scan.sha256[::-1]
        with okrug.act_as(Role.AUDITOR) as act:
            on_paper.confirm(act, commission.get(act, report_id), scan.sha256)
    with okrug.act_as(Role.CHAIR) as act:
        following.decide(act, commission.get(act, reports[2]), "Ауыстыру", "kk", basis)
    rests = {"question": "", "minutes_number": "44", "minutes_on": day}
    said = {"words": "Ауыстыру.", "language": "kk"}
    report = {"half": "extra", **rests, "findings": "Жоқ", "proposals": "", "language": "kk"}
    for n in range(1, MOST_LINES + 1):
        report |= {f"{name}_{n}": "1" for name in ("name", "planned_words", "reached_words", "planned", "reached")}

    def page(report_id: UUID, deed: str) -> str:
        return f"{okrug.home}/commission/reports/{okrug.called('report_id', report_id)}/{deed}"

    return {
        "commission.CompositionForm": Call(
            f"{okrug.home}/commission/new",
            {**rests, "members": marked, "term_from": day, "term_until": "2999-01-01"},
            Role.OFFICE,
        ),
        "commission.ReportForm": Call(f"{okrug.home}/commission/reports/new", report, Role.SECRETARY),
        "commission.PaperForm": Call(
            page(reports[0], "paper"), {"members": marked, "signed_on": day, "paper": "%PDF-1.4 %%EOF"}, Role.SECRETARY
        ),
        "commission.DecisionForm": Call(page(reports[1], "decision"), {**rests, **said}, Role.CHAIR),
        "commission.ConclusionForm": Call(page(reports[2], "conclusion"), said, Role.AKIM),
    }


def ballots(okrug: Village) -> dict[str, Call]:
    """What answers the form of votes where it has other fields: by name, in secret, corrected, of an election."""
    seat_assembly(okrug)
    named, secret, corrected, elected = (of_members(okrug) for _each in range(4))
    with okrug.act_as(Role.SECRETARY) as act:
        here = [member for member in members.current(act, clock.local(act.at).date()) if member.number < 3]
        both = [str(member.id) for member in here]
        voted, electing = meetings.get(act, corrected), meetings.get(act, elected)
        holding.record_votes(act, voted, voted.questions[0], Votes(2, 0, 0, None, frozenset()))
        elections.nominate(act, electing, electing.questions[1], "Бота", HERE)
    hands = {"present": both, "in_favour": "2", "against": "0", "abstained": "0"}
    twice = hands | {"second_in_favour": "2", "second_against": "0", "second_abstained": "0"}
    why = {"reason": "One hand was counted twice.", "repeated": "y"}

    def call(meeting: UUID, question: int, answers: Mapping[str, str | list[str]]) -> Call:
        return Call(f"{path_of(okrug, meeting)}/questions/{question}", answers, Role.SECRETARY)

    return {
        "by name": call(named, 1, {"ballot": "by_name", "vote_1": "for", "vote_2": "abstained", **why}),
        "in secret": call(secret, 1, {"ballot": "secret", **twice, **why}),
        "corrected": call(corrected, 1, {"ballot": "open", **hands, **why}),
        "of an election": call(elected, 2, {"ballot": "open", "present": both, "votes_1": "2", **why}),
    }


def _of_tasks(okrug: Village) -> dict[str, Call]:
    """Each step has a task of its own; what was said of it is taken back before it is said again."""
    today = clock.local(clock.now()).date()
    basis = Basis(minutes_number="44", minutes_on=today)
    with okrug.act_as(Role.SECRETARY) as act:
        giving = Giving("Жол", "Дорога", until=today, executor_kk="ЖШС", executor_ru="ТОО", settlement=HERE)
        done, late, judged = (tasks.give(act, giving, basis).id for _each in range(3))
    said = {"words": "Бітті.", "language": "kk"}
    rests = {"question": "", "minutes_number": "44", "minutes_on": today.isoformat()}
    what = {"text_kk": "Жол", "text_ru": "Дорога", "executor": "", "executor_kk": "ЖШС", "executor_ru": "ТОО"}

    def step(role: Role, task_id: UUID, kind: TaskStep, verb: Callable[[Act, Task, Words], None]) -> None:
        with okrug.act_as(role) as act:
            task = act.session.get_one(Task, task_id)
            if kind in FOLLOWING[TaskStep(tasks.last_step(act, task).kind)]:
                verb(act, task, Words("Жоқ."))

    def page(task_id: UUID) -> str:
        return f"{okrug.home}/tasks/{okrug.called('task_id', task_id)}"

    return {
        "tasks.GivingForm": Call(
            f"{okrug.home}/tasks/new",
            {**what, **rests, "settlement": HERE, "until": today.isoformat()},
            Role.SECRETARY,
        ),
        "tasks.DoneForm": Call(
            f"{page(done)}/done",
            {**said, "photo": PICTURE, "paper": "%PDF-1.4 %%EOF"},
            Role.OFFICE,
            ready=lambda: step(Role.CHAIR, done, TaskStep.SENT_BACK, tasks.send_back),
        ),
        "tasks.PutOffForm": Call(
            f"{page(late)}/put-off",
            {**said, **rests, "until": "2030-01-01"},
            Role.OFFICE,
            ready=lambda: step(Role.CHAIR, late, TaskStep.KEPT, tasks.keep),
        ),
        "tasks.ReasonForm": Call(
            f"{page(judged)}/send-back",
            said,
            Role.CHAIR,
            ready=lambda: step(Role.OFFICE, judged, TaskStep.DONE, tasks.report_done),
        ),
    }


def _of_the_maslikhat(okrug: Village) -> dict[str, Call]:
    """A proposal at each of its steps, and a deputy of the raion."""
    give_city_an_address(okrug)
    today = clock.local(clock.now()).date()
    basis = Basis(minutes_number="44", minutes_on=today)
    with okrug.act_as(Role.SECRETARY) as act:
        sending = Sending("Көпір", "Мост", today, "12")
        sent, received, considered = (maslikhat.send(act, sending, basis) for _each in range(3))
    with okrug.act_as(Role.MASLIKHAT_SECRETARY) as act:
        for motion in (received, considered):
            maslikhat.receive(act, act.session.get_one(Motion, motion.id), today, "7")
        maslikhat.consider(act, act.session.get_one(Motion, considered.id), today)
    with okrug.act_as(Role.MASLIKHAT_SECRETARY, place="kokshetau") as act:
        mandate = Mandate("Депутат", "111033000", today, today + timedelta(days=9), "№ 1", "Дүйсенбі", "", "8 716")
        deputy = deputies.record(act, mandate).id
    day = today.isoformat()
    who = Role.MASLIKHAT_SECRETARY
    of_deputy = {"codes": "111033000", "term_from": day, "term_until": "2999-01-01", "document": "№ 1"}
    of_deputy |= {"reception_kk": "Дүйсенбі", "reception_ru": "Понедельник", "phone": "8 716"}
    answered = {"answer": "declined", "words": "Жоқ.", "language": "kk", "day": day, "reference": "3"}

    def page(motion: Motion) -> str:
        return f"{okrug.home}/maslikhat/{okrug.called('motion_id', motion.id)}"

    return {
        "maslikhat.SendingForm": Call(
            f"{okrug.home}/maslikhat/new",
            {
                "question": "",
                "minutes_number": "44",
                "minutes_on": day,
                "text_kk": "Көпір",
                "text_ru": "Мост",
                "day": day,
                "reference": "12",
            },
            Role.SECRETARY,
        ),
        "maslikhat.ReceivingForm": Call(f"{page(sent)}/receive", {"day": day, "reference": "7"}, who),
        "maslikhat.ConsideringForm": Call(f"{page(received)}/consider", {"day": day}, who),
        "maslikhat.AnsweringForm": Call(f"{page(considered)}/answer", {**answered, "paper": "%PDF-1.4 %%EOF"}, who),
        "maslikhat.DeputyForm": Call("/kokshetau/maslikhat/deputies", {"name": "Депутат", **of_deputy}, who),
        "maslikhat.EndingForm": Call(
            f"/kokshetau/maslikhat/deputies/{okrug.called('deputy_id', deputy)}/end",
            {"last_day": day, "document": "№ 2"},
            who,
        ),
    }


def _enter(okrug: Village, cycle_id: UUID, phase: Phase) -> None:
    with okrug.in_cycle(cycle_id) as (act, cycle):
        for step in ORDER[ORDER.index(Phase(cycle.phase)) + 1 : ORDER.index(phase) + 1]:
            cycle.phase = step
            act.session.flush()


def _with_a_proposal(okrug: Village, year: int) -> tuple[str, UUID, UUID]:
    """A cycle in review with one proposal, which has a photo; meetings need no notice."""
    with okrug.act_as(Role.OFFICE) as act:
        without_notice(act)
    cycle_id = okrug.open_cycle(fiscal_year=year)
    with okrug.in_cycle(cycle_id, Role.RESIDENT) as (act, cycle):
        draft = proposals.save_draft(act, cycle, content(settlement=HERE))
        attaching.add(act, cycle, draft, Received(uuid4(), "Yard", ATTACHED))
        (photo,) = attached.pictures(act, draft)
        photo.picture.small = photo.picture.middle = photo.picture.large = ATTACHED
        photo.picture.width, photo.picture.height, photo.picture.state = 4, 3, Drawn.READY
        act.session.flush()
        proposal = proposals.submit(act, cycle, draft).id
    _enter(okrug, cycle_id, Phase.REVIEW)
    return okrug.path(cycle_id), proposal, photo.picture.id


def _to_meet(okrug: Village, year: int) -> str:
    """The address of a cycle whose assembly is to be convened."""
    path, proposal_id, _photo = _with_a_proposal(okrug, year)
    cycle_id = okrug.cycle_at(path)
    with okrug.in_cycle(cycle_id, Role.OFFICE) as (act, cycle):
        proposal = next(one for one in proposals.public(act, cycle) if one.id == proposal_id)
        reviews.review(act, cycle, proposal, findings(cost=proposal.cost))
    _enter(okrug, cycle_id, Phase.GATHERING)
    return path


def _held(okrug: Village, year: int, *, voted: bool, confirmed: bool = False) -> tuple[str, UUID]:
    """A meeting to which all came: its address and its question."""
    path = _to_meet(okrug, year)
    cycle_id = okrug.cycle_at(path)
    with okrug.in_cycle(cycle_id, Role.CHAIR) as (act, cycle):
        begins = act.at + timedelta(milliseconds=1)
        meeting = cycle_meetings.convene(act, cycle, Matter.PROJECT, meets_at=begins, place="School").id
    with okrug.in_cycle(cycle_id, Role.SECRETARY) as (act, cycle):
        gathering = meetings.get(act, meeting)
        open_meeting(act, gathering)
        question = gathering.questions[0]
        if voted:
            holding.record_votes(act, gathering, question, Votes(3, 0, 0, None, frozenset()))
        if confirmed:
            print_minutes(act, minutes.draw_up(act, gathering, remarks=""))
    for role in (Role.CHAIR, Role.SECRETARY) if confirmed else ():
        with okrug.in_cycle(cycle_id, role) as (act, cycle):
            minutes.confirm(act, meetings.get(act, meeting))
    return path_of(okrug, meeting), question.id


def printed_minutes(okrug: Village) -> str:
    """A meeting whose minutes are drawn up and printed, and wait for chair and secretary."""
    path = path_of(okrug, of_members(okrug))
    question = _decision_at(okrug, path)
    with okrug.act_as(Role.SECRETARY) as act:
        gathering = act.session.get_one(Question, question).gathering
        *points, election = gathering.questions
        for point in points:
            holding.record_votes(act, gathering, point, Votes(2, 0, 0, None, frozenset()))
        agenda.remove(act, gathering, election, Count(2, 0, 0))
        print_minutes(act, minutes.draw_up(act, gathering, remarks=""))
    return path


def _above(okrug: Village, taken: int) -> str:
    """A meeting whose decision is not executed, after so many steps of the way to the superior akim."""
    path = printed_minutes(okrug)
    question = _decision_at(okrug, path)

    def meeting(act: Act) -> Gathering:
        return act.session.get_one(Question, question).gathering

    for role in (Role.CHAIR, Role.SECRETARY):
        with okrug.act_as(role) as act:
            minutes.confirm(act, meeting(act))
    with okrug.act_as(Role.AKIM) as act:
        minutes.answer(act, meeting(act), agrees=True, reason="")
    steps = ((Step.SENT, Role.CHAIR), (Step.DISCUSSED, MASLIKHAT), (Step.DECIDED, MASLIKHAT))
    for step, role in steps[:taken]:
        with okrug.act_as(role) as act:
            row = meetings.minutes_of(act, meeting(act))
            assert row is not None
            record = Record(clock.local(act.at).date(), "7", "To be done.", Ruling.UPHELD, question)
            referrals.take(act, row, About.EXECUTION, step, record)
    return path


def _decision_at(okrug: Village, path: str) -> UUID:
    """The decision of the meeting at this address."""
    with okrug.act_as() as act:
        here = {"territory_id": act.territory.id, "number": int(path.rsplit("/", 1)[1])}
        return act.session.query(Gathering).filter_by(**here).one().questions[0].id


def _leave(okrug: Village, entry_id: UUID, day: date | None) -> None:
    """Somebody left the roll on that day; without a day, is on it."""
    with okrug.act_as() as act:
        entry = act.session.get_one(Entry, entry_id)
        entry.gone_on, entry.gone_reason = day, "moved" if day else None


def _proposed_role(okrug: Village) -> UUID:
    """A role that waits for the other body."""
    with okrug.act_as(Role.OFFICE) as act:
        person = accounts.add_person(act, KEYS, iin=invented_iin(401), name="Бақылаушы")
        terms = Terms(Role.OBSERVER, clock.local(act.at).date(), "№ 4")
        return appointments.propose_giving(act, person, terms, reason="test").id


def _another_trustee(okrug: Village) -> UUID:
    """Somebody who came too late for a place in the poll."""
    with okrug.act_as() as act:
        person = accounts.add_person(act, KEYS, iin=invented_iin(400), name="Сенімді")
        spare = person.id
    okrug.appoint(spare, Role.TRUSTEE, body="another body")
    return spare


def _with_a_roll(okrug: Village, year: int) -> tuple[str, UUID, UUID, UUID, UUID]:
    """A poll in preparation, with an objection: its cycle; somebody on the roll, somebody gone, a file, a request."""
    cycle_id = okrug.open_cycle(phase=Phase.VOTING, fiscal_year=year)
    with okrug.in_cycle(cycle_id, Role.OFFICE) as (act, cycle):
        preparation.prepare(act, cycle, KEYS)
    with okrug.in_cycle(cycle_id, Role.REGISTRAR) as (act, cycle):
        imports.confirm_import(act, cycle, KEYS, imports.read_file(act, cycle, KEYS, (HEADER + ROLL).encode()))
        entry, gone = act.session.query(Entry).filter_by(cycle_id=cycle_id).order_by(Entry.number).limit(2)
        gone.gone_on, gone.gone_reason = date(2026, 1, 1), "moved"
        waiting = imports.read_file(act, cycle, KEYS, (HEADER + ROLL.partition("\n")[0]).encode(), whole=True)
        known = entry.id, gone.id, waiting.id
    with okrug.in_cycle(cycle_id, Role.RESIDENT) as (act, cycle):
        person = {"iin": invented_iin(300), "name": "Вера", "settlement": HERE}
        asked, _code = requests.submit(
            act,
            cycle,
            KEYS,
            kind=RequestKind.MISSING,
            **person,
            contact="8 701",
            text="",  # type: ignore[arg-type]
        )
        objections.object_to(act, state.require(act, cycle), text="My card is gone.", contact="8 701")
        return okrug.path(cycle_id), *known, asked.id
