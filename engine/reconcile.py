"""Finds what was changed behind the application's back: rows that are not as the journal says.

Each command wrote the digests of its rows into its last entry. Here they are read again, case
by case, and compared with the rows as they are: what the journal last said of a row must be
what is stored, nothing more and nothing less. Whether the journal itself was changed is the
verifier's question, not ours. Cases are read in pages, each at one instant, so memory stays
flat and no command is disturbed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, select

from engine.casedata import loads
from engine.chains import ACTS, EVERYWHERE
from engine.db import Database
from engine.definitions import STATE_AFTER, fingerprint
from engine.journal import WITNESS
from engine.tables import definition, instance, journal
from engine.witness import COVERED, LETTERS, digest, tag

PAGE, MOST = 100, 1_000
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """A row that contradicts the journal. ``entry`` is the number of the entry that spoke of it last, if one did.

    ``what``: changed | changed and overwritten (by the command of ``entry``) | gone | unknown (nobody's command
    wrote it) | unreadable | without case.
    """

    case: str
    table: str
    row: str
    what: str
    entry: int | None = None

    def in_words(self) -> str:
        said = f", last written by entry {self.entry}" if self.entry is not None else ""
        place = f"case {self.case}: " if self.case else ""
        return f"{place}{self.table} {self.row} {self.what}{said}".replace("  ", " ")


@dataclass(slots=True)
class Report:
    """What was compared. ``older`` counts rows from before the journal said what it wrote."""

    cases: int = 0
    rows: int = 0
    older: int = 0
    findings: list[Finding] = field(default_factory=list)


@dataclass(slots=True)
class _Chain:
    """What the journal says of one case."""

    said: dict[str, tuple[str | None, int]] = field(default_factory=dict)
    whole: bool | None = None  # whether it says so from its first entry on; None until it says anything
    end: tuple[int, str] | None = None
    strange: list[int] = field(default_factory=list)
    overwritten: list[tuple[str, int]] = field(default_factory=list)
    recorded: list[tuple[int, datetime]] = field(default_factory=list)


def reconcile(database: Database, page: int = PAGE, most: int = MOST) -> Report:
    """Compare every case with its journal; stops after ``most`` findings."""
    report, after = Report(), ""
    while len(report.findings) < most:
        with database.snapshot() as connection:
            cases = connection.execute(
                select(instance.c.id, instance.c.district_code).where(instance.c.id > after).order_by(instance.c.id)
                .limit(page)
            ).all()  # fmt: skip
            _compare(connection, dict(tuple(row) for row in cases), report)
        if len(cases) < page:
            break
        after = cases[-1].id
    report.findings += _without_case(database, most - len(report.findings))
    _compare_acts(database, report)
    return report


def _compare(connection: Connection, districts: dict[str, str], report: Report) -> None:
    chains = _chains(connection, districts)
    for table in COVERED:
        for case, row in _rows(connection, table, list(districts)):
            if row is None:
                report.findings.append(Finding(case, table.name, "", "unreadable"))
                continue
            report.rows += 1
            _compare_row(table, case, row, chains[case], report)
    for case, chain in chains.items():
        report.cases += 1
        for name, (value, seq) in chain.said.items():
            if value is not None:
                report.findings.append(Finding(case, LETTERS[name[0]], "", "gone", seq))
        report.findings += [Finding(case, "journal", str(seq), "changed", seq) for seq in chain.strange]
        report.findings += [
            Finding(case, LETTERS[name[0]], "", "changed and overwritten", seq) for name, seq in chain.overwritten
        ]


def _compare_row(table: Table, case: str, row: Row, chain: _Chain, report: Report) -> None:
    value, seq = chain.said.pop(tag(table, row), (None, None))
    named = " ".join(str(row[name]) for name in COVERED[table][1])
    if value is None and seq is None and not chain.whole:
        report.older += 1
    elif value is None:
        report.findings.append(Finding(case, table.name, named, "unknown", seq))
    elif digest(table, row) != value or table is instance and (row["journal_seq"], row["journal_hash"]) != chain.end:
        report.findings.append(Finding(case, table.name, named, "changed", seq))


def _chains(connection: Connection, districts: dict[str, str]) -> dict[str, _Chain]:
    found = {case: _Chain() for case in districts}
    columns = (journal.c[name] for name in ("chain", "seq", "hash", "district_code", "recorded_at", "body"))
    query = select(*columns).where(journal.c.chain.in_(districts)).order_by(journal.c.chain, journal.c.seq)
    for row in connection.execute(query.execution_options(yield_per=1_000)):
        _read_entry(found[row.chain], row, districts[row.chain])
    return found


def _read_entry(chain: _Chain, row: Any, district: str) -> None:
    chain.end = (row.seq, row.hash)
    chain.recorded.append((row.seq, row.recorded_at))
    if row.district_code != district:
        chain.strange.append(row.seq)
    if f'"{WITNESS}":' not in row.body or (wrote := loads(row.body).get(WITNESS)) is None:
        return
    if chain.whole is None:
        chain.whole = row.seq == wrote["entries"]
    of_command = chain.recorded[-wrote["entries"] :]
    chain.strange += [seq for seq, recorded in of_command if recorded.isoformat() != wrote["at"]]
    chain.recorded.clear()
    for name, value in wrote["found"].items():
        if name in chain.said and chain.said[name][0] != value:
            chain.overwritten.append((name, row.seq))
    for name, value in wrote["rows"].items():
        chain.said[name] = (value, row.seq)


def _rows(connection: Connection, table: Table, cases: Sequence[str]) -> Iterable[tuple[str, Row | None]]:
    """The rows of some cases; None in place of those that hold what no program of ours can read."""
    of_case = table.c.id if table is instance else table.c.instance_id
    query = select(table, of_case.label("of_case")).where(of_case.in_(cases))
    try:
        return [(row["of_case"], dict(row)) for row in connection.execute(query).mappings()]
    except (ValueError, TypeError):
        if len(cases) == 1:
            return [(cases[0], None)]
        return [found for case in cases for found in _rows(connection, table, [case])]


def _compare_acts(database: Database, report: Report) -> None:
    """The entries of what concerns no case, and the models; those from before it said so are only counted."""
    said: dict[tuple[str, int], tuple[str, str]] = {}
    with database.snapshot() as connection:
        entries = select(journal).where(journal.c.chain == ACTS).order_by(journal.c.seq)
        for entry in connection.execute(entries.execution_options(yield_per=1_000)):
            if entry.district_code != EVERYWHERE or entry.recorded_at != entry.at:
                report.findings.append(Finding("", "journal", f"{ACTS} {entry.seq}", "changed", entry.seq))
            if entry.kind in STATE_AFTER:
                body = loads(entry.body)
                said[body["definition"], body["version"]] = (body["hash"], STATE_AFTER[entry.kind])
        for row in connection.execute(select(definition).execution_options(yield_per=10)):
            _compare_definition(row, said.pop((row.name, row.version), None), report)
    report.findings += [Finding("", "definition", f"{name}@{version}", "gone") for name, version in said]


def _compare_definition(row: Any, said: tuple[str, str] | None, report: Report) -> None:
    report.rows += 1
    report.older += said is None
    if row.hash != fingerprint(row.xml, row.decisions, row.calls) or said not in (None, (row.hash, row.state)):
        report.findings.append(Finding("", "definition", f"{row.name}@{row.version}", "changed"))


def _without_case(database: Database, most: int) -> Iterator[Finding]:
    """Rows and chains whose case is not there."""
    for table in (*COVERED, journal):
        if table is instance:
            continue
        of_case = table.c.chain if table is journal else table.c.instance_id
        query = select(of_case).outerjoin(instance, instance.c.id == of_case)
        query = query.where(instance.c.id.is_(None), of_case != ACTS).distinct()
        with database.read() as connection:
            for case in connection.execute(query.order_by(of_case).limit(max(0, most))).scalars():
                yield Finding(case, table.name, "", "without case")
