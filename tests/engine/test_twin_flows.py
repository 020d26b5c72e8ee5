"""Two flows between the same two nodes are two: a parallel join takes a token of each."""

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
