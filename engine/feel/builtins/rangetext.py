"""range: from its text, with ends that are literals."""

from __future__ import annotations

import re

from .. import nodes
from ..arithmetic import negative
from ..bounds import Meter
from ..compare import ORDERED, more
from ..errors import FeelSyntaxError
from ..parser import tree
from ..values import Range, Value
from .registry import BUILTINS, builtin, invoke

_RANGE = re.compile(r"\s*([\[(\]])(.*?)\.\.(.*)([\])\[])\s*", re.DOTALL)
_MAKERS = frozenset({"date", "time", "date and time", "duration"})


@builtin("range(from: string)")
def range_of_text(meter: Meter, text: str) -> Value:
    """`[18..21)` as a range; an end that is left out is open. Null unless it ascends between ends of one kind."""
    meter.text(len(text))
    found = _RANGE.fullmatch(text)
    if found is None:
        return None
    opening, first, last, closing = found.groups()
    start, end = _end(first, opening == "[", meter), _end(last, closing == "]", meter)
    if start is _NO_END or end is _NO_END or (start is None and end is None):
        return None
    if start is not None and end is not None and (type(start) is not type(end) or more(start, end) is not False):
        return None
    return Range(start, end, opening == "[", closing == "]")


_NO_END = object()


def _end(text: str, included: bool, meter: Meter) -> Value:
    """The value of an end, None for one left out, or a mark that it is none."""
    if not text.strip():
        return _NO_END if included else None
    try:
        value = _literal(tree(text, _MAKERS, "expression"), meter)
    except FeelSyntaxError:
        return _NO_END
    return value if type(value) in ORDERED else _NO_END


def _literal(node: nodes.Node, meter: Meter) -> Value:
    """The value of a literal, a negative one, or a function that makes a date, time or duration of a text."""
    if isinstance(node, nodes.Literal):
        return node.value
    if isinstance(node, nodes.Negation):
        return negative(_literal(node.value, meter))
    if not isinstance(node, nodes.Postfix) or not isinstance(node.base, nodes.Name) or len(node.suffixes) != 1:
        return None
    call, name = node.suffixes[0], node.base.name
    if name not in _MAKERS or not isinstance(call, nodes.Call) or call.names is not None:
        return None
    values = [_literal(argument, meter) for argument in call.arguments]
    return invoke([one for one in BUILTINS[name] if one.takes(len(values))], values, meter)
