"""``steps``: a step with all its rows, and a step in memory, against SpiffWorkflow's.

The workload: start, five steps of a person in sequence, each with a timer at its boundary, end; 1.0 KB of data,
0.15 KB more a step. A durable step reads the case, acts, and commits (synchronous FULL): ours with history,
task, timer, journal and command rows, the baseline with its state alone.

A step in memory is the same act without a database: the baseline keeps its workflow and steps it, ours keeps
the ``Execution`` of the commands with its rows and steps that. So ours still checks the invariants, derives
timers, keeps history and tasks and hashes the journal; only reading, writing and the codec are left out.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import func, select

from engine import Database, Handlers, Instance, Runtime
from engine.chains import ACTS
from engine.clock import VirtualClock, cpu_seconds, monotonic
from engine.definitions import compiled
from engine.instances.completing import complete_task
from engine.instances.execution import Execution, Records
from engine.instances.waits import OPEN, sync_waits
from engine.journal import Chain
from engine.tables import command, history, instance, journal, metadata, task, timer
from webui.bench import city, models
from webui.bench.baseline import Baseline
from webui.bench.city import CLERK, NOW
from webui.bench.results import Found, milliseconds, must_equal, percentile
from webui.sealing import states

COMMANDS = models.STEPS + 1
DISTRICT = "1"
# What one case leaves behind, whatever ran it: start and end in the journal, a line for each step.
ROWS = {instance: 1, task: models.STEPS, timer: models.STEPS, command: COMMANDS, journal: models.STEPS + 2}
ENOUGH_SECONDS = 30.0  # after that no further round begins
PASSAGES = models.STEPS + 2  # at least: what a timer at the boundary leaves in the history is the engine's affair


class Ours:
    """A runtime over a database of its own, with nobody to ask and a rule task that finds nothing."""

    def __init__(self, folder: Path) -> None:
        settings = city.settings(folder)
        database = Database(settings.database)
        metadata.create_all(database.engine)
        self.database = database
        self.handlers = Handlers()
        self.handlers.register("rule_check", lambda call: {})
        self.runtime = Runtime(database, VirtualClock(NOW), self.handlers, states=states(settings))
        self.model = self.runtime.deploy(models.sequence(), by="bench")
        self.walls: list[float] = []
        self._count = 0

    def durable(self, instances: int) -> float:
        """CPU seconds a step."""
        began = cpu_seconds()
        for _ in range(instances):
            self._case()
        return (cpu_seconds() - began) / (instances * COMMANDS)

    def in_memory(self, instances: int) -> float:
        """CPU seconds a step."""
        began = cpu_seconds()
        for number in range(instances):
            self._case_in_memory(number)
        return (cpu_seconds() - began) / (instances * COMMANDS)

    def check(self) -> None:
        """Every row that a product needs is there; raises BenchFailed."""
        with self.database.read() as connection:
            counts = {
                table: connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in [*ROWS, history]
            }
            # Those of the deployment lie in the chain of acts without a case.
            of_cases = select(func.count()).select_from(journal).where(journal.c.chain != ACTS)
            counts[journal] = connection.execute(of_cases).scalar_one()
        for table, each in ROWS.items():
            must_equal(f"the rows of {table.name}", counts[table], each * self._count)
        must_equal("a history of every passage", counts[history] >= PASSAGES * self._count, True)

    def _case(self) -> None:
        self._count += 1
        began = monotonic()
        outcome = self.runtime.start(
            self.model.name,
            business_key=f"B-{self._count}",
            district_code=DISTRICT,
            scope="bench",
            data=models.PAYLOAD,
            actor=CLERK,
            key=f"start:{self._count}",
        )
        for number in range(models.STEPS):
            self.walls.append(monotonic() - began)
            began = monotonic()
            key, data = f"{self._count}:{number}", {f"entry_{number}": models.ENTRY}
            outcome = self.runtime.complete(outcome.tasks[0], data=data, actor=CLERK, key=key)
        self.walls.append(monotonic() - began)
        must_equal("the case", outcome.state, "ended")

    def _case_in_memory(self, number: int) -> None:
        execution = self._execution(f"case-{number}")
        execution.start()
        sync_waits(execution)
        for step in range(models.STEPS):
            execution.advance()
            waiting = next(row["id"] for row in execution.records.tasks if row["state"] == OPEN)
            complete_task(execution, waiting, {f"entry_{step}": models.ENTRY}, CLERK)
            execution.workflow.check()
            sync_waits(execution)
        must_equal("the case in memory", execution.instance.state, "ended")
        kept = Counter(row["state"] for row in execution.records.tasks)
        must_equal("its tasks", kept, {"done": models.STEPS})

    def _execution(self, name: str) -> Execution:
        case = Instance(name, DISTRICT, "bench", "sequence", 1, name, "open", 0, models.PAYLOAD, NOW, None)
        nowhere: Any = None  # no handler of this model asks for the transaction
        chain = Chain(DISTRICT, name)
        spec = compiled(self.model.xml)
        return Execution(spec, self.handlers, nowhere, case, Records(), chain, actor=CLERK, at=NOW, recorded_at=NOW)


def measure(folder: Path, stock: Baseline, *, rounds: int, instances: int) -> Found:
    """In turns, so that what slows the machine slows both; the ratio is the median of the rounds'."""
    ours = Ours(folder)
    # The first cases of a process load and compile.
    ours.durable(2), ours.in_memory(2), stock.steps(2, durable=True), stock.steps(2, durable=False)
    ours.walls.clear()
    durable, in_memory = [], []
    began = monotonic()
    for number in range(rounds):
        if number and monotonic() - began > ENOUGH_SECONDS:
            break
        durable.append((ours.durable(instances), stock.steps(instances, durable=True)))
        in_memory.append((ours.in_memory(instances), stock.steps(instances, durable=False)))
    ours.check()
    ours.database.dispose()
    return Found(
        ratios={"durable": _ratio(durable), "in_memory": _ratio(in_memory)},
        figures={
            "durable_step_cpu_ms": milliseconds(median(our for our, _ in durable)),
            "stock_durable_step_cpu_ms": milliseconds(median(other for _, other in durable)),
            "in_memory_step_cpu_ms": milliseconds(median(our for our, _ in in_memory)),
            "stock_in_memory_step_cpu_ms": milliseconds(median(other for _, other in in_memory)),
            "durable_step_wall_p50_ms": milliseconds(median(ours.walls)),
            "durable_step_wall_p99_ms": milliseconds(percentile(ours.walls, 0.99)),
            "durable_steps_count": len(ours.walls),
        },
    )


def _ratio(pairs: list[tuple[float, float]]) -> float:
    return round(median(other / our for our, other in pairs), 3)
