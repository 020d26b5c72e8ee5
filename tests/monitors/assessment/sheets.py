"""The sheets of the product, and causes without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from monitors.assessment import Cause, Sheet, load_sheets

FILE = Path(__file__).resolve().parents[3] / "bpmn" / "supervision" / "scoresheets.toml"
SHEETS = {sheet.code: sheet for sheet in load_sheets(FILE)}
DEFAULT: Sheet = SHEETS["DEFAULT"]
HUIZHOU: Sheet = SHEETS["HUIZHOU"]


def causes(number: int, dimension: str = "TIME", level: str = "yellow", **more: Any) -> tuple[Cause, ...]:
    """So many causes of one dimension, a day apart, the first on 2 March 2026."""
    first = datetime(2026, 3, 2, tzinfo=UTC)
    return tuple(
        Cause(
            warning_id=f"{dimension}-{level}-{n}",
            warning_no=f"W-{dimension}-{level}-{n}",
            case_id=f"case-{n}",
            case_no=f"No {n}",
            rule=f"{dimension}.1",
            dimension=dimension,
            level=level,
            fact_at=first + timedelta(days=n),
            **more,
        )
        for n in range(number)
    )
