"""New warnings on open pages, without a reload."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, request

from webui.access import application, reach, visitor
from webui.alerts import batch_after, newest
from webui.i18n import language
from webui.live import Streams
from webui.live import stream as bytes_of
from webui.permissions import permitted

pages = Blueprint("live", __name__)


@pages.get("/stream")
@permitted("watch the board")
def stream() -> Response:
    """Server-sent events: each alert in the visitor's scope, from ``Last-Event-ID`` on or from now."""
    streams: Streams = current_app.extensions["jiancha_streams"]
    app, who, scope, tongue = application(), visitor(), reach(), language()
    place = streams.enter(who.id)
    if place is None:
        abort(503)
    seen = request.headers.get("Last-Event-ID", "")
    after = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 16 else newest(app)
    gone = request.environ.get("waitress.client_disconnected", lambda: False)
    body = bytes_of(
        after,
        lambda last: batch_after(app, last, scope, who.roles, tongue),
        lambda seconds: gone() or place.pause(seconds),
    )
    response = Response(body, mimetype="text/event-stream")
    response.headers["X-Accel-Buffering"] = "no"
    response.call_on_close(lambda: streams.leave(place))
    return response
