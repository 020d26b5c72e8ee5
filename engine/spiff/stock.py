"""The baseline of the benchmarks: SpiffWorkflow as it comes, its own JSON in one SQLite table, nothing else.

A program of its own, run by its path so that nothing of ours is loaded beside it:
``python -I stock.py FOLDER``. It reads requests from stdin, one JSON object a line, and answers each
with one. CPU seconds are those of this process, without what only prepares a measurement.

``{"do": "steps", "durable": bool, "instances": n, "payload": {…}, "entry": {…}}`` runs n instances of five
user tasks in sequence, each with a timer at its boundary; before each step a durable instance is read back.
``{"do": "fire", "instances": n, "payload": {…}}`` lets the due timer of n stored instances fire.
``{"do": "rounds", "rounds": n}`` goes n times round a loop and tells the CPU seconds of each round.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.util.task import TaskState

NAMESPACES = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'targetNamespace="urn:stock"'
)
STEPS = 5
Request = dict[str, Any]
Answer = dict[str, Any]


def _flow(source: str, target: str, condition: str = "") -> str:
    inner = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
    return f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'


def _step(name: str, duration: str) -> str:
    """A user task with a timer at its boundary, behind which a script stands where ours checks rules."""
    text = f'<timeDuration xsi:type="tFormalExpression">"{duration}"</timeDuration>'
    return (
        f'<userTask id="{name}"/><boundaryEvent id="b_{name}" attachedToRef="{name}" cancelActivity="false">'
        f"<timerEventDefinition>{text}</timerEventDefinition></boundaryEvent>"
        f'<scriptTask id="c_{name}"><script>checked = 1</script></scriptTask><endEvent id="e_{name}"/>'
        f"{_flow(f'b_{name}', f'c_{name}')}{_flow(f'c_{name}', f'e_{name}')}"
    )


def _model(*parts: str) -> Any:
    xml = f'<definitions {NAMESPACES}><process id="p" isExecutable="true">{"".join(parts)}</process></definitions>'
    parser = BpmnParser()
    parser.add_bpmn_str(xml.encode())
    return parser.get_spec("p")


def sequence(duration: str) -> Any:
    """start -> five steps -> end."""
    names = ["s", *(f"t{number}" for number in range(STEPS)), "e"]
    steps = "".join(_step(name, duration) for name in names[1:-1])
    flows = "".join(_flow(a, b) for a, b in zip(names, names[1:], strict=False))
    return _model('<startEvent id="s"/>', steps, '<endEvent id="e"/>', flows)


def loop() -> Any:
    """start -> a step -> the same step again, or the end."""
    return _model(
        '<startEvent id="s"/>',
        _step("t", "P30D"),
        '<exclusiveGateway id="g" default="g_e"/><endEvent id="e"/>',
        *(_flow("s", "t"), _flow("t", "g"), _flow("g", "t", "again"), _flow("g", "e")),
    )


class Store:
    """One table with the instances' states, as safe as ours: write-ahead log, synchronous FULL."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS instance (id INTEGER PRIMARY KEY, version INTEGER, state TEXT)"
        )

    def add(self, state: str) -> int:
        return int(self._write("INSERT INTO instance (version, state) VALUES (1, ?)", (state,)).lastrowid)

    def save(self, number: int, state: str) -> None:
        self._write("UPDATE instance SET version = version + 1, state = ? WHERE id = ?", (state, number))

    def read(self, number: int) -> str:
        return str(self._connection.execute("SELECT state FROM instance WHERE id = ?", (number,)).fetchone()[0])

    def rows(self) -> int:
        return int(self._connection.execute("SELECT count(*) FROM instance").fetchone()[0])

    def _write(self, text: str, values: tuple[Any, ...]) -> Any:
        self._connection.execute("BEGIN IMMEDIATE")
        cursor = self._connection.execute(text, values)
        self._connection.execute("COMMIT")
        return cursor


class Stock:
    """Runs the requests; each leaves a store behind that holds as many rows as it says."""

    def __init__(self, folder: Path) -> None:
        self._store = Store(folder / "stock.db")
        self._serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())
        self._sequence, self._due, self._loop = sequence("P30D"), sequence("PT0S"), loop()

    def answer(self, request: Request) -> Answer:
        work: dict[str, Callable[[Request], Answer]] = {"steps": self.steps, "fire": self.fire, "rounds": self.rounds}
        return work[request["do"]](request)

    def steps(self, request: Request) -> Answer:
        run = self._durable if request["durable"] else self._in_memory
        began = time.process_time()
        for _ in range(request["instances"]):
            run(request["payload"], request["entry"])
        spent = time.process_time() - began
        return {"cpu_seconds": spent, "steps": request["instances"] * (STEPS + 1), "rows": self._store.rows()}

    def _in_memory(self, payload: Request, entry: Request) -> None:
        workflow = _started(self._sequence, payload)
        for number in range(STEPS):
            _complete(workflow, {f"entry_{number}": entry})
        _must_be_over(workflow)

    def _durable(self, payload: Request, entry: Request) -> None:
        workflow = _started(self._sequence, payload)
        stored = self._store.add(self._serializer.serialize_json(workflow))
        for number in range(STEPS):
            workflow = self._serializer.deserialize_json(self._store.read(stored))
            _complete(workflow, {f"entry_{number}": entry})
            self._store.save(stored, self._serializer.serialize_json(workflow))
        _must_be_over(workflow)

    def fire(self, request: Request) -> Answer:
        waiting = _started(self._due, request["payload"])
        state = self._serializer.serialize_json(waiting)
        stored = [self._store.add(state) for _ in range(request["instances"])]
        began = time.process_time()
        for number in stored:
            workflow = self._serializer.deserialize_json(self._store.read(number))
            workflow.refresh_waiting_tasks()
            workflow.do_engine_steps()
            self._store.save(number, self._serializer.serialize_json(workflow))
        spent = time.process_time() - began
        fired = workflow.get_tasks(spec_name="c_t0", state=TaskState.COMPLETED)
        return {"cpu_seconds": spent, "fired": len(stored) * len(fired), "rows": self._store.rows()}

    def rounds(self, request: Request) -> Answer:
        workflow = _started(self._loop, {})
        stored, spent = self._store.add(self._serializer.serialize_json(workflow)), []
        for _ in range(request["rounds"]):
            began = time.process_time()
            workflow = self._serializer.deserialize_json(self._store.read(stored))
            _complete(workflow, {"again": True})
            self._store.save(stored, self._serializer.serialize_json(workflow))
            spent.append(time.process_time() - began)
        return {"cpu_seconds": spent, "rows": self._store.rows()}


def _started(spec: Any, payload: Request) -> Any:
    workflow = BpmnWorkflow(spec)
    workflow.get_next_task(state=TaskState.READY).data.update(payload)
    workflow.do_engine_steps()
    return workflow


def _complete(workflow: Any, data: Request) -> None:
    task = workflow.get_next_task(state=TaskState.READY, manual=True)
    task.data.update(data)
    task.run()
    workflow.do_engine_steps()


def _must_be_over(workflow: Any) -> None:
    if not workflow.completed:
        raise RuntimeError("expected the instance to have ended, found it open")


def main() -> None:
    ours = sorted(name for name in sys.modules if name.split(".")[0] in ("engine", "monitors", "webui"))
    if ours:
        raise RuntimeError(f"expected SpiffWorkflow alone, found {', '.join(ours)} loaded")
    stock = Stock(Path(sys.argv[1]))
    for line in sys.stdin:
        print(json.dumps(stock.answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
