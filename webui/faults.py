"""What a person reads when something cannot be done: words, never a trace."""

from __future__ import annotations

import structlog
from flask import Flask, Response, make_response, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException

from engine.db import unavailable
from engine.errors import Conflict, EngineError, InvalidData, NotAllowed, NotFound
from webui.vocabulary import error_words

log = structlog.get_logger()

# Everything else that the engine refuses is a fault of the model or of ours: 500, with an incident stored.
STATUS: dict[type[EngineError], int] = {NotFound: 404, NotAllowed: 403, Conflict: 409, InvalidData: 422}


def install(app: Flask) -> None:
    app.register_error_handler(EngineError, _engine_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(401, _not_signed_in)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(Exception, _fault)


def status_of(error: EngineError) -> int:
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), 500)


def words(status: int) -> tuple[str, str]:
    """Title and advice for a status."""
    known = {
        400: (_("Bad request"), _("The request was not understood. Go back and try again.")),
        403: (_("Not permitted"), _("Your role or your scope does not cover this.")),
        404: (_("Not found"), _("There is no such page or record, or no longer.")),
        409: (_("Already done"), _("Somebody was faster. Open the list again to see how things stand.")),
        422: (_("Not accepted"), _("Something in the form is missing or mistyped.")),
        429: (_("Too many requests"), _("Wait a little and try again.")),
        503: (_("Busy"), _("The product is busy. Wait a little and try again.")),
        507: (_("No space left"), _("Nothing was stored. Tell the administrators that the disk is full.")),
    }
    return known.get(status, (_("Something went wrong"), _("Nothing was stored. The fault has been recorded.")))


def page(status: int, detail: str = "") -> Response:
    """The error page of a status, with an own sentence about what happened."""
    title, advice = words(status)
    response = make_response(
        render_template("error.html", status=status, title=title, advice=advice, detail=detail), status
    )
    if status in (503, 507):
        response.headers["Retry-After"] = "5"
    return response


def _engine_error(error: EngineError) -> Response:
    status = status_of(error)
    if status >= 500:
        log.error("engine refused", code=error.code, message=error.message, path=request.path)
    return page(status, str(error_words(error.code)))


def _csrf_error(error: CSRFError) -> Response:
    return page(400, _("The page was open too long or you have signed in again since. Load it again."))


def _not_signed_in(error: HTTPException) -> Response:
    """The login page where the page would have been; it leads back there."""
    from webui.pages.login import form

    return make_response(form(request.full_path.rstrip("?") if request.method == "GET" else "/"), 401)


def _http_error(error: HTTPException) -> Response:
    return page(error.code or 500) if (error.code or 500) >= 400 else make_response(error.get_response())


def _database(error: DBAPIError) -> Response:
    """The database is too busy, out of space or away: not the request's fault, and soon perhaps over."""
    why = unavailable(error)
    if why is None:
        return _fault(error)
    log.warning("database unavailable", why=why, path=request.path, method=request.method)
    return page(507 if why == "full" else 503)


def _fault(error: Exception) -> Response:
    log.exception("fault", path=request.path, method=request.method)
    return page(500)
