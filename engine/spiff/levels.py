"""The levels of a case: the process itself, and one for each sub-process that runs.

A level is done when no token is left in it; an event sub-process that only listens does
not keep it open. The definition is shared and never changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine.python_environment import BasePythonScriptEngineEnvironment
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.util.task import TaskState

from engine.errors import EvaluationFailed, LimitExceeded
from engine.spiff.nodes import Armed, Called, EventScope
from engine.spiff.token import Token

if TYPE_CHECKING:
    from engine.spiff.parser import Compiled
    from engine.spiff.workflow import Host

DEEPEST_CALL = 10


class _NoPython(BasePythonScriptEngineEnvironment):
    """No Python is ever evaluated: the routes that bypass the engine end here."""

    def evaluate(self, expression: str, context: Any, external_context: Any = None) -> Any:
        raise EvaluationFailed(f"expected no Python expression, found {expression!r}")

    def execute(self, script: str, context: Any, external_context: Any = None) -> Any:
        raise EvaluationFailed(f"expected no script, found {script!r}")

    def call_service(self, *args: Any, **kwargs: Any) -> Any:
        raise EvaluationFailed("expected no Python service")


_SCRIPT_ENGINE = PythonScriptEngine(_NoPython())


class _Level:
    """``open`` counts the tokens that keep the level open, ``flow`` those of them outside event
    sub-processes; ``steps`` the nodes run in this command.
    """

    tasks: dict[int, Token]
    spec: Any
    open: int
    flow: int
    steps: int
    calls: int
    reached_end: bool

    def prepare(self, calls: int) -> None:
        self.open = self.flow = self.steps = 0
        self.calls, self.reached_end = calls, False

    def begin(self) -> Token:
        """The first token of the level."""
        root = Token(self, self.spec.start)
        self.task_tree = root
        root._set_state(TaskState.READY)
        return root

    def holds(self, token: Token) -> bool:
        """Whether the token keeps this level open."""
        return not isinstance(token.task_spec, Armed)

    def count(self, token: Token, by: int) -> None:
        """A token has come to stand in this level (1), or stands there no longer (-1)."""
        if self.holds(token):
            self.open += by
            self.flow += by * (not isinstance(token.task_spec, EventScope))

    def stop_listening(self) -> None:
        """No event sub-process begins any more (BPMN 2.0, 13.5.4)."""
        for token in list(self.tasks.values()):
            if isinstance(token.task_spec, Armed):
                token.cancel()

    def withdraw(self, but: Token | None = None) -> None:
        """Withdraw every token, or all but one."""
        for token in list(self.tasks.values()):
            if token is not but:
                token.cancel()


class Level(_Level, BpmnSubWorkflow):
    """A sub-process of a case, inside the node on which ``parent`` stands."""

    def __init__(self, spec: Any, parent: Token, case: Case) -> None:
        self.parent = parent
        super().__init__(spec, parent.id, case, deserializing=True)
        calls = parent.workflow.calls + isinstance(parent.task_spec, Called)
        if calls > DEEPEST_CALL:
            raise LimitExceeded(
                f"expected at most {DEEPEST_CALL} calls in each other, found more", element=parent.task_spec.bpmn_id
            )
        self.prepare(calls)

    def _calculate_depth(self) -> int:
        return int(self.parent.workflow.depth) + 1


class Case(_Level, BpmnWorkflow):
    """The process, its levels, and a line to the engine.

    ``writes`` belongs to the engine, which keeps it with the state (``engine/instances/beside.py``).

    ``moved`` are the tokens whose state changed since the workflow looked, ``thrown`` the
    events that a node threw and that nobody has caught yet.
    """

    def __init__(self, compiled: Compiled, host: Host) -> None:
        self.host = host
        self.occurrences: dict[str, int] = {}
        self.writes: dict[str, list[Any]] = {}
        self.tokens_made = 0
        self.entry: str | None = None  # the start event that was triggered
        self.instances = 0  # of multi-instance activities, begun in this command
        self.moved: dict[int, Token] = {}
        self.thrown: list[tuple[Token, Any]] = []
        super().__init__(compiled.spec, compiled.subprocesses, script_engine=_SCRIPT_ENGINE, deserializing=True)
        self.parent = None
        self.prepare(0)

    def levels(self) -> Iterator[Any]:
        """The case itself and every level that runs in it."""
        yield self
        yield from list(self.subprocesses.values())

    def open_level(self, parent: Token, name: str) -> Level:
        level = Level(self.subprocess_specs[name], parent, self)
        self.subprocesses[parent.id] = level
        first = level.begin()
        first.inherit(parent)
        if "given" in parent.internal_data:
            first.internal_data["local"] = {**first.local, **parent.internal_data["given"]}
        return level

    def close_level(self, parent: Token) -> None:
        """The node is left or withdrawn: what still runs inside is withdrawn with it."""
        level = self.subprocesses.pop(parent.id, None)
        if level is not None:
            level.withdraw()
