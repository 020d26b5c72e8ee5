"""Warnings dismissed together with one cause, and corrected within their grace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from engine.clock import VirtualClock
from engine.db import Database
from engine.errors import Conflict, InvalidData, NotAllowed
from monitors import tables as t
from monitors.acts import acts_of
from monitors.closing import Done, dismiss_all
from monitors.correcting import Corrections
from monitors.model import Warning
from monitors.presets import load_grace
from monitors.rules import KINDS
from monitors.tallies import tallies
from tests.engine import drawing as d
from tests.monitors.cases import at
from tests.monitors.town import DISTRICT, LIMIT, OFFICE, SUPERVISION, Town, approval

GRACE = load_grace(SUPERVISION / "presets.toml")


def dismissed(town: Town, *warnings: Warning, by: str = "sun", reason: str = "接口故障") -> Sequence[Done]:
    return dismiss_all(town.database, [one.id for one in warnings], by, reason, town.now)


def open_processes(town: Town) -> int:
    return len(town.runtime.query.instances(definition="violation_handling", state="open"))


def test_many_are_dismissed_with_one_cause_and_their_processes_end(town: Town) -> None:
    several = [town.faulty() for _ in range(3)]
    assert open_processes(town) == 3
    assert all(done.error is None for done in dismissed(town, *several))
    town.tick()
    assert open_processes(town) == 0
    assert {(one.state, one.outcome_reason) for one in town.warnings()} == {("dismissed", "接口故障")}
    with town.database.read() as c:
        assert [(act.kind, act.actor, act.note) for act in acts_of(c, several[0].id)] == [
            ("dismissed", "sun", "接口故障")
        ]


def test_one_whose_process_has_not_begun_never_gets_one(town: Town) -> None:
    case = town.begin()
    town.do(case, "review", "clerk")
    town.do(case, "decide", "clerk", decision="denied", reason_text="")
    dismissed(town, *town.warnings(case))
    town.tick()
    assert town.runtime.query.count(definition="violation_handling") == 0


def test_what_cannot_be_dismissed_keeps_no_other_from_it(town: Town) -> None:
    done, held, free = town.faulty(), town.faulty(), town.faulty()
    town.confirm(done)
    with town.database.begin() as c:
        town.claims.claim(c, held.id, "wang", town.now)
    errors = [type(one.error).__name__ for one in dismissed(town, done, held, free)]
    assert errors == ["Conflict", "NotAllowed", "NoneType"]
    states = [town.warning(one.id).state for one in (done, held, free)]
    assert states == ["confirmed", "open", "dismissed"]


def test_a_dismissal_needs_a_cause_and_is_bounded(village: Town) -> None:
    warning = village.faulty()
    with pytest.raises(InvalidData):
        dismissed(village, warning, reason="  ")
    with pytest.raises(InvalidData):
        dismiss_all(village.database, [str(number) for number in range(501)], "sun", "误报", village.now)
    assert village.warning(warning.id).state == "open"


def test_who_explained_it_does_not_dismiss_it(village: Town) -> None:
    warning = village.faulty()
    village.do(village.process(warning), "explain", "liaison", explanation="笔误", explanation_ground="none")
    (done,) = dismissed(village, warning, by="liaison")
    assert isinstance(done.error, NotAllowed)


# --- corrections ------------------------------------------------------------------------------------


def correct(town: Town, warning: Warning, **data: object) -> bool:
    corrections = Corrections(town.runtime.query, GRACE)
    case = town.runtime.query.instance(warning.case_id)
    with town.database.begin() as c:
        return corrections.look_again(c, warning.id, {**case.data, **data}, "liaison", town.now)


def test_data_corrected_within_the_grace_close_the_warning_and_count_as_corrected(town: Town) -> None:
    warning = town.faulty()
    assert correct(town, warning, reason_text="不符合条件")
    town.tick()
    assert (town.warning(warning.id).state, open_processes(town)) == ("auto_closed", 0)
    with town.database.read() as c:
        (line,) = tallies(c, at("2026-09-01"), at("2026-12-01"))
    assert (line.district_code, line.department) == (DISTRICT, OFFICE)
    assert (line.raised, line.corrected, line.undecided, line.dismissed) == (1, 1, 0, 0)


def test_what_is_still_broken_stays_open(village: Town) -> None:
    warning = village.faulty()
    assert not correct(village, warning)
    assert village.warning(warning.id).state == "open"


def test_the_grace_of_each_level_is_the_departments_time_to_explain() -> None:
    assert GRACE == {"notice": 1, "yellow": 3, "red": 1}


def test_on_the_last_day_of_the_grace_it_is_in_time_and_on_the_next_it_is_not(village: Town) -> None:
    first, second = village.faulty(), village.faulty()  # Monday 28 September; 1 to 7 October are off
    village.clock.move_to(at("2026-10-08 23:59"))  # 29 and 30 September, 8 October
    assert correct(village, first, reason_text="不符合条件")
    village.clock.move_to(at("2026-10-09 00:00"))
    with pytest.raises(Conflict):
        correct(village, second, reason_text="不符合条件")


def test_a_limit_that_ran_out_is_never_corrected(village: Town) -> None:
    village.begin()
    village.tick("2026-10-15 09:00")
    late = [one for one in village.warnings() if one.level == "yellow"][0]
    with pytest.raises(NotAllowed):
        correct(village, late)
    assert village.warning(late.id).state == "open"


def test_a_predicate_of_the_time_dimension_is_never_corrected(sqlite_database: Database, clock: VirtualClock) -> None:
    timely = d.checkpoint("AA-18", "expression", must="days &lt;= 5")
    town = Town(sqlite_database, clock).draw(approval(LIMIT + timely))
    warning = town.faulty(days=6)
    with pytest.raises(NotAllowed):
        correct(town, warning, days=5)


def test_what_was_backdated_is_never_corrected(sqlite_database: Database, clock: VirtualClock) -> None:
    own = d.checkpoint("AA-18", "backdating", occurred="told_at").replace('dimension="TIME"', 'dimension="DATA"')
    town = Town(sqlite_database, clock).draw(approval(LIMIT + own))
    warning = town.faulty(told_at="2026-09-01T09:00:00+08:00")
    assert warning.level == "yellow" and not warning.undetermined
    with pytest.raises(NotAllowed):
        correct(town, warning, told_at="2026-09-28T09:12:00+08:00")


def test_only_kinds_that_say_so_are_corrected() -> None:
    assert sorted(name for name, kind in KINDS.items() if kind.correctable) == [
        "amount_range",
        "condition",
        "cross_match",
        "cumulative_cap",
        "expression",
        "materials",
        "peer_outlier",
        "split_purchase",
    ]


def test_a_field_that_came_late_closes_the_notice_that_it_was_missing(village: Town) -> None:
    case = village.begin()
    village.do(case, "review", "clerk")
    village.do(case, "decide", "clerk", decision="denied")
    (notice,) = village.warnings(case)
    assert notice.undetermined
    assert correct(village, replace(notice), reason_text="不符合条件")
    assert village.warning(notice.id).state == "auto_closed"


def test_a_confirmed_warning_is_no_longer_corrected(village: Town) -> None:
    warning = village.faulty()
    village.confirm(warning)
    village.clock.advance(timedelta(minutes=1))
    with pytest.raises(Conflict):
        correct(village, warning, reason_text="不符合条件")
    assert village.rows(t.violation)[0].state == "confirmed"
