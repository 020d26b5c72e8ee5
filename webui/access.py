"""The door: who is asking, may they come in, may they touch this thing. Denied unless a row allows it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, Response, abort, current_app, g, request, session

from engine import Actor
from engine.errors import NotFound
from monitors.model import Grant, Person
from monitors.scope import Scope
from webui.permissions import TABLE, Reach, Row, row_of
from webui.wiring import Application

TOKEN = "sid"


@dataclass(frozen=True, slots=True)
class Visitor:
    """The person at the browser and what they hold now."""

    person: Person
    grants: tuple[Grant, ...]

    @property
    def id(self) -> str:
        return self.person.id

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(grant.role for grant in self.grants)

    @property
    def actor(self) -> Actor:
        return Actor(self.person.id, self.person.name, self.roles)

    def scope(self, roles: frozenset[str]) -> Scope:
        """What these roles let the person see."""
        return Scope.of(grant for grant in self.grants if grant.role in roles)

    def holds(self, row: Row, district: str, department: str) -> bool:
        return self.scope(row.roles).covers(district, department)


def application() -> Application:
    """The product behind this request."""
    found: Application = current_app.extensions["jiancha"]
    return found


def visitor() -> Visitor:
    """Who is signed in; 401 when nobody is."""
    found: Visitor | None = g.get("visitor")
    if found is None:
        abort(401)
    return found


def reach(row_name: str | None = None) -> Scope:
    """What the visitor may see under this request's row, for a query."""
    row = _row() if row_name is None else _named(row_name)
    return visitor().scope(row.roles)


def require(district: str, department: str) -> None:
    """State whose thing this request touches: 403 unless the visitor's grants for its row cover it."""
    g.thing_checked = True
    if not visitor().holds(_row(), district, department):
        abort(403)


def allows(row_name: str, district: str, department: str) -> bool:
    """Whether the visitor might do that act there: for showing a button or not."""
    return visitor().holds(_named(row_name), district, department)


def guard(app: Flask) -> None:
    """Stand at the door of every request of ``app``."""
    app.before_request(_identify)
    app.before_request(_admit)
    app.after_request(_thing_was_checked)


def _named(name: str) -> Row:
    return TABLE[name]


def _row() -> Row:
    view = current_app.view_functions.get(request.endpoint or "")
    row = row_of(view) if view else None
    if row is None:
        abort(403)
    return row


def _identify() -> None:
    g.visitor = None
    token = session.get(TOKEN)
    person_id = application().sessions.person(token) if isinstance(token, str) else None
    if person_id is None:
        return
    app = application()
    with app.database.read() as connection:
        try:
            person = app.directory.person(connection, person_id)
        except NotFound:
            return
        grants = app.directory.grants(connection, person_id)
    if person.active:
        g.visitor = Visitor(person, grants)


def _admit() -> None:
    if request.endpoint is None or request.endpoint == "static":
        return  # no such page (404 follows), or a file that is the same for everyone
    row = _row()
    if row.demo_only and not application().settings.demo:
        abort(404)
    if row.reach is Reach.ANYONE:
        return
    if not row.admits(visitor().roles):
        abort(403)


def _thing_was_checked(response: Response) -> Response:
    """A view under a THING row that answered without stating whose thing it is is a fault of ours."""
    view = current_app.view_functions.get(request.endpoint or "")
    row = row_of(view) if view else None
    needs = row is not None and row.reach is Reach.THING
    if needs and response.status_code < 400 and not g.get("thing_checked", False):
        raise RuntimeError(f"{request.endpoint} answered without checking whose thing it shows")
    return response
