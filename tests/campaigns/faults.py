"""``make faults``: space, locks, servers and connections are taken away, and what other campaigns do in full.

``python -m tests.campaigns.faults [SHARE]``: that share of every count, all of it by default. ``JIANCHA_SEED``
repeats a run.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import engine.tables
from engine import Database
from tests.campaigns.away import cut, ended, restarted
from tests.campaigns.busy import busy
from tests.campaigns.full import KINDS, full, may_mount
from tests.campaigns.migrating import migrated
from tests.campaigns.others import ELSEWHERE, failures
from tests.campaigns.planted import DEFERRED, NEW_KEYS
from tests.campaigns.report import Report, seed_of_run
from tests.campaigns.servers import fresh_url, postgres
from tests.campaigns.timers import STEPS, STOPS, TIMERS, add_rows
from tests.engine.crowd import campaign

FULL, WRITES, RESTARTS, ENDED, CUTS = 20, 20_000, 200, 200, 1_000
CASES, MIGRATION_KILLS = 100_000, 10
GOOD, POISON = 10_000, 200
SMALL = 10  # what a control needs


class Faults:
    """Each method runs one fault, or a few of a kind, and its control."""

    def __init__(self, report: Report, folder: Path, server: str, share: float) -> None:
        self.report, self.folder, self.server, self.share = report, folder, server, share

    def count(self, whole: int) -> int:
        return max(SMALL, round(whole * self.share))

    def full(self) -> None:
        for kind in KINDS:
            fault = f"R3 no space: {kind}"
            if kind == "disk" and not may_mount():
                self.report.row(fault, 0, ["needs root, to mount a small disk"])
                continue
            found = full(self.folder / kind, kind, self.count(FULL), self.report.seed)
            note = f"{found.refused} commands refused, the slowest after {found.slowest:.2f} s"
            self.report.row(fault, self.count(FULL), found.found, note)
            control = full(self.folder / f"{kind}_control", kind, SMALL, self.report.seed, "journal")
            self.report.control(fault, "journal in a second transaction", control.found)

    def busy(self) -> None:
        fault = "R4 SQLite busy"
        found = busy(self.folder / "busy", self.count(WRITES), self.report.seed)
        note = f"99 of 100 within {found.usual:.1f} s, all within {found.slowest:.1f} s; locked for 3 of every 6 s"
        self.report.row(fault, found.writes, found.found, note)
        control = busy(self.folder / "busy_control", 200, self.report.seed, DEFERRED)
        self.report.control(fault, "transactions begin deferred", control.found)

    def away(self) -> None:
        fault = "R5 PostgreSQL restarted at once"
        restarts = self.count(RESTARTS)
        self.report.row(fault, restarts, restarted(self.folder / "restarted", restarts, self.report.seed))
        careless = restarted(self.folder / "careless", SMALL, self.report.seed, careless=True)
        self.report.control(fault, "synchronous_commit off", careless)
        fault, sessions = "R5 sessions ended", self.count(ENDED)
        self.report.row(fault, sessions, ended(self.folder / "ended", self.server, sessions, self.report.seed))
        control = ended(self.folder / "ended_control", self.server, 4 * SMALL, self.report.seed, "journal")
        self.report.control(fault, "journal in a second transaction", control)

    def cut(self) -> None:
        fault = "R5 cut after COMMIT was sent"
        cuts, found = cut(self.folder / "cut", self.server, self.count(CUTS), self.report.seed)
        self.report.row(fault, cuts, found)
        _, control = cut(self.folder / "cut_control", self.server, 4 * SMALL, self.report.seed, NEW_KEYS)
        doubles = [text for text in control if "started 2 cases" in text or "has 2 entries" in text]
        self.report.control(fault, "asked again with another key", doubles)

    def poison(self) -> None:
        good = self.count(GOOD)
        poison = max(4, good * POISON // GOOD)

        def look(database: Database) -> str:
            return f"{poison} poisoned took {campaign(database, good, poison).loss:.1%} of the worker's CPU"

        fault = "R11 poison among good cases"
        self._asserted(fault, good, look)
        control = "tests/engine/test_poison.py::test_without_back_off_the_poison_is_met_again_and_again"
        self.report.passed(fault, "no back-off", failures((control,), self.report.seed))

    def timers(self) -> None:
        """R6, R8 and the midnight."""
        counts = [max(least, round(whole * self.share)) for whole, least in ((STOPS, 4), (TIMERS, 2_000), (STEPS, 50))]
        add_rows(self.report, self.folder, self.server, *counts)

    def _asserted(self, fault: str, runs: int, look: Callable[[Database], str]) -> None:
        """What says by an AssertionError that something is wrong, on a fresh SQLite and a fresh PostgreSQL."""
        found, notes = list[str](), list[str]()
        for number, where in enumerate((None, self.server)):
            with fresh_url(self.folder, where, f"asserted{runs}_{number}") as url:
                database = Database(url)
                engine.tables.metadata.create_all(database.engine)
                try:
                    notes.append(look(database))
                except AssertionError as error:
                    found.append(f"{database.engine.name}: {error}")
                database.dispose()
        self.report.row(fault, 2 * runs, found, "; ".join(notes))

    def migrations(self) -> None:
        cases = self.count(CASES)
        for kind, where in (("sqlite", None), ("postgresql", self.server)):
            fault = f"R16 upgrade killed, {kind}"
            found = migrated(self.folder / f"up_{kind}", where, cases, MIGRATION_KILLS, self.report.seed)
            self.report.row(fault, MIGRATION_KILLS, found, f"{cases:,} cases; down, up, down, up")
            control = migrated(self.folder / f"lost_{kind}", where, SMALL, 1, self.report.seed, loses=True)
            self.report.control(fault, "rows lost on the way", control)

    def elsewhere(self) -> None:
        for one in ELSEWHERE:
            found = failures(one.tests, self.report.seed, one.counts if self.share == 1 else {})
            self.report.row(one.fault, one.runs if self.share == 1 else 1, found, one.of)
            if one.control:
                self.report.passed(
                    one.fault, one.control.rpartition("::")[2], failures((one.control,), self.report.seed)
                )


def main() -> int:
    share = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    report = Report("faults", seed_of_run())
    with tempfile.TemporaryDirectory(prefix="jiancha-faults-") as name, postgres() as server:
        faults = Faults(report, Path(name), server, share)
        parts = (faults.full, faults.cut, faults.away, faults.poison, faults.timers, faults.busy, faults.migrations)
        for part in (*parts, faults.elsewhere):
            report.progress(f"faults: {part.__name__}")
            part()
    return report.close()


if __name__ == "__main__":
    sys.exit(main())
