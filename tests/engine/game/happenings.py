"""What happens to waiting tokens: events from outside, and those thrown inside (13.5, 10.5)."""

from __future__ import annotations

from collections.abc import Iterator

from tests.engine.game.chart import Node
from tests.engine.game.marking import Activity, Catch, Scope, catches, leave, open_scope


class Uncaught(Exception):
    """An error for which nothing around the place where it was thrown was drawn."""


def trigger(catch: Catch) -> None:
    """Let one waiting event happen; no token moves on yet."""
    catch.scope.level.visited.add(catch.node.id)
    if catch.activity is None:
        _start_handler(catch.scope, catch.handler)
    elif catch.run is None:
        _leave_boundary(catch.activity, catch.node)
    elif catch.activity.node.kind == "eventBasedGateway":
        _withdraw(catch.activity)
        leave(catch.scope, catch.node)
    else:
        catch.run.over = True


def broadcast(root: Scope, name: str) -> None:
    """A signal reaches all who wait for it at that moment, and nobody who comes later (10.5.1)."""
    reached = [one for one in catches(root) if (one.node.event.kind, one.node.event.ref) == ("signal", name)]
    for one in reached:
        trigger(one)


def throw_error(scope: Scope, code: str) -> None:
    """To the nearest catcher outward; it always interrupts (10.5.7)."""
    if not _caught(scope, "error", code):
        raise Uncaught(code)


def throw_escalation(scope: Scope, code: str) -> None:
    """To the nearest catcher outward; without one nothing happens (10.5.7)."""
    _caught(scope, "escalation", code)


def _caught(scope: Scope, kind: str, code: str) -> bool:
    """Whether something outward catches it; it has then begun."""
    within = ""
    for at, activity in _outward(scope):
        if activity is None:
            handler = _matching_handler(at, kind, code, within)
            if handler:
                _start_handler(at, handler)
                return True
            within = at.handler
        else:
            event = _matching_boundary(activity, kind, code)
            if event is not None:
                _leave_boundary(activity, event)
                return True
    return False


def terminate(scope: Scope) -> None:
    """Every token of the scope goes, and of nothing around it (13.5.6)."""
    scope.tokens.clear()
    scope.active.clear()
    scope.armed.clear()
    scope.handlers.clear()


def _outward(scope: Scope) -> Iterator[tuple[Scope, Activity | None]]:
    """Scope by scope, each first with its event sub-processes, then with its activity's boundary."""
    at: Scope | None = scope
    while at is not None:
        yield at, None
        if at.outer is not None:
            at = at.outer
        elif at.run is not None:
            yield at, at.run.activity
            at = at.run.activity.scope
        else:
            at = None


def _matching_handler(scope: Scope, kind: str, code: str, within: str) -> str:
    """A scope whose own tokens are done starts no event sub-process any more (13.5.4).

    What the event sub-process ``within`` throws again goes on outwards: it does not start itself.
    """
    for name in () if scope.is_completing else scope.armed:
        event = scope.level.triggers[name].event
        if name != within and event.kind == kind and event.ref in ("", code):
            return name
    return ""


def _matching_boundary(activity: Activity, kind: str, code: str) -> Node | None:
    for event in activity.scope.level.boundary.get(activity.node.id, []):
        if event.event.kind == kind and event.event.ref in ("", code):
            return event
    return None


def _start_handler(scope: Scope, name: str) -> None:
    start = scope.level.triggers[name]
    scope.level.visited.update((name, start.id))
    if start.interrupting or start.event.kind == "error":
        terminate(scope)
    else:
        _count_down(scope.armed, name)
    scope.handlers.append(open_scope(scope.level.inner[name], outer=scope, handler=name))


def _leave_boundary(activity: Activity, event: Node) -> None:
    if event.interrupting or event.event.kind == "error":
        _withdraw(activity)
    else:
        _count_down(activity.armed, event.id)
    leave(activity.scope, event)


def _withdraw(activity: Activity) -> None:
    # What was withdrawn together with everything around it is no longer there.
    if activity in activity.scope.active:
        activity.scope.active.remove(activity)


def _count_down(armed: dict[str, int | None], name: str) -> None:
    left = armed.get(name)
    if left == 1:
        del armed[name]
    elif left is not None:
        armed[name] = left - 1
