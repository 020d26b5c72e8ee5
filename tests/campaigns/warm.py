"""Read by the server from which all children are forked, and by nobody else: they begin with everything in memory.

Without it most of a child's short life would go into reading code and compiling models and statements.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random

from engine.errors import ASKED_WRONGLY
from tests.campaigns.acts import next_order
from tests.campaigns.children import FEW
from tests.campaigns.servers import fresh_world

with tempfile.TemporaryDirectory() as _folder, fresh_world(Path(_folder) / "warm", None) as _world:
    _runtime, _choices = _world.runtime(), Random(1)
    for _ in range(100):
        try:
            _runtime.give(next_order(_runtime, _choices))
        except ASKED_WRONGLY:
            continue
        finally:
            _runtime.tick(FEW)
    # A child may inherit what was learned, but no connection.
    _runtime.database.dispose()
