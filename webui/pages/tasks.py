"""The inbox, and a step with its form."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine import Task
from engine.casedata import dumps, loads
from engine.errors import Conflict, Overwritten
from engine.linking import model_of
from monitors.beforehand import would_break
from monitors.handling.files import files_of
from monitors.handling.processes import OWN_PROCESSES
from monitors.model import Warning
from webui.access import application, require, visitor
from webui.casefile import facts
from webui.forms import Answer, Field, Form, FormError, read, shown
from webui.i18n import label
from webui.pages.keys import command_key
from webui.permissions import permitted
from webui.reading import inbox as read_inbox
from webui.reading import people, task_rows
from webui.watching import warning_of

pages = Blueprint("tasks", __name__)
LONGEST_REASON = 2_000


@dataclass(frozen=True, slots=True)
class Replaced:
    """A field that somebody else wrote since the step was opened; ``text`` is it with its value, to be sent back."""

    name: str
    field: Field | None
    text: str
    value: Any
    by: str
    element: str | None


@pages.get("/tasks")
@permitted("list tasks")
def inbox() -> str:
    """The steps that wait for the visitor, those due first at the top."""
    mine = request.args.get("show") != "all"
    return render_template("tasks/inbox.html", rows=read_inbox(application(), visitor(), mine=mine), mine=mine)


@pages.get("/tasks/<task_id>")
@permitted("read a task")
def show(task_id: str) -> Response | str:
    task = _task(task_id)
    form = _form(task)
    app = application()
    known = app.runtime.query.instance(task.instance_id).data
    texts = {field.key: shown(field, known, app.zone, app.clock.now()) for field in form.fields}
    return _page(task, form, texts, {}, secrets.token_hex(16))


@pages.post("/tasks/<task_id>")
@permitted("do a task")
def complete(task_id: str) -> Response | str:
    """Do the step: typed data, or the form again with words (422); a step done already is 409.

    An entry that would break a rule is shown with that rule; it goes on with a reason.
    """
    task = _task(task_id)
    if not is_theirs(task):
        abort(403)
    form = _form(task)
    app = application()
    known = app.runtime.query.instance(task.instance_id).data
    answer = read(form, request.form, app.zone, known=known)
    if not answer.good:
        page = _page(task, form, answer.texts, answer.mistakes, request.form.get("key", ""))
        return make_response(page, 422)
    broken = would_break(app.runtime, task, answer.data, visitor().actor, _seen())
    reason = request.form.get("reason", "").strip()[:LONGEST_REASON]
    told = set(request.form.getlist("told"))
    if broken and not (reason and {one.rule for one in broken} <= told):
        page = _page(task, form, answer.texts, {}, request.form.get("key", ""), broken=broken, reason=reason)
        return make_response(page, 422)
    return _completed(task, form, answer, reason if broken else "")


@pages.post("/tasks/<task_id>/hidden")
@permitted("do a task")
def hidden(task_id: str) -> Response:
    """The conditions that hold by the answers so far, as JSON; nothing is stored or judged."""
    task = _task(task_id)
    form, app = _form(task), application()
    known = app.runtime.query.instance(task.instance_id).data
    answer = read(form, request.form, app.zone, known=known)
    return jsonify(sorted({element.hide for element in answer.hidden}))


def _completed(task: Task, form: Form, answer: Answer, reason: str) -> Response | str:
    try:
        outcome = application().runtime.complete(
            task.id,
            data=answer.data,
            actor=visitor().actor,
            key=command_key("complete"),
            reason=reason,
            over=_seen(),
        )
    except Overwritten as shown:
        found = [
            Replaced(
                name,
                next((field for field in form.fields if field.key == name), None),
                dumps({name: one["value"]}),
                **one,
            )
            for name, one in shown.facts["fields"].items()
        ]
        return make_response(_page(task, form, answer.texts, {}, request.form.get("key", ""), replaced=found), 409)
    except Conflict:
        # Read again: who did it, and when, is on the page now.
        return make_response(_page(_task(task.id), None, {}, {}, "", conflict=True), 409)
    flash(_("Done: %(step)s.", step=_label(task)), "done")
    following = [one for one in outcome.tasks if one != task.id and is_theirs(_any_task(one))]
    target = url_for("tasks.show", task_id=following[0]) if following else url_for("tasks.inbox")
    return redirect(target, 303)


def _seen() -> dict[str, Any]:
    """The values of others that the visitor has been shown and replaces."""
    seen: dict[str, Any] = {}
    for text in request.form.getlist("over"):
        try:
            found = loads(text)
        except ValueError:
            continue
        seen |= found if isinstance(found, dict) else {}
    return seen


def _any_task(task_id: str) -> Task:
    return application().runtime.query.task(task_id)


def _task(task_id: str) -> Task:
    task = _any_task(task_id)
    require(task.district_code, task.scope)
    return task


def is_theirs(task: Task) -> bool:
    """Whether the visitor holds the step's role there; separation of duties is the engine's to check."""
    mine = visitor().scope(frozenset({task.role})) if task.role else visitor().scope(visitor().roles)
    return mine.covers(task.district_code, task.scope) and task.claimed_by in (None, visitor().id)


def _form(task: Task) -> Form:
    if not task.form:
        return Form("", ())
    try:
        return application().forms.form(model_of(task.element, task.definition), task.form)
    except FormError as error:
        raise RuntimeError(str(error)) from error


def _label(task: Task) -> str:
    return label(task.name, task.name_en)


def _page(
    task: Task,
    form: Form | None,
    texts: dict[str, list[str]],
    mistakes: dict[str, Any],
    key: str,
    conflict: bool = False,
    broken: tuple[Warning, ...] = (),
    reason: str = "",
    replaced: Sequence[Replaced] = (),
) -> str:
    app = application()
    instance = app.runtime.query.instance(task.instance_id)
    with app.database.read() as connection:
        files = files_of(connection, instance.id)
    ids = {one for one in (task.actor, task.claimed_by, *(other.by for other in replaced)) if one}
    return render_template(
        "tasks/show.html",
        row=task_rows(app, [task])[0],
        task=task,
        instance=instance,
        known=facts(app, instance, asked_only=True),
        warning=warning_of(app, instance),
        takes_files=instance.definition in OWN_PROCESSES,
        files=files,
        theirs=task.state == "open" and is_theirs(task),
        people=people(app, ids),
        form=form,
        texts=texts,
        mistakes=mistakes,
        key=key,
        conflict=conflict,
        broken=broken,
        reason=reason,
        replaced=replaced,
        over=request.form.getlist("over") if broken else [],
    )
