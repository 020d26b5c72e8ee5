"""The profile keeps its word: what it says runs is run to an end, and the page shows what is said."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from engine import Database, Runtime, profile
from engine.clock import VirtualClock
from engine.lint.table import standard as names_of_the_standard
from tests.engine import drawing as d
from tests.engine.campaign import room
from tests.engine.conftest import Office
from tests.engine.game.chart import BPMN
from tests.engine.models.random.constructs import smallest
from tests.engine.walking import Walk
from webui.cli import main

ROOT = Path(__file__).parents[2]


def passing(node: str) -> bytes:
    return d.model(d.start(), node, d.step("z"), d.end(), d.chain("s", "x", "z", "e"))


MODELS = {
    **smallest(),
    "task": passing('<task id="x"/>'),
    "manual task": passing(d.step("x").replace("userTask", "manualTask")),
    "rule task": passing(d.handler("x", "rule_check", tag="businessRuleTask")),
    "milestone": passing(d.throw("x")),
    "send task": d.file(passing('<sendTask id="x" messageRef="m"/>'), '<message id="m" name="m"/>'),
    "message end": d.file(
        d.model(d.start(), d.step("z"), d.over("e", d.refers("message", "m")), d.chain("s", "z", "e")),
        '<message id="m" name="m"/>',
    ),
    "message throw": d.file(passing(d.throw("x", d.refers("message", "m"))), '<message id="m" name="m"/>'),
}


@pytest.fixture
def memory() -> Iterator[Database]:
    with room() as database:
        yield database


def drawn(xml: bytes) -> Iterator[str]:
    """The elements of a model as the profile names them."""
    for node in ET.fromstring(xml).iter():
        tag = node.tag.removeprefix(BPMN)
        if tag.endswith("Event"):
            kinds = [one.tag.removeprefix(BPMN).removesuffix("EventDefinition") for one in node]
            yield f"{tag}/{kinds[0] if kinds else 'none'}"
        else:
            yield "eventSubProcess" if node.get("triggeredByEvent") == "true" else tag


def test_what_the_profile_says_runs_is_run_to_an_end(memory: Database) -> None:
    clock = VirtualClock(datetime(2026, 3, 11, 1, 0, tzinfo=UTC))
    runtime = Runtime(memory, clock, Office().handlers())
    run = set()
    for xml in MODELS.values():
        Walk(runtime, clock, xml).go([])
        run |= set(drawn(xml))
    said = {row.element for row in profile.rows() if row.verdict.startswith("runs") and not row.attribute}
    assert said - run == set()


def test_every_name_of_the_standard_has_its_row() -> None:
    rows = {(row.element.partition("/")[0], row.attribute) for row in profile.rows()}
    for element, attributes in names_of_the_standard().items():
        assert {(element, name) for name in ("", *attributes)} <= rows, element


def test_a_difference_and_a_refusal_say_what_and_why_in_both_languages() -> None:
    for row in profile.rows():
        if row.verdict in ("refused", "runs with a difference") and not row.attribute:
            assert row.note_en and row.note_zh, row.element


def test_the_page_is_what_the_command_prints() -> None:
    printed = CliRunner().invoke(main, ["models", "profile"])
    assert printed.exit_code == 0
    assert (ROOT / "docs" / "profile.md").read_text(encoding="utf-8") == printed.output
