"""Two flows between the same two nodes are two: a join takes a token of each."""

from __future__ import annotations

from engine import Runtime
from tests.engine import drawing as d
from tests.engine.conftest import CLERK


def test_a_join_takes_the_tokens_of_both_flows(runtime: Runtime) -> None:
    twin = d.flow("g", "j").replace("f_g_j", "f_twin")
    model = runtime.deploy(
        d.model(
            *(d.start(), d.gateway("g", "parallel"), d.gateway("j", "parallel"), d.step("a"), d.end()),
            *(d.chain("s", "g", "j", "a", "e"), twin),
        ),
        by="designer",
    )
    case = runtime.start(
        model.name, business_key="1", district_code="1", scope="a", data={}, actor=CLERK, key="1"
    ).instance_id
    (task,) = runtime.query.tasks(instance_id=case)
    assert runtime.complete(task.id, data={}, actor=CLERK, key="2").state == "ended"


def test_an_inclusive_join_waits_for_the_token_beside_its_own(runtime: Runtime) -> None:
    twin = d.flow("g", "j", "n >= 2").replace("f_g_j", "f_twin")
    model = runtime.deploy(
        d.model(
            *(d.start(), d.gateway("g", "inclusive"), d.gateway("j", "inclusive"), d.step("a"), d.end()),
            *(d.flow("s", "g"), d.flow("g", "j", "n >= 1"), twin, d.chain("j", "a", "e")),
        ),
        by="designer",
    )
    for n in (1, 2):  # one of the flows, and both
        outcome = runtime.start(
            model.name, business_key=f"{n}", district_code="1", scope="a", data={"n": n}, actor=CLERK, key=f"{n}"
        )
        assert [task.element for task in runtime.query.tasks(instance_id=outcome.instance_id)] == ["a"]
