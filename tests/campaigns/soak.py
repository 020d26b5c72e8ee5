"""`make soak`: 50,000 random models against the token game, and 2,000 orders of two reviewers' acts.

``python -m tests.campaigns.soak [COUNT]``; ``JIANCHA_SEED`` gives other models. The last line is ``N runs, N failed``.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed

from tests.engine.campaign import LEAST, SEED, Tally, room, run
from tests.engine.models.random import families, running
from tests.watch import watching

COUNT = 50_000
ROOM = 1000  # models in one database
ORDERS = 2000


def main(count: int, seed: int) -> int:
    """Each room of models has a process, a database and a seed of its own; one that fails does not stop the others."""
    print(f"seed {seed}", flush=True)
    failed, done = orders(), Counter[tuple[str, str]]()
    pairs = families(running())
    runs = 2 * ORDERS
    with ProcessPoolExecutor() as processes:
        rooms = [processes.submit(walked, min(ROOM, count - first), seed + first) for first in range(0, count, ROOM)]
        for walk in as_completed(rooms):
            found = walk.result()
            if isinstance(found, str):
                runs, failed = runs + 1, failed + 1
                print(found, flush=True)
                continue
            runs, done = runs + found.models, done + found.drawn
            print(f"{runs - 2 * ORDERS} models; the rarest pair {min(done[pair] for pair in pairs)} times", flush=True)
    rare = [pair for pair in pairs if done[pair] < LEAST]
    if rare:
        failed += 1
        print(f"drawn less than {LEAST} times: {rare}")
    print(f"{runs} runs, {failed} failed")
    return 1 if failed else 0


def walked(count: int, seed: int) -> Tally | str:
    """What a room of so many models came to, or in words where engine and game disagreed."""
    try:
        with watching(), room() as database:
            return run(database, count, seed, running())
    except Exception as error:  # noqa: BLE001 - whatever it is, the other rooms go on
        return "\n".join([f"seed {seed}: {type(error).__name__}: {error}", *getattr(error, "__notes__", ())])


def orders() -> int:
    """The acts of two reviewers in ever other orders, on both databases; 1 when a statement was blended or lost."""
    environment = {**os.environ, "JIANCHA_INTERLEAVINGS": str(ORDERS)}
    tests = "tests/engine/test_parallel_data.py"
    return int(subprocess.call([sys.executable, "-m", "pytest", "-q", tests], env=environment) != 0)


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    sys.exit(main(count, int(os.environ.get("JIANCHA_SEED", SEED))))
