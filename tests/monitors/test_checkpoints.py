"""What hangs on a diagram, compiled once; and the models that we ship can all be judged."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from engine.diagrams import read
from engine.errors import InvalidData, NotFound
from engine.model import Definition
from monitors.calendars import Place, load_places
from monitors.checkpoints import Checkpoints, compile_definition
from monitors.presets import LEVELS, load_presets
from tests.engine import drawing as d
from tests.monitors.cases import PRESETS, rule

BPMN = Path(__file__).resolve().parents[2] / "bpmn"
MODELS = sorted(BPMN.rglob("*.bpmn"))
SHIPPED = load_presets(BPMN / "supervision" / "presets.toml")
APPROVAL = d.model(
    d.start(),
    d.step("review"),
    d.end(),
    d.chain("s", "review", "e"),
    d.timer("limit", "review", "checkpoint", ref="AA-04"),
    d.rule_check(),
    d.flow("limit", "rc"),
    name="approval",
    checkpoints=d.checkpoint("AA-04", amount="5", unit='"working_day"'),
)


def definition(xml: bytes, name: str = "approval") -> Definition:
    at = datetime(2026, 3, 11, tzinfo=UTC)
    return Definition(
        name, 1, sha256(xml).hexdigest(), "executable", "", "", xml, (), "local", "deployed", at, "designer"
    )


def test_an_element_leads_to_its_checkpoint_and_rules() -> None:
    found = compile_definition(definition(APPROVAL), read(APPROVAL), PRESETS)
    assert [one.id for one in found.at("limit").rules] == ["AA-04.1"]
    assert found.at("limit", "AA-04") is found.at("limit")
    assert found.rule("AA-04.1").kind.name == "time_limit"
    for ask in (lambda: found.at("review"), lambda: found.at("x", "AA-99"), lambda: found.rule("AA-99.1")):
        with pytest.raises(NotFound):
            ask()


def test_a_definition_is_read_once() -> None:
    asked: list[tuple[str, int]] = []

    def look_up(name: str, version: int) -> Definition:
        asked.append((name, version))
        return definition(APPROVAL)

    checkpoints = Checkpoints(look_up, lambda name, version: read(APPROVAL), PRESETS)
    assert checkpoints.of("approval", 1) is checkpoints.of("approval", 1)
    assert asked == [("approval", 1)]


@pytest.mark.parametrize("model", MODELS, ids=lambda path: path.stem)
def test_every_rule_that_we_ship_can_be_judged(model: Path) -> None:
    xml = model.read_bytes()
    supervision = compile_definition(definition(xml, read(xml).process_id), read(xml), SHIPPED)
    rules = [one for checkpoint in supervision.checkpoints.values() for one in checkpoint.rules]
    assert {one.id: one.fault for one in rules if one.fault} == {}
    assert [one.id for one in rules if one.level not in LEVELS] == []


def test_the_shipped_default_ladder_is_ladder_a() -> None:
    assert SHIPPED["DEFAULT"].rungs == PRESETS["DEFAULT"].rungs
    assert {"DEFAULT", "YULIN", "CHENGDU", "ZHANJIANG", "HUNAN"} <= set(SHIPPED)
    assert {preset.mark for preset in SHIPPED.values()} == {"P"}


def test_what_cannot_be_judged_says_why() -> None:
    assert "unknown: ['days']" in rule("time_limit", days="5").fault
    assert "missing: ['must']" in rule("expression").fault
    assert "expected a value" in rule("expression", must="1 +").fault
    assert "astrology" in rule("astrology").fault
    assert "NOBODY" in rule("time_limit", ladder="NOBODY").fault


@pytest.mark.parametrize("rung", [{"level": "blue", "when": "overdue"}, {"level": "red", "when": "sometimes"}])
def test_a_preset_with_an_unknown_level_or_condition_is_refused(rung: dict[str, str]) -> None:
    with pytest.raises(InvalidData):
        load_presets({"preset": [{"code": "X", "rung": [rung]}]})


def test_the_public_logs_model_counts_in_its_own_zone() -> None:
    assert load_places(BPMN)["permit_receipt"] == Place("PLAIN", "Europe/Amsterdam")
