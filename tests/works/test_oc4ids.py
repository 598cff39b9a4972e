"""The export of projects: every field is one of OC4IDS 0.9, and says what the page says."""

import json
from typing import Any, Final

from pb.act import Role
from pb.works import service
from pb.works.models import Contract, State
from pb.works.service import oc4ids
from pb.works.service.drafts import PaymentDraft, QuantityDraft
from tests.linting import LintingClient
from tests.village import Village
from tests.works.projects import BIN, REASON, ago, contract, milestone, site

# The fields of the schema of OC4IDS 0.9 that a project, and what stands in it, may have (its project-schema.json).
VALUE: Final = {"amount": None, "currency": None}
PERIOD: Final = {"startDate": None, "endDate": None, "durationInDays": None}
REFERENCE: Final = {"id": None, "name": None}
FIELDS: Final[dict[str, Any]] = {
    "id": None,
    "updated": None,
    "title": None,
    "description": None,
    "status": None,
    "period": PERIOD,
    "sector": None,
    "locations": {"id": None, "description": None, "address": None},
    "budget": {"amount": VALUE, "approvalDate": None},
    "publicAuthority": REFERENCE,
    "parties": {**REFERENCE, "identifier": {"scheme": None, "id": None, "legalName": None}, "roles": None},
    "contractingProcesses": {
        "id": None,
        "summary": {
            "externalReference": None,
            "title": None,
            "status": None,
            "suppliers": REFERENCE,
            "contractValue": VALUE,
            "contractPeriod": PERIOD,
            "documents": {"id": None, "documentType": None, "url": None},
            "modifications": {
                "id": None,
                "date": None,
                "rationale": None,
                "type": None,
                "oldContractValue": VALUE,
                "newContractValue": VALUE,
            },
        },
    },
    "milestones": {"id": None, "title": None, "dueDate": None, "dateMet": None, "dateModified": None, "status": None},
    "transactions": {"id": None, "source": None, "date": None, "value": VALUE, "payer": REFERENCE},
    "metrics": {
        "id": None,
        "title": None,
        "observations": {"id": None, "measure": None, "unit": {"name": None}},
    },
    "completion": {"endDate": None, "finalValue": VALUE},
}
PACKAGE: Final = {"uri": None, "version": None, "publishedDate": None, "projects": FIELDS} | {
    "publisher": {"name": None, "scheme": None, "uid": None}
}
STATUSES: Final = {"identification", "preparation", "implementation", "completion", "completed", "cancelled"}


def unknown(told: Any, known: Any, where: str = "") -> list[str]:
    """The fields that the standard does not have; `_ru` is how OCDS writes another language."""
    if isinstance(told, list):
        return [name for each in told for name in unknown(each, known, where)]
    if not isinstance(told, dict):
        return []
    found = []
    for name, value in told.items():
        plain = name.removesuffix("_ru")
        if known is None or plain not in known:
            found.append(f"{where}/{name}")
        else:
            found += unknown(value, known[plain], f"{where}/{name}")
    return found


def test_the_export_has_the_fields_of_the_standard_alone(okrug: Village, client: LintingClient) -> None:
    works = site(okrug)
    works.take(State.DESIGN, ago(30))
    first = works.put(contract(notice_url="https://goszakup.gov.kz/ru/announce/index/1"))
    works.put(contract(amount=5_000_000_00, notice_url=first.notice_url), first, REASON)
    works.put(milestone(ago(10), ago(12)))
    works.put(PaymentDraft(ago(3), 1_000_000_25, "Акт № 1"))
    works.put(QuantityDraft("Шам", "Фонари", "lamps", 40_000, 12_500))
    works.take(State.ACCEPTED, ago(2))
    told = json.loads(client.get(f"{works.page}/1.json").text)
    assert unknown(told, PACKAGE) == []
    assert told["uri"].endswith(f"{works.page}/1.json")
    (project,) = told["projects"]
    assert project["status"] == "completion"
    assert project["id"].startswith(f"{oc4ids.PROJECT_PREFIX}-")
    (process,) = project["contractingProcesses"]
    assert process["id"].startswith(f"{oc4ids.OCID_PREFIX}-")
    assert "ocid" not in process["summary"], "no prefix is registered yet"
    assert process["summary"]["contractValue"]["amount"] == 4_800_000.5
    assert process["summary"]["modifications"][0]["newContractValue"] == {"amount": 5_000_000, "currency": "KZT"}
    assert {party["id"] for party in project["parties"]} >= {f"KZ-BIN-{BIN}"}
    assert project["completion"]["finalValue"]["amount"] == 1_000_000.25
    assert [one["measure"] for one in project["metrics"][0]["observations"]] == ["40", "12.5"]
    assert project["transactions"][0]["date"].startswith(ago(3).isoformat())
    whole = json.loads(client.get(f"{works.page}.json").text)
    assert [one["status"] for one in whole["projects"]] == ["completion", "identification"]
    assert set(oc4ids.STATUS.values()) <= STATUSES


def test_an_entrepreneur_is_published_without_a_number(okrug: Village, client: LintingClient) -> None:
    works = site(okrug)
    works.put(contract(bin="", supplier="ЖК Ахметов"))
    (project,) = json.loads(client.get(f"{works.page}/1.json").text)["projects"]
    (supplier,) = [party for party in project["parties"] if party["roles"] == ["supplier"]]
    assert supplier == {"id": "supplier-1", "name": "ЖК Ахметов", "roles": ["supplier"]}
    with okrug.in_cycle(works.cycle_id, Role.OFFICE) as (act, _cycle):
        assert service.fact(act, works.project(act), Contract, 1).bin == ""
