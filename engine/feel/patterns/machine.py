"""Runs a pattern's program: all threads side by side, so a text is read once (Pike's machine).

Back-references make threads differ by what their groups hold; the meter then bounds how many there are.
"""

from __future__ import annotations

from ..bounds import Meter
from .reader import Program

#: Start and end of the match and of each group; -1 where a group took no part.
Span = tuple[int, ...]

#: A place in the program, the groups on the way there, and how much of a group has been met once more.
_Thread = tuple[int, Span, int]

#: Instructions that cost one step.
_PER_STEP = 8


class _Step:
    """The threads that wait for the character at one position, in order of preference."""

    __slots__ = ("position", "program", "seen", "text", "threads")

    def __init__(self, program: Program, text: str, position: int) -> None:
        self.program, self.text, self.position = program, text, position
        self.threads: list[_Thread] = []
        self.seen: set[object] = set()

    def add(self, place: int, saves: Span, met: int = 0) -> None:
        """Add the threads that a place leads to without taking a character.

        Each place is entered once; with back-references once for each way to it, for what they take differs.
        """
        pending = [(place, saves, met)]
        while pending:
            thread = pending.pop()
            key = thread if self.program.refers else thread[0]
            if key in self.seen:
                continue
            self.seen.add(key)
            self._enter(thread, pending)

    def _enter(self, thread: _Thread, pending: list[_Thread]) -> None:
        place, saves, _ = thread
        operation, argument = self.program.code[place]
        if operation in ("take", "match"):
            self.threads.append(thread)
        elif operation == "split":
            pending += [(place + jump, saves, 0) for jump in reversed(argument)]
        elif operation == "save":
            pending.append((place + 1, (*saves[:argument], self.position, *saves[argument + 1 :]), 0))
        elif operation == "again":
            if saves[2 * argument] == saves[2 * argument + 1]:
                pending.append((place + 1, saves, 0))
            else:
                self.threads.append(thread)
        elif _at_edge(operation, self.program.lines, self.text, self.position):
            pending.append((place + 1, saves, 0))

    def advance(self) -> tuple[_Step, Span | None]:
        """One character further; a match ends all threads of less preference."""
        after = _Step(self.program, self.text, self.position + 1)
        for place, saves, met in self.threads:
            operation, argument = self.program.code[place]
            if operation == "match":
                return after, saves
            if self.position == len(self.text):
                continue
            if operation == "again":
                self._meet_again(after, (place, saves, met), argument)
            elif argument(self.text[self.position]):
                after.add(place + 1, saves)
        return after, None

    def _meet_again(self, after: _Step, thread: _Thread, group: int) -> None:
        place, saves, met = thread
        start, end = saves[2 * group : 2 * group + 2]
        one, other = self.text[self.position], self.text[start + met]
        if one != other and not (self.program.fold and one.casefold() == other.casefold()):
            return
        if start + met + 1 == end:
            after.add(place + 1, saves)
        else:
            after.add(place, saves, met + 1)


def search(program: Program, text: str, begin: int, meter: Meter) -> Span | None:
    """The first match at or behind `begin`, by preference as Perl has it; None if there is none."""
    blank = (-1,) * (2 * program.groups + 2)
    step, found = _Step(program, text, begin), None
    while step.position <= len(text):
        if found is None:
            step.add(0, blank)
        elif not step.threads:
            break
        meter.spend(1 + len(step.seen) // _PER_STEP)
        step, better = step.advance()
        found = better or found
    return found


def _at_edge(operation: str, lines: bool, text: str, position: int) -> bool:
    if operation == "start":
        return position == 0 or (lines and text[position - 1] == "\n")
    return position == len(text) or (lines and text[position] == "\n")


def find_all(program: Program, text: str, meter: Meter) -> list[Span] | None:
    """All matches, one behind the other; None if the pattern matches nothing at all (an empty string)."""
    if search(program, "", 0, meter) is not None:
        return None
    result: list[Span] = []
    position = 0
    while position <= len(text):
        found = search(program, text, position, meter)
        if found is None:
            break
        if found[1] == found[0]:
            return None
        result.append(found)
        position = found[1]
    return result
