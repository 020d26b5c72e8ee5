"""Types as they are written, to types."""

from __future__ import annotations

from ..errors import FeelSyntaxError
from ..nodes import TypeName
from ..types import ANY, NAMED, TYPES_IN_WORDS, ContextType, FunctionType, ListType, RangeType, Type
from .scope import Scope


def resolve(written: TypeName | Type | None, scope: Scope) -> Type:
    """The type a text means; Any where none is written. Raises FeelSyntaxError for a name that is no type."""
    if written is None:
        return ANY
    if isinstance(written, Type):
        return written
    parts = tuple(resolve(part, scope) for part in written.arguments)
    if written.result is not None:
        return FunctionType("function", parts, resolve(written.result, scope))
    if written.entries and written.name == "context":
        return ContextType("context", tuple((name, resolve(entry, scope)) for name, entry in written.entries))
    if len(parts) == 1 and written.name in ("list", "range"):
        return ListType("list", *parts) if written.name == "list" else RangeType("range", *parts)
    found = scope.unit.types.get(written.name) or NAMED.get(written.name)
    if found is None or parts or written.entries:
        raise FeelSyntaxError("", written.line, written.column, TYPES_IN_WORDS, f"the name {written.name!r}")
    return found
