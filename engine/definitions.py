"""Deployed models: checked, numbered, immutable, found again by name and version."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, insert, select

from engine import entries, statements
from engine.chains import append_act
from engine.diagrams import Diagram, read
from engine.errors import ModelRefused, NotFound
from engine.model import Definition
from engine.profile import check
from engine.spiff import Compiled, compile_diagram
from engine.tables import definition


def deploy(connection: Connection, xml: bytes, *, by: str, at: datetime, names: Mapping[str, Any]) -> Definition:
    """Check and store a model; the same bytes again give the version they already have.

    Raises ModelRefused with the remarks when anything in it would not be run as drawn.
    """
    _refuse_errors(xml, names)
    diagram = read(xml)
    compiled(xml)
    digest = hashlib.sha256(xml).hexdigest()
    known = (
        connection.execute(
            select(definition).where(definition.c.name == diagram.process_id, definition.c.hash == digest)
        )
        .mappings()
        .one_or_none()
    )
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
        deployed_at=at,
        deployed_by=by,
    )
    connection.execute(insert(definition).values(asdict(new)))
    entries.arm(connection, new, diagram, at)
    append_act(connection, "deployed", by, at, {"definition": new.name, "version": new.version, "hash": digest})
    return new


def _refuse_errors(xml: bytes, names: Mapping[str, Any]) -> None:
    errors = check(xml, **names).errors
    if errors:
        raise ModelRefused(
            f"the model is refused: {errors[0].message_en}"
            + (f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""),
            remarks=errors,
        )


def _last_version(connection: Connection, name: str) -> int:
    row = statements.NEWEST_VERSION.one(connection, {"name": name})
    return row["version"] or 0 if row is not None else 0


def find(connection: Connection, name: str, version: int | None = None) -> Definition:
    """A version of a model, the newest when none is named; raises NotFound."""
    query = select(definition).where(definition.c.name == name)
    if version is not None:
        query = query.where(definition.c.version == version)
    row = connection.execute(query.order_by(definition.c.version.desc()).limit(1)).mappings().one_or_none()
    if row is None:
        raise NotFound(f"expected a deployed model {name}, found none", model=name, version=version)
    return Definition(**row)


def newest(connection: Connection) -> list[Definition]:
    """The newest version of every model, by name."""
    rows = connection.execute(select(definition).order_by(definition.c.name, definition.c.version)).mappings()
    return list({row["name"]: Definition(**row) for row in rows}.values())


class Definitions:
    """Versions in memory: they never change, so each is read and compiled once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, int], Definition] = {}

    def get(self, connection: Connection, name: str, version: int) -> Definition:
        key = (name, version)
        if key not in self._found:
            self._found[key] = find(connection, name, version)
        return self._found[key]

    def newest(self, connection: Connection, name: str, version: int | None = None) -> Definition:
        """The version named, else the newest; raises NotFound."""
        number = version or _last_version(connection, name)
        return self.get(connection, name, number)

    def compiled(self, connection: Connection, name: str, version: int) -> Compiled:
        return compiled(self.get(connection, name, version).xml)

    def diagram(self, connection: Connection, name: str, version: int) -> Diagram:
        return self.compiled(connection, name, version).diagram


@lru_cache(maxsize=256)
def compiled(xml: bytes) -> Compiled:
    """The specs of a model, shared by all its instances."""
    return compile_diagram(xml)
