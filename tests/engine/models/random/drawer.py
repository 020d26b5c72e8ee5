"""Draws one random model out of blocks that fit into each other, so that every case can reach an end.

A block has one way in and one way out. It throws only what somebody around it catches, and
only right behind a step: two events thrown in one command could come in either order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from hypothesis import strategies as st

from tests.engine.drawing import NAMESPACES, step
from tests.engine.models.random.place import SIGNALS, Piece, Place, Sheet

T = TypeVar("T")
Block = Callable[..., Piece]  # of drawer, sheet and place
BLOCKS: dict[str, Block] = {}
# What stands beside the flow of a level; gives the place of that flow.
BESIDE: dict[str, Callable[[Drawer, Sheet, Place], Place]] = {}


@dataclass(frozen=True)
class Model:
    """``paths`` says of each element which constructs are around it, its own last."""

    xml: bytes
    paths: dict[str, tuple[str, ...]] = field(repr=False)
    variants: tuple[str, ...] = field(repr=False)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """How hypothesis shows a model that fails: one element a line."""
        printer.text(self.xml.decode().replace("><", ">\n<"))


def block(*names: str) -> Callable[[Block], Block]:
    """Registers how a construct is drawn."""

    def register(draws: Block) -> Block:
        BLOCKS.update(dict.fromkeys(names, draws))
        return draws

    return register


class Drawer:
    """The pencil: draws by what ``draw`` gives, and numbers what it draws."""

    def __init__(self, draw: Callable[[Any], Any], available: frozenset[str]) -> None:
        self._draw, self.available = draw, available
        self.paths: dict[str, tuple[str, ...]] = {}
        self.variants: list[str] = []
        self.declared: list[str] = []
        self.called: list[str] = []
        self._count = 0

    # -- chance ------------------------------------------------------------------------

    def pick(self, choices: Sequence[T]) -> T:
        return choices[self._draw(st.integers(0, len(choices) - 1))]

    def whether(self) -> bool:
        return bool(self._draw(st.booleans()))

    # -- nodes and flows ---------------------------------------------------------------

    def name(self, prefix: str) -> str:
        self._count += 1
        return f"{prefix}{self._count}"

    def count(self) -> int:
        """A number that no other timer of this model has."""
        self._count += 1
        return self._count

    def note(self, element: str, place: Place, construct: str) -> str:
        """Write down where an element stands; gives the element."""
        self.paths[element] = (*place.outers, construct)
        return element

    def step(self, sheet: Sheet, place: Place) -> str:
        name = self.note(self.name("t"), place, "user task")
        sheet.add(step(name))
        return name

    def end(self, sheet: Sheet, definition: str = "") -> str:
        name = self.name("e")
        sheet.add(f'<endEvent id="{name}">{definition}</endEvent>')
        return name

    def gateway(self, sheet: Sheet, kind: str, default: str = "") -> str:
        name = self.name("g")
        marked = f' default="{default}"' if default else ""
        sheet.add(f'<{kind}Gateway id="{name}"{marked}/>')
        return name

    def flow(self, sheet: Sheet, *nodes: str, condition: str = "", name: str = "") -> None:
        """Flows from node to node; a condition or a name is for the first of them."""
        for source, target in zip(nodes, nodes[1:], strict=False):
            inner = f"><conditionExpression>{condition}</conditionExpression></sequenceFlow>" if condition else "/>"
            own = name or self.name("f")
            sheet.add(f'<sequenceFlow id="{own}" sourceRef="{source}" targetRef="{target}"{inner}')
            condition = name = ""

    def declare(self, kind: str, prefix: str, code: str = "") -> str:
        """A message, error or escalation of its own; its id is its name and code."""
        name = self.name(prefix)
        self.declared.append(f'<{kind} id="{name}" name="{name}"' + (f' {code}="{name}"/>' if code else "/>"))
        return name

    # -- bodies ------------------------------------------------------------------------

    def body(self, sheet: Sheet, place: Place) -> Piece:
        """One to three blocks in a row, one of them what is wished for, the others small."""
        if not place.wish:
            return self.block(sheet, self._small(), place)
        pieces = [self.block(sheet, place.wish[0], place.wishing(*place.wish[1:]))]
        for _ in range(self.pick((0, 0, 1))):
            piece = self.block(sheet, self._small(), place.wishing())
            pieces.insert(self.pick((0, len(pieces))), piece)
        return self.row(sheet, *pieces)

    def row(self, sheet: Sheet, *pieces: Piece) -> Piece:
        for one, two in zip(pieces, pieces[1:], strict=False):
            self.flow(sheet, one.exit, two.entry)
        return Piece(pieces[0].entry, pieces[-1].exit)

    def block(self, sheet: Sheet, construct: str, place: Place) -> Piece:
        return BLOCKS[construct](self, sheet, place)

    def level(self, place: Place, *, first: bool = False, end: str = "") -> str:
        """The inside of a process or sub-process: start, body, end; a step ``first`` when it must take time."""
        sheet = Sheet()
        start = self.name("b")
        sheet.add(f'<startEvent id="{start}"/>')
        if place.wish and place.wish[0] in BESIDE:
            place, first = self.beside(sheet, place), True
        body = self.body(sheet, place)
        opening = (self.step(sheet, place.wishing()),) if first else ()
        self.flow(sheet, start, *opening, body.entry)
        self.flow(sheet, body.exit, self.end(sheet, end))
        return sheet.xml

    def beside(self, sheet: Sheet, place: Place) -> Place:
        """The event sub-process wished for first, with the other wishes in it."""
        return BESIDE[place.wish[0]](self, sheet, place.wishing(*place.wish[1:]))

    def _small(self) -> str:
        return self.pick(("user task", "user task", "service task", "receive task", "timer event"))

    # -- the file ----------------------------------------------------------------------

    def model(self, wishes: Sequence[tuple[str, ...]]) -> Model:
        """A file with one block in a row for each chain of wishes."""
        sheet, place = Sheet(), Place()
        pieces = []
        for wish in sorted(wishes, key=lambda wish: wish[0] not in BESIDE):
            here = place.wishing(*wish)
            if wish[0] in BESIDE and self.whether():
                here = self.beside(sheet, here)
                place = here.wishing()
            pieces.append(self.body(sheet, here))
        start, first = self.name("b"), self.step(sheet, place)
        sheet.add(f'<startEvent id="{start}"/>')
        self.flow(sheet, start, first, self.row(sheet, *pieces).entry)
        self.flow(sheet, pieces[-1].exit, self.end(sheet))
        signals = "".join(f'<signal id="{name}" name="{name}"/>' for name in SIGNALS)
        about = '<extensionElements><jc:process system="TT" kind="executable" titleEn="Test"/></extensionElements>'
        xml = (
            f'<?xml version="1.0" encoding="UTF-8"?><definitions {NAMESPACES}>{signals}{"".join(self.declared)}'
            f'<process id="p" name="试" isExecutable="true">{about}{sheet.xml}</process>'
            f"{''.join(self.called)}</definitions>"
        )
        return Model(xml.encode(), self.paths, tuple(self.variants))
