"""Python expressions, as SpiffWorkflow's models hold them: read as a syntax tree, never run."""

from __future__ import annotations

import ast

from engine.importing.translating.uncertain import Uncertain, variable

LONGEST = 2000
COMPARES = {ast.Eq: "=", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
UNITS = {"days": "P{}D", "hours": "PT{}H", "minutes": "PT{}M", "seconds": "PT{}S"}
CONSTANTS = {True: "true", False: "false", None: "null"}


def to_feel(text: str) -> str:
    """The expression in FEEL; raises Uncertain."""
    if len(text) > LONGEST:
        raise Uncertain(f"{len(text)} characters")
    try:
        return _feel(ast.parse(text, mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise Uncertain("no single expression") from None


def _feel(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return _constant(node)
    if isinstance(node, ast.Name):
        return variable(node.id)
    if isinstance(node, ast.Attribute):
        return f"{_path(node.value)}.{node.attr}"
    if isinstance(node, ast.UnaryOp):
        return _unary(node)
    if isinstance(node, ast.BoolOp):
        word = " and " if isinstance(node.op, ast.And) else " or "
        return word.join(f"({_feel(one)})" if isinstance(one, ast.BoolOp) else _feel(one) for one in node.values)
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        return _compare(node)
    if isinstance(node, ast.Call):
        return _call(node)
    if isinstance(node, ast.Subscript):
        return _entry(node)
    raise Uncertain(ast.unparse(node))


def _entry(node: ast.Subscript) -> str:
    """``case["field"]`` is a path."""
    key = node.slice.value if isinstance(node.slice, ast.Constant) else None
    if isinstance(key, str) and key.isidentifier():
        return f"{_path(node.value)}.{key}"
    raise Uncertain(ast.unparse(node))


def _constant(node: ast.Constant) -> str:
    value = node.value
    if value is None or isinstance(value, bool):
        return CONSTANTS[value]
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str) and value.isprintable():
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    raise Uncertain(ast.unparse(node))


def _path(node: ast.expr) -> str:
    if isinstance(node, ast.Name | ast.Attribute | ast.Subscript):
        return _feel(node)
    raise Uncertain(ast.unparse(node))


def _unary(node: ast.UnaryOp) -> str:
    if isinstance(node.op, ast.Not):
        return f"not({_feel(node.operand)})"
    if isinstance(node.op, ast.USub):
        return f"-{_feel(node.operand)}"
    raise Uncertain(ast.unparse(node))


def _compare(node: ast.Compare) -> str:
    left, kind, right = node.left, type(node.ops[0]), node.comparators[0]
    if kind in (ast.Is, ast.IsNot) and isinstance(right, ast.Constant) and right.value is None:
        return f"{_feel(left)} {'=' if kind is ast.Is else '!='} null"
    if kind in (ast.In, ast.NotIn) and isinstance(right, ast.List | ast.Tuple):
        found = f"list contains([{', '.join(map(_feel, right.elts))}], {_feel(left)})"
        return found if kind is ast.In else f"not({found})"
    if (
        kind not in COMPARES
        or isinstance(left, ast.BoolOp | ast.Compare)
        or isinstance(right, ast.BoolOp | ast.Compare)
    ):
        raise Uncertain(ast.unparse(node))
    return f"{_feel(left)} {COMPARES[kind]} {_feel(right)}"


def _call(node: ast.Call) -> str:
    """``len(x)`` of a list, and ``timedelta`` of one unit, which is a duration in ISO 8601."""
    name = ast.unparse(node.func)
    if name in ("timedelta", "datetime.timedelta") and len(node.keywords) == 1 and not node.args:
        unit, amount = node.keywords[0].arg, node.keywords[0].value
        if unit in UNITS and isinstance(amount, ast.Constant) and type(amount.value) is int and amount.value >= 0:
            return f'duration("{UNITS[unit].format(amount.value)}")'
    raise Uncertain(ast.unparse(node))
