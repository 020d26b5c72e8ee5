"""The token game of BPMN 2.0, played on the XML alone: what the engine must agree with.

Written from the standard (chapter 13), without SpiffWorkflow and without our own reading of
diagrams. Where the standard leaves a choice open, the game follows every choice at once and
keeps those that agree with what is seen.
"""

from tests.engine.game.play import Game, Waits

__all__ = ["Game", "Waits"]
