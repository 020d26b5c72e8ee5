"""Spiff 7: what runs code, and what the XML reader lets in."""

from __future__ import annotations

import ast
import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import Mock
from xml.sax.saxutils import escape

import pytest
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine.python_environment import TaskDataEnvironment
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.specs import Simple, Transform, WorkflowSpec
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser
from SpiffWorkflow.workflow import Workflow

import engine
from engine.errors import InvalidData
from engine.profile import check
from engine.spiff import Host, compile_diagram
from engine.spiff import Workflow as OurWorkflow
from tests.engine import drawing as d
from tests.engine.faults import stock
from tests.engine.faults.canary import CODE, SONGS
from tests.engine.faults.models import BY_MESSAGE, MESSAGE, between, catch, node, timed
from tests.engine.faults.ours import Ours

SERIALIZER = BpmnWorkflowSerializer()


def code(value: str) -> str:
    return escape(CODE.format(value))


def chosen_by(condition: str) -> bytes:
    return d.model(
        *(d.start(), d.gateway("g", default="f_g_b"), d.step("a"), d.step("b"), d.end(), d.chain("s", "g")),
        *(d.flow("g", "a", condition), d.flow("g", "b"), d.chain("a", "e"), d.chain("b", "e")),
    )


def several(count: str) -> bytes:
    loop = f"<multiInstanceLoopCharacteristics><loopCardinality>{count}</loopCardinality></multiInstanceLoopCharacteristics>"
    return between(d.step("x").replace("</userTask>", f"{loop}</userTask>"), "x")


def correlated(path: str) -> bytes:
    keys = (
        '<correlationKey id="k" name="K"><correlationPropertyRef>no</correlationPropertyRef></correlationKey>'
        '<correlationProperty id="no" name="no"><correlationPropertyRetrievalExpression messageRef="m">'
        f"<messagePath>{path}</messagePath></correlationPropertyRetrievalExpression></correlationProperty>"
    )
    return between(catch("x", BY_MESSAGE) + d.step("a"), "x", "a", extra=MESSAGE + keys)


def ad_hoc(until: str) -> bytes:
    inner = f'{d.step("u")}<completionCondition>{until}</completionCondition><dataObject id="o"/>'
    return between(node("adHocSubProcess", "x", inner), "x")


def scripted(text: str) -> bytes:
    return between(node("scriptTask", "x", f"<script>{text}</script>"), "x")


@dataclass(frozen=True)
class Route:
    """A model with code in one of its fields, and where our refusal says it is."""

    xml: bytes
    element: str
    at: str = ""

    def run(self, script_engine: PythonScriptEngine | None = None) -> None:
        """On bare Spiff, as far as the field."""
        workflow = BpmnWorkflow(*stock.parse(self.xml), script_engine=script_engine)
        workflow.do_engine_steps()
        if stock.names(workflow, stock.WAITING) == ["x"] and b"messageRef" in self.xml:
            stock.message(workflow, "paid", {"no": 1})


ROUTES = {
    "a script": Route(scripted(code("1")), "x"),
    "a condition": Route(chosen_by(code("True")), "f_g_a", "<conditionExpression>"),
    "a time": Route(between(catch("x", timed(code("'P1D'"))), "x"), "x", "<timeDuration>"),
    "a number of instances": Route(several(code("2")), "x", "<loopCardinality>"),
    "a correlation": Route(correlated(code("1")), "no"),
    "an ad-hoc condition": Route(ad_hoc(code("False")), "x"),
}
# What goes round the engine, straight to its environment.
BYPASSES = ("a correlation", "an ad-hoc condition")


class RefusingEngine(PythonScriptEngine):
    """An engine that evaluates and executes nothing, as the documentation says one writes it."""

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> Any:
        raise ValueError("refused")

    def execute(self, task: Any, script: str, external_context: Any = None) -> Any:
        raise ValueError("refused")


class TestCodeInModels:
    """7.1 refused | six fields of a model run Python, two of them past an engine that refuses to"""

    @pytest.mark.parametrize("where", ROUTES)
    def test_stock_runs_it(self, where: str) -> None:
        ROUTES[where].run()
        assert SONGS

    @pytest.mark.parametrize("where", ROUTES)
    def test_stock_runs_two_of_them_past_a_refusing_engine(self, where: str) -> None:
        with suppress(Exception):
            ROUTES[where].run(RefusingEngine())
        assert bool(SONGS) == (where in BYPASSES)

    @pytest.mark.parametrize("where", ROUTES)
    def test_ours_refuses_the_model(self, ours: Ours, where: str) -> None:
        ours.refuses_about(ROUTES[where].xml, ROUTES[where].element, ROUTES[where].at)
        assert SONGS == []

    @pytest.mark.parametrize("where", ROUTES)
    def test_ours_would_not_run_it_either(self, where: str) -> None:
        """Past the profile: the room that knows Spiff has an environment of its own."""
        host = Mock(spec=Host)
        host.moved.return_value = False
        with suppress(Exception):
            OurWorkflow(compile_diagram(ROUTES[where].xml), host).start()
        assert SONGS == []


class TestScriptsInExtensions:
    """7.1 correct | scripts in the extensions of a task are run before and after it"""

    SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
    XML = between(
        d.step("a").replace("<jc:step", f'<w:preScript xmlns:w="{SPIFF}">{code("1")}</w:preScript><jc:step'), "a"
    )

    def test_stock_runs_them(self) -> None:
        stock.begin(self.XML, SpiffBpmnParser)
        assert SONGS

    def test_ours_says_that_they_have_no_effect_and_runs_none(self, ours: Ours) -> None:
        said = [remark.code for remark in check(self.XML).remarks if "w:preScript" in remark.message_en]
        ours.begin(self.XML).do("a")
        assert (said, SONGS) == (["foreign_ignored"], [])


class TestEmptiedBuiltins:
    """7.1 refused | an environment without builtins is escaped, and data replace what is in it"""

    ESCAPE = "().__class__.__base__.__subclasses__() != []"

    def test_stock_is_escaped(self) -> None:
        assert TaskDataEnvironment({"__builtins__": {}}).evaluate(self.ESCAPE, {}) is True

    def test_stock_lets_data_replace_a_limit_of_the_engine(self) -> None:
        environment = TaskDataEnvironment({"limit": 5})
        assert environment.evaluate("limit", {"limit": 10**9}) == 10**9
        environment.evaluate(CODE.format("1"), {"__builtins__": __builtins__})
        assert SONGS

    def test_ours_refuses_the_escape(self, ours: Ours) -> None:
        ours.refuses(chosen_by(self.ESCAPE), "feel_syntax", "f_g_a", "<conditionExpression>")

    def test_ours_refuses_the_key(self, ours: Ours) -> None:
        with pytest.raises(InvalidData):
            ours.begin(chosen_by("true"), __builtins__={"open": 1})

    def test_ours_lets_no_data_replace_the_names_of_the_engine(self, ours: Ours) -> None:
        xml = chosen_by(
            "now &gt; @&quot;2026-01-01T00:00:00Z&quot; and case.no = &quot;C-1&quot; and step completed = false"
        )
        data = {"now": "1999-01-01T00:00:00Z", "case": {"no": "X"}, "step completed": True}
        assert ours.begin(xml, **data).open_steps == ["a"]


class TestReloadedEngine:
    """7.1 correct | a case that is loaded again runs on the unrestricted engine"""

    XML = between(d.step("a") + node("scriptTask", "x", f"<script>{code('1')}</script>"), "a", "x")
    CHOICE = d.model(
        *(d.start(), d.step("u"), d.gateway("g", default="f_g_b"), d.step("a"), d.step("b"), d.end()),
        *(
            d.chain("s", "u", "g"),
            d.flow("g", "a", "amount &gt; 1"),
            d.flow("g", "b"),
            d.chain("a", "e"),
            d.chain("b", "e"),
        ),
    )

    def test_stock_forgets_the_refusing_engine(self) -> None:
        workflow = BpmnWorkflow(*stock.parse(self.XML), script_engine=RefusingEngine())
        workflow.do_engine_steps()
        stock.do(SERIALIZER.deserialize_json(SERIALIZER.serialize_json(workflow)), "a")
        assert SONGS

    def test_ours_evaluates_feel_after_each_load(self, ours: Ours) -> None:
        case = ours.begin(self.CHOICE)
        case.do("u", amount=2)
        assert case.open_steps == ["a"]


class TestCodeInStoredStates:
    """7.1 correct | a stored state holds the definition as text, and one marked 1.1 runs it when it is read"""

    def test_stock_runs_it(self) -> None:
        event = {"typename": "TimerEventDefinition", "label": "t", "dateTime": CODE.format("1")}
        spec = {"task_specs": {"t": {"typename": "x", "name": "t", "event_definition": event}}}
        with pytest.raises(Exception):  # noqa: B017 - whatever it ends in, the code was run before
            SERIALIZER.deserialize_json(json.dumps({"serializer_version": "1.1", "spec": spec, "tasks": {}}))
        assert SONGS

    def test_ours_stores_no_text_of_the_definition(self, ours: Ours) -> None:
        case = ours.begin(between(d.step("a") + catch("t", timed("deadline")), "a", "t"))
        assert b"deadline" not in ours.blob(case) and b'"a"' in ours.blob(case)


class TestModulesThatRunText:
    """7.1 correct | whole classes of tasks exist to run text"""

    def test_stock_runs_a_transformation(self) -> None:
        spec = WorkflowSpec(name="p", addstart=True)
        transform = Transform(spec, "t", transforms=[CODE.format("1")])
        spec.start.connect(transform)
        transform.connect(Simple(spec, "e"))
        Workflow(spec).run_all()
        assert SONGS

    def test_ours_imports_none_of_them(self) -> None:
        folder = Path(engine.__file__).parent / "spiff"
        imported = [
            f"{one.module}.{name.name}"
            for file in folder.glob("*.py")
            for one in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            if isinstance(one, ast.ImportFrom) and one.module
            for name in one.names
        ]
        assert "SpiffWorkflow.task.Task" in imported
        assert not [name for name in imported if name.startswith("SpiffWorkflow.serializer")]
        assert not [name for name in imported if name.endswith((".Transform", ".Execute", ".specs.*"))]


class TestEntities:
    """7.2 refused | entities in a file are expanded into what is shown and evaluated"""

    DOCTYPE = b'<!DOCTYPE definitions [<!ENTITY x "approved">]>'
    XML = between(d.step("a"), "a").replace(b"?>", b"?>" + DOCTYPE, 1).replace(b'name="a"', b'name="&x;"', 1)

    def test_stock_expands_them(self) -> None:
        spec, _ = stock.parse(self.XML)
        assert spec.task_specs["a"].bpmn_name == "approved"

    def test_ours_refuses_the_file(self, ours: Ours) -> None:
        (remark,) = ours.remarks(self.XML)
        assert (remark.code, remark.line) == ("doctype", 1)

    @pytest.mark.parametrize("encoding", ["utf-16", "gb18030"])
    def test_ours_refuses_it_in_any_encoding(self, ours: Ours, encoding: str) -> None:
        (remark,) = ours.remarks(self.XML.decode().replace("UTF-8", encoding).encode(encoding))
        assert remark.code == "doctype"


class TestSizeOfFiles:
    """7.2 refused | nothing bounds the size of a file but the reader's own limits"""

    XML = between(d.step("a"), "a").replace(b"</process>", b"<!--" + b"x" * 1_100_000 + b"--></process>")

    def test_stock_reads_a_megabyte_of_nothing(self) -> None:
        assert stock.names(stock.begin(self.XML)) == ["a"]

    def test_ours_refuses_it(self, ours: Ours) -> None:
        assert [remark.code for remark in ours.remarks(self.XML)] == ["too_large"]
