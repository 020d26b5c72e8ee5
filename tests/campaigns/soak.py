"""`make soak`: 50,000 random models against the token game, and 2,000 orders of two reviewers' acts.

``python -m tests.campaigns.soak [COUNT]``; ``JIANCHA_SEED`` gives other models. The last line is ``N runs, N failed``.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter

from tests.engine.campaign import LEAST, SEED, room, run
from tests.engine.models.random import families, running
from tests.watch import watching

COUNT = 50_000
ROOM = 1000  # models in one database
ORDERS = 2000


def main(count: int, seed: int) -> int:
    """Each room of models has a database and a seed of its own; one that fails does not stop the others."""
    print(f"seed {seed}", flush=True)
    available, failed, done = running(), orders(), Counter[tuple[str, str]]()
    pairs = families(available)
    runs = 2 * ORDERS
    for first in range(0, count, ROOM):
        try:
            with watching(), room() as database:
                tally = run(database, min(ROOM, count - first), seed + first, available)
        except AssertionError as error:
            runs, failed = runs + 1, failed + 1
            print(f"seed {seed + first}: {error}", *getattr(error, "__notes__", ()), sep="\n", flush=True)
        else:
            runs, done = runs + tally.models, done + tally.drawn
            print(f"{runs - 2 * ORDERS} models; the rarest pair {min(done[pair] for pair in pairs)} times", flush=True)
    rare = [pair for pair in pairs if done[pair] < LEAST]
    if rare:
        failed += 1
        print(f"drawn less than {LEAST} times: {rare}")
    print(f"{runs} runs, {failed} failed")
    return 1 if failed else 0


def orders() -> int:
    """The acts of two reviewers in ever other orders, on both databases; 1 when a statement was blended or lost."""
    environment = {**os.environ, "JIANCHA_INTERLEAVINGS": str(ORDERS)}
    tests = "tests/engine/test_parallel_data.py"
    return int(subprocess.call([sys.executable, "-m", "pytest", "-q", tests], env=environment) != 0)


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    sys.exit(main(count, int(os.environ.get("JIANCHA_SEED", SEED))))
