"""Spiff 1.7 and 3.6: what is lost, changed or made unreadable when a case is saved."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.camunda.parser.CamundaParser import CamundaParser
from sqlalchemy import update

from engine.errors import EngineError, InvalidData
from engine.tables import instance
from tests.engine import drawing as d
from tests.engine.faults import stock
from tests.engine.faults.models import MESSAGE, between
from tests.engine.faults.ours import Ours

SERIALIZER = BpmnWorkflowSerializer()
TWO_STEPS = between(d.step("a") + d.step("b"), "a", "b")


def saved(**data: Any) -> str:
    return SERIALIZER.serialize_json(stock.begin(TWO_STEPS, **data))


def read_back(**data: Any) -> dict[str, Any]:
    found: dict[str, Any] = stock.find(SERIALIZER.deserialize_json(saved(**data)), "a").data
    return found


class TestReservedKey:
    """3.6 refused | data with a key typename save well and can never be loaded, or come back as an engine's object"""

    POISON = {
        "unknown": [{"b": {"typename": "anything"}}],
        "a broken id": {"typename": "UUID", "value": "zz"},
        "an event": {
            "typename": "MessageEventDefinition",
            "name": "m",
            "correlation_properties": [],
            "description": "",
        },
    }
    XML = d.model(
        *(
            d.start(),
            d.step("a"),
            d.handler("issue", "issue", outputs="answer"),
            d.end(),
            d.chain("s", "a", "issue", "e"),
        ),
        *(d.message("t", "a", "m", interrupting=False), d.end("te"), d.flow("t", "te")),
        extra=MESSAGE,
    )

    @pytest.mark.parametrize("what", ["unknown", "a broken id"])
    def test_stock_saves_what_it_cannot_load(self, what: str) -> None:
        text = saved(form=self.POISON[what])
        with pytest.raises((TypeError, ValueError)):
            SERIALIZER.deserialize_json(text)

    def test_stock_makes_an_event_of_what_somebody_typed(self) -> None:
        assert type(read_back(form=self.POISON["an event"])["form"]).__name__ == "MessageEventDefinition"

    @pytest.mark.parametrize("what", POISON)
    @pytest.mark.parametrize("door", ["start", "step", "message", "handler"])
    def test_ours_refuses_it_at_every_door(self, ours: Ours, door: str, what: str) -> None:
        poison = self.POISON[what]
        if door == "start":
            with pytest.raises(InvalidData):
                ours.begin(self.XML, form=poison)
            assert ours.runtime.query.instances() == []
            return
        case = ours.begin(self.XML)
        ours.office.answers = {"answer": poison} if door == "handler" else {}
        with pytest.raises(InvalidData):
            if door == "message":
                ours.send(case, "paid", {"form": poison})
            else:
                case.do("a", **({"form": poison} if door == "step" else {}))
        assert (case.open_steps, ours.data(case)) == (["a"], {})

    def test_ours_takes_the_word_as_a_value(self, ours: Ours) -> None:
        case = ours.begin(self.XML, form="typename")
        assert ours.data(case) == {"form": "typename"}


class TestTypesThatChange:
    """1.7 correct | data come back changed: keys as text, lists for tuples and sets, nothing for a function"""

    def test_stock_changes_them_in_silence(self) -> None:
        given = {"keys": {1: 2}, "pair": (1, 2), "some": {3}, "call": len, "late": timedelta(seconds=1, microseconds=5)}
        assert read_back(**given) == {
            "keys": {"1": 2},
            "pair": [1, 2],
            "some": [3],
            "call": None,
            "late": timedelta(seconds=1),
        }

    def test_stock_writes_what_is_no_json(self) -> None:
        assert "NaN" in saved(fee=float("nan"))

    @pytest.mark.parametrize("value", [Decimal("0.1"), date(2026, 1, 1), time(9), b"x"])
    def test_stock_cannot_save_everyday_values(self, value: object) -> None:
        with pytest.raises(TypeError, match="not JSON serializable"):
            saved(fee=value)

    @pytest.mark.parametrize("value", [{1: 2}, {3}, len, timedelta(seconds=1), float("nan"), float("inf"), b"x"])
    def test_ours_refuses_what_it_would_change(self, ours: Ours, value: object) -> None:
        with pytest.raises(InvalidData):
            ours.begin(TWO_STEPS, fee=value)

    def test_ours_keeps_everyday_values(self, ours: Ours) -> None:
        case = ours.begin(TWO_STEPS, fee=Decimal("0.10"), day=date(2026, 1, 1), at=time(9), pair=(1, 2))
        case.do("a")
        assert ours.data(case) == {"fee": Decimal("0.10"), "day": "2026-01-01", "at": "09:00:00", "pair": [1, 2]}
        assert str(ours.data(case)["fee"]) == "0.10"


class TestUnknownVersion:
    """1.7 refused | a state of an unknown version is read as if it were of this one"""

    def test_stock_reads_it(self) -> None:
        state = json.loads(saved()) | {"serializer_version": "99.9"}
        assert stock.names(SERIALIZER.deserialize_json(json.dumps(state))) == ["a"]

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda state: state.replace(b'"v":', b'"v":99'),
            lambda state: state[:-5],
            lambda state: b"",
            lambda state: b"{}",
            lambda state: state.replace(b'"tokens"', b'"tasks"'),
        ],
        ids=["of the future", "cut off", "empty", "without version", "of another shape"],
    )
    def test_ours_refuses_what_it_cannot_read_and_leaves_an_incident(
        self, ours: Ours, spoil: Callable[[bytes], bytes]
    ) -> None:
        case = ours.begin(TWO_STEPS)
        strange = spoil(ours.blob(case))
        assert strange != ours.blob(case)
        with ours.database.begin() as connection:
            connection.execute(update(instance).where(instance.c.id == case.id).values(blob=strange))
        with pytest.raises(EngineError):
            case.do("a")
        assert (ours.blob(case), case.open_steps, len(ours.incidents())) == (strange, ["a"], 1)


class TestStateHoldsTheSpec:
    """1.7 correct | half of a saved case is its definition, saved again with each step"""

    def test_stock_saves_the_definition(self) -> None:
        state = json.loads(saved())
        assert len(json.dumps(state["spec"])) > 0.4 * len(json.dumps(state))

    def test_ours_refers_to_it(self, ours: Ours) -> None:
        case = ours.begin(TWO_STEPS)
        stored = ours.blob(case)
        assert b"outputs" not in stored and len(stored) < len(saved()) / 10


def camunda() -> str:
    return SERIALIZER.serialize_json(stock.begin(TWO_STEPS, CamundaParser))


def service() -> str:
    return SERIALIZER.serialize_json(stock.begin(between(d.handler("x", "issue"), "x")))


def plain_dict() -> str:
    return json.dumps(SERIALIZER.to_dict(stock.begin(TWO_STEPS, at=datetime(2026, 1, 1, tzinfo=UTC))))


class TestSomeCasesCannotBeSaved:
    """1.7 correct | cases of another parser or with a service task, and the plain dictionary, cannot be saved"""

    @pytest.mark.parametrize("save", [camunda, service, plain_dict])
    def test_stock_fails(self, save: Callable[[], str]) -> None:
        with pytest.raises(TypeError, match="not JSON serializable"):
            save()

    def test_ours_saves_a_case_behind_a_service_task(self, ours: Ours) -> None:
        case = ours.begin(between(d.handler("x", "issue") + d.step("a"), "x", "a"), at=datetime(2026, 1, 1, tzinfo=UTC))
        assert (case.open_steps, ours.data(case)) == (["a"], {"at": "2026-01-01T00:00:00+00:00"})
