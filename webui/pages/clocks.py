"""Acts on a case's legal clock. Stopping it and correcting a time: one asks, another decides. Letting it run again
and extending: one person's act."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine import Instance
from engine.errors import InvalidData, NotAllowed, NotFound
from monitors.requests import CORRECT, SUSPEND
from webui.access import application, require, visitor
from webui.acts import Correctable, correct_form, extend_form, resume_form, suspend_form
from webui.casefile import times
from webui.forms import Answer, Form, read
from webui.pages.cases import readable
from webui.pages.keys import command_key
from webui.pages.tasks import is_theirs
from webui.permissions import permitted
from webui.shown import instant

pages = Blueprint("clocks", __name__)
APPROVING = ("section_chief", "dept_head")


@pages.get("/cases/<case_id>/suspend")
@permitted("suspend a case")
def ask_suspend(case_id: str) -> str:
    case = _of_their_step(case_id)
    return _page("suspend", case, _suspend_form(case))


@pages.post("/cases/<case_id>/suspend")
@permitted("suspend a case")
def suspend(case_id: str) -> Response:
    """Ask for a stop; the clock runs on until another person has granted it."""
    case = _of_their_step(case_id)
    form = _suspend_form(case)
    answer = _read(form)
    if not answer.good:
        return _again("suspend", case, form, answer)
    try:
        application().clock_requests.ask(case, SUSPEND, answer.data, by=visitor().id)
    except InvalidData as error:
        most = _("At most %(days)d working days are left for this procedure.", days=error.facts.get("most", 0))
        return _again("suspend", case, form, _wrong(answer, "own_limit", most))
    flash(_("Asked for. The clock runs on until another person has granted it."), "done")
    return _back(case.id)


@pages.get("/cases/<case_id>/correct")
@permitted("correct a time")
def ask_correct(case_id: str) -> str:
    case = _of_their_step(case_id)
    return _page("correct", case, _correct_form(_times(case)))


@pages.post("/cases/<case_id>/correct")
@permitted("correct a time")
def correct(case_id: str) -> Response:
    """Ask for a correction; nothing changes until another person has granted it."""
    case = _of_their_step(case_id)
    times = _times(case)
    form = _correct_form(times)
    answer = _read(form)
    if not answer.good:
        return _again("correct", case, form, answer)
    to = datetime.fromisoformat(answer.data["to"])
    if to > application().clock.now():
        return _again("correct", case, form, _wrong(answer, "to", _("This time has not come yet.")))
    fact = next(one.fact for one in times if one.code == answer.data["fact"])
    arguments = {"fact": dict(fact), "to": to.isoformat(), "reason": answer.data["reason"]}
    application().clock_requests.ask(case, CORRECT, arguments, by=visitor().id)
    flash(_("Asked for. The time stays as it is until another person has granted it."), "done")
    return _back(case.id)


@pages.post("/cases/<case_id>/requests/<request_id>/grant")
@permitted("decide about a clock")
def grant(case_id: str, request_id: str) -> Response:
    _decidable(case_id, request_id)
    try:
        application().clock_requests.grant(request_id, actor=visitor().actor, opinion=_opinion())
    except NotAllowed:
        flash(_("Another person must do this: nobody grants what he asked for himself."), "failed")
    except InvalidData:
        flash(
            _("It cannot be done so any more: the procedure's limit or the order of times does not allow it."), "failed"
        )
    else:
        flash(_("Granted and done."), "done")
    return _back(case_id)


@pages.post("/cases/<case_id>/requests/<request_id>/refuse")
@permitted("decide about a clock")
def refuse(case_id: str, request_id: str) -> Response:
    _decidable(case_id, request_id)
    try:
        application().clock_requests.refuse(request_id, actor=visitor().actor, opinion=_opinion())
    except NotAllowed:
        flash(_("Another person must do this: nobody grants what he asked for himself."), "failed")
    except InvalidData:
        flash(_("Say the reason."), "failed")
    else:
        flash(_("Refused. Nothing was changed."), "done")
    return _back(case_id)


@pages.get("/cases/<case_id>/resume")
@permitted("suspend a case")
def ask_resume(case_id: str) -> str:
    case = _of_their_step(case_id)
    return _page("resume", case, _resume_form(case))


@pages.post("/cases/<case_id>/resume")
@permitted("suspend a case")
def resume(case_id: str) -> Response:
    case = _of_their_step(case_id)
    form = _resume_form(case)
    answer = _read(form)
    if not answer.good:
        return _again("resume", case, form, answer)
    application().runtime.resume(case.id, actor=visitor().actor, key=command_key("resume"), **answer.data)
    flash(_("The procedure is over; its time is not counted."), "done")
    return _back(case.id)


@pages.get("/cases/<case_id>/extend")
@permitted("extend a case")
def ask_extend(case_id: str) -> str:
    case = readable(case_id)
    return _page("extend", case, _extend_form(case))


@pages.post("/cases/<case_id>/extend")
@permitted("extend a case")
def extend(case_id: str) -> Response:
    """The one who extends is the one who approves (行政许可法 Art 42)."""
    case = readable(case_id)
    form = _extend_form(case)
    answer = _read(form)
    if not answer.good:
        return _again("extend", case, form, answer)
    application().runtime.extend(
        case.id, actor=visitor().actor, approver=visitor().id, key=command_key("extend"), **answer.data
    )
    flash(_("The limit of the case was extended."), "done")
    return _back(case.id)


def _of_their_step(case_id: str) -> Instance:
    """A clerk acts on the clock only in a step that is theirs to do; those who approve may at any time."""
    case = readable(case_id)
    approves = visitor().scope(frozenset(APPROVING)).covers(case.district_code, case.scope)
    if not approves and not any(is_theirs(task) for task in application().runtime.query.tasks(instance_id=case.id)):
        abort(403)
    return case


def _decidable(case_id: str, request_id: str) -> None:
    """The request must be of that case, and the case within what the visitor decides."""
    found = application().clock_requests.get(request_id)
    require(found.district_code, found.department)
    if found.case_id != case_id:
        raise NotFound(f"expected a request of case {case_id}, found one of another", request=request_id)


def _suspend_form(case: Instance) -> Form:
    """With what is left to each kind in this case."""
    app = application()
    rules, stops = app.clock_requests.rules, app.runtime.query.suspensions(case.id)
    calendar, now = app.calendars.for_case(case.definition, case.district_code), app.clock.now()
    return suspend_form({kind: rules.left(kind, stops, calendar, now) for kind in rules.kinds}, rules.kinds)


def _resume_form(case: Instance) -> Form:
    return resume_form([stop for stop in application().runtime.query.suspensions(case.id) if stop.end is None])


def _extend_form(case: Instance) -> Form:
    return extend_form(application().clock_requests.rules.extension.most(case.data))


def _times(case: Instance) -> tuple[Correctable, ...]:
    return times(application(), case)


def _correct_form(times: tuple[Correctable, ...]) -> Form:
    return correct_form(times, {one.code: instant(one.at) for one in times})


def _read(form: Form) -> Answer:
    return read(form, request.form, application().zone)


def _wrong(answer: Answer, key: str, words: str) -> Answer:
    return Answer(answer.data, {**answer.mistakes, key: words}, answer.texts, answer.hidden)


def _opinion() -> str:
    return request.form.get("opinion", "").strip()[:2_000]


def _back(case_id: str) -> Response:
    return redirect(url_for("cases.show", case_id=case_id), 303)


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
