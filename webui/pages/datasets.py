"""Data sets: what is declared, which files were loaded, and which of their rows were refused."""

from __future__ import annotations

import secrets
from typing import Any, cast

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.errors import InvalidData
from monitors.datasets import loading
from monitors.model import ANY
from webui.access import application, reach, require, visitor
from webui.pages.asked import page_number
from webui.pages.keys import command_key
from webui.permissions import TABLE, permitted
from webui.presenters import PAGE, Page
from webui.reading import districts, people

pages = Blueprint("datasets", __name__)


@pages.get("/datasets")
@permitted("list data sets")
def listing() -> str:
    app, page = application(), page_number()
    with app.database.read() as connection:
        found = loading.loads(connection, reach(), limit=PAGE + 1, offset=(page - 1) * PAGE)
    return render_template(
        "datasets/list.html",
        page=Page.of(found, page),
        schemas=app.loads.schemas.values(),
        people=people(app, {one.loaded_by for one in found}),
        districts=districts(app, reach()),
        city=reach().covers(ANY, ANY),
        loads=TABLE["load a data set"].admits(visitor().roles),
        key=secrets.token_hex(16),
    )


@pages.post("/datasets")
@permitted("load a data set")
def load() -> Response:
    command_key("load")
    app, form, file = application(), request.form, request.files.get("file")
    district = form.get("district", "")[:12]
    if not reach().covers(district, ANY):
        abort(403)
    if file is None or not file.filename:
        raise InvalidData("expected a file, found none", field="file")
    done = app.loads.load(
        form.get("set", "")[:64],
        cast(Any, file.stream),
        file.filename,
        by=visitor().id,
        source=form.get("source", ""),
        district_code=district,
    )
    flash(_("The good rows of the file are taken."), "done")
    return redirect(url_for("datasets.show", load_id=done.id), 303)


@pages.get("/datasets/loads/<load_id>")
@permitted("list data sets")
def show(load_id: str) -> str:
    """What became of the rows of a file."""
    app = application()
    one = app.loads.get(load_id)
    require(one.district_code, ANY)
    return render_template("datasets/show.html", one=one, people=people(app, {one.loaded_by}))
