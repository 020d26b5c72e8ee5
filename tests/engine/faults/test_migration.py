"""Spiff 6 and 9.11: what becomes of a running case when its definition changes."""

from __future__ import annotations

import json

import pytest
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.util.diff import WorkflowDiff, diff_workflow, migrate_workflow
from sqlalchemy import update

from engine.errors import InvariantBroken
from engine.tables import instance
from tests.engine import drawing as d
from tests.engine.conftest import Case
from tests.engine.faults import stock
from tests.engine.faults.models import between, node, quoted
from tests.engine.faults.ours import Ours

SERIALIZER = BpmnWorkflowSerializer()


def steps(*names: str) -> bytes:
    return between("".join(map(d.step, names)), *names)


def around(*names: str) -> bytes:
    """A sub-process x around these steps."""
    inside = d.subprocess("x", d.start("xs"), *map(d.step, names), d.end("xe"), d.chain("xs", *names, "xe"))
    return between(inside + d.step("b"), "x", "b")


def migrated(workflow: BpmnWorkflow, xml: bytes) -> WorkflowDiff:
    """As the documentation does it."""
    spec, subprocesses = stock.parse(xml)
    diff, _ = diff_workflow(SERIALIZER.registry, workflow, spec, subprocesses)
    migrate_workflow(diff, workflow, spec)
    workflow.do_engine_steps()
    return diff


def swapped(running: bytes, new: bytes) -> BpmnWorkflow:
    """A saved case with the definition in its text replaced."""
    state, other = (json.loads(SERIALIZER.serialize_json(stock.begin(xml))) for xml in (running, new))
    return SERIALIZER.deserialize_json(json.dumps(state | {"spec": other["spec"]}))


def stays(ours: Ours, case: Case, new: bytes) -> None:
    """Deploy a new version; the running case keeps its own, new ones get the new."""
    before = ours.runtime.query.instance(case.id)
    assert ours.runtime.deploy(new, by="designer").version == 2
    assert ours.runtime.query.instance(case.id) == before and before.version == 1
    assert ours.runtime.query.instance(ours.begin(new).id).version == 2


def put_on(ours: Ours, case: Case, version: int) -> None:
    """What nobody may do: say in the database that the case runs on another version."""
    with ours.database.begin() as connection:
        connection.execute(update(instance).where(instance.c.id == case.id).values(version=version))


class TestChangedScript:
    """6.2 correct | a script that was run is changed: the case goes on with what the old one computed"""

    def model(self, text: str) -> bytes:
        return between(node("scriptTask", "x", f"<script>{text}</script>") + d.step("a"), "x", "a")

    def service(self, name: str) -> bytes:
        return between(d.handler("x", "issue", inputs=f"no={name}") + d.step("a") + d.step("b"), "x", "a", "b")

    def test_stock_migrates_it_and_keeps_the_old_value(self) -> None:
        workflow = stock.begin(self.model("n = 1"))
        diff = migrated(workflow, self.model("n = 2"))
        assert [task.task_spec.name for task in diff.changed if task.state == stock.COMPLETED] == ["x"]
        assert stock.find(workflow, "a").data == {"n": 1}

    def test_ours_keeps_the_case_on_its_version(self, ours: Ours) -> None:
        case = ours.begin(self.service("1"))
        stays(ours, case, self.service("2"))
        case.do("a")
        assert [int(call.inputs["no"]) for call in ours.office.calls] == [1, 2]
        assert case.open_steps == ["b"]


class TestRunningDeadline:
    """6.3 correct | a migration starts running deadlines again and drops what was typed"""

    def model(self, title: str = "") -> bytes:
        late = d.timer("t", "a", "P5D") + d.end("te") + d.flow("t", "te")
        return between(d.step("a") + late + d.step("b").replace('name="b"', f'name="b{title}"'), "a", "b")

    def test_stock_counts_from_now(self) -> None:
        workflow = stock.begin(quoted(self.model()))
        stock.find(workflow, "a").data["typed"] = 1
        before = stock.find(workflow, "t").internal_data["event_value"]
        migrated(workflow, quoted(self.model(" new")))
        assert stock.find(workflow, "t", stock.WAITING).internal_data["event_value"] > before
        assert stock.find(workflow, "a", stock.READY).data == {}

    def test_ours_keeps_the_deadline(self, ours: Ours) -> None:
        case = ours.begin(self.model(), typed=1)
        before = ours.runtime.query.timers(case.id)
        stays(ours, case, self.model(" new"))
        assert ours.runtime.query.timers(case.id) == before
        assert ours.data(case) == {"typed": 1}


class TestMissingNode:
    """6.4 correct | the new definition lacks a node the case has passed: the case runs on and cannot be loaded again"""

    def test_stock_saves_what_it_cannot_load(self) -> None:
        workflow = stock.begin(steps("a", "b"))
        stock.do(workflow, "a")
        assert [task.task_spec.name for task in migrated(workflow, steps("b")).removed] == ["a"]
        assert stock.names(workflow) == ["b"]
        text = SERIALIZER.serialize_json(workflow)
        with pytest.raises(TypeError, match="'module' object is not callable"):
            SERIALIZER.deserialize_json(text)

    def test_ours_goes_on_as_it_began(self, ours: Ours) -> None:
        case = ours.begin(steps("a", "b"))
        case.do("a")
        stays(ours, case, steps("b"))
        case.do("b")
        assert case.state == "ended"


class TestChangedSubprocess:
    """6.5 correct | a changed sub-process stays on the old version while its process is migrated"""

    def test_stock_never_reaches_the_new_step(self) -> None:
        workflow = stock.begin(around("i"))
        migrated(workflow, around("i", "j"))
        stock.do(workflow, "i")
        assert stock.names(workflow) == ["b"]
        assert "j" not in workflow.subprocess_specs["x"].task_specs

    def test_ours_has_one_version_for_all_levels(self, ours: Ours) -> None:
        old = ours.begin(around("i"))
        stays(ours, old, around("i", "j"))
        new = ours.begin(around("i", "j"))
        for case in (old, new):
            case.do("i")
        assert (old.open_steps, new.open_steps) == (["b"], ["j"])


class TestSwappedDefinition:
    """6.6 correct | the definition in a saved case is text: replaced, it is taken, or the case is lost"""

    def test_stock_takes_another_definition(self) -> None:
        assert stock.names(swapped(steps("a", "b"), steps("a", "n", "b"))) == ["a"]

    def test_stock_is_lost_when_a_node_is_missing(self) -> None:
        with pytest.raises(TypeError, match="'module' object is not callable"):
            swapped(steps("a", "b"), steps("b"))

    def test_ours_stops_with_an_incident_when_a_node_is_missing(self, ours: Ours) -> None:
        case = ours.begin(steps("a", "b"))
        ours.runtime.deploy(steps("b"), by="designer")
        put_on(ours, case, 2)
        before = ours.blob(case)
        with pytest.raises(InvariantBroken, match="'a'"):
            case.do("a")
        assert (ours.blob(case), len(ours.incidents())) == (before, 1)
        put_on(ours, case, 1)
        case.do("a")
        assert case.open_steps == ["b"]


class TestStoredPredictions:
    """9.11 correct | steps that were predicted and stored hide one that the new definition inserts"""

    def test_stock_skips_the_inserted_step(self) -> None:
        workflow = swapped(steps("a", "b"), steps("a", "n", "b"))
        stock.do(workflow, "a")
        assert stock.names(workflow) == ["b"]

    def test_ours_predicts_anew(self, ours: Ours) -> None:
        case = ours.begin(steps("a", "b"))
        ours.runtime.deploy(steps("a", "n", "b"), by="designer")
        put_on(ours, case, 2)
        case.do("a")
        assert case.open_steps == ["n"]
