"""Versions of models: checked, numbered, immutable, found again by name and version or by the instant of a start."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from engine import entries, statements
from engine.chains import append_act
from engine.decisions import Bundle
from engine.diagrams import Diagram, read
from engine.errors import Conflict, ModelRefused, NotFound, StateAltered
from engine.linking import MARK, Source, called_models
from engine.lint.known import CLOCK_FUNCTIONS
from engine.model import Definition, Pin
from engine.profile import check
from engine.spiff import Compiled, compile_diagram
from engine.tables import definition

SHIPPED, LOCAL = "shipped", "local"
DRAFT, SUBMITTED, REVIEWED, DEPLOYED, RETIRED = "draft", "submitted", "reviewed", "deployed", "retired"
# What the journal says happened to a version, and the state that it has then.
STATE_AFTER = {"drafted": DRAFT, "returned": DRAFT, "submitted": SUBMITTED, "reviewed": REVIEWED}
STATE_AFTER |= {"deployed": DEPLOYED, "retired": RETIRED}


def ship(
    connection: Connection,
    xml: bytes,
    *,
    by: str,
    at: datetime,
    names: Mapping[str, Any],
    decisions: Iterable[bytes] = (),
) -> Definition:
    """Check and store a model that comes with the product; the same bytes again give the version they already have.

    Whoever released it has reviewed it, so it is deployed at once; where people have a version of their own in
    force, it is a draft that is offered to them. The first version of a name is valid whenever a case started.
    Raises ModelRefused with the remarks when anything in it would not be run as drawn.
    """
    found = store(connection, xml, by=by, at=at, names=names, origin=SHIPPED, decisions=decisions)
    if found.state != DRAFT or found.created_at != at or _is_theirs(connection, found.name, at):
        return found
    first = found.version == 1
    return change(
        connection, found, "deployed", by, at, state=DEPLOYED, deployed_at=at, deployed_by=by,
        valid_from=None if first else at,
    )  # fmt: skip


def store(
    connection: Connection,
    xml: bytes,
    *,
    by: str,
    at: datetime,
    names: Mapping[str, Any],
    origin: str,
    decisions: Iterable[bytes] = (),
) -> Definition:
    """Check a model and keep it as a draft with those of the DMN files beside it that it uses; raises ModelRefused.

    The same bytes again give the version they already have; a decision that changed makes a new one.
    """
    decisions = tuple(decisions)
    models = deployed(connection, called_models(xml), at)
    _refuse_errors(
        xml,
        names,
        decisions,
        {name: None if one is None else source_of(connection, one) for name, one in models.items()},
    )
    diagram = read(xml)
    used = Bundle(decisions, CLOCK_FUNCTIONS).used(diagram.decided)
    calls = tuple(Pin(one.name, one.version, one.hash) for one in models.values() if one is not None)
    digest = fingerprint(xml, used, calls)
    query = select(definition).where(definition.c.name == diagram.process_id, definition.c.hash == digest)
    known = connection.execute(query).mappings().one_or_none()
    if known is not None:
        return Definition(**known)
    new = Definition(
        name=diagram.process_id,
        version=_last_version(connection, diagram.process_id) + 1,
        hash=digest,
        kind=diagram.kind,
        title=diagram.title,
        title_en=diagram.title_en,
        xml=xml,
        decisions=used,
        calls=calls,
        origin=origin,
        state=DRAFT,
        created_at=at,
        created_by=by,
    )
    source = source_of(connection, new)
    compiled(source.xml, source.decisions, source.calls)
    connection.execute(insert(definition).values(asdict(new)))
    _tell(connection, new, "drafted", by, at, {"origin": origin})
    return new


def fingerprint(xml: bytes, decisions: Iterable[bytes], calls: Iterable[Pin] = ()) -> str:
    """What tells versions apart: the SHA-256 of the diagram, or one over the digests of all that it is made of."""
    digests = [hashlib.sha256(one).digest() for one in (xml, *decisions)] + [bytes.fromhex(one.hash) for one in calls]
    if len(digests) == 1:
        return digests[0].hex()
    return hashlib.sha256(b"".join(digests)).hexdigest()


def change(
    connection: Connection, one: Definition, kind: str, by: str, at: datetime, *, reason: str = "", **values: Any
) -> Definition:
    """Set columns of a version's row that is as it was read, and say so in the journal; raises Conflict.

    Raises ModelRefused where it would be deployed and another model's cases begin with the same message.
    """
    if kind == "deployed":
        entries.refuse_rivals(connection, one, read(one.xml), max(at, values["valid_from"] or at))
    as_read = (definition.c.name == one.name, definition.c.version == one.version, definition.c.state == one.state)
    if connection.execute(update(definition).where(*as_read).values(values)).rowcount != 1:
        raise Conflict(f"expected {one.name}@{one.version} to be {one.state}, found it is not", model=one.name)
    dates = {name: values[name] for name in ("valid_from", "retired_at") if name in values}
    _tell(connection, one, kind, by, at, dates | ({"reason": reason} if reason else {}))
    changed = replace(one, **values)
    if kind == "deployed":
        entries.arm(connection, changed, read(one.xml), max(at, changed.valid_from or at))
    return changed


def _tell(connection: Connection, one: Definition, kind: str, by: str, at: datetime, more: Mapping[str, Any]) -> None:
    append_act(connection, kind, by, at, {"definition": one.name, "version": one.version, "hash": one.hash, **more})


def _is_theirs(connection: Connection, name: str, at: datetime) -> bool:
    """Whether a version that people made themselves is in force."""
    row = statements.VERSION_IN_FORCE.one(connection, {"name": name, "at": at})
    return row is not None and find(connection, name, row["version"]).origin == LOCAL


def _refuse_errors(
    xml: bytes, names: Mapping[str, Any], decisions: tuple[bytes, ...], models: Mapping[str, Source | None]
) -> None:
    errors = check(xml, decisions=decisions, models=models, **names).errors
    if errors:
        raise ModelRefused(
            f"the model is refused: {errors[0].message_en}"
            + (f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""),
            remarks=errors,
        )


def _last_version(connection: Connection, name: str) -> int:
    query = select(func.max(definition.c.version)).where(definition.c.name == name)
    return connection.execute(query).scalar() or 0


def find(connection: Connection, name: str, version: int, *, lock: bool = False) -> Definition:
    """A version of a model; raises NotFound."""
    query = select(definition).where(definition.c.name == name, definition.c.version == version)
    row = connection.execute(query.with_for_update() if lock else query).mappings().one_or_none()
    if row is None:
        raise NotFound(f"expected version {version} of a model {name}, found none", model=name, version=version)
    return Definition(**row)


def version_in_force(connection: Connection, name: str, at: datetime) -> int:
    """The version that a case which starts then starts on; raises NotFound."""
    row = statements.VERSION_IN_FORCE.one(connection, {"name": name, "at": at})
    if row is None:
        raise NotFound(f"expected a deployed model {name}, found none in force at {at.isoformat()}", model=name)
    return int(row["version"])


def versions(connection: Connection, name: str | None = None) -> list[Definition]:
    """Every version of a model, or of every model, by name and number."""
    query = select(definition).order_by(definition.c.name, definition.c.version)
    rows = connection.execute(query if name is None else query.where(definition.c.name == name)).mappings()
    return [Definition(**row) for row in rows]


def deployed(connection: Connection, names: Iterable[str], at: datetime) -> dict[str, Definition | None]:
    """The versions in force of those of the models that are known; None for one of which none is."""
    found: dict[str, Definition | None] = {}
    for name in names:
        row = statements.VERSION_IN_FORCE.one(connection, {"name": name, "at": at})
        if row is not None:
            found[name] = find(connection, name, row["version"])
        elif versions(connection, name):
            found[name] = None
    return found


def refuse_gone(connection: Connection, one: Definition, at: datetime) -> None:
    """Raises ModelRefused where a version that it calls is not deployed any more."""
    pinned = [find(connection, pin.name, pin.version) for pin in one.calls]
    models = {each.name: source_of(connection, each) if _stands(each, at) else None for each in pinned}
    if None in models.values():
        _refuse_errors(one.xml, {}, one.decisions, models)


def _stands(one: Definition, at: datetime) -> bool:
    return one.state == DEPLOYED or (one.retired_at is not None and one.retired_at > at)


def source_of(connection: Connection, one: Definition) -> Source:
    """A version as it is compiled, with those that it calls; raises StateAltered where one of them is not what it was."""
    calls = []
    for pin in one.calls:
        called = find(connection, pin.name, pin.version)
        if called.hash != pin.hash:
            raise StateAltered(f"expected the bytes of {pin.name}@{pin.version} that {one.name} calls, found others")
        calls.append((pin.name, source_of(connection, called)))
    return Source(one.xml, one.decisions, tuple(calls))


class Definitions:
    """Versions in memory: what is drawn in them never changes, so each is read and compiled once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, int], Definition] = {}
        self._sources: dict[tuple[str, int], Source] = {}

    def get(self, connection: Connection, name: str, version: int) -> Definition:
        key = (name, version)
        if key not in self._found:
            self._found[key] = find(connection, name, version)
        return self._found[key]

    def to_start(self, connection: Connection, name: str, at: datetime, version: int | None = None) -> Definition:
        """The version named, which must have been deployed, else the one in force then; raises NotFound."""
        if version is None:
            return self.get(connection, name, version_in_force(connection, name, at))
        found = self.get(connection, name, version)
        if found.deployed_at is None:
            found = self._found[name, version] = find(connection, name, version)
        if found.deployed_at is None:
            raise NotFound(f"expected {name}@{version} to be deployed, found it {found.state}", model=name)
        return found

    def parts(
        self, connection: Connection, name: str, version: int, path: str = ""
    ) -> Iterator[tuple[str, Definition]]:
        """The version and every one that it calls, each with what stands before its ids in a case."""
        one = self.get(connection, name, version)
        yield path, one
        for pin in one.calls:
            yield from self.parts(connection, pin.name, pin.version, f"{path}{pin.name}{MARK}")

    def compiled(self, connection: Connection, name: str, version: int) -> Compiled:
        key = (name, version)
        if key not in self._sources:
            self._sources[key] = source_of(connection, self.get(connection, name, version))
        source = self._sources[key]
        return compiled(source.xml, source.decisions, source.calls)

    def diagram(self, connection: Connection, name: str, version: int) -> Diagram:
        return self.compiled(connection, name, version).diagram


@lru_cache(maxsize=256)
def compiled(xml: bytes, decisions: tuple[bytes, ...] = (), calls: tuple[tuple[str, Source], ...] = ()) -> Compiled:
    """The specs of a model, its decisions and the models that it calls, shared by all its instances."""
    return compile_diagram(xml, decisions, calls)
