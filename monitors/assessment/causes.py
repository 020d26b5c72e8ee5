"""From a row of the warning table (joined with what followed) to the cause of a deduction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from monitors.assessment.results import Cause


def cause_of(row: Row[Any]) -> Cause:
    """The cause that a warning's row tells; ``violation_*`` and ``card_*`` where the row has such columns.

    The event is the one in the warning's evidence: the boundary event that fired and the instant it was due.
    """
    firing = row.evidence.get("firing") or {}
    happened = firing.get("happened")
    columns = row._mapping
    return Cause(
        warning_id=row.id,
        warning_no=row.number,
        case_id=row.case_id,
        case_no=row.case_no,
        rule=row.rule,
        dimension=row.dimension,
        level=row.level,
        fact_at=row.due or row.happened,
        violation_id=columns.get("violation_id"),
        violation_no=columns.get("violation_no"),
        card_id=columns.get("card_id"),
        card_no=columns.get("card_no"),
        element=firing.get("element"),
        due=row.due,
        fired=row.raised_at if happened is None else datetime.fromisoformat(happened),
    )
