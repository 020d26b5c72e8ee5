"""The rows of the domain sheet about signals, ladders and presets (B.2), a test each, over the ladders that are shipped.

What each row says is written here a second time, in days counted one by one; every number of the shipped file, moved by
one unit, breaks a row.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import ceil, floor
from typing import Any

import pytest

from engine.calendar import WorkingCalendar
from engine.clock import VirtualClock
from engine.db import Database
from engine.diagrams import read
from engine.errors import InvalidData
from engine.limits import Limit
from engine.lint.rules import DIMENSIONS
from monitors import warnings
from monitors.checkpoints import Supervision, compile_checkpoint
from monitors.evaluate import evaluate
from monitors.ladders import Terms, climb
from monitors.presets import Preset, load_grace, load_presets
from tests.monitors.cases import CHINA, Given, at
from tests.monitors.test_warnings import Jobs
from tests.monitors.town import LIMIT, REASON, SHIPPED, SUPERVISION, Town, approval
from webui.vocabulary import DIMENSION

START, HOUR = at("2026-09-28 09:12"), timedelta(hours=1)
DAYS, HOURS = (1, 2, 3, 4, 5, 8, 20, 100), (1, 2, 3, 4, 10, 100)
Dues = Mapping[str, datetime]


def working_days(calendar: WorkingCalendar = CHINA) -> list[date]:
    """The working days after the start, one by one."""
    day, found = date(2026, 9, 28), []
    while len(found) < 130:
        day += timedelta(days=1)
        if calendar.is_working(day):
            found.append(day)
    return found


NTH = working_days()


def morning(number: int) -> datetime:
    """00:00 of that working day after the start."""
    return at(NTH[number - 1].isoformat())


def after(number: int) -> datetime:
    """The end of that working day: 00:00 of the day that follows it, working or not."""
    return at((NTH[number - 1] + timedelta(days=1)).isoformat())


def climbed(preset: Preset, amount: int, unit: str, statutory: int | None = None) -> Dues:
    second = None if statutory is None else Limit(statutory, unit)  # type: ignore[arg-type]
    rungs = climb(preset, Terms(Limit(amount, unit), START, second), CHINA)  # type: ignore[arg-type]
    return {rung.name: rung.due for rung in rungs if rung.due is not None}


# --- what the rows say --------------------------------------------------------------------------------


def default_in_days(amount: int) -> Dues:
    """Notice: 80 % used or one day left, for up to three days half a day left; yellow: overdue; red: by more than
    three days or half of the limit."""
    short = amount <= 3
    notice = morning(amount) if short else min(morning(ceil(Decimal("0.8") * amount)), morning(amount - 1))
    late = amount + floor(min(Decimal(3), Decimal("0.5") * amount))
    red = {"red": after(late)}
    return {"notice": notice, **({} if late == amount else {"yellow": after(amount)}), **red}


def yulin_in_days(amount: int) -> Dues:
    """Yellow: 90 % of the promised limit used; red: exceeded."""
    return {"yellow": morning(ceil(Decimal("0.9") * amount)), "red": after(amount)}


def chengdu_in_days(amount: int) -> Dues:
    """Yellow: about to expire, one day left; red: overdue."""
    return {"yellow": morning(max(1, amount - 1)), "red": after(amount)}


def zhanjiang_in_days(amount: int) -> Dues:
    """Notice: near the limit; yellow: over it. Its red is the order's deadline missed, which is no rung."""
    return {"notice": morning(max(1, amount - 1)), "yellow": after(amount)}


def hunan_in_days(amount: int) -> Dues:
    """1, 2, 3: 80 % used, overdue, overdue by more than three days."""
    return {"notice": morning(ceil(Decimal("0.8") * amount)), "yellow": after(amount), "red": after(amount + 3)}


def _hours(number: Decimal | int) -> datetime:
    return START + HOUR * float(number)


def _late(number: Decimal | int) -> datetime:
    return _hours(number) + timedelta(microseconds=1)


def default_in_hours(amount: int) -> Dues:
    left = Decimal("0.5") if amount <= 3 else max(Decimal(1), Decimal("0.2") * amount)
    return {
        "notice": _hours(amount - left),
        "yellow": _late(amount),
        "red": _late(amount + min(Decimal(3), Decimal("0.5") * amount)),
    }


def yulin_in_hours(amount: int) -> Dues:
    return {"yellow": _hours(Decimal("0.9") * amount), "red": _late(amount)}


def chengdu_in_hours(amount: int) -> Dues:
    return {"yellow": _hours(amount - (Decimal("0.5") if amount <= 1 else 1)), "red": _late(amount)}


def zhanjiang_in_hours(amount: int) -> Dues:
    return {"notice": _hours(amount - (Decimal("0.5") if amount <= 1 else 1)), "yellow": _late(amount)}


def hunan_in_hours(amount: int) -> Dues:
    notice = amount - Decimal("0.5") if amount <= 1 else Decimal("0.8") * amount
    return {"notice": _hours(notice), "yellow": _late(amount), "red": _late(amount + 3)}


ROWS: Mapping[str, tuple[Callable[[int], Dues], Callable[[int], Dues]]] = {
    "DEFAULT": (default_in_days, default_in_hours),
    "YULIN": (yulin_in_days, yulin_in_hours),
    "CHENGDU": (chengdu_in_days, chengdu_in_hours),
    "ZHANJIANG": (zhanjiang_in_days, zhanjiang_in_hours),
    "HUNAN": (hunan_in_days, hunan_in_hours),
}


def test_the_shipped_presets_are_those_of_the_sheet_and_practice_not_law() -> None:
    assert {code: preset.mark for code, preset in SHIPPED.items()} == dict.fromkeys(ROWS, "P")


@pytest.mark.parametrize("code", ROWS)
def test_each_preset_says_what_its_row_says_for_limits_in_working_days(code: str) -> None:
    for amount in DAYS:
        assert climbed(SHIPPED[code], amount, "working_day") == ROWS[code][0](amount), amount


@pytest.mark.parametrize("code", ROWS)
def test_each_preset_says_what_its_row_says_for_limits_in_hours(code: str) -> None:
    for amount in HOURS:
        assert climbed(SHIPPED[code], amount, "hour") == ROWS[code][1](amount), amount


def test_the_levels_of_each_preset_are_those_of_its_row() -> None:
    levels = {code: {rung.name: rung.level for rung in preset.rungs} for code, preset in SHIPPED.items()}
    all_three = {name: name for name in ("notice", "yellow", "red")}
    assert levels == {
        "DEFAULT": all_three,
        "YULIN": {"yellow": "yellow", "red": "red"},
        "CHENGDU": {"yellow": "yellow", "red": "red"},
        "ZHANJIANG": {"notice": "notice", "yellow": "yellow"},
        "HUNAN": all_three,
    }


# --- every number, by one unit ------------------------------------------------------------------------

TEXT = (SUPERVISION / "presets.toml").read_text(encoding="utf-8")
FILE: Mapping[str, Any] = tomllib.loads(TEXT, parse_float=Decimal)
Path_ = tuple[str | int, ...]


def _numbers(content: Any, above: Path_ = ()) -> Iterator[tuple[Path_, Any]]:
    if isinstance(content, dict):
        for name, value in content.items():
            yield from _numbers(value, (*above, name))
    elif isinstance(content, list):
        for place, value in enumerate(content):
            yield from _numbers(value, (*above, place))
    elif not isinstance(content, str):
        yield above, content


def _at(content: Any, path: Path_) -> Any:
    for part in path:
        content = content[part]
    return content


def _group(path: Path_) -> str:
    """The two conditions of DEFAULT's notice share one exception for short limits, which the sheet says once."""
    preset = FILE["preset"][path[1]]["code"] if path[0] == "preset" else path[0]
    if preset == "DEFAULT" and "short_limit" in path:
        return f"DEFAULT:short_limit:{path[-1]}"
    return ":".join(map(str, (preset, *path[2:])))


def _mutants() -> dict[str, dict[str, Any]]:
    groups: dict[str, list[Path_]] = {}
    for path, _value in _numbers(FILE):
        groups.setdefault(_group(path), []).append(path)
    found = {}
    for name, paths in groups.items():
        value = _at(FILE, paths[0])
        unit: Any = 1
        if isinstance(value, Decimal):
            is_share = _at(FILE, paths[0][:-1]).get("when") == "used_share" or paths[0][-1] == "share"
            unit = Decimal("0.01") if is_share and paths[0][-1] != "share" else Decimal("0.25")
        for change in (unit, -unit):
            mutant = deepcopy(dict(FILE))
            for path in paths:
                _at(mutant, path[:-1])[path[-1]] = value + change
            found[f"{name} {value} -> {value + change}"] = mutant
    return found


MUTANTS = _mutants()


def as_the_rows_say(content: Mapping[str, Any]) -> bool:
    """Whether a presets file is what the rows say."""
    try:
        presets, grace = load_presets(content), load_grace(content)
    except InvalidData:
        return False
    return (
        all(climbed(presets[code], a, "working_day") == days(a) for code, (days, _) in ROWS.items() for a in DAYS)
        and all(climbed(presets[code], a, "hour") == hours(a) for code, (_, hours) in ROWS.items() for a in HOURS)
        and grace == {"notice": 1, "yellow": 3, "red": 1}
    )


def test_the_shipped_file_is_what_the_rows_say() -> None:
    assert as_the_rows_say(FILE)


def test_there_are_as_many_numbers_as_the_sheet_has() -> None:
    assert len(MUTANTS) == 2 * 18


@pytest.mark.parametrize("name", MUTANTS)
def test_a_number_moved_by_one_unit_breaks_a_row(name: str) -> None:
    assert not as_the_rows_say(MUTANTS[name])


# --- two limits, and what comes once --------------------------------------------------------------------


def test_default_promised_exceeded_is_yellow_and_statutory_exceeded_red_where_they_differ() -> None:
    # By its own overdue rungs red would be at the end of day 11; the statutory limit of 20 days decides instead.
    assert climbed(SHIPPED["DEFAULT"], 8, "working_day", 20) == {
        "notice": morning(7),
        "yellow": after(8),
        "red": after(20),
    }


def test_default_where_both_limits_are_equal_the_ladder_alone_decides() -> None:
    assert climbed(SHIPPED["DEFAULT"], 8, "working_day", 8) == default_in_days(8)


@pytest.mark.parametrize("code", ["YULIN", "CHENGDU", "ZHANJIANG", "HUNAN"])
def test_the_other_presets_say_their_own_whatever_the_statutory_limit_is(code: str) -> None:
    found = climbed(SHIPPED[code], 8, "working_day", 20)
    expected = dict(ROWS[code][0](8))
    if code == "HUNAN":
        expected.pop("red")  # overdue by days is a rung of one limit
    assert found == expected


def test_where_two_rungs_become_true_at_once_only_the_higher_fires() -> None:
    assert set(climbed(SHIPPED["DEFAULT"], 1, "working_day")) == {"notice", "red"}


def test_how_near_chengdu_warns_is_a_parameter() -> None:
    content = deepcopy(dict(FILE))
    chengdu = next(row for row in content["preset"] if row["code"] == "CHENGDU")
    chengdu["rung"][0]["value"] = 3
    assert climbed(load_presets(content)["CHENGDU"], 8, "working_day")["yellow"] == morning(5)


def _laddered(database: Database, clock: VirtualClock, code: str, presets: Mapping[str, Preset] = SHIPPED) -> Town:
    limit = LIMIT.replace('ladder="DEFAULT"', f'ladder="{code}"')
    return Town(database, clock, dict(presets)).draw(approval(limit + REASON))


def test_one_s_own_preset_is_data_like_any(sqlite_database: Database, clock: VirtualClock) -> None:
    own = load_presets({"preset": [{"code": "OURS", "rung": [{"level": "red", "when": "remaining", "value": 5}]}]})
    town = _laddered(sqlite_database, clock, "OURS", {**SHIPPED, **own})
    town.begin()
    town.tick("2026-10-08 23:59")
    assert [(one.level, one.due) for one in town.warnings()] == [("red", morning(3))]


def test_normal_is_nothing_at_all(village: Town) -> None:
    case = village.begin()
    village.clock.move_to(at("2026-10-12 23:59"))
    village.do(case, "review", "clerk")
    village.do(case, "decide", "clerk", decision="granted")
    village.tick("2027-01-01")
    assert village.warnings() == []


@pytest.mark.parametrize(("code", "times"), [("HUNAN", 1), ("DEFAULT", 2)])
def test_hunan_each_level_comes_once_for_a_case_and_rule_and_default_once_an_occurrence(
    sqlite_database: Database, clock: VirtualClock, code: str, times: int
) -> None:
    town = _laddered(sqlite_database, clock, code)
    _returned(town)
    assert [one.level for one in town.warnings() if one.rung == "yellow"] == ["yellow"] * times


def _returned(town: Town) -> None:
    """A case whose review ran late twice: the rung is recorded for both passages."""
    definition = town.runtime.query.definition("approval", 1)
    info = read(definition.xml).checkpoints["AA-04"]
    facts = Given({"item": {"promised_wd": 8, "statutory_wd": 8}}, now="2026-10-15 09:00").completing()
    for passage in (facts, replace(facts, occurrence=2)):
        found = evaluate(compile_checkpoint(info, town.presets), passage)
        with town.database.begin() as c:
            warnings.record(c, found, passage, Supervision("approval", 1, definition.hash, {}, {}), Jobs())


def test_hunan_nothing_comes_once_the_case_is_closed(sqlite_database: Database, clock: VirtualClock) -> None:
    town = _laddered(sqlite_database, clock, "HUNAN")
    case = town.begin()
    town.do(case, "review", "clerk")
    town.do(case, "decide", "clerk", decision="granted")
    town.tick("2027-01-01")
    assert (town.runtime.query.instance(case).state, town.warnings()) == ("ended", [])


# --- B.3 ------------------------------------------------------------------------------------------------


def test_the_dimensions_are_those_of_b3_each_with_a_word() -> None:
    codes = ["TIME", "FLOW", "FEE", "MATL", "AUTH", "COND", "OPEN", "FUND", "COMP", "INTG", "SATI", "DATA", "VIDEO"]
    assert list(DIMENSIONS) == codes
    assert list(DIMENSION) == codes
