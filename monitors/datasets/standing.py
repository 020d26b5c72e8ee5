"""Which rows stand: of each row what was recorded last by an instant, unless that withdrew it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, FromClause, and_, exists, or_, select

from monitors import tables as t


def standing(row: FromClause, by: datetime) -> ColumnElement[bool]:
    """The condition under which a row of that (alias of the) table stands at ``by``.

    Rows of a load are seen from the instant at which the whole load was there.
    """
    newer = t.data_set_row.alias()
    same = and_(newer.c.district_code == row.c.district_code, newer.c.set == row.c.set, newer.c.id == row.c.id)
    later = and_(same, newer.c.recorded_at > row.c.recorded_at, seen(newer, by))
    return and_(seen(row, by), row.c.withdrawn.is_(False), ~exists().where(later))


def seen(row: FromClause, by: datetime) -> ColumnElement[bool]:
    """Whether that recording was there at ``by``."""
    load = t.data_load
    unfinished = select(load.c.id).where(or_(load.c.completed_at.is_(None), load.c.completed_at > by))
    return and_(row.c.recorded_at <= by, or_(row.c.load_id.is_(None), row.c.load_id.not_in(unfinished)))
