"""Spiff 3.15: decision tables that decide otherwise than they are written."""

from __future__ import annotations

from typing import Any

import pytest
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.exceptions import WorkflowTaskException
from SpiffWorkflow.camunda.parser.CamundaParser import CamundaParser

from engine.feel import FeelSyntaxError, parse_unary_tests
from tests.engine import drawing as d
from tests.engine.faults import stock
from tests.engine.faults.canary import CODE, SONGS
from tests.engine.faults.models import between
from tests.engine.faults.ours import Ours

ASKS = '<businessRuleTask id="x" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" camunda:decisionRef="fee"/>'
XML = between(ASKS + d.step("a"), "x", "a")
ONE_ROW = "1"
URGENT_TWICE = (('"urgent"', "1"), ('"urgent"', "2"))


def table(policy: str, *rules: tuple[str, str]) -> bytes:
    """A decision ``fee`` with one input ``kind`` and one output ``value``."""
    rows = "".join(
        f'<rule id="r{n}"><inputEntry id="i{n}"><text>{cell}</text></inputEntry>'
        f'<outputEntry id="o{n}"><text>{value}</text></outputEntry></rule>'
        for n, (cell, value) in enumerate(rules)
    )
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="dd" name="x" namespace="x">'
        f'<decision id="fee" name="fee"><decisionTable id="t" hitPolicy="{policy}"><input id="in">'
        '<inputExpression id="ie" typeRef="string"><text>kind</text></inputExpression></input>'
        f'<output id="out" name="value" typeRef="string"/>{rows}</decisionTable></decision></definitions>'
    ).encode()


def decide(dmn: bytes, kind: Any) -> Any:
    """What bare Spiff makes of it; None where the table yields nothing at all."""
    parser = CamundaParser()
    parser.add_bpmn_str(XML)
    parser.add_dmn_str(dmn)
    workflow = BpmnWorkflow(parser.get_spec("p"), parser.get_subprocess_specs("p"))
    workflow.task_tree.data["kind"] = kind
    workflow.do_engine_steps()
    return stock.find(workflow, "a").data.get("value")


class TestDecisionTables:
    """3.15,7.1 refused | cells are Python: lists never match, most hit policies act as FIRST, no hit is no error"""

    CELLS = (('"urgent","high"', "urgent"), ('not("urgent")', "low"))

    @pytest.mark.parametrize(("cell", "kind"), CELLS)
    def test_stock_misses_what_is_met(self, cell: str, kind: str) -> None:
        assert decide(table("UNIQUE", (cell, ONE_ROW)), kind) is None

    @pytest.mark.parametrize("policy", ["UNIQUE", "ANY", "PRIORITY", "RULE ORDER", "OUTPUT ORDER"])
    def test_stock_takes_the_first_row_whatever_the_policy(self, policy: str) -> None:
        assert decide(table(policy, *URGENT_TWICE), "urgent") == 1

    def test_stock_lists_where_it_should_add_up(self) -> None:
        added = table("COLLECT", *URGENT_TWICE).replace(b'"COLLECT"', b'"COLLECT" aggregation="SUM"')
        assert decide(added, "urgent") == [1, 2]

    def test_stock_is_loud_about_a_range(self) -> None:
        with pytest.raises(WorkflowTaskException):
            decide(table("UNIQUE", ("[1..3]", ONE_ROW)), 2)

    def test_stock_runs_what_stands_in_a_cell(self) -> None:
        decide(table("UNIQUE", (CODE.format("True"), ONE_ROW)), "urgent")
        assert SONGS

    def test_ours_reads_no_python_in_a_cell(self) -> None:
        with pytest.raises(FeelSyntaxError):
            parse_unary_tests(CODE.format("True"))
        assert SONGS == []

    def test_ours_refuses_a_task_that_asks_a_table(self, ours: Ours) -> None:
        ours.refuses(XML, "handler_missing", "x")

    def test_ours_refuses_a_table_as_a_model(self, ours: Ours) -> None:
        assert [remark.code for remark in ours.remarks(table("UNIQUE", *URGENT_TWICE))] == ["not_bpmn"]

    @pytest.mark.parametrize(("cell", "value"), [*CELLS, ("[1..3]", 2)])
    def test_ours_reads_a_cell_as_feel(self, cell: str, value: Any) -> None:
        assert parse_unary_tests(cell).evaluate(value, {}) is True
