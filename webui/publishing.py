"""Who may draw, hand in and publish models; the same for the command line and the pages."""

from __future__ import annotations

from datetime import date, datetime, time

from engine.definitions import LOCAL, SHIPPED
from engine.errors import InvalidData, NotAllowed, NotFound
from engine.model import Definition
from monitors.comparison import Drawn, ThreeWay, three_way
from webui.permissions import TABLE
from webui.wiring import Application


def may(app: Application, person: str, row: str) -> str:
    """The person's id; raises NotFound for nobody, NotAllowed for one whose roles the row does not admit."""
    with app.database.read() as connection:
        found = app.directory.person(connection, person)
        roles = frozenset(grant.role for grant in app.directory.grants(connection, person))
    if not found.active or not TABLE[row].admits(roles):
        needed = ", ".join(sorted(TABLE[row].roles))
        raise NotAllowed(f"expected a person with the role {needed}, found {person} without it", person=person)
    return found.id


def instant_of(app: Application, text: str | None) -> datetime | None:
    """``2026-12-01`` is its first moment where the city is; an instant stands as it is. Raises InvalidData."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidData(f"expected a date such as 2026-12-01, found {text}", field="from") from None
    if len(text) == len("2026-12-01"):
        return datetime.combine(date.fromisoformat(text), time(), app.zone)
    return found if found.tzinfo is not None else found.replace(tzinfo=app.zone)


def named(text: str) -> tuple[str, int]:
    """``NAME@VERSION`` in its parts; raises InvalidData."""
    name, mark, version = text.rpartition("@")
    if not mark or not name or not version.isascii() or not version.isdigit():
        raise InvalidData(f"expected NAME@VERSION, found {text}", field="model")
    return name, int(version)


def offered(app: Application) -> list[tuple[Definition, Definition, Definition]]:
    """Releases that stand back behind a version of the city's own: (base, the city's, the release), one a model."""
    found = []
    for name in dict.fromkeys(one.name for one in app.runtime.query.definitions()):
        every = app.runtime.query.definitions(name)
        try:
            version = app.runtime.query.version_in_force(name, app.clock.now())
        except NotFound:
            continue
        local = next(one for one in every if one.version == version)
        bases = [one for one in every if one.origin == SHIPPED and one.version < version]
        releases = [one for one in every if one.origin == SHIPPED and one.version > version and not one.deployed_at]
        if local.origin == LOCAL and bases and releases:
            found.append((bases[-1], local, releases[-1]))
    return found


def compared(base: Definition, local: Definition, release: Definition) -> ThreeWay:
    return three_way(drawn(base), drawn(local), drawn(release))


def drawn(one: Definition) -> Drawn:
    """A version as it is compared with others."""
    return Drawn(one.xml, one.decisions, one.calls)
