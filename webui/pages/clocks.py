"""Acts on a case's legal clock: stop it, let it run again, extend the limit."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine import Instance
from monitors.model import Person
from webui.access import application, visitor
from webui.acts import extend_form, resume_form, suspend_form
from webui.forms import Answer, Form, read
from webui.pages.cases import readable
from webui.pages.keys import command_key
from webui.pages.tasks import is_theirs
from webui.permissions import permitted

pages = Blueprint("clocks", __name__)
APPROVING = ("section_chief", "dept_head")


@pages.get("/cases/<case_id>/suspend")
@permitted("suspend a case")
def ask_suspend(case_id: str) -> str:
    case = _of_their_step(case_id)
    return _page("suspend", case, suspend_form(_approvers(case)))


@pages.post("/cases/<case_id>/suspend")
@permitted("suspend a case")
def suspend(case_id: str) -> Response:
    case = _of_their_step(case_id)
    form = suspend_form(_approvers(case))
    answer = _read(form)
    if not answer.good:
        return _again("suspend", case, form, answer)
    application().runtime.suspend(case.id, actor=visitor().actor, key=command_key("suspend"), **answer.data)
    flash(_("The clock of the case stands still."), "done")
    return redirect(url_for("cases.show", case_id=case.id), 303)


@pages.get("/cases/<case_id>/resume")
@permitted("suspend a case")
def ask_resume(case_id: str) -> str:
    return _page("resume", _of_their_step(case_id), resume_form())


@pages.post("/cases/<case_id>/resume")
@permitted("suspend a case")
def resume(case_id: str) -> Response:
    case = _of_their_step(case_id)
    answer = _read(resume_form())
    if not answer.good:
        return _again("resume", case, resume_form(), answer)
    application().runtime.resume(case.id, actor=visitor().actor, key=command_key("resume"), **answer.data)
    flash(_("The clock of the case runs again."), "done")
    return redirect(url_for("cases.show", case_id=case.id), 303)


@pages.get("/cases/<case_id>/extend")
@permitted("extend a case")
def ask_extend(case_id: str) -> str:
    return _page("extend", readable(case_id), extend_form())


@pages.post("/cases/<case_id>/extend")
@permitted("extend a case")
def extend(case_id: str) -> Response:
    """The one who extends is the one who approves (行政许可法 Art 42)."""
    case = readable(case_id)
    answer = _read(extend_form())
    if not answer.good:
        return _again("extend", case, extend_form(), answer)
    application().runtime.extend(
        case.id, actor=visitor().actor, approver=visitor().id, key=command_key("extend"), **answer.data
    )
    flash(_("The limit of the case was extended."), "done")
    return redirect(url_for("cases.show", case_id=case.id), 303)


def _of_their_step(case_id: str) -> Instance:
    """A clerk stops the clock only in a step that is theirs to do; those who approve may at any time."""
    case = readable(case_id)
    approves = visitor().scope(frozenset(APPROVING)).covers(case.district_code, case.scope)
    if not approves and not any(is_theirs(task) for task in application().runtime.query.tasks(instance_id=case.id)):
        abort(403)
    return case


def _approvers(case: Instance) -> tuple[Person, ...]:
    """Who may have approved a stop: those who approve, for themselves; for a clerk, anybody of the department."""
    app, who = application(), visitor()
    if who.scope(frozenset(APPROVING)).covers(case.district_code, case.scope):
        return (who.person,)
    with app.database.read() as connection:
        found = [
            person
            for role in APPROVING
            for person in app.directory.people_of(connection, role, case.district_code, case.scope)
        ]
    return tuple({person.id: person for person in found}.values())


def _read(form: Form) -> Answer:
    return read(form, request.form, application().zone)


def _page(act: str, case: Instance, form: Form, answer: Answer | None = None) -> str:
    texts: dict[str, Any] = answer.texts if answer else {f.key: [str(f.default)] for f in form.fields if f.default}
    return render_template(
        "cases/act.html",
        act=act,
        case=case,
        form=form,
        texts=texts,
        mistakes=answer.mistakes if answer else {},
        key=request.form.get("key") or secrets.token_hex(16),
    )


def _again(act: str, case: Instance, form: Form, answer: Answer) -> Response:
    return make_response(_page(act, case, form, answer), 422)
