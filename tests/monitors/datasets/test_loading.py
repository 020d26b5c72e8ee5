"""Files of rows are entered into declared sets: the good rows are taken, of the others it is told why not."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from engine.clock import VirtualClock
from engine.db import Database
from engine.errors import Conflict, InvalidData, NotFound
from engine.tables import journal
from monitors import tables as t
from monitors.datasets import Asked, Loads, StoredDataSets, loading, read_schemas
from tests.monitors.datasets.sets import DEATHS, PAYMENTS, load, loads_into, pensions

ONE, TWO = "p1,2026-01,1500.50,370202,ICBC", "p2,202601,900,370203,"


@pytest.fixture
def loads(database: Database, clock: VirtualClock) -> Loads:
    return loads_into(database, clock)


def rows(loads: Loads, key: str) -> Any:
    asked = Asked("pensions", date(2026, 1, 1), date(2026, 12, 31), loads.clock.now())
    with loads.database.read() as connection:
        return StoredDataSets(connection).rows(asked, key, 10)


def stored(loads: Loads) -> int:
    with loads.database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(t.data_set_row)).scalar_one())


def test_rows_are_typed_dated_and_told_with_the_load_they_came_with(loads: Loads) -> None:
    done = load(loads, pensions(ONE, TWO))
    assert (done.state, done.new, done.refused, done.source, done.number) == (
        "loaded",
        2,
        0,
        "人社局",
        "DL-2026-000001",
    )
    (found,) = rows(loads, "p1")
    assert (found.id, found.day, found.amount, found.load) == (
        "p1/2026-01",
        date(2026, 1, 1),
        Decimal("1500.5"),
        done.id,
    )
    assert found.values == {
        "person": "p1",
        "month": "2026-01",
        "paid": Decimal("1500.5"),
        "district": "370202",
        "bank": "ICBC",
    }
    assert "bank" not in rows(loads, "p2")[0].values


@pytest.mark.parametrize(
    ("line", "field", "expected", "found"),
    [
        ("p3,2026-13,1,370202,", "month", "a month such as 2026-03", "2026-13"),
        ("p3,2026-01,1.23456,370202,", "paid", "four decimals", "1.23456"),
        ("p3,2026-01,100000000000000,370202,", "paid", "below", "100000000000000"),
        ("p3,2026-01,NaN,370202,", "paid", "below", "NaN"),
        ("p3,2026-01,=1+1,370202,", "paid", "an amount such as", "=1+1"),
        (",2026-01,1,370202,", "person", "a value", ""),
        (f"{'p' * 101},2026-01,1,370202,", "person", "at most 100", "ppp"),
        ("p3,2026-01,1", "", "5 cells", "3 cells"),
    ],
)
def test_a_bad_row_is_refused_by_line_and_field_and_the_good_ones_are_taken(
    loads: Loads, line: str, field: str, expected: str, found: str
) -> None:
    done = load(loads, pensions(ONE, line, TWO))
    (why,) = done.refusals
    assert (done.new, done.refused) == (2, 1)
    assert (why.line, why.field) == (3, field) and expected in why.expected and why.found.startswith(found)


def test_every_mistake_of_a_row_is_told(loads: Loads) -> None:
    done = load(loads, pensions("p3,2026-00,x,370202,"))
    assert [one.field for one in done.refusals] == ["month", "paid"] and done.refused == 1


def test_a_sheet_may_be_gb18030_with_chinese_headers_and_any_order(loads: Loads) -> None:
    content = "district栏,person栏,paid栏,month栏,bank栏\n370202,p1,7,2026-01,工商银行\n".encode("gb18030")
    assert load(loads, content).new == 1
    assert rows(loads, "p1")[0].values["bank"] == "工商银行"


def test_lines_of_json_are_taken_and_refused_like_those_of_a_sheet(loads: Loads) -> None:
    content = (
        b'{"person": "p1", "died_on": "2026-01-05", "age": 81}\n'
        b'{"person": "p2", "died_on": "2026-02-30"}\n'
        b"[1]\n"
        b'{"person": "p3", "died_on": "2026-01-05", "place": "x"}\n'
        b'{"person": {"id": 1}, "died_on": "2026-01-05"}\n'
        b"{\n"
    )
    done = load(loads, content, "deaths", "deaths.jsonl")
    assert (done.new, done.refused) == (1, 5)
    assert [(one.line, one.field) for one in done.refusals] == [
        (2, "died_on"),
        (3, ""),
        (4, "place"),
        (5, "person"),
        (6, ""),
    ]


def test_a_line_that_is_too_long_costs_only_itself(loads: Loads) -> None:
    long = '{"person": "%s"}' % ("x" * 300_000)
    content = f'{long}\n{{"person": "p1", "died_on": "2026-01-05"}}\n'.encode()
    done = load(loads, content, "deaths", "deaths.jsonl")
    assert (done.new, done.refused, done.refusals[0].line) == (1, 1, 1)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty file"),
        (b"person,month\np1,2026-01\n", r"absent: \['paid', 'district'\]"),
        (b"person,month,paid,district,colour\n", r"unknown: \['colour'\]"),
        (b"person,person,month,paid,district\n", r"twice: \['person'\]"),
        (b"\xff\xfe\x00", "neither"),
    ],
)
def test_a_file_that_is_no_sheet_of_the_set_leaves_no_trace(loads: Loads, content: bytes, said: str) -> None:
    with pytest.raises(InvalidData, match=said):
        load(loads, content)
    with loads.database.read() as connection:
        assert loading.loads(connection) == ()


def test_the_same_file_again_changes_nothing(loads: Loads, clock: VirtualClock) -> None:
    first = load(loads, pensions(ONE, TWO))
    clock.advance(timedelta(days=1))
    assert load(loads, pensions(ONE, TWO)) == first
    assert stored(loads) == 2


def test_a_row_that_differs_is_recorded_again_and_one_that_does_not_is_left_alone(
    loads: Loads, clock: VirtualClock
) -> None:
    load(loads, pensions(ONE, TWO))
    before = clock.now()
    clock.advance(timedelta(days=1))
    done = load(loads, pensions(ONE.replace("1500.50", "1500.500"), TWO.replace("900", "901"), "p3,2026-01,1,370202,"))
    assert (done.new, done.corrected, done.unchanged) == (1, 1, 1)
    assert stored(loads) == 4
    assert rows(loads, "p2")[0].amount == 901
    with loads.database.read() as connection:
        then = Asked("pensions", date(2026, 1, 1), date(2026, 12, 31), before)
        assert StoredDataSets(connection).sum(then, "p2") == 900


def test_one_row_given_twice_in_a_file_counts_as_it_came_first(loads: Loads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "PART", 2)
    other = ONE.replace("1500.50", "7")
    done = load(loads, pensions(ONE, other, TWO, other))
    assert (done.new, [one.line for one in done.refusals]) == (2, [3, 5])
    assert rows(loads, "p1")[0].amount == Decimal("1500.5")


def test_rules_see_a_load_when_all_of_it_is_there_and_a_cut_off_one_goes_on(
    loads: Loads, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "PART", 1)
    content = pensions(ONE, TWO)
    taken: list[Any] = []
    really = loading._take

    def cut(*args: Any) -> None:
        if taken:
            raise KeyboardInterrupt
        taken.append(args)
        really(*args)

    monkeypatch.setattr(loading, "_take", cut)
    with pytest.raises(KeyboardInterrupt):
        load(loads, content)
    assert stored(loads) == 1 and rows(loads, "p1") == []
    with pytest.raises(Conflict, match="DL-2026-000001"):
        load(loads, pensions(TWO))
    monkeypatch.setattr(loading, "_take", really)
    clock.advance(timedelta(hours=1))
    done = load(loads, content)
    assert (done.state, done.number, done.new, done.unchanged) == ("loaded", "DL-2026-000001", 1, 1)
    assert len(rows(loads, "p1")) == 1


def test_a_look_over_a_file_keeps_nothing(loads: Loads) -> None:
    report = loads.check("pensions", io.BytesIO(pensions(ONE, "p3,x,1,370202,")), "a.csv")
    assert (report.new, report.refused, stored(loads)) == (1, 1, 0)


def test_a_file_says_where_it_comes_from_and_goes_into_a_set_that_is_declared(loads: Loads) -> None:
    with pytest.raises(InvalidData, match="where the file comes from"):
        loads.load("pensions", io.BytesIO(pensions(ONE)), "a.csv", by="li", source=" ")
    with pytest.raises(NotFound, match="deaths, pensions"):
        load(loads, pensions(ONE), "contracts")


def test_loading_is_an_act_in_the_journal(loads: Loads) -> None:
    done = load(loads, pensions(ONE))
    with loads.database.read() as connection:
        entry = connection.execute(select(journal).where(journal.c.kind == "data_loaded")).one()
    body = json.loads(entry.body)
    assert (entry.actor, body["hash"], body["new"]) == ("li", done.hash, 1)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"id": ["number"]}, "id of pensions as a field of the set"),
        ({"day": "person"}, "day of pensions as a required field of type date"),
        ({"amount": "bank"}, "amount of pensions"),
        ({"key": ["bank"]}, "key of pensions as a required field"),
        ({"colour": 1}, r"unknown: \['colour'\]"),
        ({"field": [{"name": "x", "zh": "x", "en": "x", "type": "colour"}]}, "type of pensions.x as one of text"),
    ],
)
def test_a_set_that_is_declared_wrongly_is_refused_by_name(change: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidData, match=said):
        read_schemas([DEATHS, PAYMENTS | change])
