"""A check over a whole set: SQL finds the rows, each becomes a case of the check's model, and the model's rules judge it.

So a warning of a check is a warning like any other, with the row itself and the rows that it was matched with as
evidence. A recording of a row is hit once; while a warning about the row waits for corrected data, nothing new comes of
it. Rows that were put right close their warnings, for kinds and within the grace that allow it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, FromClause, Row, Select, and_, exists, func, insert, or_, select, update

from engine import Act, Database, Runtime
from engine.errors import Conflict, InvalidData, NotAllowed, NotFound
from engine.model import SYSTEM, Actor
from monitors import tables as t
from monitors.acts import UNDECIDED
from monitors.checkpoints import Checkpoints
from monitors.correcting import Corrections
from monitors.datasets import Loads
from monitors.datasets.standing import standing
from monitors.hashing import sha256
from monitors.model import ANY
from monitors.plain import plain
from monitors.rules import Rule
from monitors.setchecks.columns import ROW, ROW_ID, ROW_KEY, Columns
from monitors.setchecks.declared import Check
from monitors.setchecks.questions import QUESTIONS, Asking

PART = 1_000  # hits that are read at once


@dataclass
class Result:
    """What a run came to: rows that are new hits, warnings raised about them, warnings that corrected rows closed.

    ``quiet`` counts hits that the rules, asked one by one, did not find broken: it is 0 unless rows changed meanwhile.
    """

    hits: int = 0
    warnings: int = 0
    closed: int = 0
    quiet: int = 0
    cases: list[str] = field(default_factory=list)  # the first of the new cases
    refused: list[InvalidData] = field(default_factory=list)  # rules that could not be asked of the set, and why


@dataclass(frozen=True, slots=True)
class SetChecks:
    """Runs the declared checks."""

    database: Database
    runtime: Runtime
    checkpoints: Checkpoints
    corrections: Corrections
    loads: Loads
    checks: Sequence[Check]
    zone: ZoneInfo

    def of(self, model: str) -> Check:
        """The check of that model; raises NotFound."""
        for check in self.checks:
            if check.model == model:
                return check
        known = ", ".join(check.model for check in self.checks) or "none"
        raise NotFound(f"expected a check among {known}, found {model}", model=model)

    def rules(self, check: Check) -> tuple[int, tuple[Rule, ...]]:
        """The version of the model in force, and its rules that ask a whole set; raises InvalidData where it has none."""
        version = self.runtime.query.version_in_force(check.model, self.runtime.clock.now())
        supervision = self.checkpoints.of(check.model, version)
        found = tuple(
            rule for point in supervision.checkpoints.values() for rule in point.rules if rule.kind.name in QUESTIONS
        )
        if not found:
            raise InvalidData(
                f"expected rules of {', '.join(QUESTIONS)} in {check.model}, found none", model=check.model
            )
        return version, found

    def run(self, check: Check, by: Actor = SYSTEM) -> Result:
        """Close what was put right, then raise what is new. Raises NotFound for a model that is not in force."""
        now, result = self.runtime.clock.now(), Result()
        self._settle(check, now, by, result)
        version, rules = self.rules(check)
        for rule in rules:
            try:
                for row in self._hits(check, rule, now):
                    self._open(check, version, row, now, by, result)
            except InvalidData as error:
                result.refused.append(error)
        return result

    def _hits(self, check: Check, rule: Rule, now: datetime) -> Iterator[Row[Any]]:
        """New hits of a rule, streamed: however many there are, a part of them is in memory."""
        schema, row = self.loads.schema(check.set), t.data_set_row.alias("subject")
        with self.database.snapshot() as connection:
            columns = Columns(rule, schema, row, self.database.is_sqlite)
            must_have_rows(connection, check.set, str(columns.constant("set")))
            asking = Asking(connection, columns, now, now.astimezone(self.zone).date())
            stream = connection.execution_options(stream_results=True, yield_per=PART)
            for condition in QUESTIONS[rule.kind.name](asking):
                yield from stream.execute(_new(check, row, now).where(condition))

    def _open(self, check: Check, version: int, row: Row[Any], now: datetime, by: Actor, result: Result) -> None:
        place = (row.district_code, check.model, check.set, row.id)
        with self.database.read() as connection:
            if connection.execute(_hit_already(place, row.recorded_at)).first() is not None:
                return  # another rule of the model hit it in this run
        fold = self.runtime.fold(
            check.model,
            business_key=f"{check.set}:{row.id}"[:200],
            district_code=check.district if row.district_code == ANY else row.district_code,
            scope=check.department,
            data={},
            at=now,  # the rules ask for the rows as they were when SQL asked
            acts=[Act(now, "step", check.step, {ROW: row_data(row)})],
            actor=by,
            key=sha256("set check", *place, row.recorded_at.isoformat()),
            version=version,
        )
        if fold.strays:
            raise InvalidData(f"expected a first step {check.step} in {check.model}, found none", element=check.step)
        case_id = fold.outcome.instance_id
        w = t.warning.c
        with self.database.begin() as connection:
            mine = select(func.count()).select_from(t.warning).where(w.case_id == case_id)
            raised = int(connection.execute(mine).scalar_one())
            hit = dict(zip(("district_code", "definition", "set", "row_id"), place, strict=True))
            told = {"recorded_at": row.recorded_at, "case_id": case_id, "found_at": now}
            connection.execute(
                insert(t.data_set_hit).values(**hit, **told, warnings=raised, settled_at=None if raised else now)
            )
        result.hits += 1
        result.warnings += raised
        result.quiet += not raised
        if len(result.cases) < PART:
            result.cases.append(case_id)

    def _settle(self, check: Check, now: datetime, by: Actor, result: Result) -> None:
        """Look again at the hits whose warnings nobody has decided."""
        after: tuple[Any, ...] = ()
        while part := self._unsettled(check, after):
            for hit in part:
                self._look_again(hit, now, by, result)
            after = part[-1].district_code, part[-1].row_id, part[-1].recorded_at

    def _unsettled(self, check: Check, after: tuple[Any, ...]) -> Sequence[Row[Any]]:
        c = t.data_set_hit.c
        wanted = select(t.data_set_hit).where(c.definition == check.model, c.set == check.set, c.settled_at.is_(None))
        if after:
            district, row_id, recorded = after
            wanted = wanted.where(
                or_(
                    c.district_code > district,
                    and_(c.district_code == district, c.row_id > row_id),
                    and_(c.district_code == district, c.row_id == row_id, c.recorded_at > recorded),
                )
            )
        with self.database.read() as connection:
            return connection.execute(wanted.order_by(c.district_code, c.row_id, c.recorded_at).limit(PART)).all()

    def _look_again(self, hit: Row[Any], now: datetime, by: Actor, result: Result) -> None:
        w, c = t.warning.c, t.data_set_hit.c
        with self.database.begin() as connection:
            wanted = select(w.id).where(w.case_id == hit.case_id, w.state.in_(UNDECIDED)).order_by(w.id)
            waiting = connection.execute(wanted).scalars().all()
            row = connection.execute(_standing(hit, now)).one_or_none()
            closed = [one for one in waiting if self._put_right(connection, one, row, by, now)]
            if len(closed) < len(waiting):
                return
            mine = (c.case_id == hit.case_id, c.definition == hit.definition)
            connection.execute(update(t.data_set_hit).where(*mine).values(settled_at=now))
        result.closed += len(closed)

    def _put_right(self, connection: Connection, warning: str, row: Row[Any] | None, by: Actor, now: datetime) -> bool:
        """Whether the row as it is now keeps the rule, or is withdrawn, so that the warning is closed."""
        try:
            if row is None:
                self.corrections.withdrawn(connection, warning, by.id, now)
                return True
            return self.corrections.look_again(connection, warning, {ROW: plain(row_data(row))}, by.id, now)
        except (Conflict, NotAllowed):
            return False  # it cannot be put right any more, or was decided this moment


def row_data(row: Row[Any]) -> dict[str, Any]:
    """The row as the rules of its case see it: its fields, and ``row_id``, ``row_key``, ``recorded_at``, ``load``."""
    came = {} if row.load_id is None else {"load": row.load_id}
    told = {ROW_ID: row.id, ROW_KEY: row.key, "recorded_at": row.recorded_at.isoformat()}
    return {**row.body, **told, **came}


def must_have_rows(connection: Connection, *sets: str) -> None:
    """A set without a single row says nothing of anybody: raises InvalidData."""
    for name in sets:
        wanted = select(t.data_set_row.c.id).where(t.data_set_row.c.set == name).limit(1)
        if connection.execute(wanted).first() is None:
            raise InvalidData(f"expected a data set {name} with rows, found none", set=name)


def _new(check: Check, row: FromClause, now: datetime) -> Select[Any]:
    """The standing rows of the set that were not hit as they are, and about which no warning waits."""
    h = t.data_set_hit.c
    same = (h.district_code == row.c.district_code, h.definition == check.model, h.set == check.set)
    known = exists().where(*same, h.row_id == row.c.id, or_(h.recorded_at == row.c.recorded_at, h.settled_at.is_(None)))
    columns = [row.c[name] for name in ("district_code", "id", "key", "recorded_at", "body", "load_id")]
    return select(*columns).where(row.c.set == check.set, standing(row, now), ~known)


def _hit_already(place: tuple[str, ...], recorded_at: datetime) -> Select[Any]:
    c = t.data_set_hit.c
    district, model, name, row_id = place
    return select(c.case_id).where(
        c.district_code == district, c.definition == model, c.set == name, c.row_id == row_id,
        c.recorded_at == recorded_at,
    )  # fmt: skip


def _standing(hit: Row[Any], now: datetime) -> Select[Any]:
    """The row of a hit as it is now; nothing where it was withdrawn."""
    c = t.data_set_row.c
    mine = (c.district_code == hit.district_code, c.set == hit.set, c.id == hit.row_id)
    return select(t.data_set_row).where(*mine, standing(t.data_set_row, now))
