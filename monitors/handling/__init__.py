"""What the service tasks of the violation process do to the tables, each inside the command's transaction.

Every handler checks again the separation of duties that the law demands (B.5): a diagram that forgets it
cannot break it. The engine calls each once per command; a command that is tried again was rolled back.
"""

from monitors.handling.registry import register

__all__ = ["register"]
