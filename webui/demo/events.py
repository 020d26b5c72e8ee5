"""The events of a city as a file, one JSON object a line, and the plan that such a file gives back.

What is exported are the cases' own events, in the order of time. What people did about warnings is left out: whoever
replays an edited file sees what supervision finds, not what was done about it.

A line has ``case at do by step data`` and, of a case that ran elsewhere, ``arrived``: the instant when its events came.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from webui.demo.plan import Act, Plan

Line = dict[str, Any]
FILE = "events.jsonl"


def lines_of(plan: Plan) -> list[Line]:
    """The events of the plan's cases."""
    told = [act for act in plan.acts if act.warning is None]
    flat = [(one, act.at if act.events else None) for act in told for one in (act.events or (act,))]
    return sorted((_line(act, arrived) for act, arrived in flat), key=lambda line: (line["at"], line["case"]))


def replayed(plan: Plan, lines: Iterable[Line]) -> Plan:
    """The plan with these events instead of its own, and nothing done about any warning."""
    acts: list[Act] = []
    elsewhere: defaultdict[tuple[str, str], list[Act]] = defaultdict(list)
    for line in lines:
        act = _act(line)
        if line["arrived"] is None:
            acts.append(act)
        else:
            elsewhere[line["arrived"], act.case].append(act)
    for (arrived, case), events in elsewhere.items():
        first = events[0]
        at = datetime.fromisoformat(arrived)
        acts.append(Act(at, case, "arrive", first.by, data=first.data, events=tuple(events)))
    return replace(plan, acts=tuple(sorted(acts, key=lambda act: (act.at, act.case))))


def write(file: Path, lines: Sequence[Line]) -> None:
    with file.open("w", encoding="utf-8") as out:
        for line in lines:
            out.write(json.dumps(line, ensure_ascii=False, default=_number) + "\n")


def read(file: Path) -> list[Line]:
    with file.open(encoding="utf-8") as lines:
        return [json.loads(line, parse_float=Decimal) for line in lines]


def _line(act: Act, arrived: datetime | None) -> Line:
    told = {"case": act.case, "at": act.at.isoformat(), "do": act.do, "by": act.by, "step": act.step}
    return {**told, "data": dict(act.data), "arrived": arrived.isoformat() if arrived else None}


def _act(line: Mapping[str, Any]) -> Act:
    at = datetime.fromisoformat(line["at"])
    return Act(at, line["case"], line["do"], line["by"], line["step"], line["data"])


def _number(value: Any) -> float:
    """A sum of money as JSON has it: of up to 15 digits none is lost."""
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"expected data that JSON has, found {type(value).__name__}")
