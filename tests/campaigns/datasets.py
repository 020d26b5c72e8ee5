"""``make datasets``: whole sets loaded and matched, on SQLite and on PostgreSQL, and what that takes.

``python -m tests.campaigns.datasets [ROWS]``: that many payments against as many deaths, a million of each by default.
Planted are payments after a death, and as many on the very day before one, which nothing may find. Each database is a
process of its own, whose memory is measured.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time

from sqlalchemy import select

from engine import Database
from engine.clock import VirtualClock
from monitors import tables as t
from monitors.setchecks import Check, Result
from tests.campaigns.servers import fresh_url, postgres
from tests.conftest import create_tables
from tests.engine import drawing as d
from tests.monitors.setchecks.registry import HEADERS, Registry
from tests.monitors.town import DISTRICT, Town

MILLION, PLANTED = 1_000_000, 1_000
LONGEST, LARGEST = 300.0, 300.0  # seconds of a match, MB of memory
DAYS = 20  # on which pensions are paid
DIED, FIRST = date(2026, 2, 1), date(2026, 3, 1)
NOW = datetime(2026, 9, 28, 1, tzinfo=UTC)


MATCH = Check("match", "pensions", "receive", "rsj")


def drawn() -> bytes:
    """A row is received and matched with the register of deaths."""
    given = {"set": '"deaths"', "key": "row.person", "until": "row.paid_on"}
    return d.model(
        d.start(),
        d.step("receive"),
        d.end(),
        d.chain("s", "receive", "e"),
        d.data_checkpoint("matched", "receive", ref="MA-01"),
        d.rule_check(),
        d.flow("matched", "rc"),
        name="match",
        kind="mirror",
        checkpoints=d.checkpoint("MA-01", "cross_match", **given),
    )


@dataclass
class Run:
    """What one database came to; times in seconds, memory in MB."""

    rows: int
    load_seconds: float
    load_cpu: float
    match_seconds: float
    match_cpu: float
    memory: float
    warnings: int
    wrong: list[str]


def payments(count: int) -> Iterator[str]:
    """Of everybody one payment, that of every day in small steps about 3,000, so that nobody is far from his peers."""
    for n in range(count):
        yield f"Y-{n:07d},p-{n:07d},{FIRST + timedelta(days=n % DAYS)},{3000 + n % 7},90000,{DISTRICT}"


def deaths(count: int, planted: int) -> Iterator[str]:
    """Of strangers, of those who were paid after it (planted), and of as many who died the day after they were paid."""
    yield from (f"q-{n:07d},{DIED}" for n in range(count - 2 * planted))
    step = count // planted
    for n in range(0, planted * step, step):
        yield f"p-{n:07d},{DIED}"
        near = n + step // 2
        yield f"p-{near:07d},{FIRST + timedelta(days=near % DAYS + 1)}"


def expected(count: int, planted: int) -> set[str]:
    step = count // planted
    return {f"Y-{n:07d}" for n in range(0, planted * step, step)}


def run(url: str, folder: Path, count: int, planted: int) -> Run:
    """Load both sets from files and match them."""
    database = Database(url)
    create_tables(database)
    town = Town(database, VirtualClock(NOW))
    registry = Registry(town, (MATCH,))
    town.draw(drawn())
    began, cpu = perf_counter(), process_time()
    for name, lines in (("deaths", deaths(count, planted)), ("pensions", payments(count))):
        path = folder / f"{name}.csv"
        with path.open("w", encoding="utf-8") as file:
            file.write(HEADERS[name] + "\n")
            file.writelines(line + "\n" for line in lines)
        with path.open("rb") as given:
            registry.loads.load(name, given, path.name, by="li", source="campaign")
    loaded, loaded_cpu = perf_counter() - began, process_time() - cpu
    began, cpu = perf_counter(), process_time()
    result = registry.run("match")
    matched, matched_cpu = perf_counter() - began, process_time() - cpu
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    wrong = differences(database, result, expected(count, planted))
    database.dispose()
    return Run(count, loaded, loaded_cpu, matched, matched_cpu, memory, result.warnings, wrong)


def differences(database: Database, result: Result, wanted: set[str]) -> list[str]:
    """What is not as it was planted."""
    w = t.warning.c
    with database.read() as connection:
        found = {
            case.split(":")[1] for case in connection.execute(select(w.case_no).where(w.rule == "MA-01.1")).scalars()
        }
    wrong = [f"not found: {len(wanted - found)}"] if wanted - found else []
    wrong += [f"found without reason: {len(found - wanted)}"] if found - wanted else []
    wrong += [f"quiet hits: {result.quiet}"] if result.quiet else []
    return wrong + [f"refused: {error.message}" for error in result.refused]


def limits(found: Run) -> list[str]:
    """What took too long or too much."""
    wrong = [f"matched in {found.match_seconds:.0f} s"] if found.match_seconds >= LONGEST else []
    return wrong + ([f"{found.memory:.0f} MB"] if found.memory >= LARGEST else [])


def main(count: int) -> int:
    """Both databases, each in a process of its own; gives the number of those that failed."""
    failed = 0
    with tempfile.TemporaryDirectory(prefix="jiancha-sets-") as name, postgres() as server:
        for kind, url in (("sqlite", None), ("postgresql", server)):
            folder = Path(name) / kind
            folder.mkdir()
            with fresh_url(folder, url, f"sets_{kind}") as place:
                command = [sys.executable, "-m", "tests.campaigns.datasets", str(count), place, str(folder)]
                done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode:
                print(f"{kind}: {done.stderr.strip().splitlines()[-1]}", flush=True)
                failed += 1
                continue
            found = Run(**json.loads(done.stdout))
            wrong = found.wrong + limits(found)
            failed += bool(wrong)
            print(
                f"{kind}: {count} x {count} rows, loaded in {found.load_seconds:.0f} s ({found.load_cpu:.0f} s CPU), "
                f"matched in {found.match_seconds:.1f} s ({found.match_cpu:.1f} s CPU here), {found.memory:.0f} MB, "
                f"{found.warnings} warnings{'; ' if wrong else ''}{'; '.join(wrong)}",
                flush=True,
            )
    print(f"2 runs, {failed} failed")
    return failed


if __name__ == "__main__":
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else MILLION
    if len(sys.argv) > 2:  # the process of one database
        print(json.dumps(asdict(run(sys.argv[2], Path(sys.argv[3]), rows, min(PLANTED, rows // 10)))))
    else:
        sys.exit(1 if main(rows) else 0)
