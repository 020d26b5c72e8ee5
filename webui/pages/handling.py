"""Acts on violations that are no step of its process: a finding by hand, more time, a revocation, files, the list
of public supervision."""

from __future__ import annotations

import secrets
from io import BytesIO
from typing import Any

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.errors import Conflict, InvalidData
from monitors import warnings
from monitors.handling import files
from monitors.handling.raising import BY_HAND
from monitors.outcomes import Violation
from webui import handling
from webui.access import application, reach, require, visitor
from webui.forms import Answer, Form, read
from webui.pages.keys import command_key
from webui.pages.tasks import is_theirs
from webui.permissions import permitted

pages = Blueprint("handling", __name__)


@pages.get("/findings")
@permitted("enter a finding")
def findings() -> str:
    """What was found by hand, the newest first."""
    app = application()
    with app.database.read() as connection:
        found = warnings.find(connection, reach(), checkpoint=BY_HAND, limit=200)
        departments = {
            place: app.directory.department(connection, *place)
            for place in {(w.district_code, w.department) for w in found}
        }
    return render_template("handling/findings.html", found=found, departments=departments)


@pages.get("/findings/new")
@permitted("enter a finding")
def ask_finding() -> str:
    return _finding_page(handling.finding_form(handling.places(application(), visitor())))


@pages.post("/findings/new")
@permitted("enter a finding")
def enter_finding() -> Response:
    """A finding by hand becomes a warning, and runs through the same life as any other."""
    app = application()
    form = handling.finding_form(handling.places(app, visitor()))
    answer = read(form, request.form, app.zone)
    if not answer.good:
        return make_response(_finding_page(form, answer), 422)
    try:
        handling.enter_finding(app, visitor().actor, answer.data, command_key("finding"))
    except InvalidData as error:
        answer.mistakes[str(error.facts.get("field"))] = error.message
        return make_response(_finding_page(form, answer), 422)
    flash(_("The finding was entered as a warning; its handling starts within seconds."), "done")
    return redirect(url_for("handling.findings"), 303)


@pages.get("/violations/<violation_id>/extend")
@permitted("extend a rectification")
def ask_extension(violation_id: str) -> str:
    return _act_page("extend", _violation(violation_id), handling.extension_form())


@pages.post("/violations/<violation_id>/extend")
@permitted("extend a rectification")
def extend(violation_id: str) -> Response:
    """The head of the office grants more time for a complex rectification, once (B.4 row 8)."""
    violation, form = _violation(violation_id), handling.extension_form()
    answer = read(form, request.form, application().zone)
    if not answer.good:
        return make_response(_act_page("extend", violation, form, answer), 422)
    key = command_key("extend-rectification")
    try:
        handling.grant_extension(application(), violation, answer.data["reason"], visitor().actor, key)
    except Conflict:
        flash(_("No rectification waits, or more time was granted before. Nothing was stored."), "failed")
    else:
        flash(_("More time was granted for the rectification."), "done")
    return redirect(url_for("violations.show", violation_id=violation.id), 303)


@pages.get("/violations/<violation_id>/revoke")
@permitted("propose a revocation")
def ask_revocation(violation_id: str) -> str:
    return _act_page("revoke", _violation(violation_id), Form("revoke", ()))


@pages.post("/violations/<violation_id>/revoke")
@permitted("propose a revocation")
def propose_revocation(violation_id: str) -> Response:
    """The reason is asked for in the first step of the revocation; a leader decides in the second."""
    violation = _violation(violation_id)
    task = handling.propose_revocation(application(), violation, visitor().actor, command_key("revoke"))
    return redirect(url_for("tasks.show", task_id=task), 303)


@pages.post("/tasks/<task_id>/files")
@permitted("do a task")
def add_file(task_id: str) -> Response:
    """Keep a file of evidence with an open step that is the visitor's to do."""
    app = application()
    task = app.runtime.query.task(task_id)
    require(task.district_code, task.scope)
    if task.state != "open" or not is_theirs(task):
        abort(403)
    sent = request.files.get("file")
    try:
        with app.database.begin() as connection:
            content, name = (b"", "") if sent is None else (sent.read(), sent.filename or "")
            files.keep(connection, task, name, content, by=visitor().id, at=app.clock.now())
    except InvalidData:
        flash(_("Choose a PDF, picture, document, table or text file of at most 2 MB."), "failed")
    else:
        flash(_("The file was added."), "done")
    return redirect(url_for("tasks.show", task_id=task.id), 303)


@pages.get("/files/<file_id>")
@permitted("read a violation")
def get_file(file_id: str) -> Response:
    """A file as it was added, to be saved: a browser shows none of it."""
    app = application()
    with app.database.read() as connection:
        about, content = files.file(connection, file_id)
    require(about.district_code, app.runtime.query.instance(about.instance_id).scope)
    return send_file(BytesIO(content), about.media_type, as_attachment=True, download_name=about.name)


@pages.get("/listed")
@permitted("public")
def listed() -> str:
    """Orders under public supervision (挂牌督办) until they are closed; nothing about cases or persons."""
    app = application()
    found = app.violations.listed()
    with app.database.read() as connection:
        departments = {
            (one.district_code, one.department): app.directory.department(connection, one.district_code, one.department)
            for one in found
        }
    return render_template("handling/listed.html", found=found, departments=departments)


def _violation(violation_id: str) -> Violation:
    violation = application().violations.get(violation_id).violation
    require(violation.district_code, violation.department)
    return violation


def _finding_page(form: Form, answer: Answer | None = None) -> str:
    return render_template("handling/finding.html", **_filled(form, answer))


def _act_page(act: str, violation: Violation, form: Form, answer: Answer | None = None) -> str:
    return render_template("handling/act.html", act=act, violation=violation, **_filled(form, answer))


def _filled(form: Form, answer: Answer | None) -> dict[str, Any]:
    return {
        "form": form,
        "texts": answer.texts if answer else {},
        "mistakes": answer.mistakes if answer else {},
        "key": request.form.get("key") or secrets.token_hex(16),
    }
