"""A public log through ``jiancha replay``: what is found equals what the log itself says.

The expected lists are computed here from the XML alone, without the product's code.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import sqlite3
import subprocess
import sys
import xml.etree.ElementTree as ET
import zlib
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

import engine.tables
import monitors.tables
import webui.tables
from engine import Database
from tests.conftest import ROOT
from webui import schema
from webui.cli import main

XES = "{http://www.xes-standard.org/}"
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
SEED = 20261124
KILLS = 10
FIGURES = {
    "cases": 1434,
    "events": 8577,
    "ended": 1329,
    "ended_late": 377,
    "ended_late_by_day": 309,
    "open_overdue": 39,
    "cases_with_events_after_end": 145,
}
Row = tuple[str, str, str, str, str]


@pytest.fixture(scope="module")
def receipt_log() -> Path:
    file = Path(os.environ.get("JIANCHA_CORPORA", ROOT.parent / "shared" / "corpora")) / "logs/receipt-wabo.xes.gz"
    if not file.is_file():
        pytest.skip(f"needs the corpora: {file} is not there")
    return file


# -- the product ---------------------------------------------------------------------


@dataclass(frozen=True)
class Run:
    """What one run printed and wrote."""

    code: int
    stderr: str
    figures: dict[str, Any]
    rows: list[Row]

    @property
    def lasting(self) -> tuple[dict[str, Any], list[Row]]:
        """All but the time that it took."""
        return {key: value for key, value in self.figures.items() if key != "seconds"}, self.rows


def arguments(log: Path, out: Path, database: str | None) -> list[str]:
    given = ["replay", str(log), "--model", "permit_receipt", "--json", "--out", str(out)]
    return given if database is None else [*given, "--database", database]


def replay(log: Path, database: str | None = None) -> Run:
    out = log.parent / "findings.csv"
    out.unlink(missing_ok=True)
    done = CliRunner().invoke(main, arguments(log, out, database))
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return Run(
        done.exit_code,
        done.stderr,
        json.loads(done.stdout) if done.stdout else {},
        rows_of(out) if out.exists() else [],
    )


def rows_of(out: Path) -> list[Row]:
    with out.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["case", "checkpoint", "level", "due", "happened"]
    return [(a, b, c, d, e) for a, b, c, d, e in rows]


def counts(database: str) -> dict[str, int]:
    """How many rows each table has."""
    found = Database(database)
    with found.read() as connection:
        counted = {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for module in (engine.tables, monitors.tables, webui.tables)
            for table in module.metadata.sorted_tables
        }
    found.dispose()
    return counted


# -- the log, by hand ------------------------------------------------------------------


def tree_of(log: Path) -> ET.ElementTree[ET.Element]:
    with gzip.open(log) as file:
        return ET.parse(file)


def attribute(element: ET.Element, key: str) -> ET.Element | None:
    return next((child for child in element if child.get("key") == key), None)


def text_of(element: ET.Element, key: str) -> str:
    found = attribute(element, key)
    return found.get("value", "") if found is not None else ""


def last_event(root: ET.Element) -> datetime:
    return max(datetime.fromisoformat(text_of(event, "time:timestamp")) for event in root.iter(f"{XES}event"))


def expected_rows(root: ET.Element) -> list[Row]:
    """Late by the instant is yellow, late by the day a notice; an open case is late when the log goes on past it."""
    end = last_event(root)
    found: list[Row] = []
    for trace in root.iter(f"{XES}trace"):
        name, due, ended = (text_of(trace, key) for key in ("concept:name", "deadline", "enddate"))
        if not due:
            continue
        deadline, happened = datetime.fromisoformat(due), datetime.fromisoformat(ended) if ended else end
        if happened > deadline:
            found.append((name, "PR-01", "yellow", due, ended))
        if happened.date() > deadline.date():
            found.append((name, "PR-01", "notice", due, ended))
    return sorted(found, key=lambda row: (row[0], row[2] == "notice"))


def expected_figures(root: ET.Element) -> dict[str, int]:
    traces = list(root.iter(f"{XES}trace"))
    rows = expected_rows(root)
    return {
        "cases": len(traces),
        "events": sum(1 for _ in root.iter(f"{XES}event")),
        "ended": sum(bool(text_of(trace, "enddate")) for trace in traces),
        "ended_late": sum(level == "yellow" and ended != "" for _, _, level, _, ended in rows),
        "ended_late_by_day": sum(level == "notice" and ended != "" for _, _, level, _, ended in rows),
        "open_overdue": sum(level == "yellow" and ended == "" for _, _, level, _, ended in rows),
        "cases_with_events_after_end": sum(_goes_on_after_its_end(trace) for trace in traces),
    }


def _goes_on_after_its_end(trace: ET.Element) -> bool:
    ended = text_of(trace, "enddate")
    events = (datetime.fromisoformat(text_of(event, "time:timestamp")) for event in trace.iter(f"{XES}event"))
    return ended != "" and any(at > datetime.fromisoformat(ended) for at in events)


def reduced(log: Path, to: Path, every: int, days: int = 0) -> Path:
    """A copy with every n-th case, its deadlines moved by days of the calendar on the wall."""
    tree = tree_of(log)
    root = tree.getroot()
    for number, trace in enumerate(root.findall(f"{XES}trace")):
        if number % every:
            root.remove(trace)
            continue
        deadline = attribute(trace, "deadline")
        if deadline is not None and days:
            here = datetime.fromisoformat(deadline.get("value", "")).astimezone(AMSTERDAM)
            deadline.set("value", (here + timedelta(days=days)).isoformat(timespec="milliseconds"))
    file = to / f"every{every}{days:+}.xes.gz"
    with gzip.open(file, "wb") as out:
        tree.write(out, encoding="utf-8", xml_declaration=True)
    return file


# -- the whole log ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole(receipt_log: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The real log, once; linked so that its findings are written beside the link."""
    link = tmp_path_factory.mktemp("whole") / receipt_log.name
    link.symlink_to(receipt_log)
    return replay(link)


def test_the_figures_of_the_log_are_found(whole: Run, receipt_log: Path) -> None:
    assert whole.code == 0
    assert {name: whole.figures[name] for name in FIGURES} == FIGURES
    assert whole.figures["seconds"] > 0
    assert expected_figures(tree_of(receipt_log).getroot()) == FIGURES


def test_every_finding_is_the_one_that_the_log_itself_gives(whole: Run, receipt_log: Path) -> None:
    assert whole.rows == expected_rows(tree_of(receipt_log).getroot())


@pytest.mark.parametrize("days", [7, -7])
def test_with_the_deadlines_moved_the_findings_move(receipt_log: Path, tmp_path: Path, days: int) -> None:
    log = reduced(receipt_log, tmp_path, 6, days)
    run = replay(log)
    root = tree_of(log).getroot()

    assert run.rows == expected_rows(root)
    assert run.lasting[0] == expected_figures(root)


# -- a log that cannot be read -----------------------------------------------------------


def _plain(log: Path) -> tuple[bytes, bytes]:
    raw = gzip.decompress(log.read_bytes())
    half = raw[: len(raw) // 2]
    return half, half


def _zipped(log: Path) -> tuple[bytes, bytes]:
    half = log.read_bytes()[: log.stat().st_size // 2]
    return half, zlib.decompressobj(31).decompress(half)


@pytest.mark.parametrize("cut", [_plain, _zipped], ids=["plain", "gzip"])
def test_a_log_cut_off_in_the_middle_is_refused_and_stores_nothing(
    receipt_log: Path, tmp_path: Path, cut: Callable[[Path], tuple[bytes, bytes]]
) -> None:
    log, database = tmp_path / "cut.xes", f"sqlite:///{tmp_path}/cut.db"
    content, readable = cut(receipt_log)
    log.write_bytes(content)
    target = Database(database)
    schema.upgrade(target)
    target.dispose()
    before = counts(database)

    run = replay(log, database)

    assert (run.code, run.figures, run.rows) == (2, {}, [])
    message = next(line for line in run.stderr.splitlines() if line.startswith("Error: cut.xes, line "))
    line = int(message.split(" line ")[1].split(":")[0])
    assert 0 <= readable.count(b"\n") + 1 - line < 2000  # a zipped log is read by blocks
    assert "expected a complete XES log, found: " in message
    cases = int(message.split("; ")[1].split(" cases were read")[0])
    assert 0 <= readable.count(b"</trace>") - cases < 50
    assert counts(database) == before
    assert before["instance"] == before["envelope"] == 0


@pytest.mark.parametrize(
    ("inner", "found"),
    [
        ('<trace><int key="n" value="x"/></trace>', "line 2: expected a complete XES log, found: 'x' instead of"),
        ("<trace/>", "line 2: expected a complete XES log, found: a trace without concept:name"),
        ("<trace>", "line 2: expected a complete XES log, found: "),
    ],
)
def test_a_log_with_a_fault_is_refused_by_line(tmp_path: Path, inner: str, found: str) -> None:
    log = tmp_path / "odd.xes"
    log.write_text(f"<log>\n{inner}</log>", encoding="utf-8")
    run = replay(log)
    assert run.code == 2
    assert found in run.stderr


def test_a_zipped_log_with_a_flipped_byte_is_refused(receipt_log: Path, tmp_path: Path) -> None:
    content = bytearray(receipt_log.read_bytes())
    content[-4000] ^= 0xFF
    log = tmp_path / "flipped.xes.gz"
    log.write_bytes(content)
    run = replay(log)
    assert run.code == 2
    assert "expected a complete XES log, found: " in run.stderr


def test_a_model_that_is_not_there_is_refused(receipt_log: Path) -> None:
    done = CliRunner().invoke(main, ["replay", str(receipt_log), "--model", "no_such_model"])
    assert done.exit_code == 2
    assert "found no_such_model" in done.stderr


# -- again, and after kill -9 --------------------------------------------------------------


@pytest.fixture(scope="module")
def small(receipt_log: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of some 150 cases."""
    return reduced(receipt_log, tmp_path_factory.mktemp("small"), 10)


@pytest.fixture(scope="module")
def database(small: Path) -> str:
    return f"sqlite:///{small.parent}/replay.db"


@pytest.fixture(scope="module")
def undisturbed(small: Path, database: str) -> Run:
    return replay(small, database)


def test_a_second_run_on_the_same_database_finds_the_same_and_stores_nothing(
    small: Path, database: str, undisturbed: Run
) -> None:
    before = counts(database)
    again = replay(small, database)

    assert again.code == undisturbed.code == 0
    assert again.lasting == undisturbed.lasting
    assert counts(database) == before
    assert before["instance"] == undisturbed.figures["cases"]


def test_nothing_follows_from_the_warnings_of_a_replay(database: str, undisturbed: Run) -> None:
    found = counts(database)
    assert found["warning"] > 0
    assert found["job"] == 0


def test_a_run_that_is_killed_again_and_again_finds_the_same(
    small: Path, tmp_path: Path, undisturbed: Run, database: str
) -> None:
    file, out, chance = tmp_path / "killed.db", tmp_path / "killed.csv", Random(SEED)
    cases = undisturbed.figures["cases"]
    killed = 0
    for point in [-1, *sorted(chance.sample(range(cases), KILLS - 1))]:
        with child(small, out, file) as process:
            while stored(file) < point or not file.exists():
                try:
                    process.wait(timeout=0.02)
                except subprocess.TimeoutExpired:
                    continue
                pytest.fail(f"ended before case {point}")
            try:
                process.wait(timeout=chance.random() / 20)
            except subprocess.TimeoutExpired:
                process.kill()
                killed += 1
    with child(small, out, file) as process:
        printed, _ = process.communicate()

    assert killed == KILLS
    assert process.returncode == 0
    last = Run(0, "", json.loads(printed), rows_of(out))
    assert last.lasting == undisturbed.lasting
    assert counts(f"sqlite:///{file}") == counts(database)


def child(log: Path, out: Path, file: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "webui.cli", *arguments(log, out, f"sqlite:///{file}")],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def stored(file: Path) -> int:
    """How many cases the database holds; -1 while it has no tables."""
    if not file.exists():
        return -1
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        try:
            return int(connection.execute("select count(*) from instance").fetchone()[0])
        except sqlite3.OperationalError:
            return -1
