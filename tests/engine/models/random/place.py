"""Where a block is drawn: what is around it, what it may throw, and what is still wished for below it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

SIGNALS = ("s1", "s2", "s3", "s4", "s5")
# What a case may send: the first goes to another case, which answers it with the second.
FAR, *MESSAGES = SENT = ("far", "n1", "n2", "n3")


@dataclass(frozen=True)
class Place:
    """``outers`` are the constructs around, the outermost first.

    ``errors`` and ``escalations`` are the codes that somebody around catches. ``deaf`` are the
    signals that interrupt something around: who waited for one of them here would be withdrawn
    and told at the same moment, and the standard does not say which comes first; and the messages that something
    around waits for, which would get each of them before. ``thrown`` are
    the signals that may be thrown here: what a signal starts throws only later ones, or two
    could call each other for ever. ``sent`` are the messages that may be, by the same rule; what one kind
    starts throws nothing of the other.
    """

    outers: tuple[str, ...] = ()
    wish: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    escalations: tuple[str, ...] = ()
    deaf: frozenset[str] = frozenset()
    thrown: tuple[str, ...] = SIGNALS
    sent: tuple[str, ...] = SENT

    def within(self, construct: str) -> Place:
        return replace(self, outers=(*self.outers, construct))

    def wishing(self, *wish: str) -> Place:
        return replace(self, wish=wish)

    def catching(self, *, error: str = "", escalation: str = "") -> Place:
        errors = (*self.errors, error) if error else self.errors
        escalations = (*self.escalations, escalation) if escalation else self.escalations
        return replace(self, errors=errors, escalations=escalations)

    def deaf_to(self, *names: str) -> Place:
        return replace(self, deaf=self.deaf.union(names))

    def started_by(self, signal: str) -> Place:
        return replace(self, thrown=tuple(one for one in self.thrown if one > signal), sent=())

    def answering(self, message: str) -> Place:
        if message not in SENT:
            return self
        return replace(self, sent=tuple(one for one in self.sent if one > message), thrown=())

    @property
    def signals(self) -> tuple[str, ...]:
        """Those that may be waited for here."""
        return tuple(signal for signal in SIGNALS if signal not in self.deaf)


@dataclass(frozen=True)
class Piece:
    """A part of a level with one way in and one way out, both nodes."""

    entry: str
    exit: str


@dataclass
class Sheet:
    """The level that is being drawn: nodes and flows as XML."""

    parts: list[str] = field(default_factory=list)

    def add(self, xml: str) -> None:
        self.parts.append(xml)

    @property
    def xml(self) -> str:
        return "".join(self.parts)
