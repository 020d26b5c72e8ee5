"""Who works on a warning: claimed, handed over, given back, and decided by whoever stands in."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest

from engine import Actor
from engine.errors import Conflict, EngineError, InvalidData, NotAllowed
from monitors import tables as t
from monitors.acts import acts_of
from monitors.claims import Absence, stood_in_for
from monitors.closing import dismiss
from monitors.model import Warning
from tests.monitors.town import Town


def claim(town: Town, warning: Warning, by: str) -> None:
    with town.database.begin() as c:
        town.claims.claim(c, warning.id, by, town.now)


def away(town: Town, person: str, substitute: str, until: datetime | None = None) -> None:
    with town.database.begin() as c:
        absence = Absence(person, town.now, until or town.now + timedelta(days=7), substitute, person)
        town.claims.away(c, absence, town.now)


def decide(town: Town, warning: Warning, by: str) -> None:
    town.do(town.process(warning), "verify", by, outcome="dismissed", reason="误报")


def explained(town: Town) -> Warning:
    warning = town.faulty()
    town.do(town.process(warning), "explain", "liaison", explanation="笔误", explanation_ground="none")
    return warning


def test_a_claimed_warning_is_decided_by_its_holder_alone(town: Town) -> None:
    warning = explained(town)
    claim(town, warning, "wang")
    with pytest.raises(NotAllowed):
        decide(town, warning, "sun")
    assert town.warning(warning.id).state == "explained"
    decide(town, warning, "wang")
    assert town.warning(warning.id).state == "dismissed"


def test_what_nobody_claimed_any_supervisor_of_the_district_decides(village: Town) -> None:
    warning = explained(village)
    with pytest.raises(NotAllowed):
        decide(village, warning, "north")
    decide(village, warning, "sun")
    assert village.warning(warning.id).state == "dismissed"


def test_a_second_supervisor_cannot_claim_it_too(town: Town) -> None:
    warning = town.faulty()
    claim(town, warning, "wang")
    claim(town, warning, "wang")
    with pytest.raises(Conflict) as refused:
        claim(town, warning, "sun")
    assert refused.value.facts["held_by"] == "wang"
    with town.database.read() as c:
        assert [act.kind for act in acts_of(c, warning.id)] == ["claimed"]


def test_only_a_supervisor_of_the_place_may_claim_it(village: Town) -> None:
    warning = village.faulty()
    for person in ("north", "liaison", "nobody"):
        with pytest.raises(NotAllowed):
            claim(village, warning, person)


def test_it_is_handed_over_with_a_reason_and_given_back(town: Town) -> None:
    warning = town.faulty()
    claim(town, warning, "wang")
    with town.database.begin() as c:
        town.claims.hand_over(c, warning.id, "wang", "sun", "回避", town.now)
    assert town.warning(warning.id).held_by == "sun"
    with town.database.begin() as c, pytest.raises(NotAllowed):
        town.claims.release(c, warning.id, "wang", town.now)
    with town.database.begin() as c:
        town.claims.release(c, warning.id, "sun", town.now)
        told = [(act.kind, act.actor, act.to, act.note) for act in acts_of(c, warning.id)]
    assert town.warning(warning.id).held_by is None
    assert told == [
        ("claimed", "wang", None, ""),
        ("handed_over", "wang", "sun", "回避"),
        ("released", "sun", None, ""),
    ]


def test_handing_over_needs_words_and_somebody_who_may(village: Town) -> None:
    warning = village.faulty()
    claim(village, warning, "wang")
    for to, reason, error in (("sun", " ", InvalidData), ("north", "回避", NotAllowed), ("liaison", "x", NotAllowed)):
        with village.database.begin() as c, pytest.raises(error):
            village.claims.hand_over(c, warning.id, "wang", to, reason, village.now)


def test_the_head_of_the_office_hands_over_what_another_holds(village: Town) -> None:
    warning = village.faulty()
    claim(village, warning, "wang")
    with village.database.begin() as c, pytest.raises(NotAllowed):
        village.claims.hand_over(c, warning.id, "chief", "sun", "调整", village.now)
    with village.database.begin() as c:
        village.claims.hand_over(c, warning.id, "chief", "sun", "调整", village.now, head=True)
    assert village.warning(warning.id).held_by == "sun"


def test_whoever_stands_in_decides_while_the_holder_is_away_and_no_longer(town: Town) -> None:
    first, second = explained(town), explained(town)
    for warning in (first, second):
        claim(town, warning, "wang")
    away(town, "wang", "sun", town.now + timedelta(days=2))
    with town.database.read() as c:
        assert stood_in_for(c, "sun", town.now) == ("wang",)
    with pytest.raises(NotAllowed):
        decide(town, first, "qian")
    decide(town, first, "sun")
    town.clock.advance(timedelta(days=2))
    with pytest.raises(NotAllowed):
        decide(town, second, "sun")
    decide(town, second, "wang")


def test_a_substitute_gains_no_role(village: Town) -> None:
    for person in ("liaison", "north", "wang"):
        with pytest.raises(NotAllowed):
            away(village, "wang", person)
    with pytest.raises(InvalidData):
        away(village, "wang", "sun", village.now)


def test_who_is_back_early_is_no_longer_stood_in_for(village: Town) -> None:
    away(village, "wang", "sun")
    with village.database.begin() as c:
        village.claims.back(c, "wang", "wang", village.now)
    with village.database.read() as c:
        assert stood_in_for(c, "sun", village.now) == ()


def test_a_decided_warning_is_not_claimed(village: Town) -> None:
    warning = explained(village)
    decide(village, warning, "wang")
    with pytest.raises(Conflict):
        claim(village, warning, "wang")


def at_once(*acts: object) -> list[object]:
    """Does all of them at the same moment; what each raised, or None."""
    ready, found = Barrier(len(acts)), [None] * len(acts)

    def run(place: int) -> None:
        ready.wait()
        try:
            acts[place]()  # type: ignore[operator]
        except EngineError as error:
            found[place] = error

    threads = [Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return list(found)


def test_of_two_supervisors_who_confirm_the_same_warning_at_once_one_does(town: Town) -> None:
    warning = explained(town)
    task = town.task(town.process(warning), "verify")

    def confirming(by: str) -> object:
        data = {"outcome": "confirmed", "reason": "属实"}
        return lambda: town.runtime.complete(task.id, data=data, actor=Actor(by), key=f"verify-{by}")

    errors = at_once(confirming("wang"), confirming("sun"))
    assert sorted(type(error).__name__ for error in errors) == ["Conflict", "NoneType"]

    (violation,) = town.rows(t.violation)
    winner = "wang" if errors[0] is None else "sun"
    assert (violation.warning_id, violation.confirmed_by) == (warning.id, winner)
    assert [one.element for one in town.runtime.query.tasks(instance_id=town.process(warning))] == ["draft_order"]


def test_of_two_supervisors_who_claim_at_once_one_holds_it(town: Town) -> None:
    warning = town.faulty()
    errors = at_once(lambda: claim(town, warning, "wang"), lambda: claim(town, warning, "sun"))
    assert sorted(type(error).__name__ for error in errors) == ["Conflict", "NoneType"]
    assert town.warning(warning.id).held_by == ("wang" if errors[0] is None else "sun")


def test_of_a_dismissal_and_a_confirmation_at_once_one_counts(town: Town) -> None:

    warning = explained(town)
    task = town.task(town.process(warning), "verify")

    def dismissing() -> None:
        with town.database.begin() as c:
            dismiss(c, warning.id, "sun", "误报", town.now)

    def confirming() -> None:
        data = {"outcome": "confirmed", "reason": "属实"}
        town.runtime.complete(task.id, data=data, actor=Actor("wang"), key="verify")

    errors = at_once(dismissing, confirming)
    assert len([error for error in errors if error is None]) == 1
    state = "dismissed" if errors[0] is None else "confirmed"
    assert (town.warning(warning.id).state, len(town.rows(t.violation))) == (state, int(state == "confirmed"))
