"""公示: the scores of a period stand published for some working days, and only then are they frozen (B.8).

What is published is what was known at that instant: a violation that is confirmed between publication and freeze was
open to nobody's objection, so it settles by an adjustment after the freeze. What falls away meanwhile counts at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, insert, select

from engine.calendar import WorkingCalendar
from engine.errors import Conflict
from monitors import tables as t
from monitors.acts import journal
from monitors.assessment.periods import Span
from monitors.assessment.sheets import Sheet
from monitors.twopeople import PROPOSED


@dataclass(frozen=True, slots=True)
class Publication:
    """The published scores of a district; ``until`` is the last day on which a department may object."""

    district_code: str
    period: str
    sheet: str
    version: int
    published_at: datetime
    published_by: str
    until: date


def publication(connection: Connection, district_code: str, period: str, sheet: str) -> Publication | None:
    c = t.score_publication.c
    wanted = select(t.score_publication).where(c.district_code == district_code, c.period == period, c.sheet == sheet)
    row = connection.execute(wanted).one_or_none()
    return None if row is None else Publication(**row._mapping)


def publish(
    connection: Connection,
    district_code: str,
    sheet: Sheet,
    span: Span,
    calendar: WorkingCalendar,
    by: str,
    at: datetime,
) -> Publication:
    """Open the days of objection. Raises Conflict before the period is over, and for a second publication."""
    today = calendar.local_date(at)
    if today < span.after:
        raise Conflict(f"expected {span.name} to be over, found that it ends before {span.after}", period=span.name)
    if publication(connection, district_code, span.name, sheet.code) is not None:
        raise Conflict(f"expected {span.name} not to be published yet, found that it is", period=span.name)
    until = calendar.add_working_days(today, sheet.publication_days)
    made = Publication(district_code, span.name, sheet.code, sheet.version, at, by, until)
    values = {name: getattr(made, name) for name in Publication.__slots__}
    connection.execute(insert(t.score_publication).values(values))
    journal(connection, "scores_published", by, at, values)
    return made


def must_be_objectable(found: Publication | None, calendar: WorkingCalendar, at: datetime) -> Publication:
    """The publication, of which the days of objection run; raises Conflict."""
    if found is None:
        raise Conflict("expected the scores to be published, found they are not")
    if calendar.local_date(at) > found.until:
        raise Conflict(f"expected an objection until {found.until}, found that the days are over", until=found.until)
    return found


def must_be_freezable(
    connection: Connection, found: Publication | None, sheet: Sheet, span: Span, calendar: WorkingCalendar, at: datetime
) -> Publication:
    """The publication, after its days and with every objection decided; a year not before the sheet's day.

    Raises Conflict that says what it waits for.
    """
    if found is None:
        raise Conflict(f"expected {span.name} to be published before it is frozen, found it is not", period=span.name)
    today = calendar.local_date(at)
    if today <= found.until:
        raise Conflict(
            f"expected the days of objection to be over, found they run until {found.until}", until=found.until
        )
    earliest = date(span.year + 1, *sheet.freeze_on)
    if span.whole_year and today < earliest:
        raise Conflict(f"expected {span.name} to be frozen on {earliest} or later, found {today}", earliest=earliest)
    c = t.score_objection.c
    waiting = select(func.count()).where(
        c.district_code == found.district_code,
        c.period == found.period,
        c.sheet == found.sheet,
        c.state == PROPOSED,
    )
    count = connection.execute(waiting).scalar_one()
    if count:
        raise Conflict(f"expected every objection to be decided, found {count} that wait", waiting=count)
    return found
