"""Models that call others, as people see them: checked together, deployed in order, one diagram each on the case's page."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from engine import Actor
from tests.engine import drawing as d
from tests.webui.conftest import Browser
from webui import modelfolders
from webui.cli import main
from webui.deploying import deploy
from webui.wiring import Application

SignIn = Callable[[str], Browser]
ENDS = d.start() + d.end()
REVIEW = d.model(ENDS, d.step("look"), d.chain("s", "look", "e"), name="review", kind="callable").replace(
    'name="试"'.encode(), 'name="评审"'.encode()
)
CALLER = d.model(ENDS, d.step("apply"), d.call("x", "review"), d.chain("s", "apply", "x", "e"), name="caller")


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two models of which the first, by name, calls the second; what comes with the product is found there, too."""
    for name, xml in (("caller", CALLER), ("review", REVIEW)):
        (tmp_path / f"{name}.bpmn").write_bytes(xml)
    monkeypatch.setattr(modelfolders, "shipped", lambda: {"review": tmp_path / "review.bpmn"})
    return tmp_path


def check(path: Path) -> list[tuple[str, str]]:
    done = CliRunner().invoke(main, ["models", "check", str(path), "--json"])
    return [(one["code"], one["element"]) for one in json.loads(done.stdout)["remarks"] if one["severity"] == "error"]


def test_models_of_one_folder_may_call_each_other(files: Path) -> None:
    assert check(files) == []
    assert check(files / "caller.bpmn") == []
    (files / "review.bpmn").unlink()
    assert check(files / "caller.bpmn") == [("call_unknown", "x")]


def test_files_that_call_each_other_in_a_circle_are_said_to(files: Path) -> None:
    circle = d.model(ENDS, d.step("look"), d.call("x", "caller"), d.chain("s", "look", "x", "e"), name="review")
    (files / "review.bpmn").write_bytes(circle)
    assert check(files) == [("call_circle", "x"), ("call_circle", "x")]


def test_what_is_called_is_deployed_first(files: Path, application: Application) -> None:
    one = deploy(application, files / "caller.bpmn", "release")
    assert [(pin.name, pin.version) for pin in one.calls] == [("review", 1)]


def test_the_case_page_shows_the_diagram_of_each_model(
    files: Path, application: Application, signed_in: SignIn
) -> None:
    deploy(application, files / "caller.bpmn", "release")
    clerk = Actor("clerk_approval", "", frozenset({"clerk"}))
    begun = application.runtime.start(
        "caller", business_key="C-1", district_code="370202", scope="approval", data={}, actor=clerk, key="start"
    )
    application.runtime.complete(begun.tasks[0], data={}, actor=clerk, key="apply")
    case, browser = begun.instance_id, signed_in("clerk_approval")

    assert browser.get(f"/cases/{case}/state.json").json["active"] == ["x"]
    assert browser.get(f"/cases/{case}/state.json?inside=review/").json["active"] == ["look"]
    assert browser.get(f"/cases/{case}/diagram.bpmn").data == CALLER
    assert browser.get(f"/cases/{case}/diagram.bpmn?inside=review/").data == REVIEW
    assert browser.get(f"/cases/{case}/diagram.bpmn?inside=other/").data == CALLER
    page = browser.get(f"/cases/{case}?inside=review/").text
    assert f'data-state="/cases/{case}/state.json?inside=review/"' in page
    assert "Step begun: look" in page


def test_a_model_that_only_calls_start_is_not_offered(application: Application, signed_in: SignIn) -> None:
    def offered() -> bool:
        return "Food business licence" in signed_in("clerk_approval").get("/cases/new").text

    only_called = REVIEW.replace(b'id="review"', b'id="administrative_approval"')
    application.runtime.deploy(only_called, by="release")
    assert not offered()
    application.runtime.deploy(only_called.replace(b"callable", b"executable"), by="release")
    assert offered()


def test_a_model_that_only_a_message_starts_is_not_offered(application: Application, signed_in: SignIn) -> None:
    start = f'<startEvent id="s">{d.refers("message", "m")}</startEvent>'
    begun = d.model(
        start, d.end(), d.step("look"), d.chain("s", "look", "e"), name="administrative_approval",
        extra=d.declared("message", "m"),
    )  # fmt: skip
    application.runtime.deploy(begun, by="release")
    assert "Food business licence" not in signed_in("clerk_approval").get("/cases/new").text
