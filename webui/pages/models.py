"""Models: their versions, what a version changes, and the acts of its life."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.errors import Conflict, EngineError, InvalidData, ModelRefused, NotAllowed, NotFound
from engine.lint.remarks import Remark
from engine.model import Definition
from monitors.comparison import Difference, compare
from webui.access import application, visitor
from webui.i18n import label
from webui.permissions import TABLE, permitted
from webui.publishing import compared, drawn, instant_of, offered
from webui.reading import people

pages = Blueprint("models", __name__)
LONGEST_REASON = 2_000


@pages.get("/models")
@permitted("list models")
def listing() -> str:
    return _listing()


def _listing(faults: Sequence[Remark] = ()) -> str:
    """Every model with its versions, the latest first; releases that wait behind one of the city's own; ``faults``
    are those of a file that was just refused."""
    app = application()
    every = app.runtime.query.definitions()
    models = [(name, list(found)[::-1]) for name, found in groupby(every, key=lambda one: one.name)]
    offers = [(base, local, release, compared(base, local, release)) for base, local, release in offered(app)]
    return render_template(
        "models/list.html",
        models=models,
        in_force={name: _in_force(name) for name, _versions in models},
        offers=offers,
        faults=faults,
        may_draw=TABLE["draw a model"].admits(visitor().roles),
    )


@pages.post("/models")
@permitted("draw a model")
def draft() -> Response | tuple[str, int]:
    """Keep an uploaded file as a draft, with the decisions that came with it; a refused one is answered with every fault."""
    file = request.files.get("file")
    if file is None or not file.filename:
        flash(_("Choose a BPMN file."), "failed")
        return redirect(url_for("models.listing"), 303)
    try:
        decisions = [one.read() for one in request.files.getlist("decisions") if one.filename]
        drafted = application().runtime.versions.draft(file.read(), by=visitor().id, decisions=decisions)
    except ModelRefused as error:
        return _listing(error.facts["remarks"]), 422
    flash(_("Kept as version %(version)d.", version=drafted.version), "done")
    return _back(drafted.name, drafted.version)


@pages.get("/models/<name>/<int:version>")
@permitted("list models")
def show(name: str, version: int) -> str:
    """What a version changes from another, who did what to it, and what may be done now."""
    app = application()
    one, others = app.runtime.query.definition(name, version), app.runtime.query.definitions(name)
    other = _against(one, others)
    named = {one.created_by, one.submitted_by, one.reviewed_by, one.deployed_by, one.retired_by}
    roles = visitor().roles
    return render_template(
        "models/show.html",
        one=one,
        others=[each for each in others if each.version != version],
        other=other,
        difference=None if other is None else _compared(other, one),
        in_force=_in_force(name) == version,
        people=people(app, {person for person in named if person}),
        may_submit=TABLE["draw a model"].admits(roles),
        may_publish=TABLE["publish a model"].admits(roles) and visitor().id not in (one.created_by, one.submitted_by),
        own=visitor().id in (one.created_by, one.submitted_by),
    )


@pages.post("/models/<name>/<int:version>/submit")
@permitted("draw a model")
def submit(name: str, version: int) -> Response:
    with _done(_("Handed in for review.")):
        application().runtime.versions.submit(name, version, by=visitor().id, reason=_reason())
    return _back(name, version)


@pages.post("/models/<name>/<int:version>/review")
@permitted("publish a model")
def review(name: str, version: int) -> Response:
    with _done(_("Approved; it can be deployed now.")):
        application().runtime.versions.review(name, version, by=visitor().id, reason=_reason())
    return _back(name, version)


@pages.post("/models/<name>/<int:version>/give-back")
@permitted("publish a model")
def give_back(name: str, version: int) -> Response:
    with _done(_("Given back; it is a draft again.")):
        application().runtime.versions.give_back(name, version, by=visitor().id, reason=_reason())
    return _back(name, version)


@pages.post("/models/<name>/<int:version>/deploy")
@permitted("publish a model")
def deploy(name: str, version: int) -> Response:
    with _done(_("Deployed; cases that start from then on run on it.")):
        application().runtime.versions.deploy(name, version, by=visitor().id, valid_from=_since(), reason=_reason())
    return _back(name, version)


@pages.post("/models/<name>/<int:version>/retire")
@permitted("publish a model")
def retire(name: str, version: int) -> Response:
    with _done(_("Retired; running cases go on to their end on it.")):
        application().runtime.versions.retire(name, version, by=visitor().id, valid_to=_since(), reason=_reason())
    return _back(name, version)


@contextmanager
def _done(words: str) -> Iterator[None]:
    """Say that the act was done, or why it was not."""
    try:
        yield
    except NotAllowed:
        flash(_("Another person must do this: nobody publishes what he drew or handed in himself."), "failed")
    except Conflict:
        flash(_("That cannot be done to this version as it stands now."), "failed")
    except ModelRefused as error:
        flash(_refused(error), "failed")
    except InvalidData:
        flash(_("Say the reason, and the date as 2026-12-01."), "failed")
    else:
        flash(words, "done")


def _back(name: str, version: int) -> Response:
    return redirect(url_for("models.show", name=name, version=version), 303)


def _reason() -> str:
    return request.form.get("reason", "").strip()[:LONGEST_REASON]


def _since() -> datetime | None:
    return instant_of(application(), request.form.get("from", "").strip())


def _in_force(name: str) -> int | None:
    app = application()
    try:
        return app.runtime.query.version_in_force(name, app.clock.now())
    except NotFound:
        return None


def _against(one: Definition, others: list[Definition]) -> Definition | None:
    """The version asked for, else the one before."""
    asked = request.args.get("against", type=int)
    if asked is not None and asked != one.version:
        return next((each for each in others if each.version == asked), None)
    return next((each for each in reversed(others) if each.version < one.version), None)


def _compared(other: Definition, one: Definition) -> Difference | None:
    try:
        return compare(drawn(other), drawn(one))
    except EngineError:
        return None  # one that an older release took and this one cannot read


def _refused(error: ModelRefused) -> str:
    """The first remark in the reader's language; what it says is about the file, so its words are the checker's."""
    remarks = error.facts.get("remarks") or ()
    if not remarks:
        return _("The file cannot be read as a BPMN model.")
    first = remarks[0]
    said = label(first.message_zh, first.message_en)
    return _("Line %(line)d, %(element)s: %(said)s", line=first.line, element=first.element or "—", said=said)
