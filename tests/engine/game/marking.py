"""Where the tokens are: scopes that run, the activities in them, and what may still happen to both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.engine.game.chart import Level, Node


@dataclass(eq=False)
class Scope:
    """A process, called process, sub-process or event sub-process while it runs.

    ``run`` is the work of an activity that it is; an event sub-process has the scope it
    belongs to as ``outer`` instead. ``armed`` are the event sub-processes that may still start,
    ``held`` those whose condition was true already when it was last looked at. ``sent`` are, in the scope around
    everything, the messages that the case has sent and nobody has got.
    """

    level: Level
    run: Run | None = None
    outer: Scope | None = None
    handler: str = ""
    tokens: Counter[str] = field(default_factory=Counter)
    active: list[Activity] = field(default_factory=list)
    armed: dict[str, int | None] = field(default_factory=dict)
    handlers: list[Scope] = field(default_factory=list)
    held: set[str] = field(default_factory=set)
    sent: Counter[str] = field(default_factory=Counter)

    @property
    def is_completing(self) -> bool:
        """Its own tokens have come to their ends; event sub-processes may still run (13.5.4)."""
        return not self.active and not +self.tokens

    @property
    def is_done(self) -> bool:
        return self.is_completing and not self.handlers


@dataclass(eq=False)
class Run:
    """One time that an activity is done, the ``number``-th; ``over`` once it is."""

    activity: Activity
    number: int
    inner: Scope | None = None
    over: bool = False

    @property
    def is_over(self) -> bool:
        return self.over or (self.inner is not None and self.inner.is_done)


@dataclass(eq=False)
class Activity:
    """A token on a node that takes time, with the boundary events that may still happen."""

    scope: Scope
    node: Node
    total: int = 1
    done: int = 0
    runs: list[Run] = field(default_factory=list)
    armed: dict[str, int | None] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Catch:
    """A place where something from outside is waited for.

    ``activity`` is None for an event sub-process, ``run`` is None for a boundary event.
    """

    node: Node
    scope: Scope
    activity: Activity | None = None
    run: Run | None = None
    handler: str = ""

    @property
    def held(self) -> set[str]:
        """Where it is remembered that the condition of this event is true."""
        return self.scope.held if self.activity is None else self.activity.held


def open_scope(
    level: Level, *, run: Run | None = None, outer: Scope | None = None, handler: str = "", start: str = ""
) -> Scope:
    """A scope whose start event has just let its token go: the one named, else the one that waits for nothing."""
    scope = Scope(level, run, outer, handler)
    scope.armed = {name: start.event.times for name, start in level.triggers.items()}
    for node in level.starts:
        if node.id == start if start else handler or node.event.kind == "none":
            leave(scope, node)
    return scope


def leave(scope: Scope, node: Node) -> None:
    """A token on every flow out of a node; from a link it comes out at the other end."""
    scope.level.visited.add(node.id)
    if node.kind == "intermediateThrowEvent" and node.event.kind == "link":
        leave(scope, scope.level.after_link(node))
    scope.tokens.update(flow.id for flow in scope.level.out[node.id])


def catches(scope: Scope) -> Iterator[Catch]:
    """Everything that is waited for in a scope and below."""
    for activity in scope.active:
        for run in activity.runs:
            yield from _of_run(activity, run)
        for event in scope.level.boundary.get(activity.node.id, []):
            if event.id in activity.armed:
                yield Catch(event, scope, activity)
    if not scope.is_completing:
        for handler in scope.armed:
            yield Catch(scope.level.triggers[handler], scope, handler=handler)
    for running in scope.handlers:
        yield from catches(running)


def _of_run(activity: Activity, run: Run) -> Iterator[Catch]:
    scope = activity.scope
    if run.inner is not None:
        yield from catches(run.inner)
    elif activity.node.kind == "eventBasedGateway":
        for flow in scope.level.out[activity.node.id]:
            yield Catch(scope.level.nodes[flow.target], scope, activity, run)
    elif not run.over:
        yield Catch(activity.node, scope, activity, run)


def scopes(scope: Scope) -> Iterator[Scope]:
    """A scope and every one that runs inside it."""
    yield scope
    inner = [run.inner for activity in scope.active for run in activity.runs if run.inner is not None]
    for one in (*inner, *scope.handlers):
        yield from scopes(one)


def copied(scope: Scope, run: Run | None = None, outer: Scope | None = None) -> Scope:
    """The same marking, with which nothing is shared but the drawing."""
    new = Scope(
        scope.level, run, outer, scope.handler, scope.tokens.copy(), armed=dict(scope.armed), held=set(scope.held),
        sent=scope.sent.copy(),
    )  # fmt: skip
    for activity in scope.active:
        same = Activity(new, activity.node, activity.total, activity.done)
        same.armed, same.held = dict(activity.armed), set(activity.held)
        for old in activity.runs:
            one = Run(same, old.number, over=old.over)
            one.inner = None if old.inner is None else copied(old.inner, run=one)
            same.runs.append(one)
        new.active.append(same)
    new.handlers = [copied(one, outer=new) for one in scope.handlers]
    return new


def key(scope: Scope) -> tuple[Any, ...]:
    """Equal for markings that no future can tell apart."""
    return (
        scope.level.id,
        tuple(sorted((+scope.tokens).items())),
        tuple(sorted(scope.armed.items(), key=repr)),
        tuple(sorted(scope.held)),
        tuple(sorted((+scope.sent).items())),
        tuple(sorted(map(_activity_key, scope.active), key=repr)),
        tuple(sorted(map(key, scope.handlers), key=repr)),
    )


def _activity_key(activity: Activity) -> tuple[Any, ...]:
    marker = activity.node.marker
    counts = marker is not None and ("loopCounter" in marker.completion or marker.kind != "parallel")
    runs = [(run.number if counts else 0, key(run.inner) if run.inner else run.over) for run in activity.runs]
    armed = (*sorted(activity.armed.items(), key=repr), *sorted(activity.held))
    return activity.node.id, activity.total, activity.done, armed, tuple(sorted(runs, key=repr))
