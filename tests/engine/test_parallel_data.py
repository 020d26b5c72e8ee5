"""Reviewers side by side who write under the same names: every statement stays as it was made.

The journal keeps each statement with its author. Who would replace what another has written since
his own step was opened is shown it first, and may replace it knowingly; then the case data hold, under a
name, what was written last, and that whole: nothing of it is from somebody else. Whoever wants all of them
in the case data draws several instances of one step, with a place for each result.
``JIANCHA_INTERLEAVINGS`` says how many orders are tried (2,000 in the long campaign).
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

import pytest

from engine import Actor, Runtime
from engine.errors import Overwritten
from engine.model import JournalEntry
from tests.engine import drawing as d
from tests.engine.conftest import Case, begin

TRIED = int(os.environ.get("JIANCHA_INTERLEAVINGS", "50"))
LI, WANG = (Actor(name, name, frozenset({"clerk"})) for name in ("li", "wang"))
ROUNDS = ("1", "2", "3")
Statement = Mapping[str, Any]

MODEL = d.model(
    d.start(), d.end(), d.gateway("split", "parallel"), d.gateway("join", "parallel"), d.step("z"),
    *(d.step(f"{who}{number}") for who in "ab" for number in ROUNDS),
    d.chain("s", "split", "a1", "a2", "a3", "join", "z", "e"), d.chain("split", "b1", "b2", "b3", "join"),
)  # fmt: skip


def statement(chance: Random, author: str) -> Statement:
    """A verdict and a list, under the names that everybody uses, with whatever fields come to mind."""
    fields = chance.sample(("fee", "reason", "grade", "note"), k=chance.randint(1, 3))
    record = {"by": author, "verdict": chance.choice(("approve", "reject")), **dict.fromkeys(fields, f"{author}'s")}
    items = [{**record, "number": number} for number in range(chance.randint(1, 3))]
    return {"review": record, "reviews": items, "status": record["verdict"]}


def stated(journal: Sequence[JournalEntry]) -> list[tuple[str, Any]]:
    """Who said what, in the order in which it was said."""
    return [(entry.actor, entry.body["data"]) for entry in journal if entry.kind == "completed"]


def author_of(entered: Mapping[str, Any]) -> str | None:
    """The one author of all records under the shared names; None when they are blended."""
    records = [entered["review"], *entered["reviews"]]
    authors = {record["by"] for record in records} | {
        value.removesuffix("'s") for record in records for value in record.values() if str(value).endswith("'s")
    }
    return authors.pop() if len(authors) == 1 else None


def test_two_reviewers_keep_their_statements_apart(runtime: Runtime) -> None:
    for number in range(TRIED):
        chance = Random(f"interleaving:{number}")
        case = begin_again(runtime, number)
        order = chance.sample(["a"] * len(ROUNDS) + ["b"] * len(ROUNDS), k=2 * len(ROUNDS))
        said: list[tuple[str, Any]] = []
        for place, branch in enumerate(order):
            actor = LI if branch == "a" else WANG
            step = f"{branch}{order[:place].count(branch) + 1}"
            said.append((actor.id, statement(chance, actor.id)))
            state(runtime, case, step, actor, said[-1][1])

            held = runtime.query.instance(case.id).data
            assert {name: held[name] for name in said[-1][1]} == said[-1][1]
            assert author_of(held) == actor.id
        assert case.open_steps == ["z"]
        assert stated(runtime.query.journal(case.id)) == said
        done = {step.element: step.actor for step in runtime.query.steps(case.id) if step.element[0] in "ab"}
        assert done == {f"{who}{n}": actor.id for who, actor in (("a", LI), ("b", WANG)) for n in ROUNDS}


def state(runtime: Runtime, case: Case, step: str, actor: Actor, data: Statement) -> None:
    """Do the step, replacing knowingly what others have written meanwhile."""
    number = len(runtime.query.journal(case.id))
    try:
        runtime.complete(case.task(step), data=data, actor=actor, key=f"{case.id}:{number}")
    except Overwritten as shown:
        over = {name: one["value"] for name, one in shown.facts["fields"].items()}
        runtime.complete(case.task(step), data=data, over=over, actor=actor, key=f"{case.id}:{number}")


TWO = d.model(
    d.start(), d.end(), d.gateway("split", "parallel"), d.gateway("join", "parallel"), d.step("x"), d.step("y"),
    d.step("z"), d.chain("s", "split", "x", "join", "z", "e"), d.chain("split", "y", "join"),
)  # fmt: skip


def test_who_would_replace_what_another_wrote_meanwhile_is_shown_it(runtime: Runtime) -> None:
    case = begin(runtime, TWO)
    case.do("y", actor=WANG, status="rejected", fee=5)
    with pytest.raises(Overwritten) as shown:
        case.do("x", actor=LI, status="approved", fee=5)
    assert shown.value.facts["fields"] == {"status": {"value": "rejected", "by": "wang", "element": "y"}}
    assert runtime.query.instance(case.id).data["status"] == "rejected"
    assert runtime.query.incidents() == []


def test_it_is_replaced_only_by_whoever_has_seen_what_stands(runtime: Runtime) -> None:
    case = begin(runtime, TWO)
    case.do("y", actor=WANG, status="rejected")
    given = {"data": {"status": "approved"}, "actor": LI, "key": "knowing"}
    with pytest.raises(Overwritten):
        runtime.complete(case.task("x"), over={"status": "returned"}, **given)
    runtime.complete(case.task("x"), over={"status": "rejected"}, **given)
    assert runtime.query.instance(case.id).data["status"] == "approved"
    told = [entry.body for entry in runtime.query.journal(case.id) if entry.kind == "completed"]
    assert [body.get("over") for body in told] == [None, {"status": "rejected"}]


def test_the_same_value_and_other_fields_are_no_conflict(runtime: Runtime) -> None:
    case = begin(runtime, TWO)
    case.do("y", actor=WANG, status="rejected")
    case.do("x", actor=LI, status="rejected", reason="late")
    assert case.open_steps == ["z"]


def test_a_step_that_was_opened_later_has_seen_what_was_written(runtime: Runtime) -> None:
    case = begin(runtime, TWO)
    for name in ("x", "y", "z"):
        case.do(name, **{f"by_{name}": 1})
    assert case.state == "ended"
    again = begin_again(runtime, 1)
    again.do("a1", verdict=1)
    again.do("a2", verdict=2)
    with pytest.raises(Overwritten):
        again.do("b1", verdict=3)


def begin_again(runtime: Runtime, number: int) -> Case:
    outcome = runtime.start(
        runtime.deploy(MODEL, by="designer").name, business_key=f"C-{number}", district_code="1", scope="a", data={},
        actor=LI, key=f"start:{number}",
    )  # fmt: skip
    return Case(runtime, outcome.instance_id)


@pytest.mark.parametrize("first", [0, 1])
def test_instances_of_one_step_have_a_place_each_in_the_case_data(runtime: Runtime, first: int) -> None:
    review = d.several(
        d.step("review"), collection='["li", "wang"]', item="who", results="reviews", result="review"
    )  # fmt: skip
    case = begin(runtime, d.model(d.start(), d.end(), review, d.step("z"), d.chain("s", "review", "z", "e")))
    said = [{"by": "li", "verdict": "approve", "fee": 100}, {"by": "wang", "verdict": "reject", "reason": "fraud"}]
    tasks = runtime.query.tasks(instance_id=case.id)
    tasks.sort(key=lambda task: task.occurrence)
    for place in (first, 1 - first):
        runtime.complete(
            tasks[place].id, data={"review": said[place]}, actor=(LI, WANG)[place], key=f"{case.id}:{place}"
        )

    assert runtime.query.instance(case.id).data["reviews"] == said


def test_a_blend_of_two_statements_would_be_found() -> None:
    by_li, by_wang = ({"by": name, "reason": f"{name}'s"} for name in ("li", "wang"))
    one, two = ({"review": record, "reviews": [record]} for record in (by_li, by_wang))
    assert (author_of(one), author_of(two)) == ("li", "wang")
    assert author_of({**one, "review": {**by_li, "note": "wang's"}}) is None
    assert author_of({**one, "reviews": [*one["reviews"], *two["reviews"]]}) is None
