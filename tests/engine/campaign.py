"""Many random models, each walked once: what was drawn, and what was walked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, given, reject, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

from engine import Database, Runtime
from engine.clock import VirtualClock
from tests.conftest import create_tables
from tests.engine.conftest import Office
from tests.engine.models.random import CONSTRUCTS, Model, Theme, families, family, models, themes
from tests.engine.walking import Walk

SEED = 20260311
EACH = 5  # models about one theme
LEAST = 50
CYCLE = "timer cycle"  # a way to draw a timer, counted among the variants
PATIENCE = 200  # walks to make a model smaller on which engine and game disagree
CHOICES = st.lists(st.integers(0, 2**18 - 1), min_size=5, max_size=15)


@dataclass
class Tally:
    """``lost`` are the walks whose rest the game could not follow. How often each construct and each pair of them occurred in models, and came to pass in walks."""

    available: frozenset[str]
    models: int = 0
    acts: int = 0
    lost: int = 0
    constructs: Counter[str] = field(default_factory=Counter)
    variants: Counter[str] = field(default_factory=Counter)
    drawn: Counter[tuple[str, str]] = field(default_factory=Counter)
    walked: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, model: Model, walk: Walk) -> None:
        self.models += 1
        self.acts += len(walk.acts)
        self.lost += walk.game.lost
        self.variants.update(model.variants)
        for element, (*outers, own) in model.paths.items():
            self.constructs[own] += 1
            pairs = {(family(outer), family(own)) for outer in outers}
            self.drawn.update(pairs)
            if element in walk.game.visited:
                self.walked.update(pairs)

    def rare(self, least: int = LEAST) -> list[str]:
        """The constructs and pairs that should have occurred at least so often, and did not."""
        rare = [
            f"{name}: {self.constructs[name]}"
            for name in sorted(self.available - {CYCLE})
            if self.constructs[name] < least
        ]
        return rare + [f"{pair}: {self.drawn[pair]}" for pair in families(self.available) if self.drawn[pair] < least]

    def lines(self) -> list[str]:
        off = sorted(set(CONSTRUCTS) - self.available)
        pairs = sorted(families(self.available), key=lambda pair: self.drawn[pair])
        return [
            f"{self.models} models, {self.acts} acts; the game was lost in {self.lost}; not run by the profile: {', '.join(off) or 'none'}",
            *(f"  {name}: {count}" for name, count in sorted(self.constructs.items())),
            *(f"    {name}: {count}" for name, count in sorted(self.variants.items())),
            f"{len(pairs)} pairs, outer > inner: drawn, walked",
            *(f"  {one} > {two}: {self.drawn[one, two]}, {self.walked[one, two]}" for one, two in pairs),
        ]


@contextmanager
def room() -> Iterator[Database]:
    """A SQLite database in memory, where there is a file system for that: no disk slows it down."""
    shared = Path("/dev/shm")
    with TemporaryDirectory(dir=shared if shared.is_dir() else None) as folder:
        database = Database(f"sqlite:///{folder}/walks.db")
        create_tables(database)
        try:
            yield database
        finally:
            database.dispose()


def run(database: Database, count: int, seed: int, available: Collection[str], walk_of: type[Walk] = Walk) -> Tally:
    """Raises at the first model on which engine and game disagree, with the smallest one found."""
    clock = VirtualClock(datetime(2026, 3, 11, 1, 0, tzinfo=UTC))
    runtime = Runtime(database, clock, Office().handlers())
    tally = Tally(frozenset(available))
    for number, theme in zip(range(-(-count // EACH)), themes(available, seed, tally.drawn), strict=False):
        try:
            _about(theme, runtime, clock, tally, seed + number, walk_of)
        except AssertionError:
            for chain in theme if len(theme) > 1 else ():  # perhaps a part of it is enough
                _about((chain,), runtime, clock, tally, seed + number, walk_of)
            raise
    return tally


def _about(theme: Theme, runtime: Runtime, clock: VirtualClock, tally: Tally, seed: int, walk_of: type[Walk]) -> None:
    """Some models about one theme; a disagreement is made smaller as long as ``PATIENCE`` lasts."""
    failed, tried = set[tuple[bytes, tuple[int, ...]]](), Counter[bool]()

    @seeded(seed)
    @settings(
        max_examples=EACH,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    @given(models(theme, tally.available), CHOICES)
    def agree(model: Model, choices: list[int]) -> None:
        what = (model.xml, tuple(choices))
        tried[bool(failed)] += 1
        if tried[True] > PATIENCE and what not in failed:
            reject()
        try:
            walk = walk_of(runtime, clock, *model.files, drawn=model.xml)
            walk.go(choices)
        except Exception:
            failed.add(what)
            raise
        tally.add(model, walk)

    agree()
