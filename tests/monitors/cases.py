"""Cases, steps and rules for the tests of supervision, written as short as they can be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from engine.calendar import WorkingCalendar
from engine.diagrams import CheckpointInfo, RuleInfo
from engine.handlers import CaseView
from engine.model import ExtensionEntry, Firing, Instance, Step, SuspensionEntry
from engine.seeds import load_seed
from monitors.checkpoints import Checkpoint, compile_checkpoint, compile_rule
from monitors.datasets import Asked, DataSets, NoDataSets, Row, Spread
from monitors.evaluate import judge
from monitors.facts import Facts
from monitors.presets import load_presets
from monitors.rules import Rule, Verdict

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHINA = WorkingCalendar.of("CN", "Asia/Shanghai", load_seed())


def at(text: str, zone: str = "Asia/Shanghai") -> datetime:
    """A local instant, in UTC: ``2026-10-13`` is that day's 00:00, ``2026-10-13 09:12`` a minute."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


_LADDER_A = {
    "code": "DEFAULT",
    "rung": [
        {
            "name": "notice",
            "level": "notice",
            "when": "used_share",
            "value": 0.8,
            "short_limit": {"up_to": 3, "when": "remaining", "value": 0.5},
        },
        {
            "name": "notice",
            "level": "notice",
            "when": "remaining",
            "value": 1,
            "short_limit": {"up_to": 3, "when": "remaining", "value": 0.5},
        },
        {"name": "yellow", "level": "yellow", "when": "overdue"},
        {"name": "red", "level": "red", "when": "overdue_by", "value": 3, "share": 0.5},
        {"name": "red", "level": "red", "when": "statutory_overdue"},
    ],
}
_YULIN = {
    "code": "YULIN",
    "rung": [
        {"name": "yellow", "level": "yellow", "when": "used_share", "value": 0.9},
        {"name": "red", "level": "red", "when": "overdue"},
    ],
}
PRESETS = load_presets({"preset": [_LADDER_A, _YULIN]})


@dataclass(frozen=True)
class Given:
    """A case: data, steps and ledger, looked at ``now`` from a host that began at ``entered``."""

    data: Mapping[str, Any] = field(default_factory=dict)
    steps: Sequence[Step] = ()
    suspensions: Sequence[SuspensionEntry] = ()
    extension: ExtensionEntry | None = None
    now: str = "2026-09-28 09:12"
    entered: str | None = "2026-09-28 09:12"
    host: str | None = "review"
    calendar: WorkingCalendar = CHINA
    district: str = "370202"
    sets: DataSets = field(default_factory=NoDataSets)

    def view(self) -> CaseView:
        instant = at(self.now)
        instance = Instance(
            id="case-1",
            district_code=self.district,
            scope="xzsp",
            definition="approval",
            version=1,
            business_key="37020226031100017",
            state="open",
            revision=1,
            data=self.data,
            started_at=at("2026-09-28 09:12"),
            ended_at=None,
        )
        return CaseView(instance, self.data, tuple(self.steps), tuple(self.suspensions), self.extension, instant)

    def facts(self, firing: Firing | None = None, actor: str | None = None) -> Facts:
        entered = None if self.entered is None else at(self.entered)
        return Facts(self.view(), self.calendar, self.host, 1, entered, firing, actor, sets=self.sets)

    def completing(self, actor: str | None = None) -> Facts:
        """The facts while the host is being completed."""
        return self.facts(fired("completion", self.now, self.host), actor)


def fired(cause: str, happened: str, host: str | None = "review", **more: Any) -> Firing:
    """A firing of the checkpoint's boundary event."""
    return Firing("limit", "AA-04", cause, host, 1, at(happened), **more)


def step(code: str, actor: str | None, started: str, completed: str | None = None, **more: Any) -> Step:
    """A person's step; open without ``completed``."""
    outcome = "completed" if completed else "open"
    element = more.pop("element", f"step_{code}")
    values = {"kind": "person", "occurrence": 1, "outcome": outcome, "role": "clerk", **more}
    done = at(completed) if completed else None
    return Step(
        element=element,
        code=code,
        name=code,
        name_en=code,
        entered_at=at(started),
        completed_at=done,
        actor=actor,
        **values,
    )


def suspended(start: str, end: str | None = None) -> SuspensionEntry:
    return SuspensionEntry("s", "听证", at(start), at(end) if end else None, "chief", "hearing")


def extended(amount: int) -> ExtensionEntry:
    return ExtensionEntry(amount, "working_day", "head", "complex", at("2026-09-29 10:00"))


def rule_info(kind: str, *, id: str = "AA-04.1", level: str = "", ladder: str = "", **params: str) -> RuleInfo:
    return RuleInfo(
        id=id,
        kind=kind,
        dimension="TIME",
        level=level or ("" if ladder else "yellow"),
        ladder=ladder,
        basis="行政许可法 42",
        confidence="C✓",
        message="逾期",
        message_en="Overdue",
        params=params,
        line=1,
    )


def rule(kind: str, **more: str) -> Rule:
    """A compiled rule; keywords are ``level``, ``ladder`` and FEEL parameters."""
    return compile_rule(rule_info(kind, **more), "AA-04", PRESETS)


def checkpoint(*rules: RuleInfo) -> Checkpoint:
    return compile_checkpoint(CheckpointInfo("AA-04", "时限", "Limit", rules, 1), PRESETS)


def verdict(rule: Rule, facts: Facts) -> Verdict:
    return rule.kind.evaluate(rule, facts)


def held(rule: Rule, data: Mapping[str, Any], **more: Any) -> bool | None:
    """What the rule says where the host is being completed with that data."""
    return judge(rule, Given(data, **more).completing("li")).held


def never_quiet(rule: Rule, data: Mapping[str, Any], **more: Any) -> None:
    """The case is loud; with each of its fields removed in turn, or null, the rule is undetermined and names one."""
    assert held(rule, data, **more) is False
    for path in _paths(data):
        for null in (False, True):
            found = judge(rule, Given(_without(data, path, null), **more).completing("li"))
            assert found.held is None, f"without {path} the rule is {found.held}"
            assert any(str(part) in "".join(found.missing) for part in path if isinstance(part, str)), (path, found)


def _paths(data: Any, above: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every field of nested contexts and lists of contexts."""
    if isinstance(data, Mapping):
        for name, value in data.items():
            yield (*above, name)
            yield from _paths(value, (*above, name))
    elif isinstance(data, list):
        for place, value in enumerate(data):
            yield from _paths(value, (*above, place))


def _without(data: Mapping[str, Any], path: tuple[str | int, ...], null: bool) -> dict[str, Any]:
    copy: dict[str, Any] = deepcopy(dict(data))
    box: Any = copy
    for part in path[:-1]:
        box = box[part]
    if null:
        box[path[-1]] = None
    else:
        del box[path[-1]]
    return copy


@dataclass(frozen=True)
class Sets:
    """Data sets in memory: rows as (set, key, day, amount), numbered."""

    given: Sequence[tuple[str, str, str, int | str]]

    def _found(self, asked: Asked, key: str | None) -> list[Row]:
        rows = [
            (name, Row(str(number), of, date.fromisoformat(day), Decimal(str(amount))))
            for number, (name, of, day, amount) in enumerate(self.given, 1)
        ]
        return [
            row
            for name, row in rows
            if name == asked.set and asked.since <= row.day <= asked.until and key in (None, row.key)
        ]

    def rows(self, asked: Asked, key: str, limit: int) -> Sequence[Row]:
        return self._found(asked, key)[:limit]

    def sum(self, asked: Asked, key: str) -> Decimal:
        return sum((row.amount or Decimal(0) for row in self._found(asked, key)), Decimal(0))

    def spread(self, asked: Asked) -> Spread:
        amounts = [row.amount or Decimal(0) for row in self._found(asked, None)]
        if not amounts:
            return Spread(0, Decimal(0), Decimal(0))
        mean = sum(amounts, Decimal(0)) / len(amounts)
        square = sum(((amount - mean) ** 2 for amount in amounts), Decimal(0)) / len(amounts)
        return Spread(len(amounts), mean, square.sqrt())


def number(value: str) -> Decimal:
    return Decimal(value)
