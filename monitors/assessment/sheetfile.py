"""Reads score sheets from TOML or from the body that the database keeps; a bad formula is named at once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from engine.errors import InvalidData
from engine.feel import FeelError, parse
from monitors.assessment.sheets import Bonus, Deduction, Grade, Indicator, Row, Sheet

# What ``cards`` counts: code of the deduction, its names, the counter.
_CARDS = {
    "notice": ("notice_unanswered", "提示未回复", "Notice unanswered", "notices_unanswered"),
    "yellow": ("yellow", "黄牌", "Yellow card", "yellow_cards"),
    "red": ("red", "红牌", "Red card", "red_cards"),
}


def load_sheets(source: Path | Row) -> tuple[Sheet, ...]:
    """The sheets of a file or of its content; raises InvalidData naming sheet and field."""
    content = source if isinstance(source, Mapping) else _read(source)
    return tuple(sheet_of(row) for row in content.get("sheet", ()))


def sheet_of(row: Row) -> Sheet:
    """A sheet from its mapping; raises InvalidData naming the field."""
    code = str(_needed(row, "code", "?"))
    begun = _needed(row, "valid_from", code)
    extra = tuple(_deduction(part, code) for part in row.get("deduction", ()))
    return Sheet(
        code=code,
        version=int(_needed(row, "version", code)),
        valid_from=begun if isinstance(begun, date) else date.fromisoformat(begun),
        name=row.get("name", code),
        name_en=row.get("name_en", code),
        basis=row.get("basis", ""),
        confidence=row.get("confidence", "E"),
        monthly=row.get("period", "year") == "month",
        lowest=_decimal(row.get("lowest", 0)),
        highest=_decimal(row.get("highest", 105)),
        bonus_max=_decimal(row.get("bonus_max", 0)),
        factor=_feel(row.get("factor", "1"), code, "factor"),
        indicators=tuple(_indicator(part, code) for part in _needed(row, "indicator", code)),
        deductions=(*_cards(row.get("cards", {}), code), *extra),
        bonuses=tuple(_bonus(part, code) for part in row.get("bonus", ())),
        grades=_grades(_needed(row, "grades", code), row.get("cap", {}), code),
        discipline={kind: _decimal(points) for kind, points in row.get("discipline", {}).items()},
        source=row,
        district_code=row.get("district_code", "*"),
        publication_days=_days(row.get("publication_days", 5), code),
        freeze_on=_month_and_day(row.get("freeze_on", "01-15"), code),
        three_yellow_replace=_three_yellow(row.get("three_yellow", "adds"), code),
    )


def _read(path: Path) -> Row:
    return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)


def _indicator(row: Row, sheet: str) -> Indicator:
    code, where = _code(row, sheet)
    weight = _decimal(_needed(row, "weight", where))
    manual = row.get("mode", "auto") == "manual"
    return Indicator(
        code=code,
        name=row.get("name", code),
        name_en=row.get("name_en", code),
        weight=weight,
        least=_decimal(row.get("min", 0)),
        most=min(weight, _decimal(row.get("max", weight))),
        manual=manual,
        formula="" if manual else _feel(_needed(row, "formula", where), where, "formula"),
        applicable=_feel(row.get("applicable", "true"), where, "applicable"),
    )


def _cards(points: Mapping[str, Any], sheet: str) -> list[Deduction]:
    unknown = sorted(set(points) - set(_CARDS))
    if unknown:
        raise InvalidData(f"{sheet}: expected cards of {sorted(_CARDS)}, found {unknown}", field="cards")
    found = []
    for level, (code, name, name_en, count) in _CARDS.items():
        if level in points:
            found.append(Deduction(code, name, name_en, _decimal(points[level]), count))
    return found


def _deduction(row: Row, sheet: str) -> Deduction:
    code, where = _code(row, sheet)
    count = _feel(_needed(row, "count", where), where, "count")
    return Deduction(code, row.get("name", code), row.get("name_en", code), _decimal(row.get("each", 1)), count)


def _bonus(row: Row, sheet: str) -> Bonus:
    code, where = _code(row, sheet)
    formula = _feel(_needed(row, "formula", where), where, "formula")
    return Bonus(code, row.get("name", code), row.get("name_en", code), formula)


def _grades(rows: Sequence[Row], cap: Row, sheet: str) -> tuple[Grade, ...]:
    """The grades from the best down; those above the cap's grade bear fewer red cards than the cap says."""
    ordered = sorted(rows, key=lambda row: -_decimal(_needed(row, "from", sheet)))
    names = [str(_needed(row, "name", sheet)) for row in ordered]
    if not names or (cap and cap.get("grade") not in names):
        raise InvalidData(f"{sheet}: expected cap.grade among the grades {names}, found {cap}", field="grades")
    above = names.index(cap["grade"]) if cap else 0
    return tuple(
        Grade(
            _decimal(row["from"]),
            name,
            row.get("name_en", name),
            int(cap["red_cards"]) - 1 if index < above else None,
        )
        for index, (row, name) in enumerate(zip(ordered, names, strict=True))
    )


def _days(value: Any, sheet: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise InvalidData(f"{sheet}: expected a number of working days, found {value!r}", field="publication_days")
    return value


def _month_and_day(text: Any, sheet: str) -> tuple[int, int]:
    try:
        day = date.fromisoformat(f"2001-{text}")
    except ValueError as error:
        raise InvalidData(f"{sheet}: expected a month and day like 01-15, found {text!r}", field="freeze_on") from error
    return day.month, day.day


def _three_yellow(text: Any, sheet: str) -> bool:
    if text not in ("adds", "replaces"):
        raise InvalidData(f"{sheet}: expected adds or replaces, found {text!r}", field="three_yellow")
    return bool(text == "replaces")


def _code(row: Row, sheet: str) -> tuple[str, str]:
    code = str(_needed(row, "code", sheet))
    return code, f"{sheet}.{code}"


def _feel(text: Any, where: str, field: str) -> str:
    try:
        parse(str(text))
    except FeelError as error:
        raise InvalidData(f"{where}: expected FEEL in {field}, found {text!r}: {error}", field=field) from error
    return str(text)


def _needed(row: Row, name: str, where: str) -> Any:
    if name not in row:
        raise InvalidData(f"{where}: expected a field {name}, found none", field=name)
    return row[name]


def _decimal(value: Any) -> Decimal:
    return Decimal(str(value))
