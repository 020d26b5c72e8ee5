"""Edits of single events, each with the one verdict that it must change. It imports nothing of the product.

An edit moves one field over the line that a rule draws, in the one direction or in the other: a quiet case turns loud,
or a loud one quiet.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any

Line = dict[str, Any]
Row = Mapping[str, str]
Key = tuple[str, str, str, str]  # case, rule, level, local day
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Edit:
    """``change`` of what was entered at ``step`` breaks the rule, which is noticed when ``seen`` is done.

    With ``heals`` the rule is kept after the change and broken before.
    """

    process: str  # the first letters of its cases' numbers
    step: str
    change: Callable[[dict[str, Any]], Any]
    rule: str
    level: str
    seen: str
    heals: bool = False


def _set(**fields: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda data: data.update(fields)


def _more(field: str, surplus: Decimal) -> Callable[[dict[str, Any]], Any]:
    return lambda data: data.update({field: Decimal(data[field]) + surplus})


PANEL = [{"role": "expert"}] * 4
EDITS = (
    Edit("LR", "receive", _set(required_materials=["01", "09"]), "LR-01.1", "yellow", "receive"),
    Edit("LR", "receive", _set(required_materials=["01", "02"]), "LR-01.1", "yellow", "receive", heals=True),
    Edit("LR", "review", _set(capacity=501), "LR-04.2", "red", "decide"),
    Edit("LR", "review", _set(capacity=500), "LR-04.2", "red", "decide", heals=True),
    Edit("LR", "fee", _more("fee_amount", CENT), "LR-06.1", "red", "fee"),
    Edit("LR", "evaluate", _set(satisfaction=2, complaint_opened=False), "LR-08.1", "notice", "evaluate"),
    Edit("LR", "evaluate", _set(satisfaction=3), "LR-08.1", "notice", "evaluate", heals=True),
    Edit("GP", "evaluate", _set(members=PANEL), "PU-04.1", "red", "evaluate"),
    Edit("GP", "evaluate", _set(members=[*PANEL, {"role": "buyer"}]), "PU-04.1", "red", "evaluate", heals=True),
    Edit("GP", "respond", _more("bid_deposit", 2 * CENT), "PU-03.1", "yellow", "respond"),
    Edit("SU", "pay", _set(amount=400 + CENT, approved_amount=1000), "SU-03.1", "red", "pay"),
)


@dataclass(frozen=True, slots=True)
class Edited:
    """The events as they are now, which cases were edited, and the verdicts that must be new and be gone."""

    lines: tuple[Line, ...]
    cases: tuple[str, ...]
    new: tuple[Key, ...]
    gone: tuple[Key, ...]


def edit(lines: Sequence[Line], truth: Sequence[Row], *, count: int, seed: int, zone: tzinfo) -> Edited:
    """``count`` single events edited, each of a case of its own; fewer where there are not so many to edit.

    An edit that breaks a rule is made in a case in which nothing is broken; a near miss may be planted there.
    """
    rng = random.Random(f"edits {seed}")
    told = deepcopy(list(lines))
    events = {(line["case"], line["step"]): line for line in told}  # of a step done twice the last
    loud = {(row["case"], row["rule"]) for row in truth}
    free = {line["case"] for line in told}
    broken = {case for case, _ in loud}
    edited: list[str] = []
    new: list[Key] = []
    gone: list[Key] = []
    for one in [*EDITS] * count:
        fit = [
            line
            for (case, step), line in events.items()
            if step == one.step and case in free and case.startswith(one.process) and (case, one.seen) in events
            if ((case, one.rule) in loud if one.heals else case not in broken)
        ]
        if not fit or len(edited) == count:
            continue
        event = rng.choice(fit)
        (gone if one.heals else new).append(_verdict(one, events[event["case"], one.seen], zone))
        one.change(event["data"])
        edited.append(event["case"])
        free.discard(event["case"])
    return Edited(tuple(told), tuple(edited), tuple(sorted(new)), tuple(sorted(gone)))


def _verdict(one: Edit, seen: Line, zone: tzinfo) -> Key:
    day = datetime.fromisoformat(seen["at"]).astimezone(zone).date().isoformat()
    return seen["case"], one.rule, one.level, day
