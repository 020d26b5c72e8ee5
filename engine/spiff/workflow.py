"""One running workflow: it steps a case, finds where tokens wait, and lets them go."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from heapq import heappop, heappush
from typing import Any, Protocol

from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.util.task import TaskState

from engine.errors import Conflict, EvaluationFailed, InvariantBroken, LimitExceeded
from engine.spiff import catching
from engine.spiff.gateways import Inclusive
from engine.spiff.levels import Case
from engine.spiff.loops import Loop
from engine.spiff.nodes import Boundary, RowEvent, Scope, Split
from engine.spiff.parser import Compiled
from engine.spiff.pruning import prune
from engine.spiff.token import Token
from engine.spiff.waits import LOOP, OUTSIDE, PERSON, Wait, element_of, is_loop_instance, wait_of

STEP_BUDGET = 500  # nodes run in one command, on one level
TOTAL_BUDGET = 2000  # and on all levels together
MANY_TOKENS = 300


class Host(Protocol):
    """What the workflow asks of the engine while it steps; ``local`` are names that loops have set."""

    def condition(self, element: str, expression: str, local: Mapping[str, Any]) -> bool: ...

    def value(self, element: str, expression: str, local: Mapping[str, Any]) -> Any: ...

    def call(self, element: str, firing: dict[str, Any] | None, local: Mapping[str, Any]) -> None: ...

    def calling(self, element: str, local: Mapping[str, Any]) -> Mapping[str, Any]: ...

    def returned(self, element: str, local: Mapping[str, Any]) -> None: ...

    def entered(self, element: str, occurrence: int, kind: str) -> None: ...

    def left(self, element: str, occurrence: int, outcome: str) -> None: ...

    def happened(self, element: str, occurrence: int) -> None: ...  # on a border: one that never goes off is no passage

    def leaving(self, element: str, occurrence: int) -> None: ...

    def thrown(self, element: str, kind: str, local: Mapping[str, Any]) -> Mapping[str, Any]: ...

    def caught(self, wait: Wait, payload: Mapping[str, Any]) -> dict[str, Any]: ...

    def moved(self) -> bool: ...  # whether an event went off because of it


class Workflow:
    """Steps one case; every method leaves it at rest or raises, then it is thrown away.

    ``_alive`` holds the tokens that stand somewhere, as the last look found them, ``_ready``
    those of them that go on by themselves: the deepest first, then the oldest. ``_standing``
    is what the others wait for; None once a token has moved.
    """

    def __init__(self, compiled: Compiled, host: Host, case: Case | None = None) -> None:
        self.compiled, self.host = compiled, host
        self.case = Case(compiled, host) if case is None else case
        self._alive: dict[int, Token] = {}
        self._ready: list[tuple[int, int, Token]] = []
        self._standing: list[tuple[Token, Wait]] | None = None
        self._emptied: list[Any] = []
        self._steps = self._nested = 0
        self._cancelled = False
        if case is None:
            self.case.begin()
            self._look()
        else:
            self._find_alive()

    # -- looking ---------------------------------------------------------------------

    def waits(self) -> list[Wait]:
        """Where tokens stand, in order of arrival."""
        return [wait for _, wait in self._waiting()]

    def _waiting(self) -> list[tuple[Token, Wait]]:
        if self._standing is None or self.case.moved:
            tokens = (self._alive[number] for number in sorted(self._alive))
            self._standing = [(token, wait) for token in tokens if (wait := wait_of(token)) is not None]
        return self._standing

    def local(self, element: str, occurrence: int) -> Mapping[str, Any]:
        """The names that the loops around a step have set; raises Conflict when it does not wait."""
        return self._find(element, occurrence, (PERSON,)).local

    @property
    def ended(self) -> bool:
        """An end event was reached and nothing unfinished is left on any level."""
        return self.case.reached_end and self.case.open == 0 and not self.case.subprocesses

    def check(self) -> None:
        """The engine's invariants on the tree; raises InvariantBroken."""
        for level in self.case.levels():
            for token in level.tasks.values():
                name = token.task_spec.name
                if token._state == TaskState.ERROR:
                    raise InvariantBroken(f"element {name} failed", element=name)
                if token._state == TaskState.FUTURE:
                    raise InvariantBroken(f"the token before {name} is lost", element=name)
            standing = sum(token.alive and level.holds(token) for token in level.tasks.values())
            if standing != level.open:
                raise InvariantBroken(f"expected {level.open} tokens in {level.spec.name}, found {standing}")
            self._check_level(level)

    def _check_level(self, level: Any) -> None:
        name = level.spec.name
        if level.open == 0 and not level.reached_end and not self._cancelled:
            raise InvariantBroken(f"every token of {name} is gone, and none has reached an end", element=name)
        if level.parent is not None and level.parent.id not in self._alive:
            raise InvariantBroken(f"the sub-process {name} has lost its parent", element=name)

    # -- moving ----------------------------------------------------------------------

    def start(self, element: str | None = None, firing: dict[str, Any] | None = None) -> None:
        """Run to the first waits from the start event at which nothing is waited for, or from the one that was triggered."""
        if element is None and not self.compiled.spec.begins_plainly:
            name = self.compiled.spec.name
            raise Conflict(f"expected a model that people start, found that only events start {name}", model=name)
        self.case.entry = element
        if firing is not None:
            self.case.task_tree.internal_data["firing"] = firing
        self.settle()

    def complete(self, element: str, occurrence: int) -> None:
        """Leave a person's step; the engine has checked that it may be left."""
        self._run(self._find(element, occurrence, (PERSON,)))
        self.settle()

    def fire(self, element: str, occurrence: int, firing: dict[str, Any]) -> None:
        """Let one waiting event go: a timer, a message, a signal or a condition."""
        self.let_go(element, occurrence, firing)
        self.settle()

    def let_go(self, element: str, occurrence: int, firing: dict[str, Any]) -> None:
        """As ``fire``, but nothing moves on yet."""
        token = self._find(element, occurrence, OUTSIDE)
        self._count(token)
        self._let_go(token, firing)

    def waits_at(self, element: str, occurrence: int, kind: str) -> bool:
        """Whether a wait of that kind stands there still."""
        return self._token_at(element, occurrence, (kind,)) is not None

    def hold(self, element: str, occurrence: int, *, held: bool) -> None:
        """Remember whether the condition of a waiting event is true."""
        token = self._find(element, occurrence, ("condition",))
        if held:
            token.internal_data["held"] = True
        else:
            token.internal_data.pop("held", None)
        self._standing = None

    def cancel(self) -> None:
        """Withdraw every token."""
        self._cancelled = True
        self.case.withdraw()
        self._look()

    def _find(self, element: str, occurrence: int, kinds: Collection[str]) -> Token:
        token = self._token_at(element, occurrence, kinds)
        if token is None:
            raise Conflict(f"expected {element} to be waiting, found it is not", element=element, occurrence=occurrence)
        return token

    def _token_at(self, element: str, occurrence: int, kinds: Collection[str]) -> Token | None:
        for token, wait in self._waiting():
            if wait.kind in kinds and (wait.element, wait.occurrence) == (element, occurrence):
                return token
        return None

    def _let_go(self, token: Token, firing: dict[str, Any]) -> None:
        if isinstance(token.task_spec, Boundary):
            self.host.happened(*element_of(token))
        token.task_spec.fire(token, firing)
        self._look()

    def settle(self) -> None:
        """Run everything that needs no person or event, deepest level first."""
        self._nested += 1
        went = self.host.moved()
        while (token := self._next_ready()) is not None or went:
            if token is not None:
                self._count(token)
                self._run(token)
            # Where an event led straight to another, nothing runs, and that one is still to be asked.
            went = self.host.moved()
        self._nested -= 1
        if self._nested == 0:
            self._rest()

    def _rest(self) -> None:
        self._steps = self.case.instances = 0
        for level in self.case.levels():
            level.steps = 0
        if sum(len(level.tasks) for level in self.case.levels()) > MANY_TOKENS:
            prune(self.case)

    def _count(self, token: Token) -> None:
        self._steps += 1
        # The instances of a loop are bounded by their number.
        token.workflow.steps += not is_loop_instance(token)
        for steps, most in ((token.workflow.steps, STEP_BUDGET), (self._steps, TOTAL_BUDGET)):
            if steps > most:
                raise LimitExceeded(f"expected at most {most} steps in one command", element=token.task_spec.name)

    def _next_ready(self) -> Token | None:
        while self._ready:
            token = heappop(self._ready)[2]
            if token._state == TaskState.READY:
                return token
        return None

    def _run(self, token: Token) -> None:
        element, occurrence = element_of(token)
        if isinstance(token.task_spec, (Scope, Loop)):
            # Its data checkpoints fire, and their branches run, before it is left.
            self.host.leaving(element, occurrence)
            if token.finished:
                return  # one of them has taken it away
        token.run()
        self._alive.pop(token.id, None)
        self._standing = None
        self._closed(token)
        if isinstance(token.task_spec, BpmnSpecMixin):
            self.host.left(element, occurrence, "completed")
        self._withdraw_events(token)
        if is_loop_instance(token):
            token.parent.task_spec.instance_done(token.parent)
        self._throw()
        self._look()

    def _withdraw_events(self, token: Token) -> None:
        """The boundary events of a node that was left wait no longer."""
        split = token.parent
        if split is None or not isinstance(split.task_spec, Split) or isinstance(token.task_spec, Boundary):
            return
        for sibling in split.children:
            if isinstance(sibling.task_spec, Boundary) and not sibling.finished:
                sibling.cancel()

    # -- events thrown inside -----------------------------------------------------------

    def _throw(self) -> None:
        """Catch what was thrown; an error that nobody catches fails the command."""
        while self.case.thrown:
            token, event = self.case.thrown.pop(0)
            payload = self.host.thrown(event.element, event.kind, token.names)
            if event.kind == "signal":
                self._tell_listeners(event, payload)
            if event.kind in ("signal", "message"):
                continue
            catcher = catching.nearest(token, event)
            if catcher is not None:
                self._catch(catcher, {})
            elif event.kind == "error":
                raise EvaluationFailed(
                    f"expected something that catches the error of {event.element}, found nothing",
                    element=event.element,
                )

    def _catch(self, token: Token, payload: Mapping[str, Any]) -> None:
        wait = wait_of(token)
        assert wait is not None
        self._let_go(token, self.host.caught(wait, payload))

    def _tell_listeners(self, event: RowEvent, payload: Mapping[str, Any]) -> None:
        """Everyone who waits for a signal goes on, unless another of them has just ended his wait."""
        for listener in catching.listeners(self.case, event):
            if listener._state == TaskState.WAITING:
                self._catch(listener, payload)

    def broadcast(self, ref: str, payload: Mapping[str, Any]) -> None:
        """A signal from outside: everyone in the case who waits for it goes on."""
        self._tell_listeners(RowEvent("signal", "", ref), payload)
        self.settle()

    # -- what moved ---------------------------------------------------------------------

    def _look(self) -> None:
        """Who has arrived, who was withdrawn, which joins may fire, which levels are done."""
        while True:
            self._take_in()
            if not self._joins_fire() and not self._levels_end():
                return

    def _take_in(self) -> None:
        while self.case.moved:
            moved, self.case.moved, self._standing = self.case.moved, {}, None
            gone = [token for number, token in moved.items() if number in self._alive and not token.alive]
            for token in sorted(gone, key=element_of):
                del self._alive[token.id]
                self._closed(token)
                if isinstance(token.task_spec, BpmnSpecMixin):
                    done = token._state == TaskState.COMPLETED
                    self.host.left(*element_of(token), "completed" if done else "cancelled")
            for token in sorted(moved.values(), key=lambda token: token.id):
                self._arrived(token)

    def _arrived(self, token: Token) -> None:
        if not token.alive:
            return
        if token.id not in self._alive:
            self._alive[token.id] = token
            token.workflow.count(token, 1)
            self._enter(token)
        if token._state == TaskState.READY and not token.task_spec.manual:
            heappush(self._ready, (-token.workflow.depth, token.id, token))

    def _closed(self, token: Token) -> None:
        level = token.workflow
        level.count(token, -1)
        if level.flow == 0:
            self._emptied.append(level)

    def _enter(self, token: Token) -> None:
        spec = token.task_spec
        name = spec.bpmn_id or spec.name
        number = self.case.occurrences[name] = self.case.occurrences.get(name, 0) + 1
        token.internal_data["occ"] = number
        if isinstance(spec, BpmnSpecMixin) and not isinstance(spec, Boundary):
            self.host.entered(name, number, LOOP if isinstance(spec, Loop) else "")

    def _joins_fire(self) -> bool:
        """An inclusive join may fire because a token elsewhere is gone."""
        waiting = [
            t for t in self._alive.values() if t._state == TaskState.WAITING and isinstance(t.task_spec, Inclusive)
        ]
        for token in waiting:
            if token._state == TaskState.WAITING:
                token.arrive()
        return bool(self.case.moved)

    def _levels_end(self) -> bool:
        """A level whose flow is done listens no longer; one in which nothing is left lets the token around it go."""
        emptied, self._emptied = self._emptied, []
        for level in emptied:
            if level.flow or not level.reached_end:
                continue
            level.stop_listening()
            if level.open == 0 and level.parent is not None and level.parent._state == TaskState.STARTED:
                level.parent._set_state(TaskState.READY)
        return bool(self.case.moved)

    def _find_alive(self) -> None:
        """After reading a case back: who stands where."""
        for level in self.case.levels():
            for token in level.tasks.values():
                if token.alive:
                    self._alive[token.id] = token
                    level.count(token, 1)
