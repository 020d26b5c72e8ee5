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
from tests.campaigns.report import Report, seed_of_run
from tests.campaigns.servers import fresh_world, postgres

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
    seed = seed_of_run()
    report = Report("crash", seed)
    with tempfile.TemporaryDirectory(prefix="jiancha-crash-") as name, postgres() as server:
        for kind, where in (("sqlite", None), ("postgresql", server)):
            folder, begun, slowest, found, done = Path(name) / kind, monotonic(), 0.0, list[str](), 0
            for number, part in enumerate(rounds(kills)):
                wrong, progress = killed(folder / f"{kind}_{number}", where, part, f"{seed}:{kind}:{number}")
                found += wrong
                slowest, done = max(slowest, progress), done + part
                report.progress(
                    f"{kind}: {done} of {kills} kills, {len(found)} violations, {monotonic() - begun:.0f} s"
                )
            report.row(f"kill -9, {kind}", done, found, note=f"first progress after {slowest:.1f} s at most")
            for fault in FAULTS:
                control = f"{kind}_{fault}"
                wrong, _ = killed(folder / control, where, KILLS_OF_A_CONTROL, f"{seed}:{control}", fault)
                report.control(f"kill -9, {kind}", fault, wrong)
    return report.close()


if __name__ == "__main__":
    sys.exit(main())
