"""The office writes of a project: where it is, what is known of it, photos. Nothing is edited: it is put anew."""

from collections.abc import Callable, Iterable
from uuid import UUID

from flask import redirect, url_for
from flask_babel import LazyString, lazy_gettext
from flask_babel import gettext as _

from pb.act import Act
from pb.cycles import service as cycles
from pb.cycles.models import Cycle
from pb.errors import FieldRefusal
from pb.media.service.files import Received
from pb.proposals.models import Proposal
from pb.web import received
from pb.web.access import A_TEXT, PHOTOS, access, allow
from pb.web.final import ask_first
from pb.web.forms import Form
from pb.web.requests import Response, current_act, notify, page
from pb.works import service
from pb.works.forms import FORMS, FactForm, PictureForm, StepForm
from pb.works.models import WAY, Fact
from pb.works.service import WRITING, doubts, pictures
from pb.works.service.drafts import DRAFTS
from pb.works.views.blueprint import blueprint

KINDS = "any(contracts, milestones, payments, quantities, responsible)"
TITLES: dict[str, LazyString] = {
    "contracts": lazy_gettext("Contract"),
    "milestones": lazy_gettext("Milestone"),
    "payments": lazy_gettext("Payment"),
    "quantities": lazy_gettext("Quantity"),
    "responsible": lazy_gettext("Who is responsible"),
}
CHOOSE_AGAIN = lazy_gettext("Choose the file once more: it is not kept while the form is put right.")


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/works/<word:proposal_id>/step")
@access(allow(*WRITING))
def choose_step(cycle_id: UUID, proposal_id: UUID) -> str:
    act = current_act()
    cycle, proposal = _project(act, cycle_id, proposal_id)
    form = StepForm()
    last = service.last_step(act, proposal)
    following = [state for state in WAY if last is None or state not in WAY[: _place(last.state) + 1]]
    form.state.data = str(following[0]) if following else form.state.data
    return page("works/step.html", cycle=cycle, proposal=proposal, form=form)


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/works/<word:proposal_id>/step")
@access(allow(*WRITING), action=lazy_gettext("say where a project is"), largest_body=A_TEXT)
def take_step(cycle_id: UUID, proposal_id: UUID) -> Response:
    act = current_act()
    cycle, proposal = _project(act, cycle_id, proposal_id)
    form = StepForm()
    said = form.state.data or "", form.day.data, form.reason()
    if asked := _ask_about_step(act, cycle, proposal, form):
        return asked
    if (
        form.submit(
            lambda: service.take(act, cycle, proposal, *said),
            faults=lambda: service.faults_of_step(act, proposal, *said),
        )
        is None
    ):
        return page("works/step.html", cycle=cycle, proposal=proposal, form=form), 422
    notify(_("Everybody sees where the project is."))
    return _back(cycle, proposal)


@blueprint.get(f"/<okrug:okrug>/<year:cycle_id>/works/<word:proposal_id>/<{KINDS}:facts>")
@access(allow(*WRITING))
def new(cycle_id: UUID, proposal_id: UUID, facts: str) -> str:
    cycle, proposal = _project(current_act(), cycle_id, proposal_id)
    return _page(cycle, proposal, facts, FORMS[facts]().begun())


@blueprint.post(f"/<okrug:okrug>/<year:cycle_id>/works/<word:proposal_id>/<{KINDS}:facts>")
@access(
    allow(*WRITING),
    action=lazy_gettext("write down a contract, a milestone, a payment, a quantity or who is responsible"),
    largest_body=A_TEXT,
)
def add(cycle_id: UUID, proposal_id: UUID, facts: str) -> Response:
    act = current_act()
    cycle, proposal = _project(act, cycle_id, proposal_id)
    form = FORMS[facts]().begun()
    draft, words = form.draft(), form.reason()
    if asked := _ask_about(act, cycle, proposal, facts, form):
        return asked
    added = form.submit(
        lambda: service.put(act, cycle, proposal, draft, None, words),
        faults=lambda: service.faults(act, proposal, draft, None, words),
    )
    if added is None:
        return _page(cycle, proposal, facts, form), 422
    notify(_("It stands on the page of the project."))
    return _back(cycle, proposal)


@blueprint.get(f"/<okrug:okrug>/<year:cycle_id>/works/<word:proposal_id>/<{KINDS}:facts>/<number:fact>")
@access(allow(*WRITING))
def change(cycle_id: UUID, proposal_id: UUID, facts: str, fact: str) -> str:
    act = current_act()
    cycle, proposal = _project(act, cycle_id, proposal_id)
    form = FORMS[facts]()
    form.show(service.fact(act, proposal, DRAFTS[facts].model, int(fact)))
    return _page(cycle, proposal, facts, form, fact)


@blueprint.post(f"/<okrug:okrug>/<year:cycle_id>/works/<word:proposal_id>/<{KINDS}:facts>/<number:fact>")
@access(allow(*WRITING), action=lazy_gettext("put anew what is known of a project, with a reason"), largest_body=A_TEXT)
def put(cycle_id: UUID, proposal_id: UUID, facts: str, fact: str) -> Response:
    act = current_act()
    cycle, proposal = _project(act, cycle_id, proposal_id)
    last = service.fact(act, proposal, DRAFTS[facts].model, int(fact))
    form = FORMS[facts]()
    draft, words = form.draft(), form.reason()

    if not form.withdrawn.data and (asked := _ask_about(act, cycle, proposal, facts, form, last)):
        return asked

    def write() -> bool:
        if form.withdrawn.data:
            service.withdraw(act, cycle, proposal, DRAFTS[facts], last, words)
        else:
            service.put(act, cycle, proposal, draft, last, words)
        return True

    if form.submit(write, faults=lambda: service.faults(act, proposal, draft, last, words)) is None:
        return _page(cycle, proposal, facts, form, fact), 422
    notify(_("It stands on the page of the project."))
    return _back(cycle, proposal)


@blueprint.get("/<okrug:okrug>/<year:cycle_id>/works/<word:proposal_id>/pictures")
@access(allow(*WRITING))
def choose_picture(cycle_id: UUID, proposal_id: UUID) -> str:
    act = current_act()
    cycle, proposal = _project(act, cycle_id, proposal_id)
    return _pictures(act, cycle, proposal, PictureForm())


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/works/<word:proposal_id>/pictures")
@access(
    allow(*WRITING),
    action=lazy_gettext("add a photo of the works"),
    largest_body=PHOTOS,
    own_transaction=True,
)
def add_picture(cycle_id: UUID, proposal_id: UUID) -> Response:
    form = PictureForm()
    return received.with_file(
        form.photo,
        received.photo,
        lambda act, photo, fault: _added(act, _project(act, cycle_id, proposal_id), form, photo, fault),
        lambda act: _project(act, cycle_id, proposal_id),
    )


def _added(
    act: Act, of: tuple[Cycle, Proposal], form: PictureForm, photo: Received | None, fault: FieldRefusal | None
) -> Response:
    cycle, proposal = of
    said = form.stage.data or "", form.alt.data or "", form.language.data or ""
    missing = fault or (FieldRefusal("photo", pictures.CHOOSE) if photo is None else None)

    def add() -> bool:
        if photo is None or missing is not None:
            raise missing or FieldRefusal("photo", pictures.CHOOSE)
        pictures.add(act, cycle, proposal, photo, *said)
        return True

    wrong = [missing] if missing is not None else []
    if form.submit(add, faults=lambda: [*pictures.faults(act, proposal, *said), *wrong]) is None:
        if photo is not None and missing is None:
            form.refuse(FieldRefusal("photo", CHOOSE_AGAIN))
        return _pictures(act, cycle, proposal, form), 422
    notify(_("The photo is being prepared, and then everybody sees it."))
    return redirect(url_for("works.choose_picture", cycle_id=cycle.id, proposal_id=proposal.id))


@blueprint.post("/<okrug:okrug>/<year:cycle_id>/works/<word:proposal_id>/pictures/<number:picture>/remove")
@access(allow(*WRITING), action=lazy_gettext("remove a photo of the works"))
def remove_picture(cycle_id: UUID, proposal_id: UUID, picture: str) -> Response:
    act = current_act()
    cycle, proposal = _project(act, cycle_id, proposal_id)
    pictures.get(act, proposal, int(picture))
    told = [_("Its file goes. The log keeps that it was here.")]
    if asked := ask_first(_("Remove this photo?"), told, _("Remove the photo")):
        return asked
    pictures.remove(act, cycle, proposal, int(picture))
    notify(_("The photo is removed."))
    return redirect(url_for("works.choose_picture", cycle_id=cycle.id, proposal_id=proposal.id))


def _ask_about_step(act: Act, cycle: Cycle, proposal: Proposal, form: StepForm) -> str | None:
    state, on = form.state.data or "", form.day.data
    return _asked(
        form,
        service.faults_of_step(act, proposal, state, on, form.reason()),
        lambda: doubts.of_step(act, proposal, state, on),
        _("A later step says where the project is; this one stays to be read."),
        lambda: page("works/step.html", cycle=cycle, proposal=proposal, form=form),
    )


def _ask_about(
    act: Act, cycle: Cycle, proposal: Proposal, kind: str, form: FactForm, last: Fact | None = None
) -> str | None:
    draft = form.draft()
    return _asked(
        form,
        service.faults(act, proposal, draft, last, form.reason()),
        lambda: doubts.of_draft(act, proposal, draft, last),
        _("It can be put anew or taken back, with a reason."),
        lambda: _page(cycle, proposal, kind, form, str(last.number) if last is not None else ""),
    )


def _asked(
    form: Form, faults: Iterable[object], odd: Callable[[], list[LazyString]], undone: str, filled: Callable[[], str]
) -> str | None:
    """The question about what is odd and not at fault; None where nothing is, or its reader has said yes."""
    if not form.validate() or any(faults) or not (told := odd()):
        return None
    return ask_first(_("Is this right?"), told, _("Write it down"), undone=undone, filled=filled)


def _project(act: Act, cycle_id: UUID, proposal_id: UUID) -> tuple[Cycle, Proposal]:
    """A project of which the actor writes now: who may not is told before anything is typed."""
    cycle = cycles.get(act, cycle_id)
    proposal = service.get(act, cycle, proposal_id)
    service.require_writing(act, cycle)
    return cycle, proposal


def _place(state: str) -> int:
    return next((place for place, one in enumerate(WAY) if one == state), -1)


def _page(cycle: Cycle, proposal: Proposal, facts: str, form: FactForm, fact: str = "") -> str:
    return page(
        "works/fact.html", cycle=cycle, proposal=proposal, facts=facts, title=TITLES[facts], form=form, fact=fact
    )


def _pictures(act: Act, cycle: Cycle, proposal: Proposal, form: PictureForm) -> str:
    return page("works/pictures.html", cycle=cycle, proposal=proposal, form=form, photos=pictures.of(act, proposal))


def _back(cycle: Cycle, proposal: Proposal) -> Response:
    return redirect(url_for("works.show", cycle_id=cycle.id, proposal_id=proposal.id))
