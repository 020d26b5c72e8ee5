"""Inspection (督查): the supervisor looks himself before he decides: papers, a visit, an interview."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, insert, select

from engine.handlers import Call
from monitors import tables as t
from monitors.handling.files import with_files
from monitors.handling.given import needed_text, one_of, person_of, text_of, warning_of

KINDS = ("documents", "visit", "interview")


def record_inspection(call: Call) -> Mapping[str, Any]:
    """Keep the record of one inspection: ``inspection_kind``, ``inspection_place``, ``inspection_present`` (who was
    there), ``inspection_record``, and the files added. Output: ``inspection_id``. Raises InvalidData without a record.
    """
    warning = warning_of(call)
    c = t.inspection.c
    where = (c.district_code == warning.district_code, c.warning_id == warning.id)
    number = int(call.connection.execute(select(func.count()).where(*where)).scalar_one()) + 1
    call.connection.execute(
        insert(t.inspection).values(
            district_code=warning.district_code,
            warning_id=warning.id,
            number=number,
            kind=one_of(call, "inspection_kind", KINDS),
            place=text_of(call, "inspection_place"),
            present=text_of(call, "inspection_present"),
            record=needed_text(call, "inspection_record"),
            inspected_by=person_of(call, "inspect"),
            recorded_at=call.case.at,
            files=with_files(call, "inspect", []),
        )
    )
    return {"inspection_id": f"{warning.id}-{number}"}
