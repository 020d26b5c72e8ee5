"""Tokens on the move: from flow to flow until every one of them waits (13.3 to 13.5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.engine.game.chart import Flow, Level, Marker, Node
from tests.engine.game.conditions import holds, number
from tests.engine.game.happenings import broadcast, terminate, throw_error, throw_escalation, trigger
from tests.engine.game.marking import Activity, Catch, Run, Scope, catches, leave, open_scope

WAITS = {"userTask", "manualTask", "receiveTask", "intermediateCatchEvent", "eventBasedGateway"}
# To the message sent first another case answers with the second.
ANSWERED = {"far": "n1"}
PASSES = {"serviceTask", "businessRuleTask", "sendTask", "task"}


class Flowing:
    """Moves the tokens of one marking under the case's data."""

    def __init__(self, root: Scope, processes: Mapping[str, Level], data: Mapping[str, int]) -> None:
        self.root, self.processes, self.data = root, processes, data

    def settle(self) -> None:
        """A condition that turns true is met before any token moves on."""
        while self._meet_condition() or self._move(self.root):
            pass

    def turned(self) -> list[Catch]:
        """The events whose condition has turned true since it was last looked at (10.5.5)."""
        found = []
        for catch in list(catches(self.root)):
            if catch.node.event.kind != "conditional":
                continue
            if not holds(catch.node.event.ref, self.data):
                catch.held.discard(catch.node.id)
            elif catch.node.id not in catch.held:
                found.append(catch)
        return found

    def _meet_condition(self) -> bool:
        turned = self.turned()
        if turned:
            let_go(turned[0])
        return bool(turned)

    def _move(self, scope: Scope) -> bool:
        """One move, the innermost first."""
        inner = [run.inner for activity in scope.active for run in activity.runs if run.inner is not None]
        if any(self._move(one) for one in (*inner, *scope.handlers)):
            return True
        for handler in scope.handlers:
            if handler.is_done:
                scope.handlers.remove(handler)
                return True
        for activity in scope.active:
            for run in activity.runs:
                if run.is_over:
                    self._finish(activity, run)
                    return True
        waiting = [flow for flow in scope.level.flows if scope.tokens[flow.id] > 0]
        # An inclusive gateway looks at where every other token could still go: it moves last.
        waiting.sort(key=lambda flow: scope.level.nodes[flow.target].kind == "inclusiveGateway")
        return any(self._follow(scope, flow) for flow in waiting)

    def _follow(self, scope: Scope, flow: Flow) -> bool:
        """Whether the token on a flow could go on."""
        node = scope.level.nodes[flow.target]
        if node.kind == "parallelGateway":
            return self._join(scope, node, all(scope.tokens[one.id] for one in scope.level.into[node.id]))
        if node.kind == "inclusiveGateway":
            return self._join(scope, node, _is_due(scope, node))
        scope.level.visited.add(node.id)
        if node.kind == "endEvent":
            # What it throws comes first: it may yet start an event sub-process of this scope, or end it.
            self._throw(scope, node)
            scope.tokens[flow.id] -= min(1, scope.tokens[flow.id])
            return True
        scope.tokens[flow.id] -= 1
        if node.kind == "exclusiveGateway":
            self._choose(scope, node)
        elif node.kind == "intermediateThrowEvent":
            leave(scope, node)
            self._throw(scope, node)
        else:
            self._enter(scope, node)
        return True

    def _join(self, scope: Scope, node: Node, due: bool) -> bool:
        if due:
            scope.tokens.subtract(flow.id for flow in scope.level.into[node.id] if scope.tokens[flow.id])
            if node.kind == "parallelGateway":
                leave(scope, node)
            else:
                self._choose(scope, node)
        return due

    def _choose(self, scope: Scope, gateway: Node) -> None:
        """Exclusive: the first condition that holds; inclusive: every one; else the default (13.4.2, 13.4.3)."""
        out = scope.level.out[gateway.id]
        scope.level.visited.add(gateway.id)
        if len(out) == 1:
            chosen = out
        else:
            chosen = [flow for flow in out if flow.id != gateway.default and holds(flow.condition, self.data)]
            chosen = chosen or [flow for flow in out if flow.id == gateway.default]
            if gateway.kind == "exclusiveGateway":
                chosen = chosen[:1]
        assert chosen, f"no way on from {gateway.id}"
        scope.tokens.update(flow.id for flow in chosen)

    def _throw(self, scope: Scope, node: Node) -> None:
        kind, ref = node.event.kind, node.event.ref
        if kind == "signal":
            broadcast(self.root, ref)
        elif kind == "error":
            throw_error(scope, ref)
        elif kind == "escalation":
            throw_escalation(scope, ref)
        elif kind == "terminate":
            terminate(scope)
        elif kind == "message":
            # It goes its way outside of the case, and may come back to it (10.5.1).
            self.root.sent[ANSWERED.get(ref, ref)] += 1
        else:
            assert kind in ("none", "link"), kind

    # -- activities: once, in a loop, or several times (13.3) ----------------------------

    def _enter(self, scope: Scope, node: Node) -> None:
        assert node.kind in WAITS | PASSES | {"subProcess", "callActivity"}, node.kind
        activity = Activity(scope, node, self._planned(node.marker))
        activity.armed = {event.id: event.event.times for event in scope.level.boundary.get(node.id, [])}
        if not activity.total:
            leave(scope, node)
            return
        scope.active.append(activity)
        together = activity.total if node.marker is not None and node.marker.kind == "parallel" else 1
        for one in range(together):
            self._begin(activity, one + 1)

    def _planned(self, marker: Marker | None) -> int:
        """How many runs there are to be at most; 0 when there is to be none."""
        if marker is None:
            return 1
        if marker.kind != "loop":
            planned: Any = number(marker.cardinality, self.data)
            return len(planned) if isinstance(planned, list) else int(planned)
        if marker.test_before and not holds(marker.condition, self.data):
            return 0
        return marker.maximum if marker.maximum is not None else 10**9

    def _begin(self, activity: Activity, count: int) -> None:
        node, run = activity.node, Run(activity, count)
        activity.runs.append(run)
        if node.kind == "subProcess":
            run.inner = open_scope(activity.scope.level.inner[node.id], run=run)
        elif node.kind == "callActivity":
            run.inner = open_scope(self.processes[node.called], run=run)
        elif node.kind == "sendTask":
            self._throw(activity.scope, node)
        run.over = node.kind in PASSES

    def _finish(self, activity: Activity, run: Run) -> None:
        activity.runs.remove(run)
        activity.done += 1
        if self._goes_on(activity, run):
            return
        activity.scope.active.remove(activity)
        leave(activity.scope, activity.node)

    def _goes_on(self, activity: Activity, run: Run) -> bool:
        marker = activity.node.marker
        if marker is None or self._is_enough(activity, run, marker):
            return False
        if marker.kind != "parallel" and activity.done < activity.total:
            self._begin(activity, run.number + 1)
        return bool(activity.runs)

    def _is_enough(self, activity: Activity, run: Run, marker: Marker) -> bool:
        if marker.kind == "loop":
            return bool(marker.condition) and not holds(marker.condition, self.data)
        counts = {
            "loopCounter": run.number,
            "numberOfInstances": activity.total,
            "numberOfCompletedInstances": activity.done,
            "numberOfActiveInstances": len(activity.runs),
        }
        return bool(marker.completion) and holds(marker.completion, {**self.data, **counts})


def _is_due(scope: Scope, gateway: Node) -> bool:
    """No token elsewhere can still come to an empty incoming flow, unless it can also come to a full one (13.4.3)."""
    level = scope.level
    into = level.into[gateway.id]
    full = {flow.id for flow in into if scope.tokens[flow.id]}
    empty = {flow.id for flow in into} - full
    elsewhere = [activity.node.id for activity in scope.active]
    elsewhere += [flow.target for flow in level.flows if scope.tokens[flow.id] and flow.target != gateway.id]
    return not any(
        reached & empty and not reached & full for reached in (level.reach(node, gateway.id) for node in elsewhere)
    )


def let_go(catch: Catch) -> None:
    """The condition of this event has turned true."""
    catch.held.add(catch.node.id)
    trigger(catch)
