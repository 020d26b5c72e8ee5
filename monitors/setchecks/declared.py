"""Which sets are checked as a whole: ``[[check]]`` tables of a ``datasets.toml``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.errors import InvalidData
from monitors.datasets import Schemas
from monitors.model import ANY


@dataclass(frozen=True, slots=True)
class Check:
    """The rows of ``set`` are held against the rules of ``model``; each row that breaks one becomes a case of it.

    The row reaches the case with the step ``step``, on which the checkpoint hangs. The case is of ``department``, and of ``district`` where rows do not say theirs.
    """

    model: str
    set: str
    step: str
    department: str
    district: str = ANY


def read_checks(tables: Iterable[Mapping[str, Any]], schemas: Schemas) -> tuple[Check, ...]:
    """The checks of ``[[check]]`` tables; raises InvalidData for one that is not told fully or of an unknown set."""
    found = []
    for table in tables:
        needed = {"model", "set", "step", "department"}
        unknown, absent = sorted(set(table) - needed - {"district"}), sorted(needed - set(table))
        if unknown or absent:
            raise InvalidData(f"expected a check with {sorted(needed)}; unknown: {unknown}; absent: {absent}")
        check = Check(**table)
        schema = schemas.get(check.set)
        if schema is None:
            raise InvalidData(f"expected the check {check.model} of a declared set, found {check.set!r}", set=check.set)
        if schema.district is None and check.district == ANY:
            raise InvalidData(f"expected a district in the check {check.model}: rows of {check.set} do not say theirs")
        found.append(check)
    return tuple(found)
