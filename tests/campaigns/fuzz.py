"""``make fuzz``: 20,000 bent expressions and 20,000 bent models; only declared errors, in time, and nothing is touched.

``python -m tests.campaigns.fuzz [SHARE]``: that share of both, all of it by default. ``JIANCHA_SEED`` repeats a run.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from engine.clock import VirtualClock, cpu_seconds
from tests.campaigns.report import seed_of_run
from tests.conftest import ROOT
from tests.engine.campaign import room
from tests.engine.fuzzing import expressions, models
from tests.engine.fuzzing.ears import listening
from tests.engine.fuzzing.expressions import Tally
from tests.watch import watching

EXPRESSIONS = MODELS = 20_000
ROOM = 1_000  # models in one database
FOREIGN = 4  # every fourth room is of models that others drew
WARM = 400


def main(share: float, seed: int) -> int:
    """Rooms of models have seeds of their own; whatever is heard counts as a failure."""
    print(f"seed {seed} (JIANCHA_SEED={seed} repeats it)", flush=True)
    expressions.run(seed, WARM)
    with listening() as heard:
        found = expressions.run(seed, round(EXPRESSIONS * share))
    failed, runs = _told("expressions", found, heard), found.runs
    corpora = Path(os.environ.get("JIANCHA_CORPORA", ROOT.parent / "shared" / "corpora")) / "bpmn"
    own, others = models.seeds(), models.foreign(corpora) if corpora.is_dir() else []
    for number, first in enumerate(range(0, round(MODELS * share), ROOM), 1):
        count = min(ROOM, round(MODELS * share) - first)
        found, heard = _room(others if others and number % FOREIGN == 0 else own, own, count, seed + number)
        failed, runs = failed + _told(f"models, seed {seed + number}", found, heard), runs + count
    print(f"{runs} runs, {failed} failed")
    return 1 if failed else 0


def _room(roots: list, own: list, count: int, seed: int) -> tuple[Tally, list[str]]:
    with watching(), room() as database:
        bender = models.Bender(database, VirtualClock(datetime(2026, 3, 11, 1, 0, tzinfo=UTC)), seed)
        bender.run(own, 20)
        bender.tally = Tally()
        with listening() as heard:
            return bender.run(roots, count), list(heard)


def _told(what: str, tally: Tally, heard: list[str]) -> int:
    outcomes = ", ".join(f"{count} {outcome}" for outcome, count in tally.outcomes.most_common())
    print(f"{what}: {outcomes}; the slowest {tally.slowest:.2f} s, {cpu_seconds():.0f} s of CPU so far", flush=True)
    for one in [*tally.wrong, *heard]:
        print(f"  {one}")
    return len(tally.wrong) + len(heard)


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0, int(seed_of_run())))
