"""Violations: the list, and one with everything that followed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from monitors.handling.files import files_of
from monitors.standing import mark_of
from webui.access import allows, application, reach, require, visitor
from webui.pages.asked import page_number
from webui.pages.tasks import is_theirs
from webui.permissions import TABLE, permitted
from webui.presenters import PAGE, Page
from webui.reading import people, task_rows
from webui.vocabulary import VIOLATION_STATE

pages = Blueprint("violations", __name__)


@pages.get("/violations")
@permitted("list violations")
def listing() -> str:
    state, page = request.args.get("state", ""), page_number()
    state = state if state in VIOLATION_STATE else ""
    app = application()
    found = app.violations.list(reach(), state or None, limit=PAGE + 1, offset=(page - 1) * PAGE)
    with app.database.read() as connection:
        places = {
            (v.district_code, v.department): app.directory.department(connection, v.district_code, v.department)
            for v in found
        }
    return render_template(
        "violations/list.html",
        page=Page.of(found, page),
        state=state,
        places=places,
        may_find=TABLE["enter a finding"].admits(visitor().roles),
    )


@pages.get("/violations/<violation_id>")
@permitted("read a violation")
def show(violation_id: str) -> str:
    app = application()
    file = app.violations.get(violation_id)
    violation = file.violation
    require(violation.district_code, violation.department)
    tasks = app.runtime.query.tasks(instance_id=violation.instance_id)
    with app.database.read() as connection:
        department = app.directory.department(connection, violation.district_code, violation.department)
        copied = {
            copy.department: app.directory.department(connection, copy.district_code, copy.department)
            for copy in file.copies
        }
        files = files_of(connection, violation.instance_id)
        mark = mark_of(connection, file.warning["basis"], file.warning["confidence"])
    return render_template(
        "violations/show.html",
        file=file,
        mark=mark,
        violation=violation,
        department=department,
        copied=copied,
        allows=allows,
        documents=app.documents.of(violation.id),
        files=files,
        tasks=task_rows(app, tasks),
        is_theirs=is_theirs,
        people=people(app, _named(file)),
    )


def _named(file: Any) -> set[str]:
    """Everybody named on the page."""
    ids = {event.actor for event in file.timeline} | {file.violation.confirmed_by}
    ids |= {card.issued_by for card in file.cards} | {card.received_by for card in file.cards}
    ids |= {one.person for one in (*file.responsibilities, *file.measures)} | {
        one.inspected_by for one in file.inspections
    }
    ids |= {one for appeal in file.appeals for one in (appeal.decided_by, *(appeal.votes or ()))}
    if file.order:
        ids |= {file.order.drafted_by, file.order.approved_by}
    return {one for one in ids if one}
