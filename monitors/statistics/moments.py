"""Differences of instants in SQL, as each database says them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Float
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction


class hours_between(GenericFunction[float]):
    """``hours_between(a, b)``: clock hours from one instant to another."""

    type = Float()
    inherit_cache = True


@compiles(hours_between, "sqlite")
def _sqlite(element: Any, compiler: Any, **given: Any) -> str:
    first, last = (compiler.process(one, **given) for one in element.clauses)
    # Rounded to the second: Julian days are floating-point numbers.
    return f"(round((julianday({last}) - julianday({first})) * 86400) / 3600.0)"


@compiles(hours_between, "postgresql")
def _postgresql(element: Any, compiler: Any, **given: Any) -> str:
    first, last = (compiler.process(one, **given) for one in element.clauses)
    return f"(round(extract(epoch from ({last} - {first}))) / 3600.0)"
