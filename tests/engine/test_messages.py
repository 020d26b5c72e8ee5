"""Messages between cases: to the one that waits with the key, to a model that they start, or kept until then."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from engine import Database, Runtime
from engine.clock import VirtualClock
from engine.errors import Conflict, ModelRefused
from tests.engine import drawing as d
from tests.engine.conftest import CHIEF, CLERK, Case, Office

PAID = d.declared("message", "paid")
BY_MESSAGE = d.refers("message", "paid")
WAITING = d.model(
    d.start(), d.end(), d.step("z"),
    d.catch("x", BY_MESSAGE + d.receive("order_no", fee="firing.payload.amount * 2", note="")),
    d.chain("s", "x", "z", "e"), name="waiting", extra=PAID,
)  # fmt: skip
THROWN = d.throw("t", BY_MESSAGE + d.send("of", amount="fee + 1", note='"by post"'))
SENDING = d.model(
    d.start(), d.end(), d.step("a"), THROWN, d.chain("s", "a", "t", "e"), name="sending", extra=PAID
)  # fmt: skip


def started(runtime: Runtime, xml: bytes, number: int = 1, **data: Any) -> Case:
    model = runtime.deploy(xml, by="designer")
    outcome = runtime.start(
        model.name, business_key=f"{model.name}-{number}", district_code="1", scope="tax", data=data, actor=CLERK,
        key=f"start:{model.name}:{number}",
    )  # fmt: skip
    return Case(runtime, outcome.instance_id)


def worked(runtime: Runtime) -> None:
    while runtime.tick():
        pass


def data(runtime: Runtime, case: Case) -> Mapping[str, Any]:
    return runtime.query.instance(case.id).data


def sent(runtime: Runtime, of: str, number: int = 1, **given: Any) -> None:
    started(runtime, SENDING, number, fee=20, **given).do("a", of=of)
    worked(runtime)


def test_a_thrown_message_reaches_the_case_with_its_key_and_no_other(runtime: Runtime) -> None:
    mine, other = started(runtime, WAITING, 1, order_no="A-1"), started(runtime, WAITING, 2, order_no="A-2")
    sent(runtime, "A-1")
    assert (mine.open_steps, other.open_steps) == (["z"], [])
    assert data(runtime, mine) == {"order_no": "A-1", "fee": 42, "note": "by post"}


FAILING = d.model(
    d.start(), d.end(), d.end("e2"), d.catch("x", BY_MESSAGE), d.gateway("g", default="f_g_e2"), d.step("z"),
    d.chain("s", "x", "g"), d.flow("g", "z", "firing.payload.ok"), d.flow("g", "e2"), d.chain("z", "e"),
    name="failing", extra=PAID,
)  # fmt: skip
SENDING_OK = d.model(
    d.start(), d.end(), d.step("a"), d.throw("t", BY_MESSAGE + d.send('"failing-1"', ok="ok")),
    d.chain("s", "a", "t", "e"), name="sending_ok", extra=PAID,
)  # fmt: skip


def test_what_fails_in_the_receiver_is_its_incident_and_the_sender_has_gone_on(runtime: Runtime) -> None:
    receiver, sender = started(runtime, FAILING), started(runtime, SENDING_OK)
    sender.do("a", ok="perhaps")
    worked(runtime)
    assert sender.state == "ended"
    (incident,) = runtime.query.incidents()
    assert (incident.instance_id, incident.element, receiver.open_steps) == (receiver.id, "g", [])
    runtime.retry_incident(incident.id, actor=CHIEF, key="retry", data={"ok": True})
    assert receiver.open_steps == ["z"]
    assert runtime.query.incidents() == []
    assert "ok" not in data(runtime, receiver)


def test_a_message_that_comes_first_is_kept_until_somebody_waits(runtime: Runtime) -> None:
    sent(runtime, "A-1")
    (kept,) = runtime.query.kept_messages()
    assert (kept["message"], kept["correlation_key"], kept["business_key"]) == ("paid", "A-1", "sending-1")
    late = started(runtime, WAITING, 1, order_no="A-1")
    worked(runtime)
    assert late.open_steps == ["z"]
    assert runtime.query.kept_messages() == []


def test_a_key_that_becomes_known_later_finds_its_message(runtime: Runtime) -> None:
    xml = d.model(
        d.start(), d.end(), d.gateway("f", "parallel"), d.step("a"), d.step("z"), d.end("e2"),
        d.catch("x", BY_MESSAGE + d.receive("order_no")), d.chain("s", "f", "a", "e2"), d.chain("f", "x", "z", "e"),
        name="later", extra=PAID,
    )  # fmt: skip
    sent(runtime, "A-1")
    case = started(runtime, xml)
    worked(runtime)
    assert case.open_steps == ["a"]
    case.do("a", order_no="A-1")
    worked(runtime)
    assert case.open_steps == ["z"]


def test_a_message_that_nobody_waits_for_in_time_is_an_incident_of_its_sender(
    runtime: Runtime, clock: VirtualClock
) -> None:
    sent(runtime, "A-1")
    clock.move_to(clock.now() + timedelta(days=29))
    worked(runtime)
    assert runtime.query.incidents() == []
    clock.move_to(clock.now() + timedelta(days=1))
    worked(runtime)
    (incident,) = runtime.query.incidents()
    assert (incident.origin, incident.state, incident.facts["correlation"]) == ("job", "parked", "A-1")
    late = started(runtime, WAITING, 1, order_no="A-1")
    runtime.retry_incident(incident.id, actor=CHIEF, key="retry")
    assert late.open_steps == ["z"]
    assert runtime.query.incidents() == []


def test_two_cases_that_wait_for_one_message_are_an_incident_and_nobody_gets_it(runtime: Runtime) -> None:
    both = [started(runtime, WAITING, number, order_no="A-1") for number in (1, 2)]
    sent(runtime, "A-1")
    (incident,) = runtime.query.incidents()
    assert sorted(incident.facts["receivers"]) == sorted(case.id for case in both)
    assert [case.open_steps for case in both] == [[], []]
    runtime.cancel(both[0].id, reason="doubled", actor=CHIEF, key="cancel")
    runtime.retry_incident(incident.id, actor=CHIEF, key="retry")
    assert both[1].open_steps == ["z"]


def test_one_from_outside_is_delivered_once_for_its_key(runtime: Runtime) -> None:
    case = started(runtime, WAITING, 1, order_no="A-1")
    given = {"correlation": "A-1", "payload": {"amount": 2}, "actor": CLERK, "key": "till:1"}
    first = runtime.publish("paid", **given)
    assert (first.instance_id, case.open_steps) == (case.id, ["z"])
    assert runtime.publish("paid", **given) == first
    assert runtime.publish("paid", **{**given, "key": "till:2"}).state == "kept"
    assert runtime.publish("paid", **{**given, "key": "till:2"}).state == "kept"
    assert len(runtime.query.kept_messages()) == 1


def test_send_and_receive_tasks_speak_with_each_other(runtime: Runtime) -> None:
    asking = d.model(
        d.start(), d.end(), '<sendTask id="ask" messageRef="q"/>', '<receiveTask id="hear" messageRef="paid"/>',
        d.step("z"), d.chain("s", "ask", "hear", "z", "e"), name="asking", extra=PAID + d.declared("message", "q"),
    )  # fmt: skip
    answering = d.model(
        f'<startEvent id="s">{d.refers("message", "q")}</startEvent>', d.step("b"), d.over("e", BY_MESSAGE),
        d.chain("s", "b", "e"), name="answering", extra=PAID + d.declared("message", "q"),
    )  # fmt: skip
    runtime.deploy(answering, by="designer")
    asker = started(runtime, asking)
    worked(runtime)
    (answer,) = runtime.query.instances(definition="answering")
    assert (answer.business_key, answer.district_code, answer.scope) == ("asking-1", "1", "tax")
    Case(runtime, answer.id).do("b")
    worked(runtime)
    assert asker.open_steps == ["z"]


@pytest.mark.parametrize(
    ("part", "code"),
    [
        (d.throw("x", d.refers("message")), "message_missing"),
        (d.throw("x", BY_MESSAGE + d.send(keep="soon")), "keep_duration"),
        (d.catch("x", "<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>" + d.receive()),
         "payload_place"),
        (d.catch("x", d.refers("signal", "bell") + d.receive("no")), "correlation_place"),
    ],
)  # fmt: skip
def test_what_would_have_no_effect_is_refused(runtime: Runtime, part: str, code: str) -> None:
    xml = d.model(
        d.start(), d.end(), d.step("a"), part, d.chain("s", "a", "x", "e"), extra=PAID + d.declared("signal", "bell")
    )  # fmt: skip
    with pytest.raises(ModelRefused) as refused:
        runtime.deploy(xml, by="designer")
    assert code in [remark.code for remark in refused.value.facts["remarks"]]


def test_two_runtimes_at_one_message_deliver_it_once(database: Database, clock: VirtualClock, office: Office) -> None:
    desks = [Runtime(database, clock, office.handlers()) for _ in range(2)]
    case = started(desks[0], WAITING, 1, order_no="A-1")
    started(desks[0], SENDING, 1, fee=20).do("a", of="A-1")
    for desk in desks:
        worked(desk)
    assert [entry.kind for entry in desks[0].query.journal(case.id)].count("message") == 1
    with pytest.raises(Conflict):
        desks[0].deliver(case.id, "paid", payload={}, actor=CLERK, key="again")
