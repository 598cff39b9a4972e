"""What is to be done here: the list, one task with its history, and a page for each executor."""

from typing import Any
from uuid import UUID

from flask import request, url_for

from pb.act import Act
from pb.clock import local
from pb.formats import language
from pb.media.service.files import FAULTS, PAPER_FAULTS
from pb.tasks.models import LABELS, TAGS, Kind
from pb.tasks.service import GIVING, finding, may_answer, may_take
from pb.tasks.service.finding import Asked
from pb.tasks.views import showing
from pb.tasks.views.blueprint import blueprint
from pb.web.access import EVERYBODY, access
from pb.web.paging import pager
from pb.web.requests import current_act, page

PAGE = 20


@blueprint.get("/<okrug:okrug>/tasks")
@access(EVERYBODY)
def list_all() -> str:
    act = current_act()
    wanted = request.args.get("settlement", "")
    settlement = wanted if wanted in act.territory.settlements else ""
    return page(
        "tasks/list.html",
        **_lists(act, Asked(settlement=settlement), "tasks.list_all", {"settlement": settlement} if settlement else {}),
        settlement=settlement,
        settlements=finding.settlements(act),
        executors=finding.executors(act, language()),
        may_give=act.holds(*GIVING),
    )


@blueprint.get("/<okrug:okrug>/tasks/executors/<number:executor_id>")
@access(EVERYBODY)
def executor(executor_id: UUID) -> str:
    act = current_act()
    one = finding.executor(act, executor_id)
    lists = _lists(act, Asked(executor_id=one.id), "tasks.executor", {"executor_id": one.id})
    return page("tasks/executor.html", executor=one, **lists)


@blueprint.get("/<okrug:okrug>/tasks/<number:task_id>")
@access(EVERYBODY)
def show(task_id: UUID) -> str:
    act = current_act()
    one = finding.standing(act, finding.get(act, task_id))
    kind = Kind(one.last.kind)
    return page(
        "tasks/show.html",
        task=one.task,
        executor=one.executor,
        last=one.last,
        late=one.late(local(act.at).date()),
        tag=(TAGS[kind], LABELS[kind]),
        history=showing.history(act, finding.steps(act, one.task)),
        faults={fault.value: told for fault, told in (*FAULTS.items(), *PAPER_FAULTS.items())},
        may={each.value for each in Kind if may_take(act, one.last, each)},
        may_answer=may_answer(act, one.last),
    )


def _lists(act: Act, asked: Asked, endpoint: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """The three lists, of which what is over comes page by page."""
    at_page = pager(
        finding.count_over(act, asked), PAGE, lambda other: url_for(endpoint, page=other, _anchor="over", **arguments)
    )
    overdue = finding.overdue(act, asked) if at_page.number == 1 else []
    going_on = finding.going_on(act, asked) if at_page.number == 1 else []
    return {
        "overdue": showing.rows(act, overdue),
        "going_on": showing.rows(act, going_on),
        "over": showing.rows(act, finding.over(act, asked, at_page.number, PAGE)),
        "pager": at_page,
    }
