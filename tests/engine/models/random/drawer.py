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
from tests.engine.models.random.constructs import ENTRIES
from tests.engine.models.random.place import SENT, SIGNALS, Piece, Place, Sheet

T = TypeVar("T")
Block = Callable[..., Piece]  # of drawer, sheet and place
BLOCKS: dict[str, Block] = {}
# What fills what is not about something else.
SMALL = (
    *("user task", "user task", "service task", "plain task", "receive task", "timer event"),
    *("message event", "conditional event", "message throw"),
)
# What stands beside the flow of a level; gives the place of that flow.
BESIDE: dict[str, Callable[[Drawer, Sheet, Place], Place]] = {}


@dataclass(frozen=True)
class Model:
    """``xml`` is the whole of it. ``files`` are deployed one after the other, the model last: where it calls others, each
    is a file of its own. ``paths`` says of each element which constructs are around it, its own last.
    """

    xml: bytes
    files: tuple[bytes, ...] = field(repr=False)
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
        self.called: list[tuple[str, str]] = []
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
        return self.pick(SMALL)

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
        begun = self.row(sheet, *pieces).entry
        for construct in ENTRIES:
            if construct in self.available and self.whether():
                begun = self.entry(sheet, place, construct, begun)
        start = self.name("b")
        sheet.add(f'<startEvent id="{start}"/>')
        self.flow(sheet, start, self.step(sheet, place), begun)
        self.flow(sheet, pieces[-1].exit, self.end(sheet))
        called = [_process(name, inner, "") for name, inner in self.called]
        main = _process("p", sheet.xml, "executable")
        whole = self._file(main, *called)
        files = [whole]
        if called and self.whether():
            self.variants.append("call activity, of another model")
            files = [self._file(_process(name, inner, "callable")) for name, inner in self.called] + [self._file(main)]
        return Model(whole, tuple(files), self.paths, tuple(self.variants))

    def entry(self, sheet: Sheet, place: Place, construct: str, begun: str) -> str:
        """An event with which cases begin, too; gives where their way and that of the others meet."""
        start, kind = self.note(self.name("b"), place, construct), construct.removesuffix(" start")
        outputs = "".join(f'<jc:output name="{name}"/>' for name in ("x", "y", "z", "again", "n"))
        ours = f'<jc:case no="firing.payload.no"/><jc:receive>{outputs}</jc:receive>'
        definition = f'<{kind}EventDefinition {kind}Ref="{self.declare(kind, "begin")}"/>'
        sheet.add(f'<startEvent id="{start}"><extensionElements>{ours}</extensionElements>{definition}</startEvent>')
        merge = self.gateway(sheet, "exclusive")
        self.flow(sheet, start, self.step(sheet, place), merge, begun)
        return merge

    def _file(self, *processes: str) -> bytes:
        known = [("signal", name) for name in SIGNALS] + [("message", name) for name in SENT]
        declared = "".join(f'<{kind} id="{name}" name="{name}"/>' for kind, name in known) + "".join(self.declared)
        text = f"<definitions {NAMESPACES}>{declared}{''.join(processes)}</definitions>"
        return f'<?xml version="1.0" encoding="UTF-8"?>{text}'.encode()


def _process(name: str, inner: str, kind: str) -> str:
    about = (
        f'<extensionElements><jc:process system="TT" kind="{kind}" titleEn="Test"/></extensionElements>' if kind else ""
    )
    return f'<process id="{name}" name="试" isExecutable="true">{about}{inner}</process>'
