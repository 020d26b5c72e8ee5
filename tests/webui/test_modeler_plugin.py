"""The plug-in for the desktop Modeler knows what the reader knows, and runs as plain files."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from engine.lint.extensions import ATTRIBUTES, INSIDE, ON_BPMN, PLACES
from monitors.rules import KINDS
from webui.cli import main
from webui.modeler import descriptor

HARNESS = Path(__file__).with_name("modeler_harness.cjs")


@pytest.fixture(scope="module")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the written plug-in does under node."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs node")
    folder = tmp_path_factory.mktemp("plugin") / "jiancha"
    done = CliRunner().invoke(main, ["models", "plugin", str(folder)])
    assert done.exit_code == 0, done.output
    assert sorted(path.name for path in folder.iterdir()) == ["README.md", "client.js", "index.js", "jiancha.json"]
    ran = subprocess.run([node, str(HARNESS), str(folder)], capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def test_the_descriptor_has_the_reader_s_elements_and_attributes() -> None:
    types = {one["name"].lower(): one for one in descriptor()["types"] if "extends" not in one}
    assert types.keys() == PLACES.keys()
    for name, one in types.items():
        assert {each["name"] for each in one["properties"] if each.get("isAttr")} == ATTRIBUTES[name]
    on_bpmn = {
        one["extends"][0]: {each["name"] for each in one["properties"]} for one in descriptor()["types"][len(types) :]
    }
    assert on_bpmn == {f"bpmn:{place}": set(names) for place, names in ON_BPMN.items()}


def test_elements_stand_in_the_descriptor_where_the_reader_takes_them() -> None:
    inside = {
        (one["name"].lower(), each["type"].lower())
        for one in descriptor()["types"]
        for each in one["properties"]
        if not each.get("isAttr") and not each.get("isBody")
    }
    assert inside == {(place, name) for name in INSIDE for place in PLACES[name]}
    allowed = {one["name"]: one["meta"]["allowedIn"] for one in descriptor()["types"] if "meta" in one}
    assert allowed["Step"] == ["bpmn:ManualTask", "bpmn:UserTask"]
    assert allowed["Checkpoint"] == ["bpmn:BoundaryEvent", "bpmn:Process"]


def test_the_modeler_is_given_descriptor_panel_and_lint(plugin: dict[str, Any]) -> None:
    assert plugin["name"] == "Jiancha 监察"
    assert plugin["types"] == [
        "bpmn.modeler.moddleExtension",
        "bpmn.modeler.additionalModules",
        "lintRules.bpmn",
        "lintRules.cloud-bpmn",
    ]
    assert plugin["descriptor"] == descriptor()


def test_its_lint_is_content_with_what_is_right_and_names_what_is_wrong(plugin: dict[str, Any]) -> None:
    assert plugin["good"] == []
    named = [text.split(" ")[:2] for text in plugin["bad"]]
    assert named == [
        ["step", "a"], ["handler", "s"], ["script", "x"], ["checkpoint", "b"], ["checkpoint", "b"], ["checkpoint", "b"]
    ]  # fmt: skip
    assert "king" in plugin["bad"][0] and "mst" in plugin["bad"][-1]


def test_its_panel_writes_our_elements_into_the_drawing(plugin: dict[str, Any]) -> None:
    assert plugin["made"] == [["jc:Step", "clerk"]]
    assert plugin["rules"] == ["C.1", "C.2"]
    shown = {one.removeprefix("jc-rule-C-0-param-") for one in plugin["entries"] if "-param-" in one}
    assert shown == set(KINDS["time_limit"].parameters)
