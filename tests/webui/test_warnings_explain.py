"""``jiancha warnings explain``: in words, with the article of law, and exit 1 where it is not the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update

from engine.clock import VirtualClock
from engine.db import Database
from monitors import tables as t
from monitors.laws import articles, load_laws
from tests.monitors.town import LIMIT, REASON, Town, approval
from webui import schema
from webui.cli import main

LAWS = load_laws(Path(__file__).resolve().parents[2] / "bpmn" / "laws.toml")
LAWFUL = approval(LIMIT.replace('basis="测试"', 'basis="行政许可法 42, 82"') + REASON)


@pytest.fixture
def town(tmp_path: Path, clock: VirtualClock) -> Iterator[Town]:
    database = Database(f"sqlite:///{tmp_path}/town.db")
    schema.upgrade(database)
    yield Town(database, clock).draw(LAWFUL)
    database.dispose()


def explain(town: Town, identity: str, *more: str) -> Result:
    return CliRunner().invoke(main, ["warnings", "explain", identity, "--database", str(town.database.url), *more])


def late(town: Town) -> str:
    town.begin()
    town.tick("2026-10-15 09:00")
    return town.warnings()[-1].number


def test_a_warning_is_said_in_words_with_the_article_of_law(town: Town) -> None:
    done = explain(town, late(town))
    assert done.exit_code == 0, done.output
    for words in (
        "W-2026-000002（黄色）：案件 C-001",
        "《中华人民共和国行政许可法》第42条（二十日内决定",
        "Administrative Licensing Law, Art. 82 (limits are working days)",
        "时限 8 个工作日，自 2026-09-28 09:12 起算，最后一日为 2026-10-14。",
        "The rung was reached at 2026-10-15 00:00, and found at 2026-10-15 09:00.",
        "Derived again from the kept evidence: the same in every value.",
    ):
        assert words in done.output, done.output


def test_as_json_it_is_one_document_with_evidence_and_verdict(town: Town) -> None:
    number = late(town)
    done = explain(town, number, "--json")
    told: dict[str, Any] = json.loads(done.stdout)
    assert (done.exit_code, told["same"], told["differences"], told["warning"]) == (0, True, [], number)
    assert told["evidence"]["facts"]["data"]["item"]["promised_wd"] == 8
    assert len(told["words"]) == len(told["words_en"]) > 3


def test_one_that_was_changed_is_exit_one_and_says_where(town: Town) -> None:
    number = late(town)
    with town.database.begin() as c:
        c.execute(update(t.warning).where(t.warning.c.number == number).values(level="red"))
    done = explain(town, number)
    assert done.exit_code == 1
    assert "level：留存 red，推导 yellow" in done.output and "level: kept red, derived yellow" in done.output
    told = json.loads(explain(town, number, "--json").stdout)
    assert told["differences"] == [{"what": "level", "stored": "red", "derived": "yellow"}]


def test_one_that_nobody_knows_is_an_error(town: Town) -> None:
    done = explain(town, "W-2026-999999")
    assert (done.exit_code, done.stdout) == (1, "")


@pytest.mark.parametrize(
    ("basis", "zh"),
    [
        ("行政许可法 32(4)", ["《中华人民共和国行政许可法》第32条第4款（五日内一次告知补正，逾期不告知的自收到之日起即为受理）"]),
        ("某条例 7、9", ["《某条例》第7条", "《某条例》第9条"]),
        ("行政许可法 Art 58; 某条例 3", ["《中华人民共和国行政许可法》第58条（实施许可不得收费，法律、行政法规另有规定的除外）", "《某条例》第3条"]),
        ("流程监察 (FLOW)", []),
        ("月报制度 (DD-10)", []),
        ("receipt-wabo: deadline", []),
    ],
)  # fmt: skip
def test_a_basis_names_its_articles(basis: str, zh: list[str]) -> None:
    assert [one.zh for one in articles(basis, LAWS)] == zh
