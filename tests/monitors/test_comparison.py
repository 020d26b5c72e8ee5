"""What differs between two models, as a person would say it."""

from __future__ import annotations

from monitors.comparison import compare, three_way
from tests.engine import drawing as d


def model(*names: str, amount: int = 20, more: str = "", label: str = "") -> bytes:
    limit = d.timer("t", "a", "checkpoint", ref="C1") + d.rule_check() + d.flow("t", "rc") if "a" in names else ""
    steps = [d.step(name).replace(f'jc:nameEn="{name}"', f'jc:nameEn="{label or name}"') for name in names]
    checkpoint = d.checkpoint("C1", amount=str(amount), unit='"working_day"')
    return d.model(d.start(), *steps, d.end(), d.chain("s", *names, "e"), limit, more, checkpoints=checkpoint)


def said(before: bytes, after: bytes) -> list[str]:
    return [change.en for change in compare(before, after).said()]


def test_the_same_model_differs_in_nothing_however_it_is_drawn() -> None:
    assert compare(model("a"), model("a").replace(b"<process", b"\n\n<process")).changes == ()


def test_a_limit_goes_from_one_to_the_other() -> None:
    (change,) = compare(model("a"), model("a", amount=15)).said()
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


def test_the_data_have_the_five_sections() -> None:
    data = compare(model("a"), model("a", "b", amount=3)).as_data()
    assert list(data) == ["elements", "flows", "checkpoints", "rules", "limits"]
    assert [one["id"] for one in data["elements"]] == ["b"] and len(data["flows"]) > 0


def test_what_both_sides_changed_differently_is_a_conflict() -> None:
    found = three_way(model("a"), model("a", amount=15), model("a", amount=10))
    assert [(one.after["amount"], other.after["amount"]) for one, other in found.conflicts] == [("15", "10")]
    assert three_way(model("a"), model("a", amount=15), model("a", amount=15)).conflicts == []
