"""``docs/rules.md`` is what the code and the models say, and every kind is at work in a model."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from engine.diagrams import read
from monitors.rules import KINDS
from webui.cli.ruletext import text
from webui.modelfolders import folders

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_table_of_kinds_is_up_to_date() -> None:
    """After a change: ``.venv/bin/python -m webui.cli.ruletext > docs/rules.md``."""
    assert (DOCS / "rules.md").read_text(encoding="utf-8") == text()


@pytest.fixture(scope="module")
def played() -> dict[str, set[str]]:
    """Kind -> what the scenarios of its rules expect."""
    found: dict[str, set[str]] = {}
    for folder in folders():
        kinds = {rule.id: rule.kind for one in read(folder.diagram).checkpoints.values() for rule in one.rules}
        if not folder.scenarios.exists():
            continue
        for scenario in tomllib.loads(folder.scenarios.read_text(encoding="utf-8"))["scenario"]:
            found.setdefault(kinds[scenario["rule"]], set()).add(scenario["expected"])
    return found


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_has_a_good_and_a_bad_case_in_a_shipped_model(kind: str, played: dict[str, set[str]]) -> None:
    assert played[kind] == {"quiet", "loud"}
