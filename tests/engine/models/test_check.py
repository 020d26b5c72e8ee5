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


FEED = {"type": "object", "properties": {"ok": {"type": "boolean"}, "approved": {"title": "批准"}}}


def fed(folder: Path, feed: str, must: str) -> str:
    """What is said of a model whose rule demands that, beside that feed and a form that asks for ``entered``."""
    rule = d.model(
        d.start(), d.step("u"), d.end(), d.chain("s", "u", "e"), d.data_checkpoint("c", "u", "K-1"), d.rule_check(),
        d.flow("c", "rc"), checkpoints=d.checkpoint("K-1", "expression", must=must),
    )  # fmt: skip
    (folder / "forms").mkdir(exist_ok=True)
    (folder / "forms" / "u.json").write_text('{"components": [{"key": "entered"}]}')
    (folder / "feed.json").write_text(feed)
    (folder / "model.bpmn").write_bytes(rule)
    result = run(folder / "model.bpmn")
    assert result.exit_code == 0 or "JSON" in result.output
    return result.output


def test_a_rule_over_a_field_that_nobody_gives_is_remarked_upon(tmp_path: Path) -> None:
    assert "K-1.1 remark" in fed(tmp_path, json.dumps(FEED), "ok = aproved")
    assert "reads aproved, which no feed" in fed(tmp_path, json.dumps(FEED), "ok = aproved")
    good = fed(tmp_path, json.dumps(FEED), "ok = approved and entered and now > date and time(case.started_at)")
    assert "which no feed" not in good


def test_where_people_start_cases_of_items_the_forms_say_what_is_given(tmp_path: Path) -> None:
    (tmp_path / "forms").mkdir()
    (tmp_path / "items.toml").touch()
    (tmp_path / "forms" / "review.json").write_text(json.dumps({"components": [{"key": "approved"}]}))

    def checked(must: str, form: str) -> str:
        hung = d.data_checkpoint("c", "u", "K-1") + d.rule_check() + d.flow("c", "rc")
        rule = d.checkpoint("K-1", "expression", must=must)
        step = d.step("u", form=form)
        xml = d.model(d.start(), step, d.end(), d.chain("s", "u", "e"), hung, checkpoints=rule)
        (tmp_path / "m.bpmn").write_bytes(xml)
        return run(tmp_path / "m.bpmn").output

    assert "reads aproved, which no feed" in checked("aproved = true", "review")
    assert "which no feed" not in checked("approved = true and received_at != null", "review")
    assert "which no feed" not in checked("aproved = true", "")  # a step without a form may be given anything
    (tmp_path / "items.toml").unlink()
    assert "which no feed" not in checked("aproved = true", "review")


@pytest.mark.parametrize(("name", "title"), [("is_overdue", ""), ("flag", "是否超期"), ("on_time", "")])
def test_a_feed_that_carries_the_verdict_is_remarked_upon(tmp_path: Path, name: str, title: str) -> None:
    feed = {"$defs": {"done": {"properties": {**FEED["properties"], name: {"title": title}}}}}
    assert f"the field {name} of feed.json carries the verdict" in fed(tmp_path, json.dumps(feed), "ok = true")
    assert "verdict" not in fed(tmp_path, json.dumps(FEED), "ok = true")


def test_a_feed_that_is_no_json_is_an_error(tmp_path: Path) -> None:
    assert "expected JSON" in fed(tmp_path, "{", "ok = true")


def test_what_is_not_there_exits_with_2(tmp_path: Path) -> None:
    assert run(tmp_path / "nothing.bpmn").exit_code == 2
    assert run(tmp_path).exit_code == 2
    assert run().exit_code == 2
