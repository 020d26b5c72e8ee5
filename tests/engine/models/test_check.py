"""``jiancha models check``: a line for each remark, the totals last, and the exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.engine import drawing as d
from tests.engine.models import checkpoints, elements
from tests.engine.models.faults import changed, straight
from webui.cli import main


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["models", "check", *map(str, arguments)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A good model, a faulty one in a folder below, and a file that is none."""
    (tmp_path / "below").mkdir()
    good = changed(checkpoints.CHECKED, 'system="TT"', 'system="AA"')
    (tmp_path / "good.bpmn").write_bytes(good)
    (tmp_path / "below" / "bad.bpmn20.xml").write_bytes(changed(straight(), elements.STEP, ""))
    (tmp_path / "notes.txt").write_text("no model")
    return tmp_path


def test_a_sound_model_exits_with_0_and_the_totals_last(folder: Path) -> None:
    result = run(folder / "good.bpmn")
    assert result.exit_code == 0
    assert result.output.splitlines()[-2:] == ["1 systems, 1 rules, 2 remarks", "1 models, 1 checkpoints, 0 errors"]


def test_a_fault_exits_with_1_and_names_file_line_and_element(folder: Path) -> None:
    result = run(folder)
    assert result.exit_code == 1
    assert f"{folder}/below/bad.bpmn20.xml:1 u error " in result.output
    assert result.output.splitlines()[-1] == "2 models, 1 checkpoints, 1 errors"


def test_json_is_one_document(folder: Path) -> None:
    document = json.loads(run(folder, "--json").output)
    assert [document[key] for key in ("models", "checkpoints", "errors", "systems", "rules")] == [2, 1, 1, 2, 1]
    first = next(remark for remark in document["remarks"] if remark["severity"] == "error")
    assert (first["code"], first["element"], first["line"]) == ("role_missing", "u", 1)


def test_a_file_named_twice_is_checked_once(folder: Path) -> None:
    assert run(folder / "good.bpmn", folder / "good.bpmn").output.splitlines()[-1].startswith("1 models")


def test_a_parameter_unknown_to_the_rule_kinds_is_an_error(folder: Path) -> None:
    faulty = folder / "good.bpmn"
    faulty.write_bytes(changed(faulty.read_bytes(), 'name="must"', 'name="mast"'))
    assert "expected the parameter must of expression" in run(faulty).output


def test_a_role_that_nobody_can_hold_is_an_error(folder: Path) -> None:
    faulty = folder / "good.bpmn"
    faulty.write_bytes(changed(faulty.read_bytes(), 'role="clerk"', 'role="king"'))
    assert "found king" in run(faulty).output


def test_a_hostile_file_is_an_error_and_not_a_crash(tmp_path: Path) -> None:
    file = tmp_path / "bomb.bpmn"
    file.write_bytes(b'<!DOCTYPE a [<!ENTITY b "boom">]><a>&b;</a>')
    result = run(file)
    assert result.exit_code == 1 and "DOCTYPE" in result.output


def fees(*tests: str) -> bytes:
    rules = "".join(
        f"<rule><inputEntry><text>{test}</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>"
        for test in tests
    )
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="fees" name="f" namespace="u">'
        '<inputData id="a" name="area"/><decision id="fee" name="fee"><informationRequirement><requiredInput href="#a"/>'
        "</informationRequirement><decisionTable><input><inputExpression><text>area</text></inputExpression></input>"
        f"<output/>{rules}</decisionTable></decision></definitions>"
    ).encode()


def test_what_a_decision_table_leaves_open_is_a_remark(tmp_path: Path) -> None:
    file = tmp_path / "fees.dmn"
    file.write_bytes(fees("&lt; 5", "&gt; 5"))
    result = run(file)
    assert result.exit_code == 0 and "no rule holds for area 5" in result.output
    assert result.output.splitlines()[-2:] == ["0 systems, 0 rules, 1 remarks", "1 models, 0 checkpoints, 0 errors"]


def test_a_decision_table_with_a_cell_that_is_no_feel_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "fees.dmn"
    file.write_bytes(fees("&lt; 5", "&gt; &gt;"))
    result = run(file)
    assert result.exit_code == 1 and "rule 2, input 1" in result.output


def test_a_model_is_checked_with_the_decisions_in_its_folder(tmp_path: Path) -> None:
    task = (
        '<businessRuleTask id="x" name="x"><extensionElements><jc:decision ref="fee" result="y">'
        '<jc:input name="area">size</jc:input></jc:decision></extensionElements></businessRuleTask>'
    )
    (tmp_path / "model.bpmn").write_bytes(d.model(d.start(), task, d.end(), d.chain("s", "x", "e")))
    assert "expected one decision with the id fee" in run(tmp_path / "model.bpmn").output
    (tmp_path / "fees.dmn").write_bytes(fees("-"))
    assert run(tmp_path).exit_code == 0


def test_what_is_not_there_exits_with_2(tmp_path: Path) -> None:
    assert run(tmp_path / "nothing.bpmn").exit_code == 2
    assert run(tmp_path).exit_code == 2
    assert run().exit_code == 2
