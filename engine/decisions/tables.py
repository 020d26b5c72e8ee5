"""Decision tables as nodes of the expression language: compiled with the names around them, paid for as loops are."""

from __future__ import annotations

from dataclasses import dataclass

from engine.decisions.hits import Row, Rule, Shape
from engine.feel.compiler import Scope, compile_node
from engine.feel.compiler.dispatch import compiles
from engine.feel.compiler.membership import AllTests, compile_tests
from engine.feel.env import Env, Run, Trace
from engine.feel.nodes import Node, Tests
from engine.feel.values import Value


@dataclass(frozen=True, slots=True)
class Input:
    """An input column: what is tested, and the values it may have."""

    expression: Node
    allowed: Tests | None = None


@dataclass(frozen=True, slots=True)
class Output:
    """An output column; `values` are its allowed values by priority, `default` holds when no rule does."""

    name: str
    values: tuple[Node, ...] | None = None
    default: Node | None = None


@dataclass(frozen=True, slots=True)
class TableRule:
    """One row: a cell for each input, an entry for each output."""

    id: str
    cells: tuple[Tests, ...]
    entries: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Table(Node):
    """A decision table; `label` names it where its hits are told."""

    label: str
    policy: Rule
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[TableRule, ...]


@dataclass(frozen=True, slots=True)
class _Column:
    """An input column, compiled: its value is in `slot` while the table is looked up."""

    run: Run
    slot: int
    allowed: AllTests | None
    asks_null: bool

    def read(self, env: Env) -> tuple[Value, Trace | None]:
        """The value, and what was missing on the way to it."""
        outer, env.trace = env.trace, Trace() if env.trace is not None else None
        try:
            value = env.slots[self.slot] = self.run(env)
            return value, env.trace
        finally:
            if outer is not None and env.trace is not None:
                outer.reads |= env.trace.reads
            env.trace = outer


@dataclass(frozen=True, slots=True)
class _Rule:
    number: int
    id: str
    cells: list[AllTests]
    entries: list[Run]


@compiles(Table)
def compile_table(node: Table, scope: Scope) -> Run:
    """The table's value; null where its policy is broken or an input is not among its allowed values."""
    frames, columns = [], []
    for index, one in enumerate(node.inputs):
        run = compile_node(one.expression, scope)
        inner, frame = scope.bind("?", "?")
        allowed = compile_tests(one.allowed, inner, frame) if one.allowed else None
        asks = any(rule.cells[index].asks_null for rule in node.rules)
        frames.append((inner, frame))
        columns.append(_Column(run, frame.slot, allowed, asks))
    rules = [_compile_rule(number, rule, frames, scope) for number, rule in enumerate(node.rules, 1)]
    defaults = [compile_node(one.default, scope) if one.default else None for one in node.outputs]
    orders = [
        None if one.values is None else [compile_node(value, scope) for value in one.values] for one in node.outputs
    ]
    lookup = _Lookup(node, columns, rules, defaults, orders)
    return lookup.run


def _compile_rule(number: int, rule: TableRule, frames: list, scope: Scope) -> _Rule:
    cells = [compile_tests(cell, *around) for cell, around in zip(rule.cells, frames, strict=True)]
    return _Rule(number, rule.id, cells, [compile_node(entry, scope) for entry in rule.entries])


@dataclass(frozen=True, slots=True)
class _Lookup:
    """A compiled table."""

    node: Table
    columns: list[_Column]
    rules: list[_Rule]
    defaults: list[Run | None]
    orders: list[list[Run] | None]

    def run(self, env: Env) -> Value:
        read = [column.read(env) for column in self.columns]
        inputs = [value for value, _ in read]
        for column, (value, trace) in zip(self.columns, read, strict=True):
            if column.allowed is not None and column.allowed.run(value, env) is not True:
                _tell(env, trace)
                return None
        hits = self._hits(inputs, [trace for _, trace in read], env)
        if not hits:
            return self._without_hits(env)
        rows: list[Row] = [tuple(entry(env) for entry in rule.entries) for rule in hits]
        return self.node.policy.run(rows, self._shape(env), env)

    def _hits(self, inputs: list[Value], traces: list[Trace | None], env: Env) -> list[_Rule]:
        found: list[_Rule] = []
        for rule in self.rules:
            if not self._matches(rule, inputs, traces, env):
                continue
            found.append(rule)
            if env.trace is not None:
                env.trace.hit(self.node.label, rule.number, rule.id)
            if self.node.policy.one_is_enough:
                break
        return found

    def _matches(self, rule: _Rule, inputs: list[Value], traces: list[Trace | None], env: Env) -> bool:
        for cell, value, trace, column in zip(rule.cells, inputs, traces, self.columns, strict=True):
            met = cell.run(value, env)
            if value is None and _asked(env, cell) and not column.asks_null:
                _tell(env, trace)
            if met is not True:
                return False
        return True

    def _without_hits(self, env: Env) -> Value:
        if any(default is not None for default in self.defaults):
            row = tuple(None if default is None else default(env) for default in self.defaults)
            return Shape(self._names()).value(row)
        return None

    def _names(self) -> tuple[str, ...]:
        return tuple(output.name for output in self.node.outputs)

    def _shape(self, env: Env) -> Shape:
        if not self.node.policy.needs_priorities:
            return Shape(self._names())
        orders = [None if order is None else tuple(run(env) for run in order) for order in self.orders]
        return Shape(self._names(), tuple(orders))


def _asked(env: Env, cell: AllTests) -> bool:
    """Whether a cell has read its input, by itself or as `?`, and not to ask whether it is null."""
    return (env.trace is not None and env.trace.missing.pop("?", True) is None) or cell.reads_input


def _tell(env: Env, trace: Trace | None) -> None:
    if env.trace is not None and trace is not None:
        env.trace.missing |= trace.missing
