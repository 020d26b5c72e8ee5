"""``make crash``: clients and workers are killed at random, and a command dies at each of its points.

``python -m tests.campaigns.crash [KILLS]``: so many on each database. ``JIANCHA_SEED`` repeats a run.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

from engine.clock import monotonic
from tests.campaigns.checks import violations
from tests.campaigns.kills import Round
from tests.campaigns.planted import FAULTS
from tests.campaigns.points import Work, deaths
from tests.campaigns.report import Report, seed_of_run
from tests.campaigns.servers import fresh_url, fresh_world, postgres
from tests.engine.scenes import SCENES

KILLS, KILLS_OF_A_ROUND, KILLS_OF_A_CONTROL = 500, 25, 40


def killed(folder: Path, server: str | None, kills: int, seed: str, planted: str = "") -> tuple[list[str], float]:
    """One round in a world of its own: what is wrong in the end, and the longest wait for a client's progress."""
    with fresh_world(folder, server, planted) as world:
        played = Round(world, Random(seed))
        played.play(kills)
        return [*played.strange, *violations(world)], played.slowest_progress()


def rounds(kills: int) -> Iterator[int]:
    """So many kills, in rounds that are small enough to be looked at in the end."""
    for begun in range(0, kills, KILLS_OF_A_ROUND):
        yield min(KILLS_OF_A_ROUND, kills - begun)


def main() -> int:
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else KILLS
    report = Report("crash", seed_of_run())
    with tempfile.TemporaryDirectory(prefix="jiancha-crash-") as name, postgres() as server:
        for kind, where in (("sqlite", None), ("postgresql", server)):
            _kills(report, Path(name) / kind, kind, where, kills)
            _points(report, Path(name), kind, where)
    return report.close()


def _kills(report: Report, folder: Path, kind: str, where: str | None, kills: int) -> None:
    begun, slowest, found, done = monotonic(), 0.0, list[str](), 0
    for number, part in enumerate(rounds(kills)):
        wrong, progress = killed(folder / f"{kind}_{number}", where, part, f"{report.seed}:{kind}:{number}")
        found += wrong
        slowest, done = max(slowest, progress), done + part
        report.progress(f"{kind}: {done} of {kills} kills, {len(found)} violations, {monotonic() - begun:.0f} s")
    fault = f"kill -9, {kind}"
    report.row(fault, done, found, note=f"first progress after {slowest:.1f} s at most")
    for planted in FAULTS:
        control = f"{kind}_{planted}"
        wrong, _ = killed(folder / control, where, KILLS_OF_A_CONTROL, f"{report.seed}:{control}", planted)
        report.control(fault, planted, wrong)


def _points(report: Report, folder: Path, kind: str, where: str | None) -> None:
    """Every point of every scene; the control's store writes the journal after the commit."""
    fault = f"exit at every point, {kind}"
    with fresh_url(folder, where, "points") as url:
        done, found = 0, list[str]()
        for died, wrong in deaths([Work(scene, url) for scene in range(len(SCENES))]):
            done, found = done + died, found + wrong
            report.progress(f"{fault}: {done} points, {len(found)} violations")
        report.row(fault, done, found, note=f"{len(SCENES)} commands")
        ((_, wrong),) = deaths([Work(0, url, planted="journal")])
        report.control(fault, "journal", wrong)


if __name__ == "__main__":
    sys.exit(main())
