"""Cases: the list, a new one, one with its diagram and its timeline."""

from __future__ import annotations

import secrets
from functools import partial
from typing import Any

from flask import Blueprint, Response, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from engine import Instance
from engine.model import Definition
from webui import starting
from webui.access import allows, application, reach, require, visitor
from webui.acts import corrected_words
from webui.casefile import actors, case_file, facts, times
from webui.diagrams import in_english
from webui.forms import read, shown
from webui.pages.asked import page_number
from webui.pages.keys import command_key
from webui.pages.tasks import is_theirs
from webui.permissions import permitted
from webui.presenters import diagram_state
from webui.reading import CaseFilter, case_of, districts, people
from webui.reading import cases as read_cases

pages = Blueprint("cases", __name__)
STATES = ("open", "suspended", "ended", "cancelled", "all")


@pages.get("/cases")
@permitted("list cases")
def listing() -> str:
    wanted = CaseFilter(
        state=request.args.get("state", "open") if request.args.get("state", "open") in STATES else "open",
        text=request.args.get("number", "").strip()[:64],
        district=request.args.get("district", "")[:12],
    )
    app = application()
    page = read_cases(app, reach(), wanted, page_number())
    return render_template(
        "cases/list.html", page=page, wanted=wanted, states=STATES, districts=districts(app, reach())
    )


@pages.get("/cases/new")
@permitted("start a case")
def new() -> str:
    """First the item, then what it asks the applicant for."""
    offers = starting.offers(application(), visitor())
    code = request.args.get("item", "")
    offer = next((one for one in offers if one.code == code), None)
    app = application()
    texts = {f.key: shown(f, {}, app.zone, app.clock.now()) for f in offer.form.fields} if offer else {}
    return _new_page(offers, offer, texts, {}, secrets.token_hex(16))


@pages.post("/cases/new")
@permitted("start a case")
def start() -> BaseResponse:
    app = application()
    offers = starting.offers(app, visitor())
    offer = next((one for one in offers if one.code == request.form.get("item")), None)
    if offer is None:
        return make_response(_new_page(offers, None, {}, {}, ""), 403)
    key = command_key("start")
    answer = read(offer.form, request.form, app.zone)
    if not answer.good:
        return make_response(_new_page(offers, offer, answer.texts, answer.mistakes, request.form["key"]), 422)
    outcome = starting.start_case(app, offer, visitor().actor, answer.data, key)
    flash(_("The case was started."), "done")
    mine = [one for one in outcome.tasks if is_theirs(app.runtime.query.task(one))]
    target = url_for("tasks.show", task_id=mine[0]) if mine else url_for("cases.show", case_id=outcome.instance_id)
    return redirect(target, 303)


@pages.get("/cases/<case_id>")
@permitted("read a case")
def show(case_id: str) -> str | BaseResponse:
    found = readable(case_id)
    if found.parent_id:
        return redirect(url_for("cases.show", case_id=case_of(application(), found).id))
    app = application()
    file = case_file(app, found)
    return render_template(
        "cases/show.html",
        file=file,
        case=found,
        facts=facts(app, found),
        documents=app.documents.of(found.id),
        people=people(app, actors(file)),
        corrected_words=partial(corrected_words, times(app, found, file)),
        is_theirs=is_theirs,
        department=_department(found),
        drawn=_drawn(found),
        inside=_inside(found),
        may_suspend=allows("suspend a case", found.district_code, found.scope),
        may_correct=allows("correct a time", found.district_code, found.scope),
        may_decide=allows("decide about a clock", found.district_code, found.scope),
        may_extend=allows("extend a case", found.district_code, found.scope),
    )


@pages.get("/cases/<case_id>/diagram.bpmn")
@permitted("read a case")
def diagram(case_id: str) -> Response:
    """The diagram of the version that this case runs on, or of one that it calls; it never changes."""
    found = readable(case_id)
    xml = _drawn(found)[_inside(found)].xml
    if request.args.get("language") == "en":
        xml = in_english(xml)
    response = Response(xml, mimetype="application/xml")
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


@pages.get("/cases/<case_id>/state.json")
@permitted("read a case")
def state(case_id: str) -> Response:
    """What the viewer marks on the diagram."""
    found, query, now = readable(case_id), application().runtime.query, application().clock.now()
    return jsonify(diagram_state(query.steps(found.id), query.timers(found.id), now, _inside(found)))


def _drawn(case: Instance) -> dict[str, Definition]:
    """The diagrams of a case: its own, and those of the models that it calls."""
    return application().runtime.query.parts(case.definition, case.version)


def _inside(case: Instance) -> str:
    """Which of them is asked for; the case's own where none is, or one that it has not."""
    asked = request.args.get("inside", "")
    return asked if asked in _drawn(case) else ""


def readable(case_id: str) -> Instance:
    """The case, if the visitor's grants for this request's row cover it."""
    found = application().runtime.query.instance(case_id)
    require(found.district_code, found.scope)
    return found


def _department(case: Instance) -> Any:
    with application().database.read() as connection:
        return application().directory.department(connection, case.district_code, case.scope)


def _new_page(offers: Any, offer: Any, texts: dict[str, Any], mistakes: dict[str, Any], key: str) -> str:
    return render_template("cases/new.html", offers=offers, offer=offer, texts=texts, mistakes=mistakes, key=key)
