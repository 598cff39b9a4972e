"""The blueprint of this room's pages."""

from flask import Blueprint

from pb.tasks.models import Executor, Task
from pb.web import places
from pb.web.numbers import numbered

blueprint = Blueprint("tasks", __name__)
places.name("task_id", numbered(Task, within="territory_id"))
places.name("executor_id", numbered(Executor, within="territory_id"))
