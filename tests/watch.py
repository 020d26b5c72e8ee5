"""During the whole test run: after every command the definition it ran on is what it was when it was compiled."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import pytest

from engine import definitions
from engine.commands import Commands
from engine.spiff import Compiled, fingerprint
from tests.snapshot import Snapshot

KEPT = 64


class Watch:
    """Knows the definitions in use, each with what it consisted of at first, and its hash then.

    After a command every object of its definition is compared, which is faster than a hash and sees as much;
    the hash is compared at the end, and when a definition that has not been used for long is forgotten.
    """

    def __init__(self) -> None:
        self._known: OrderedDict[int, tuple[Compiled, str, Snapshot]] = OrderedDict()
        self._command = threading.local()
        self._lock = threading.Lock()
        self._changed: list[str] = []

    def use(self, compiled: Compiled) -> None:
        """The command of this thread runs on a definition."""
        key = id(compiled)
        with self._lock:
            if key not in self._known:
                self._known[key] = (compiled, fingerprint(compiled), Snapshot(compiled))
            self._known.move_to_end(key)
            if len(self._known) > KEPT:
                self._forget(next(iter(self._known)))
        self._command.__dict__.setdefault("used", set()).add(key)

    def done(self) -> None:
        """The command of this thread is through, or has failed."""
        with self._lock:
            for key in self._command.__dict__.pop("used", ()):
                if key in self._known and self._look(key):
                    # Said once, and by the test whose command did it.
                    del self._known[key]

    def close(self) -> None:
        """Look at every definition a last time."""
        with self._lock:
            for key in list(self._known):
                self._forget(key)

    def take_changed(self) -> list[str]:
        """What has changed since it was last asked."""
        changed, self._changed = self._changed, []
        return changed

    def _look(self, key: int) -> bool:
        compiled, _, snapshot = self._known[key]
        found = snapshot.changes()
        self._changed += [f"{compiled.diagram.process_id}: {change}" for change in found]
        return bool(found)

    def _forget(self, key: int) -> None:
        self._look(key)
        compiled, before, _ = self._known.pop(key)
        if fingerprint(compiled) != before:
            self._changed.append(f"{compiled.diagram.process_id}: another hash")


@contextmanager
def watching() -> Iterator[Watch]:
    """Looks on at every command until the block is left."""
    watch, compile_, run = Watch(), definitions.compiled, Commands._undisturbed

    @wraps(compile_)
    def compiled(*parts: Any) -> Compiled:
        found = compile_(*parts)
        watch.use(found)
        return found

    def undisturbed(self: Commands, order: Any, work: Callable[..., Any]) -> Any:
        try:
            return run(self, order, work)
        finally:
            watch.done()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(definitions, "compiled", compiled)
        patch.setattr(Commands, "_undisturbed", undisturbed)
        yield watch
    watch.close()
    assert watch.take_changed() == []
