"""The DMN Technology Compatibility Kit, as the command runs it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from webui.cli import main

KIT = "dmn-tck"


def run(folder: Path, *options: str) -> tuple[int, list[str], str]:
    """Exit code, lines of the output, and what was said on stderr."""
    result = CliRunner().invoke(main, ["dmn", "tck", *options, str(folder)])
    return result.exit_code, result.stdout.splitlines(), result.stderr


@pytest.mark.corpora
def test_every_case_of_level_2_passes(corpora: Path) -> None:
    if not (corpora / KIT).is_dir():
        pytest.skip(f"needs the corpora: {corpora / KIT} is not there")
    code, lines, _ = run(corpora / KIT)
    assert lines[-1] == "116 of 116 passed"
    assert code == 0
    assert len(lines) == 28 + 1


DMN = """<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" namespace="n" name="m">
 <decision id="d" name="doubled"><variable name="doubled" typeRef="number"/>
  <informationRequirement id="r"><requiredInput href="#i"/></informationRequirement>
  <literalExpression><text>{text}</text></literalExpression></decision>
 <inputData id="i" name="x"><variable name="x" typeRef="number"/></inputData>
</definitions>"""
CASES = """<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><modelName>a.dmn</modelName>
 <testCase id="001"><inputNode name="x"><value xsi:type="xsd:decimal">2</value></inputNode>
  <resultNode name="doubled" type="decision"><expected><value xsi:type="xsd:decimal">4</value></expected></resultNode>
 </testCase>
 <testCase id="002"><inputNode name="x"><value xsi:nil="true"/></inputNode>
  <resultNode errorResult="true" name="doubled" type="decision"><expected><value xsi:nil="true"/></expected></resultNode>
 </testCase></testCases>"""


def kit(folder: Path, text: str) -> Path:
    """A kit of one model and two cases."""
    (folder / "one").mkdir()
    (folder / "one" / "a.dmn").write_text(DMN.format(text=text))
    (folder / "one" / "a-test-01.xml").write_text(CASES)
    return folder


def test_a_kit_that_holds_says_so(tmp_path: Path) -> None:
    assert run(kit(tmp_path, "x * 2")) == (0, ["one: 2 passed, 0 failed", "2 of 2 passed"], "")


def test_a_wrong_model_fails_and_says_why(tmp_path: Path) -> None:
    code, lines, told = run(kit(tmp_path, "x * 3"), "--failures")
    assert (code, lines) == (1, ["one: 1 passed, 1 failed", "1 of 2 passed"])
    assert "a-test-01.xml 001: doubled: expected Decimal('4'), found Decimal('6')" in told


def test_a_decision_at_fault_is_null(tmp_path: Path) -> None:
    code, lines, _ = run(kit(tmp_path, "x *"))
    assert (code, lines[-1]) == (1, "1 of 2 passed")


def test_a_decision_that_is_not_there_fails_even_where_null_is_expected(tmp_path: Path) -> None:
    folder = kit(tmp_path, "x * 2")
    (folder / "one" / "a-test-01.xml").write_text(CASES.replace('name="doubled"', 'name="halved"'))
    assert run(folder)[1][-1] == "0 of 2 passed"


def test_a_value_that_we_cannot_hold_equals_nothing(tmp_path: Path) -> None:
    folder = kit(tmp_path, "null")
    cases = CASES.replace('xsi:type="xsd:decimal">4', 'xsi:type="xsd:time">25:00:00')
    (folder / "one" / "a-test-01.xml").write_text(cases)
    code, lines, told = run(folder, "--failures")
    assert (code, lines[-1]) == (1, "1 of 2 passed")
    assert "Unreadable(text='25:00:00')" in told


def test_a_folder_without_cases_is_bad_use(tmp_path: Path) -> None:
    assert run(tmp_path)[0] == 2


def test_a_file_that_is_no_xml_is_bad_use(tmp_path: Path) -> None:
    (kit(tmp_path, "x") / "one" / "b.xml").write_text("<")
    assert run(tmp_path)[0] == 2
