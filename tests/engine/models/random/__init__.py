"""Random models in which every case can reach an end: ``models(theme, available)`` is a hypothesis strategy.

A theme is a few chains of constructs, each inside the one before; chance draws what is around them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from hypothesis import strategies as st

from tests.engine.models.random import activities, events, gateways, leaves
from tests.engine.models.random.constructs import CONSTRUCTS, ENTRIES, family, running
from tests.engine.models.random.drawer import BLOCKS, Drawer, Model
from tests.engine.models.random.themes import Theme, families, themes

__all__ = ["BLOCKS", "CONSTRUCTS", "ENTRIES", "Model", "families", "family", "models", "running", "themes"]
# Each of them says how its constructs are drawn.
DRAWN_BY = (activities, events, gateways, leaves)


@st.composite
def models(draw: Callable[[Any], Any], theme: Theme, available: Collection[str]) -> Model:
    """A model about a theme."""
    return Drawer(draw, frozenset(available)).model(theme)
