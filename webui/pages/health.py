"""For whoever watches over the product: alive, and ready to serve."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint
from sqlalchemy.exc import SQLAlchemyError

from engine.errors import SchemaMismatch
from webui.access import application
from webui.permissions import permitted
from webui.schema import check

pages = Blueprint("health", __name__)
SILENT = timedelta(seconds=30)


@pages.get("/health")
@permitted("public")
def health() -> dict[str, str]:
    return {"status": "ok"}


@pages.get("/ready")
@permitted("public")
def ready() -> tuple[dict[str, Any], int]:
    """200 when the schema is the one this release needs and a worker was heard of lately; else 503."""
    schema, worker = _schema(), False
    if schema:
        beats = application().runtime.query.beats().values()
        now = application().clock.now()
        worker = any(now - beat <= SILENT for beat in beats)
    good = schema and worker
    body = {"status": "ready" if good else "not ready", "schema": schema, "worker": worker}
    return body, 200 if good else 503


def _schema() -> bool:
    try:
        check(application().database)
    except (SchemaMismatch, SQLAlchemyError):
        return False
    return True
