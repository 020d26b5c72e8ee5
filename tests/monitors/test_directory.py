"""Who may do what where."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.clock import VirtualClock
from engine.db import Database
from engine.errors import InvalidData, NotAllowed, NotFound
from engine.model import SYSTEM, Actor, Task
from monitors.directory import Directory
from monitors.organisation import load_organisation, set_grants
from monitors.scope import EVERYWHERE, Scope
from monitors.tables import department as departments
from tests.monitors.conftest import ORGANISATION

TASK = Task(
    id="t",
    instance_id="case-1",
    district_code="370202",
    scope="xzsp",
    business_key="1",
    definition="approval",
    version=1,
    element="review",
    occurrence=1,
    name="审查",
    name_en="Review",
    role="clerk",
    form=None,
    state="open",
    created_at=datetime(2026, 3, 11, tzinfo=UTC),
    due=None,
    completed_at=None,
    actor=None,
    claimed_by=None,
)


@pytest.fixture
def directory(clock: VirtualClock) -> Directory:
    return Directory(clock)


def test_a_clerk_may_only_in_the_own_department(city: Database, directory: Directory) -> None:
    with city.read() as c:
        assert directory.may(c, "li", "clerk", "370202", "xzsp")
        assert not directory.may(c, "li", "clerk", "370202", "zjj")
        assert not directory.may(c, "li", "clerk", "370203", "xzsp")
        assert not directory.may(c, "li", "dept_head", "370202", "xzsp")


def test_a_supervisor_may_in_all_departments_of_the_district(city: Database, directory: Directory) -> None:
    with city.read() as c:
        assert directory.may(c, "wang", "supervisor", "370202", "zjj")
        assert not directory.may(c, "wang", "supervisor", "370203", "zjj")


@pytest.mark.parametrize("who", ["sun", "nobody"])
def test_somebody_inactive_or_unknown_may_nothing(city: Database, directory: Directory, who: str) -> None:
    with city.read() as c:
        assert not directory.may(c, who, "clerk", "370202", "xzsp")
        assert directory.scope(c, who) == Scope(frozenset())


def test_a_grant_holds_from_its_first_to_before_its_last_instant(
    city: Database, directory: Directory, clock: VirtualClock
) -> None:
    first, last = clock.now() + timedelta(hours=1), clock.now() + timedelta(hours=2)
    row: dict[str, Any] = {"role": "clerk", "district": "370202", "department": "zjj"}
    with city.begin() as c:
        set_grants(c, "li", [{**row, "valid_from": first, "valid_to": last}])
    held = []
    for instant in (clock.now(), first, last):
        clock.move_to(instant)
        with city.read() as c:
            held.append(directory.may(c, "li", "clerk", "370202", "zjj"))
    assert held == [False, True, False]


def test_the_engine_lets_only_those_act_who_hold_the_tasks_role_there(city: Database, directory: Directory) -> None:
    with city.read() as c:
        directory.authorize(c, Actor("li"), TASK)
        directory.authorize(c, SYSTEM, TASK)
        for who, task in (
            ("wang", TASK),
            ("sun", TASK),
            ("li", replace(TASK, scope="zjj")),
            ("li", replace(TASK, district_code="370203")),
            ("li", replace(TASK, role="dept_head")),
        ):
            with pytest.raises(NotAllowed):
                directory.authorize(c, Actor(who, roles=frozenset({"clerk"})), task)


def test_a_task_without_a_role_is_for_anyone_of_that_department(city: Database, directory: Directory) -> None:
    task = replace(TASK, role="")
    with city.read() as c:
        directory.authorize(c, Actor("li"), task)
        with pytest.raises(NotAllowed):
            directory.authorize(c, Actor("li"), replace(task, scope="zjj"))


def test_people_of_a_role_are_found_through_wildcards(city: Database, directory: Directory) -> None:
    with city.read() as c:
        clerks = directory.people_of(c, "clerk", "370202", "xzsp")
        leaders = directory.people_of(c, "leader", "370203", "xzsp")
    assert [person.id for person in clerks] == ["li"]
    assert [person.id for person in leaders] == ["zhao"]


def test_a_scope_filters_rows_as_it_covers_them(city: Database, directory: Directory) -> None:
    table = departments.c
    with city.read() as c:
        every = [(d.district_code, d.code) for d in directory.departments(c)]
        for who in ("li", "wang", "zhao", "sun"):
            scope = directory.scope(c, who)
            wanted = departments.select().where(scope.where(table.district_code, table.code))
            rows = sorted((row.district_code, row.code) for row in c.execute(wanted))
            assert rows == sorted(pair for pair in every if scope.covers(*pair))
    assert EVERYWHERE.covers("370203", "anything")


def test_a_scope_may_be_that_of_some_roles_only(city: Database, directory: Directory) -> None:
    with city.read() as c:
        assert directory.scope(c, "li", ["supervisor"]) == Scope(frozenset())
        assert directory.scope(c, "li", ["clerk"]).covers("370202", "xzsp")


def test_names_are_told_and_an_unknown_department_goes_by_its_code(city: Database, directory: Directory) -> None:
    with city.read() as c:
        assert directory.department(c, "370202", "zjj").name_en == "Construction Bureau"
        assert directory.department(c, "370202", "none").name == "none"
        assert directory.person(c, "li").name == "李"
        assert [d.code for d in directory.districts(c) if d.city] == ["370200"]
        with pytest.raises(NotFound):
            directory.person(c, "nobody")


def test_loading_twice_changes_nothing(city: Database, directory: Directory) -> None:
    with city.begin() as c:
        before = directory.people(c), directory.departments(c), directory.grants(c, "li")
        assert load_organisation(c, ORGANISATION) == {"district": 3, "department": 3, "person": 4}
        assert (directory.people(c), directory.departments(c), directory.grants(c, "li")) == before


@pytest.mark.parametrize(
    "row",
    [
        {"role": "emperor", "district": "370202", "department": "xzsp"},
        {"role": "clerk", "department": "xzsp"},
        {"role": "clerk", "district": "370202"},
    ],
)
def test_a_grant_needs_a_known_role_a_district_and_a_department(city: Database, row: dict[str, str]) -> None:
    with city.begin() as c, pytest.raises(InvalidData):
        set_grants(c, "li", [row])


def test_nobody_is_entered_under_the_systems_name(city: Database) -> None:
    with city.begin() as c, pytest.raises(InvalidData):
        load_organisation(c, {"person": [{"id": "system", "name": "x"}]})
