"""Faults whose campaigns stand beside what they test: each run here with its whole count, by the names of its tests."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Elsewhere:
    """``control`` is a test that passes because the same look finds a planted fault. ``runs``, and ``of`` what."""

    fault: str
    tests: tuple[str, ...]
    control: str
    runs: int
    of: str
    counts: dict[str, str] = field(default_factory=dict)


def _elsewhere(fault: str, runs: int, of: str, file: str, *names: str, control: str = "", **counts: int) -> Elsewhere:
    """Tests of one file: those that are named, or all."""
    place = f"tests/engine/{file}"
    tests = tuple(f"{place}::{name}" for name in names) or (place,)
    return Elsewhere(
        fault,
        tests,
        f"{place}::{control}" if control else "",
        runs,
        of,
        {name: str(count) for name, count in counts.items()},
    )


ELSEWHERE = (
    _elsewhere(
        "R7 legal clock against an oracle", 10_000, "histories, other zones and calendars", "test_limits_and_oracle.py",
        control="test_a_clock_that_forgets_the_days_of_the_decree_is_found_out", JIANCHA_CLOCK_EXAMPLES=10_000,
    ),
    _elsewhere(
        "R12 a fault at every point", 31, "commands, each point", "test_fault_at_every_point.py",
        control="test_a_store_that_keeps_half_a_command_is_found_out",
    ),
    _elsewhere(
        "R15 states of older releases", 500, "states of each release", "test_stored_states.py",
        control="test_a_state_that_goes_on_otherwise_is_found_out",
    ),
    _elsewhere(
        "R18 two reviewers at once", 2_000, "interleavings on each database", "test_parallel_data.py",
        control="test_a_blend_of_two_statements_would_be_found", JIANCHA_INTERLEAVINGS=2_000,
    ),
    _elsewhere(
        "T20 forged journals", 1_000, "logs, 11 attacks, two verifiers", "sealing/test_attacks.py",
        control="test_an_untouched_journal_is_whole_in_every_layer",
    ),
    _elsewhere(
        "T21 rows changed with SQL", 500, "edits on each database", "test_reconcile.py",
        control="test_a_digest_that_leaves_something_out_would_miss_it", JIANCHA_EDITS=500,
    ),
)  # fmt: skip


def failures(tests: tuple[str, ...], seed: str, counts: Mapping[str, str] = MappingProxyType({})) -> list[str]:
    """What failed of these tests, by name; a test that was not there or was skipped has failed."""
    command = [sys.executable, "-m", "pytest", "-q", "-rfE", "-p", "no:cacheprovider", *tests]
    given = {**os.environ, "JIANCHA_SEED": seed, "JIANCHA_STRICT": "1", **counts}
    done = subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, check=False)
    found = re.findall(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
    return found or ([f"pytest ended with status {done.returncode}: {done.stdout[-300:]}"] if done.returncode else [])
