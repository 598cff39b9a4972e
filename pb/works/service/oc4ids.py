"""Projects as OC4IDS 0.9 (Open Contracting for Infrastructure Data Standard): one for each, and all of a cycle.

Fields are those of its schema (standard.open-contracting.org/infrastructure/0.9). Titles stand in Kazakh, and in
Russian in the field of the same name with `_ru`, as OCDS writes other languages.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, Final

from pb.act import Act
from pb.budget.models import Decision
from pb.clock import ALMATY
from pb.core.poll.bilingual import Said
from pb.cycles.models import Cycle
from pb.proposals.models import Category, Proposal
from pb.winners import service as winners
from pb.winners.service import adopting
from pb.works.models import FINISHED, THOUSANDTHS, Contract, Milestone, Payment, Quantity, State
from pb.works.service import finding
from pb.works.service.finding import Known, Work

VERSION: Final = "0.9"
# To be registered: whoever runs a platform asks the Open Contracting Partnership for prefixes of its own and puts them
# here. Till then the identifiers say by themselves that they have none, and no `ocid` is claimed for a contract.
PROJECT_PREFIX: Final = "oc4ids-xxxxxx"
OCID_PREFIX: Final = "ocds-xxxxxx"
BIN_SCHEME: Final = "KZ-BIN"  # org-id.guide
CURRENCY: Final = "KZT"
STATUS: Final[Mapping[State | None, str]] = {
    None: "identification",
    State.DESIGN: "preparation",
    State.REQUEST: "preparation",
    State.TENDER: "preparation",
    State.CONTRACT: "implementation",
    State.WORKS: "implementation",
    State.ACCEPTED: "completion",
    State.MAINTENANCE: "completed",
    State.STOPPED: "cancelled",
}
SECTORS: Final[Mapping[Category, Sequence[str]]] = {
    Category.STREETS: ("transport", "transport.road"),
    Category.LIGHTING: ("energy",),
    Category.PARKS: ("cultureSportsAndRecreation",),
    Category.SPORT: ("cultureSportsAndRecreation",),
    Category.CULTURE: ("cultureSportsAndRecreation",),
    Category.SANITATION: ("waterAndWaste",),
    Category.WATER: ("waterAndWaste",),
    Category.OTHER: (),
}
Json = dict[str, Any]


def package(act: Act, cycle: Cycle, works: Sequence[Work], uri: str) -> Json:
    """A project package; `uri` is the address of this very file."""
    given = adopting.of_cycle(act, cycle).by_project
    projects = [
        project(act, cycle, work, finding.known(act, work.proposal), given.get(work.proposal.id)) for work in works
    ]
    return {
        "uri": uri,
        "version": VERSION,
        "publishedDate": max(each["updated"] for each in projects),
        "publisher": _publisher(act),
        "projects": projects,
    }


def _publisher(act: Act) -> Json:
    told: Json = {"name": act.territory.name("kk")}
    return told | ({"scheme": BIN_SCHEME, "uid": act.territory.bin} if act.territory.bin else {})


def project(act: Act, cycle: Cycle, work: Work, known: Known, decision: Decision | None) -> Json:
    """One project with its parties, contracts, milestones, payments and quantities; `decision` gave its money."""
    proposal = work.proposal
    authority = _authority(act)
    told: Json = {
        "id": _project_id(act, cycle, proposal),
        "updated": _moment(_updated(act, cycle, work, known)),
        **_in_both("title", proposal.called("kk"), proposal.called("ru")),
        "status": STATUS[work.state],
        "sector": list(SECTORS[Category(proposal.category)]),
        "locations": [{"id": "1", "description": ", ".join(filter(None, (proposal.settlement, proposal.place)))}],
        "budget": _budget(work, decision),
        "publicAuthority": authority,
        "parties": [*_parties(act, known.contracts)],
        "contractingProcesses": [_contract(act, cycle, proposal, each, known.versions) for each in known.contracts],
        "milestones": [_milestone(each) for each in work.milestones],
        "transactions": [_payment(each, authority) for each in work.payments],
        "metrics": [_quantity(each) for each in known.quantities],
    }
    if proposal.accepted is not None:
        told |= _in_both(
            "description",
            proposal.accepted.summaries.said("kk"),
            proposal.accepted.summaries.said("ru"),
        )
    if work.milestones:
        first, last = work.milestones[0].until, work.milestones[-1].until
        told["period"] = {"startDate": _day(first), "endDate": _day(last)}
    if work.state in FINISHED:
        accepted = next(step for step in reversed(known.steps) if step.state in FINISHED)
        told["completion"] = {"endDate": _day(accepted.day), "finalValue": _value(work.paid)}
    return told


def _project_id(act: Act, cycle: Cycle, proposal: Proposal) -> str:
    return f"{PROJECT_PREFIX}-{act.territory.kato}-{cycle.year}-{proposal.number}"


def _updated(act: Act, cycle: Cycle, work: Work, known: Known) -> datetime:
    moments: list[datetime] = [row.at for row in (*known.steps, *known.versions)]
    made = [one.made_at for one in winners.of_cycle(act, cycle) if one.proposal_id == work.proposal.id]
    return max([*moments, *made])


def _budget(work: Work, decision: Decision | None) -> Json:
    told: Json = {"amount": _value(work.planned)}
    return told | ({"approvalDate": _day(decision.decided_on)} if decision is not None else {})


def _authority(act: Act) -> Json:
    name = act.territory.name("kk")
    return {"id": f"{BIN_SCHEME}-{act.territory.bin}" if act.territory.bin else act.territory.kato, "name": name}


def _parties(act: Act, contracts: Iterable[Contract]) -> Iterable[Json]:
    own = _authority(act)
    identified = {"identifier": {"scheme": BIN_SCHEME, "id": act.territory.bin}} if act.territory.bin else {}
    yield {**own, **identified, "roles": ["publicAuthority", "buyer", "payer"]}
    told = set()
    for contract in contracts:
        supplier = _supplier(contract)
        if supplier["id"] in told:
            continue
        told.add(supplier["id"])
        number = {"scheme": BIN_SCHEME, "id": contract.bin, "legalName": contract.supplier}
        yield {**supplier, **({"identifier": number} if contract.bin else {}), "roles": ["supplier"]}


def _supplier(contract: Contract) -> Json:
    """An entrepreneur without a BIN is told apart by the contract: an IIN is nobody's to publish."""
    return {
        "id": f"{BIN_SCHEME}-{contract.bin}" if contract.bin else f"supplier-{contract.number}",
        "name": contract.supplier,
    }


def _contract(act: Act, cycle: Cycle, proposal: Proposal, contract: Contract, versions: Iterable[Any]) -> Json:
    first, *later = [row for row in versions if isinstance(row, Contract) and row.number == contract.number]
    summary: Json = {
        "externalReference": contract.reference,
        "title": f"№ {contract.reference}",
        "status": "active",
        "suppliers": [_supplier(contract)],
        "contractValue": _value(first.amount),
        "contractPeriod": {"startDate": _day(contract.signed_on)},
    }
    if contract.notice_url:
        notice = {"id": contract.notice or "1", "documentType": "tenderNotice", "url": contract.notice_url}
        summary["documents"] = [notice]
    if changes := list(_modifications(first, later)):
        summary["modifications"] = changes
    ocid = f"{OCID_PREFIX}-{act.territory.kato}-{cycle.year}-{proposal.number}-{contract.number}"
    return {"id": ocid, "summary": summary}


def _modifications(first: Contract, later: Iterable[Contract]) -> Iterable[Json]:
    before = first
    for version in later:
        told: Json = {"id": str(version.version), "date": _moment(version.at), "rationale": version.words}
        if version.amount != before.amount:
            told["type"] = "value"
            told["oldContractValue"], told["newContractValue"] = _value(before.amount), _value(version.amount)
        before = version
        yield told


def _milestone(milestone: Milestone) -> Json:
    told: Json = {
        "id": str(milestone.number),
        **_in_both("title", milestone.called("kk"), milestone.called("ru")),
        "dueDate": _day(milestone.until),
        "dateModified": _moment(milestone.at),
        "status": "met" if milestone.done_on is not None else "scheduled",
    }
    return told | ({"dateMet": _day(milestone.done_on)} if milestone.done_on is not None else {})


def _payment(payment: Payment, payer: Json) -> Json:
    return {
        "id": str(payment.number),
        "source": payment.document,
        "date": _day(payment.day),
        "value": _value(payment.amount),
        "payer": payer,
    }


def _quantity(quantity: Quantity) -> Json:
    measures = (("planned", quantity.planned), ("reached", quantity.reached))
    observed = [{"id": name, "measure": _decimal(value), "unit": {"name": quantity.unit}} for name, value in measures]
    title = _in_both("title", quantity.called("kk"), quantity.called("ru"))
    return {"id": str(quantity.number), **title, "observations": observed}


def _in_both(name: str, kk: Said, ru: Said) -> Json:
    """What is there in one language alone stands there alone."""
    return {name: kk.text} | ({f"{name}_ru": ru.text} if ru.text != kk.text else {})


def _value(tiyn: int) -> Json:
    return {"amount": tiyn // 100 if tiyn % 100 == 0 else tiyn / 100, "currency": CURRENCY}


def _decimal(thousandths: int) -> str:
    """A number with at most three digits behind the point, exact."""
    whole, rest = divmod(thousandths, THOUSANDTHS)
    return f"{whole}.{rest:03}".rstrip("0") if rest else str(whole)


def _day(day: date) -> str:
    return datetime.combine(day, time(), ALMATY).isoformat()


def _moment(moment: datetime) -> str:
    return moment.isoformat()
