"""What differs between two models, as a person would say it."""

from __future__ import annotations

from engine.model import Pin
from monitors.comparison import Drawn, compare, three_way
from tests.engine import drawing as d
from tests.engine.decisions import sheet


def model(*names: str, amount: int = 20, more: str = "", label: str = "") -> bytes:
    limit = d.timer("t", "a", "checkpoint", ref="C1") + d.rule_check() + d.flow("t", "rc") if "a" in names else ""
    steps = [d.step(name).replace(f'jc:nameEn="{name}"', f'jc:nameEn="{label or name}"') for name in names]
    checkpoint = d.checkpoint("C1", amount=str(amount), unit='"working_day"')
    return d.model(d.start(), *steps, d.end(), d.chain("s", *names, "e"), limit, more, checkpoints=checkpoint)


def said(before: bytes, after: bytes) -> list[str]:
    return [change.en for change in compare(Drawn(before), Drawn(after)).said()]


def test_the_same_model_differs_in_nothing_however_it_is_drawn() -> None:
    assert compare(Drawn(model("a")), Drawn(model("a").replace(b"<process", b"\n\n<process"))).changes == ()


def test_a_limit_goes_from_one_to_the_other() -> None:
    (change,) = compare(Drawn(model("a")), Drawn(model("a", amount=15))).said()
    assert change.en == "The limit of “a” (C1.1) goes from 20 to 15 working days"
    assert change.zh == "“a”的时限（C1.1）由 20 个工作日改为 15 个工作日"
    assert (change.section, change.before["amount"], change.after["amount"]) == ("limits", "20", "15")


def test_a_new_step_is_said_once_with_its_place() -> None:
    assert said(model("a", "b"), model("a", "n", "b")) == ["There is a new step “n” after “a” and before “b”"]


def test_a_step_that_is_gone_and_one_that_is_renamed_by_its_id() -> None:
    assert "The step “b” is gone" in said(model("a", "b"), model("a"))
    renamed = model("a").replace(b'name="a" jc:nameEn="a"', b'name="x" jc:nameEn="X"', 1)
    assert said(model("a"), renamed) == ["The step “a” is now called “X”"]


def test_steps_that_change_places_are_moved_not_new() -> None:
    words = said(model("x", "y", "z"), model("y", "x", "z"))
    assert "The step “x” now comes after “y”" in words
    assert not any("new step" in one or "is gone" in one for one in words)


def test_the_data_have_a_section_for_each_kind() -> None:
    data = compare(Drawn(model("a")), Drawn(model("a", "b", amount=3))).as_data()
    assert list(data) == ["elements", "flows", "checkpoints", "rules", "limits", "decisions"]
    assert [one["id"] for one in data["elements"]] == ["b"] and len(data["flows"]) > 0


def test_what_both_sides_changed_differently_is_a_conflict() -> None:
    found = three_way(*map(Drawn, (model("a"), model("a", amount=15), model("a", amount=10))))
    assert [(one.after["amount"], other.after["amount"]) for one, other in found.conflicts] == [("15", "10")]
    assert three_way(*map(Drawn, (model("a"), model("a", amount=15), model("a", amount=15)))).conflicts == []


# -- decisions and called models -----------------------------------------------------------

ROWS = [["< 10", '"fast"'], [">= 10", '"full"']]


def decided(*rows: list[str], policy: str = "UNIQUE", more: str = "") -> Drawn:
    table = sheet.table(["amount"], ["path"], [*rows], policy=policy)
    return Drawn(model("a"), (sheet.model(sheet.decision("way", table), more),))


def decisions(before: Drawn, after: Drawn) -> list[str]:
    return [change.en for change in compare(before, after).said()]


def test_rows_of_a_table_are_added_removed_and_changed() -> None:
    assert decisions(decided(*ROWS), decided(*ROWS)) == []
    assert decisions(decided(*ROWS), decided(ROWS[0], ["[10..50]", '"full"'], ["> 50", '"board"'])) == [
        "In row 2 of the decision “way”, amount goes from >= 10 to [10..50]",
        'There is a new row 3 in the decision “way”: amount > 50 gives path = "board"',
    ]
    assert decisions(decided(*ROWS), decided(ROWS[1])) == [
        'Row 1 of the decision “way” is gone: amount < 10 gives path = "fast"'
    ]
    assert decisions(decided(*ROWS), decided(ROWS[0], [">= 10", '"slow"'])) == [
        'In row 2 of the decision “way”, path goes from "full" to "slow"'
    ]


def test_a_row_that_moved_is_no_change_but_the_policy_is() -> None:
    assert decisions(decided(*ROWS), decided(*ROWS[::-1])) == []
    assert decisions(decided(*ROWS), decided(*ROWS, policy="FIRST")) == [
        "The hit policy of the decision “way” goes from UNIQUE to FIRST"
    ]


def test_decisions_come_and_go_and_expressions_change() -> None:
    other = sheet.decision("days", sheet.text("5"))
    assert decisions(decided(*ROWS), decided(*ROWS, more=other)) == ["There is a new decision “days”"]
    assert decisions(decided(*ROWS, more=other), decided(*ROWS)) == ["The decision “days” is gone"]
    changed = other.replace(">5<", ">7<")
    assert decisions(decided(*ROWS, more=other), decided(*ROWS, more=changed)) == [
        "The logic of the decision “days” is now 7"
    ]


def test_changed_decisions_are_data_too() -> None:
    data = compare(decided(*ROWS), decided(ROWS[0], [">= 10", '"slow"'])).as_data()
    (change,) = data["decisions"]
    assert (change["id"], change["attribute"]) == ("way", "row 2 path")
    assert (change["before"], change["after"]) == ('"full"', '"slow"')
    assert change["words"] == '决策“way”第 2 行的 path 由 "full" 改为 "slow"'


def test_another_version_of_a_called_model_is_said() -> None:
    xml = d.model(d.start(), d.call("x", "review"), d.end(), d.chain("s", "x", "e"))
    one, two = (Drawn(xml, calls=(Pin("review", version, "0"),)) for version in (1, 2))
    assert decisions(one, one) == []
    assert decisions(one, two) == ["The call “x” runs version 2 of review in place of 1"]
