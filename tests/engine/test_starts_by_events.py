"""Cases that begin by themselves: a message, a signal or a time starts one, once for each occurrence."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from engine import Database, Runtime
from engine.clock import VirtualClock
from engine.errors import Conflict, ModelRefused
from engine.tables import definition
from engine.tables import entry as table
from tests.engine import drawing as d
from tests.engine.conftest import CLERK, Case, Office, begin
from tests.engine.test_messages import worked

HERE = """<jc:case no="firing.key" district='"1"' department='"tax"'/>"""
DUTY = """<jc:case district='"1"' department='"tax"'/>"""


def entry(name: str, definition: str, about: str = "", receive: str = "") -> str:
    ours = f"<extensionElements>{about}{receive}</extensionElements>" if about or receive else ""
    return f'<startEvent id="{name}">{ours}{definition}</startEvent>'


def timed(text: str, catch_up: str = "each", about: str = DUTY) -> bytes:
    tag = {"R": "timeCycle", "P": "timeDuration"}.get(text[0], "timeDate")
    start = entry("s", f"<timerEventDefinition><{tag}>{text}</{tag}></timerEventDefinition>", about)
    start = start.replace("<startEvent", f'<startEvent jc:catchUp="{catch_up}"')
    return d.model(start, d.step("a"), d.end(), d.chain("s", "a", "e"), name="duty")


MANY = d.model(
    d.start(), entry("by_message", d.refers("message", "m"), receive='<jc:receive><jc:output name="who"/></jc:receive>'),
    entry("by_signal", d.refers("signal", "bell"), HERE.replace("firing.key", "firing.payload.no")),
    d.step("a"), d.step("b"), d.step("c"), d.gateway("j"), d.end(),
    d.chain("s", "a", "j", "e"), d.chain("by_message", "b", "j"), d.chain("by_signal", "c", "j"),
    name="many", extra=d.declared("message", "m") + d.declared("signal", "bell"),
)  # fmt: skip


def cases(runtime: Runtime, name: str) -> list[Case]:
    return [Case(runtime, one.id) for one in reversed(runtime.query.instances(definition=name))]


def test_each_start_event_begins_at_its_own_place(runtime: Runtime) -> None:
    runtime.deploy(MANY, by="designer")
    place = {"district_code": "1", "scope": "tax"}
    by_hand = runtime.start("many", business_key="C", data={}, actor=CLERK, key="hand", **place)
    told = runtime.publish(
        "m", correlation="M-7", payload={"who": "li", "x": 1}, actor=CLERK, key="message", **place
    )  # fmt: skip
    assert runtime.broadcast("bell", payload={"no": "S-1"}, actor=CLERK, key="ring") == 1
    opened = {one.business_key: Case(runtime, one.id).open_steps for one in runtime.query.instances()}
    assert opened == {"C": ["a"], "M-7": ["b"], "S-1": ["c"]}
    assert runtime.query.instance(told.instance_id).data == {"who": "li"}
    assert by_hand.state == "open"


def test_a_message_starts_one_case_for_its_key_however_often_it_is_sent(runtime: Runtime) -> None:
    runtime.deploy(MANY, by="designer")
    for _ in range(2):
        runtime.publish(
            "m", correlation="M-7", payload={}, actor=CLERK, key="once", district_code="1", scope="tax"
        )  # fmt: skip
    assert len(cases(runtime, "many")) == 1


def test_a_thrown_signal_starts_cases_in_the_place_of_its_thrower(runtime: Runtime) -> None:
    here = d.model(
        entry("s", d.refers("signal", "bell")), d.step("a"), d.end(), d.chain("s", "a", "e"), name="woken",
        extra=d.declared("signal", "bell"),
    )  # fmt: skip
    ringing = d.model(
        d.start(), d.over("e", d.refers("signal", "bell")), d.step("a"), d.chain("s", "a", "e"), name="ringing",
        extra=d.declared("signal", "bell"),
    )  # fmt: skip
    runtime.deploy(here, by="designer")
    runtime.deploy(ringing, by="designer")
    started = runtime.start(
        "ringing", business_key="R", district_code="7", scope="fire", data={}, actor=CLERK, key="r"
    )  # fmt: skip
    Case(runtime, started.instance_id).do("a")
    worked(runtime)
    (woken,) = runtime.query.instances(definition="woken")
    assert (woken.district_code, woken.scope) == ("7", "fire")


def test_a_timer_starts_a_case_for_each_occurrence_and_none_twice(
    runtime: Runtime, database: Database, clock: VirtualClock, office: Office
) -> None:
    runtime.deploy(timed("R3/P1D"), by="designer")
    worked(runtime)
    assert cases(runtime, "duty") == []
    other = Runtime(database, clock, office.handlers())
    for day in range(1, 6):
        clock.move_to(clock.now() + timedelta(days=1))
        worked(runtime)
        worked(other)
        assert len(cases(runtime, "duty")) == min(day, 3)


@pytest.mark.parametrize(("policy", "count"), [("each", 5), ("coalesced", 1), ("skip", 0)])
def test_what_was_missed_is_made_up_for_as_the_drawing_says(
    runtime: Runtime, clock: VirtualClock, policy: str, count: int
) -> None:
    runtime.deploy(timed("R/PT1H", policy), by="designer")
    clock.move_to(clock.now() + timedelta(hours=5, minutes=30))
    worked(runtime)
    assert len(cases(runtime, "duty")) == count


def test_a_new_version_takes_the_timer_over(runtime: Runtime, clock: VirtualClock) -> None:
    runtime.deploy(timed("R/P1D"), by="designer")
    runtime.deploy(timed("P2D"), by="designer")
    clock.move_to(clock.now() + timedelta(days=10))
    worked(runtime)
    (case,) = cases(runtime, "duty")
    assert runtime.query.instance(case.id).version == 2


def test_nobody_starts_by_hand_what_only_events_start(runtime: Runtime) -> None:
    runtime.deploy(timed("P1D"), by="designer")
    with pytest.raises(Conflict):
        runtime.start("duty", business_key="C", district_code="1", scope="a", data={}, actor=CLERK, key="k")


def test_a_case_without_a_place_is_an_incident_and_none_is_started(runtime: Runtime) -> None:
    runtime.deploy(MANY, by="designer")
    with pytest.raises(Exception, match="district"):
        runtime.publish("m", correlation="M-7", payload={}, actor=CLERK, key="nowhere")
    assert cases(runtime, "many") == []


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (timed("P1D", about=""), "start_case_missing"),
        (timed("now + 1"), "start_timer_text"),
        (d.model(d.start(), d.start("s2"), d.end(), d.step("a"), d.chain("s", "a", "e"), d.flow("s2", "a")),
         "several_starts"),
    ],
)  # fmt: skip
def test_starts_that_could_not_begin_a_case_are_refused(runtime: Runtime, xml: bytes, code: str) -> None:
    with pytest.raises(ModelRefused) as refused:
        runtime.deploy(xml, by="designer")
    assert code in [remark.code for remark in refused.value.facts["remarks"]]


def test_a_message_starts_the_cases_of_one_model_only(runtime: Runtime, clock: VirtualClock) -> None:
    def named(name: str) -> bytes:
        begun = entry("begun", d.refers("message", "m"))
        return d.model(
            begun, d.step("a"), d.end(), d.chain("begun", "a", "e"), name=name, extra=d.declared("message", "m")
        )

    runtime.deploy(named("one"), by="designer")
    with pytest.raises(ModelRefused) as refused:
        runtime.deploy(named("two"), by="designer")
    assert [(one.code, one.element) for one in refused.value.facts["remarks"]] == [("message_start_taken", "begun")]
    assert runtime.deploy(named("one").replace(b"urn:test", b"urn:again"), by="designer").version == 2

    runtime.versions.retire("one", 2, by="shen")
    runtime.versions.retire("one", 1, by="shen")
    assert runtime.deploy(named("two"), by="designer").state == "deployed"


def test_two_models_that_were_let_pass_are_an_error_of_the_message(runtime: Runtime, database: Database) -> None:
    """Their times of being in force may come to overlap later: nobody guesses then."""
    runtime.deploy(MANY, by="designer")
    with database.begin() as connection:
        row = connection.execute(select(table).where(table.c.element == "by_message")).mappings().one()
        connection.execute(insert(table).values({**row, "definition": "many_too"}))
        model = connection.execute(select(definition)).mappings().one()
        connection.execute(insert(definition).values({**model, "name": "many_too"}))
    with pytest.raises(Conflict, match="many, many_too"):
        runtime.publish("m", correlation="1", payload={}, actor=CLERK, key="m", district_code="1", scope="tax")


def test_what_begins_a_mirrored_case_is_the_payload_of_its_start(runtime: Runtime) -> None:
    takes = (
        '<jc:receive><jc:output name="fee">firing.payload.amount * 2</jc:output><jc:output name="who"/></jc:receive>'
    )
    begun = entry("begun", d.refers("message", "m"), receive=takes)
    xml = d.model(
        begun, d.step("a"), d.end(), d.chain("begun", "a", "e"), name="seen", kind="mirror", extra=d.declared("message", "m")
    )  # fmt: skip
    case = begin(runtime, xml, amount=20, who="li")
    assert runtime.query.instance(case.id).data == {"amount": 20, "who": "li", "fee": 40}
