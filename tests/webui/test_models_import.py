"""``jiancha models import``: verdicts, remarks and files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from webui.cli import main

DRAWN = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:test">
<process id="p"><startEvent id="s"/><userTask id="t" name="审查"/><endEvent id="e"/>
<sequenceFlow id="f" sourceRef="s" targetRef="t"/>
<sequenceFlow id="g" sourceRef="t" targetRef="e"/></process></definitions>"""


@pytest.fixture
def drawings(tmp_path: Path) -> Path:
    """A drawing, one that needs a role, and one that nobody runs."""
    folder = tmp_path / "drawings"
    (folder / "inner").mkdir(parents=True)
    (folder / "a.bpmn").write_text(DRAWN, encoding="utf-8")
    (folder / "inner" / "a.bpmn20.xml").write_text(DRAWN, encoding="utf-8")
    (folder / "script.xml").write_text(DRAWN.replace("userTask", "scriptTask"), encoding="utf-8")
    return folder


def jiancha(*arguments: object) -> Result:
    done = CliRunner().invoke(main, [str(one) for one in arguments])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def test_each_file_has_its_verdict_and_the_last_line_counts_them(drawings: Path) -> None:
    done = jiancha("models", "import", drawings, "--as", "mirror")
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0] == f"{drawings / 'a.bpmn'}: imported"
    assert lines[-1] == "3 files, 2 imported, 1 with remarks, 0 refused"


def test_executable_is_the_default_and_a_refusal_is_no_failure(drawings: Path) -> None:
    done = jiancha("models", "import", drawings)
    assert done.exit_code == 0
    assert done.stdout.splitlines()[-1] == "3 files, 0 imported, 2 with remarks, 1 refused"


def test_json_is_a_list_with_file_verdict_and_remarks(drawings: Path) -> None:
    found = json.loads(jiancha("models", "import", drawings, "--json").stdout)
    assert [one["verdict"] for one in found] == ["imported with remarks", "imported with remarks", "refused"]
    assert {"file", "verdict", "remarks"} == set(found[0])
    (remark,) = found[0]["remarks"]
    assert (remark["element"], remark["line"]) == ("t", 2)
    assert remark["text"]
    assert remark["advice"]
    assert remark["text_en"].startswith("the drawing does not say who does it")


def test_nothing_is_written_unless_asked(drawings: Path) -> None:
    before = sorted(drawings.rglob("*"))
    jiancha("models", "import", drawings)
    assert sorted(drawings.rglob("*")) == before


def test_what_is_saved_passes_the_check(drawings: Path, tmp_path: Path) -> None:
    saved = tmp_path / "saved"
    jiancha("models", "import", drawings, "--save", saved)
    assert sorted(str(file.relative_to(saved)) for file in saved.rglob("*.bpmn")) == ["a.bpmn", "inner/a.bpmn"]
    checked = jiancha("models", "check", saved)
    assert checked.exit_code == 0
    assert checked.stdout.splitlines()[-1] == "2 models, 0 checkpoints, 0 errors"


def test_a_file_that_was_read_is_never_written_over(drawings: Path) -> None:
    jiancha("models", "import", drawings, "--save", drawings)
    assert (drawings / "a.bpmn").read_text(encoding="utf-8") == DRAWN
    assert "jc:step" in (drawings / "a-2.bpmn").read_text(encoding="utf-8")


@pytest.mark.parametrize("arguments", [(), ("/no/such/file.bpmn",), ("--as", "poem", ".")])
def test_bad_use_is_exit_two(arguments: tuple[str, ...]) -> None:
    assert jiancha("models", "import", *arguments).exit_code == 2
