"""What a replay found: figures, findings, and what is wrong with the data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine import Database, Definition, Runtime
from monitors import tables as t
from monitors.feeds.mapping import LogMapping
from monitors.feeds.xes import Log


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the findings file; ``happened`` is the case's end, None while it is open."""

    case: str
    checkpoint: str
    rule: str
    level: str
    due: datetime | None
    happened: datetime | None
    ended: bool


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a run found."""

    cases: int
    events: int
    ended: int
    findings: tuple[Finding, ...]
    data_findings: tuple[tuple[str, str], ...]

    def late(self, rule: str | None, *, ended: bool) -> int | None:
        """How many cases broke a limit, among the ended or the open ones; None without such a rule."""
        if rule is None:
            return None
        return len({f.case for f in self.findings if f.rule == rule and f.ended is ended})

    def cases_with(self, kind: str) -> int:
        """How many cases have a data-quality finding of a kind."""
        return len({case for case, found in self.data_findings if found == kind})


@dataclass(frozen=True, slots=True)
class Results:
    """Gathers what the instances of one run have led to."""

    runtime: Runtime
    database: Database
    model: Definition
    mapping: LogMapping
    log: Log

    def gather(self, instances: Mapping[str, str]) -> Replayed:
        """The results of the cases, by the ids of their instances."""
        mine = set(instances.values())
        known = self.runtime.query.instances(definition=self.model.name, limit=10**9)
        ends = {one.id: one.ended_at for one in known if one.id in mine}
        written = _Written(self.log)
        findings = [
            self._finding(row, ends[row["case_id"]], written) for row in self._warnings() if row["case_id"] in mine
        ]
        data = [(row["case_no"], row["kind"]) for row in self._data_findings() if row["case_id"] in mine]
        return Replayed(
            cases=len(instances),
            events=sum(len(case.events) for case in self.log.cases),
            ended=sum(end is not None for end in ends.values()),
            findings=tuple(sorted(findings, key=lambda f: (f.case, f.rule, f.level))),
            data_findings=tuple(sorted(data)),
        )

    def _warnings(self) -> list[dict[str, Any]]:
        return self._rows(
            select(t.warning).where(
                t.warning.c.district_code == self.mapping.district_code,
                t.warning.c.definition == self.model.name,
                t.warning.c.definition_version == self.model.version,
            )
        )

    def _data_findings(self) -> list[dict[str, Any]]:
        return self._rows(select(t.data_finding).where(t.data_finding.c.district_code == self.mapping.district_code))

    def _rows(self, query: Any) -> list[dict[str, Any]]:
        with self.database.read() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def _finding(self, row: dict[str, Any], end: datetime | None, written: _Written) -> Finding:
        case = row["case_no"]
        return Finding(
            case=case,
            checkpoint=row["checkpoint"],
            rule=row["rule"],
            level=row["level"],
            due=written.as_in_log(case, _limit(row)),
            happened=written.as_in_log(case, end),
            ended=end is not None,
        )


class _Written:
    """An instant with the offset that the log wrote, where it is one of the case's attributes."""

    def __init__(self, log: Log) -> None:
        self._attributes = {case.id: case.attributes for case in log.cases}

    def as_in_log(self, case: str, instant: datetime | None) -> datetime | None:
        if instant is None:
            return None
        same = (v for v in self._attributes[case].values() if isinstance(v, datetime) and v == instant)
        return next(same, instant)


def _limit(row: Mapping[str, Any]) -> datetime | None:
    """The deadline as it was given, else the last instant in time as it was counted."""
    steps = row["evidence"].get("reason", {}).get("steps", ())
    given = next((step["note"] for step in steps if step["rule"] == "given"), None)
    found = given or row["evidence"].get("deadline") or row["due"]
    return datetime.fromisoformat(found) if isinstance(found, str) else found
