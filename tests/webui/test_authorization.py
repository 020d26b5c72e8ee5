"""The authorization matrix: every route x every role x own department, other department, other district, nowhere.

What is expected is written here from the matrix (trust.md, section 3), not read from the product's table.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert

from engine import Database
from engine.calendar import CalendarDay, DayKind
from engine.clock import VirtualClock
from monitors import tables as t
from monitors.decrees import Proposal
from monitors.items import propose_item
from monitors.scope import EVERYWHERE
from monitors.standing import enter_text
from monitors.statistics import bulletins
from tests.conftest import create_tables
from tests.webui.conftest import FLAWLESS, ITEM, NORTH, PLACES, SOUTH, Browser, city
from tests.webui.world import Place, dead_letter, furnish, proposals
from webui.access import TOKEN
from webui.app import create_app
from webui.assessing import install_sheets
from webui.permissions import ROLES, Reach, row_of
from webui.wiring import Application

ORGAN = {"supervisor", "office_head", "leader"}
CASE_READERS = {"clerk", "section_chief", "dept_head", "liaison", "auditor"} | ORGAN
BOARD = {"section_chief", "dept_head", "liaison", "auditor"} | ORGAN
SCORE_READERS = {"dept_head", "liaison", "assessor", "auditor"} | ORGAN
REPORT_READERS = {"section_chief", "dept_head", "liaison", "assessor", "auditor"} | ORGAN
INCIDENT_READERS = {"supervisor", "office_head", "auditor", "administrator"}
ITEM_READERS = CASE_READERS | {"designer", "publisher"}
TASK_ROLES = {"clerk", "section_chief", "dept_head", "liaison"} | ORGAN
EVERYONE = ROLES

# (method, path, roles that may, in their own scope). ``{…}`` are things of the place asked about.
LISTS: tuple[tuple[str, str, set[str] | frozenset[str]], ...] = (
    ("GET", "/", EVERYONE),
    ("GET", "/tasks", TASK_ROLES),
    ("GET", "/cases", CASE_READERS),
    ("GET", "/cases/new", {"clerk", "section_chief"}),
    ("POST", "/cases/new", {"clerk", "section_chief"}),
    ("GET", "/board", BOARD),
    ("GET", "/board/list", BOARD),
    ("GET", "/stream", BOARD),
    ("GET", "/warnings", BOARD),
    ("POST", "/warnings/dismiss", {"supervisor"}),
    ("GET", "/warnings/departments", BOARD),
    ("GET", "/trials", ORGAN | {"auditor", "designer", "publisher"}),
    ("GET", "/waivers", ORGAN | {"auditor"}),
    ("POST", "/waivers", {"supervisor", "office_head"}),
    ("GET", "/recalls", ORGAN | {"auditor"}),
    ("POST", "/recalls", {"supervisor", "office_head"}),
    ("GET", "/datasets", ORGAN | {"auditor", "designer"}),
    ("POST", "/datasets", {"supervisor"}),
    ("GET", "/absences", EVERYONE),
    ("POST", "/absences", EVERYONE),
    ("POST", "/absences/back", EVERYONE),
    ("GET", "/violations", BOARD),
    ("GET", "/findings", {"supervisor"}),
    ("GET", "/findings/new", {"supervisor"}),
    ("POST", "/findings/new", {"supervisor"}),
    ("GET", "/scores", SCORE_READERS),
    ("POST", "/scores", {"assessor"}),
    ("POST", "/scores/publish", {"assessor"}),
    ("POST", "/scores/freeze", {"assessor"}),
    ("GET", "/reports", REPORT_READERS),
    ("POST", "/bulletins", {"office_head"}),
    ("GET", "/scores/what-if", SCORE_READERS),
    ("GET", "/scores/objections", SCORE_READERS),
    ("GET", "/scores/marks", ORGAN | {"assessor", "auditor"}),
    ("POST", "/scores/marks", {"assessor"}),
    ("GET", "/scores/sheets", ORGAN | {"assessor", "auditor"}),
    ("POST", "/scores/sheets", {"assessor"}),
    ("GET", "/incidents", INCIDENT_READERS),
    ("GET", "/outbox", {"administrator"}),
    ("GET", "/messages", INCIDENT_READERS),
    ("GET", "/items", ITEM_READERS),
    ("GET", "/items/sheet.csv", ITEM_READERS),
    ("POST", "/items/sheet", {"designer", "dept_head"}),
    ("GET", "/items/change", {"designer", "dept_head"}),
    ("POST", "/items/change", {"designer", "dept_head"}),
    ("GET", "/laws", ITEM_READERS),
    ("POST", "/laws", {"designer", "supervisor"}),
)
THINGS: tuple[tuple[str, str, set[str]], ...] = (
    ("GET", "/tasks/{task}", CASE_READERS),
    ("POST", "/tasks/{task}", {"clerk"}),
    ("POST", "/tasks/{task}/hidden", TASK_ROLES),
    ("GET", "/cases/{case}", CASE_READERS),
    ("GET", "/cases/{case}/diagram.bpmn", CASE_READERS),
    ("GET", "/cases/{case}/state.json", CASE_READERS),
    ("GET", "/cases/{case}/suspend", {"clerk", "section_chief", "dept_head"}),
    ("POST", "/cases/{case}/suspend", {"clerk", "section_chief", "dept_head"}),
    ("GET", "/cases/{case}/correct", {"clerk", "section_chief", "dept_head"}),
    ("POST", "/cases/{case}/correct", {"clerk", "section_chief", "dept_head"}),
    ("POST", "/cases/{case}/requests/{request}/grant", {"section_chief", "dept_head"}),
    ("POST", "/cases/{case}/requests/{request}/refuse", {"section_chief", "dept_head"}),
    ("GET", "/cases/{case}/resume", {"clerk", "section_chief", "dept_head"}),
    ("POST", "/cases/{case}/resume", {"clerk", "section_chief", "dept_head"}),
    ("GET", "/cases/{case}/extend", {"dept_head"}),
    ("POST", "/cases/{case}/extend", {"dept_head"}),
    ("GET", "/warnings/{warning}", CASE_READERS),
    ("POST", "/warnings/{warning}/claim", {"supervisor", "office_head"}),
    ("POST", "/warnings/{warning}/release", {"supervisor", "office_head"}),
    ("POST", "/warnings/{warning}/hand-over", {"supervisor", "office_head"}),
    ("POST", "/warnings/{warning}/correct", {"liaison"}),
    ("POST", "/waivers/{waiver}/decide", {"office_head", "leader"}),
    ("GET", "/recalls/{recall}", ORGAN | {"auditor"}),
    ("POST", "/recalls/{recall}/decide", {"leader"}),
    ("GET", "/violations/{violation}", BOARD),
    ("GET", "/violations/{violation}/extend", {"office_head"}),
    ("POST", "/violations/{violation}/extend", {"office_head"}),
    ("GET", "/violations/{violation}/revoke", {"supervisor"}),
    ("POST", "/violations/{violation}/revoke", {"supervisor"}),
    ("POST", "/tasks/{task}/files", {"clerk"}),
    ("GET", "/files/{file}", BOARD),
    ("GET", "/documents/{document}", BOARD),
    ("GET", "/documents/{document}/paper.pdf", BOARD),
    ("GET", "/scores/{district}/{department}", SCORE_READERS),
    ("POST", "/scores/{district}/{department}/objections", {"dept_head", "liaison"}),
    ("GET", "/incidents/{incident}", INCIDENT_READERS),
    ("POST", "/incidents/{incident}/retry", {"administrator"}),
    ("POST", "/incidents/{incident}/propose-skip", {"administrator"}),
    ("POST", "/incidents/{incident}/confirm-skip", {"office_head"}),
)
# One's own: of anybody who is signed in, and only theirs (test_notices).
OWN: tuple[tuple[str, str], ...] = (
    ("GET", "/notices"),
    ("POST", "/notices/read"),
    ("GET", "/preferences"),
    ("POST", "/preferences"),
)
# Messages belong to no place; the one here is a dead letter.
MESSAGES: tuple[tuple[str, str, set[str]], ...] = (("POST", "/outbox/{message}/resend", {"administrator"}),)
# What waits for a second person in an assessment of the south.
ASSESSED: tuple[tuple[str, str, set[str]], ...] = (
    ("POST", "/scores/objections/{objection}/decide", {"assessor", "office_head"}),
    ("POST", "/scores/marks/{mark}/decide", {"assessor", "office_head"}),
    ("POST", "/scores/sheets/{proposal}/review", {"assessor", "office_head"}),
)
MODEL_READERS = {"designer", "publisher", "supervisor", "office_head", "auditor"}
# Models belong to no district; those here are of the version deployed with the street.
MODELS: tuple[tuple[str, str, set[str]], ...] = (
    ("GET", "/models", MODEL_READERS),
    ("POST", "/models", {"designer"}),
    ("GET", "/models/{name}/{version}", MODEL_READERS),
    ("POST", "/models/{name}/{version}/submit", {"designer"}),
    ("POST", "/models/{name}/{version}/review", {"publisher"}),
    ("POST", "/models/{name}/{version}/give-back", {"publisher"}),
    ("POST", "/models/{name}/{version}/deploy", {"publisher"}),
    ("POST", "/models/{name}/{version}/retire", {"publisher"}),
)
CALENDAR_READERS = {"designer", "publisher", "supervisor", "office_head", "auditor"}
# A decree of the calendar that all share; whoever is let in tells nothing about a case outside of the own scope.
DECREES: tuple[tuple[str, str, set[str]], ...] = (
    ("GET", "/calendars", CALENDAR_READERS),
    ("POST", "/calendars", {"designer"}),
    ("GET", "/calendars/{decree}", CALENDAR_READERS),
    ("GET", "/calendars/{decree}/moves.csv", CALENDAR_READERS),
    ("POST", "/calendars/{decree}/confirm", {"publisher"}),
    ("POST", "/calendars/{decree}/reject", {"publisher"}),
)
# A load of the southern district; the designer's grants are the city's.
LOADS = (("GET", "/datasets/loads/{load}", ORGAN | {"auditor", "designer"}),)
# An item of the south, and a text of a law that all share.
REGISTRY: tuple[tuple[str, str, set[str]], ...] = (
    ("GET", "/items/{code}", ITEM_READERS),
    ("POST", "/items/changes/{change}/decide", {"publisher"}),
    ("POST", "/laws/{text}/decide", {"publisher", "office_head"}),
)
# Reports hold what the own scope covers (test_reports); a bulletin is of a district, whoever reads there reads it.
REPORTS: tuple[tuple[str, str, set[str]], ...] = (
    ("GET", "/reports/{name}", REPORT_READERS),
    ("GET", "/reports/{name}.{kind}", REPORT_READERS),
    ("GET", "/bulletins/{identity}", REPORT_READERS),
    ("GET", "/bulletins/{identity}.pdf", REPORT_READERS),
)
OPEN = (
    "/login",
    "/logout",
    "/language/<language>",
    "/health",
    "/ready",
    "/listed",
    "/static/<path:filename>",
    "/demo/clock",
)
PROBES = ("own", "department", "district")  # whose thing is asked for


@dataclass(frozen=True)
class Street:
    """The browser of each role, and the places."""

    app: Flask
    application: Application
    places: dict[str, Place]

    def status(self, person: str | None, method: str, url: str, key: str = "") -> int:
        """The status a person gets. Signing in is not what is tested: the session is put into the cookie.

        Without a key no command is run: a post that was let in ends as a bad request.
        """
        client = self.app.test_client()
        if person is not None:
            token = self.application.sessions.open(person)
            with client.session_transaction() as session:
                session[TOKEN] = token
        browser = Browser(client)
        # What a page streams is not read here: the door is what is tested.
        answer = browser.post(url, {"key": key}) if method == "POST" else browser.get(url)
        answer.close()
        return answer.status_code


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    """One street for all: asking changes nothing that the others ask about."""
    folder = tmp_path_factory.mktemp("street")
    database = Database(f"sqlite:///{folder}/street.db")
    create_tables(database)
    clock = VirtualClock(datetime(2026, 3, 11, 1, 0, tzinfo=UTC))
    application = city(str(database.url), clock, clock, folder / "secret")
    install_sheets(application)
    places = {name: furnish(application, name, *place) for name, place in PLACES.items()}
    yield Street(create_app(application), application, places)
    application.database.dispose()
    database.dispose()


def person_of(role: str) -> str:
    """Somebody who holds the role in the south: in one department, or for the organ in the district."""
    if role in ("clerk", "section_chief", "dept_head", "liaison"):
        return f"{role}_approval"
    return f"{role}_city" if role in ("designer", "publisher", "administrator") else f"{role}_south"


def sees(role: str, probe: str) -> bool:
    """Whether that person's grant covers the thing asked for; the people of the city's house cover it all."""
    return (
        person_of(role).endswith("_city")
        or probe == "own"
        or (probe == "department" and person_of(role).endswith("_south"))
    )


def url_of(path: str, place: Place) -> str:
    return path.format(**{name: getattr(place, name) for name in Place.__slots__})


def place_of(street: Street, probe: str) -> Place:
    return street.places[{"own": "approval", "department": "water", "district": "north"}[probe]]


def denied(status: int) -> bool:
    """Whether the door stayed shut. Behind it a form may still be refused, but nothing is missing or breaks."""
    assert status in (200, 302, 303, 400, 401, 403, 409, 422), status
    return status in (401, 403)


@pytest.mark.parametrize(("method", "path", "roles"), LISTS, ids=[" ".join(row[:2]) for row in LISTS])
def test_lists_open_for_the_roles_of_the_matrix(street: Street, method: str, path: str, roles: Any) -> None:
    assert denied(street.status(None, method, path))
    got = {role for role in sorted(ROLES) if not denied(street.status(person_of(role), method, path))}

    # A POST of a new case without an item ends in 403 for everybody; its form decides (test_cases).
    assert got == (set() if (method, path) == ("POST", "/cases/new") else set(roles))


@pytest.mark.parametrize("probe", PROBES)
@pytest.mark.parametrize(("method", "path", "roles"), THINGS, ids=[" ".join(row[:2]) for row in THINGS])
def test_things_open_for_the_roles_of_the_matrix_in_their_scope(
    street: Street, method: str, path: str, roles: set[str], probe: str
) -> None:
    url = url_of(path, place_of(street, probe))
    expected = {role for role in roles if sees(role, probe)}

    assert denied(street.status(None, method, url))
    got = {role for role in sorted(ROLES) if not denied(street.status(person_of(role), method, url))}
    assert got == expected


@pytest.mark.parametrize(("method", "path", "roles"), MODELS, ids=[" ".join(row[:2]) for row in MODELS])
def test_models_open_for_the_roles_of_the_matrix(street: Street, method: str, path: str, roles: set[str]) -> None:
    url = path.format(name="one_step_clerk", version=1)
    assert denied(street.status(None, method, url))
    assert {role for role in sorted(ROLES) if not denied(street.status(person_of(role), method, url))} == roles


@pytest.mark.parametrize(("method", "path", "roles"), DECREES, ids=[" ".join(row[:2]) for row in DECREES])
def test_decrees_open_for_the_roles_of_the_matrix(street: Street, method: str, path: str, roles: set[str]) -> None:
    closed = [CalendarDay(date(2026, 7, 1), DayKind.LOCAL_OFF, "x", "x")]
    decree = street.application.decrees.propose(Proposal("x", date(2026, 7, 1), closed), by="designer_city")
    url = path.format(decree=decree.id)
    assert denied(street.status(None, method, url))
    assert {role for role in sorted(ROLES) if not denied(street.status(person_of(role), method, url))} == roles


def test_a_load_opens_for_the_roles_of_the_matrix_in_its_district(street: Street) -> None:
    ((method, path, roles),) = LOADS
    content = io.BytesIO(b"person,died_on\np-1,2026-01-01\n")
    done = street.application.loads.load("deaths", content, "a.csv", by="x", source="x", district_code=SOUTH)
    url = path.format(load=done.id)
    assert denied(street.status(None, method, url))
    assert {role for role in sorted(ROLES) if not denied(street.status(person_of(role), method, url))} == roles
    assert denied(street.status("supervisor_north", method, url))


@pytest.mark.parametrize(("method", "path", "roles"), REGISTRY, ids=[" ".join(row[:2]) for row in REGISTRY])
def test_items_and_laws_open_for_the_roles_of_the_matrix(
    street: Street, method: str, path: str, roles: set[str]
) -> None:
    app = street.application
    now, body = app.clock.now(), {**FLAWLESS, "district": SOUTH, "department": "approval"}
    with app.database.begin() as connection:
        change = propose_item(connection, ITEM["code"], body, now.date(), None, "x", "designer_city", now, "matrix")
        text = enter_text(connection, "x", "1", "x", now.date(), "x", "designer_city", now, "matrix")
    url = path.format(code=ITEM["code"], change=change, text=text)
    assert denied(street.status(None, method, url))
    assert {role for role in sorted(ROLES) if not denied(street.status(person_of(role), method, url))} == roles


@pytest.mark.parametrize(("method", "path", "roles"), REPORTS, ids=[" ".join(row[:2]) for row in REPORTS])
def test_reports_open_for_the_roles_of_the_matrix(street: Street, method: str, path: str, roles: set[str]) -> None:
    here, there = (path.format(name="daily", kind="csv", identity=_bulletin(street, one)) for one in (SOUTH, NORTH))
    assert denied(street.status(None, method, here))
    assert {role for role in sorted(ROLES) if not denied(street.status(person_of(role), method, here))} == roles
    if "identity" in path:
        assert all(denied(street.status(person_of(role), method, there)) for role in sorted(ROLES))


def _bulletin(street: Street, district: str) -> str:
    """The bulletin of February of that district; the first who asks issues it."""
    app = street.application
    with app.database.begin() as connection:
        found = [one.id for one in bulletins.issued(connection, EVERYWHERE) if one.district_code == district]
        if not found:
            at, zone = app.clock.now(), app.zone
            found = [bulletins.issue(connection, district, "2026-02", at=at, by="office_head_city", zone=zone).id]
    return found[0]


@pytest.mark.parametrize(("method", "path", "roles"), ASSESSED, ids=[" ".join(row[:2]) for row in ASSESSED])
def test_the_second_person_of_an_assessment_has_a_role_of_the_matrix(
    street: Street, method: str, path: str, roles: set[str]
) -> None:
    names = proposals(street.application.database)
    url = path.format(**names)
    assert denied(street.status(None, method, url))
    assert {role for role in sorted(ROLES) if not denied(street.status(person_of(role), method, url))} == roles
    assert denied(street.status("assessor_north", method, url))


@pytest.mark.parametrize(("method", "path"), OWN, ids=[" ".join(row) for row in OWN])
def test_what_is_ones_own_opens_for_everybody_who_is_signed_in(street: Street, method: str, path: str) -> None:
    assert denied(street.status(None, method, path))
    assert not any(denied(street.status(person_of(role), method, path)) for role in sorted(ROLES))


@pytest.mark.parametrize(("method", "path", "roles"), MESSAGES, ids=[" ".join(row[:2]) for row in MESSAGES])
def test_dead_letters_are_sent_again_by_the_roles_of_the_matrix(
    street: Street, method: str, path: str, roles: set[str]
) -> None:
    got = set()
    for role in sorted(ROLES):
        with street.application.database.begin() as connection:
            connection.execute(insert(t.delivery).values(dead_letter(f"dead-{role}")))
        if not denied(street.status(person_of(role), method, path.format(message=f"dead-{role}"))):
            got.add(role)
    assert denied(street.status(None, method, path.format(message="dead-clerk")))
    assert got == roles


@pytest.mark.parametrize("role", sorted(TASK_ROLES))
def test_a_step_is_done_by_the_role_the_diagram_names_and_nobody_else(
    application: Application, web: Flask, role: str
) -> None:
    place = furnish(application, f"x{role}", SOUTH, "approval", role)
    street = Street(web, application, {})
    others = sorted(ROLES - {role})

    assert all(denied(street.status(person_of(other), "POST", f"/tasks/{place.task}")) for other in others)
    assert street.status(person_of(role), "POST", f"/tasks/{place.task}", "0" * 32) == 303


def test_somebody_without_any_grant_comes_nowhere(street: Street, application: Application) -> None:
    from monitors.organisation import load_organisation

    with application.database.begin() as connection:
        nobody = {"id": "nobody", "name": "无", "grants": []}
        load_organisation(connection, {"person": [nobody]})
    for method, path, _roles in (*LISTS[1:], *THINGS):
        assert denied(street.status("nobody", method, url_of(path, street.places["approval"]))), path


def test_the_city_sees_both_districts_and_a_district_its_own(street: Street) -> None:
    def seen(person: str) -> set[str]:
        client = street.app.test_client()
        with client.session_transaction() as session:
            session[TOKEN] = street.application.sessions.open(person)
        text = client.get("/board?state=all").text
        return {name for name in PLACES if f"late at {name}" in text}

    assert seen("supervisor_city") == {"approval", "water", "north"}
    assert seen("supervisor_south") == {"approval", "water"}
    assert seen("supervisor_north") == {"north"}
    assert seen("liaison_water") == {"water"}


@pytest.mark.parametrize("path", ["/cases", "/tasks?show=all", "/board?state=all", "/violations", "/scores"])
def test_a_list_looks_the_same_whether_or_not_others_have_something(
    application: Application, web: Flask, path: str
) -> None:
    """Nothing of another district shows, not even in a count."""
    furnish(application, "mine", SOUTH, "approval")
    before = _text(web, application, path)
    furnish(application, "theirs", NORTH, "approval")

    if path == "/scores":
        return  # the ranking is open to all who are assessed
    assert _text(web, application, path) == before


def _text(web: Flask, application: Application, path: str) -> str:
    client = web.test_client()
    with client.session_transaction() as session:
        session[TOKEN] = application.sessions.open("liaison_approval" if "tasks" in path else "section_chief_approval")
    lines = client.get(path).text.splitlines()
    return "\n".join(line for line in lines if "csrf" not in line and "nonce" not in line)


def routes(app: Flask) -> Iterator[tuple[str, Any]]:
    for rule in app.url_map.iter_rules():
        yield rule.rule, app.view_functions[rule.endpoint]


def test_every_route_names_its_row(web: Flask) -> None:
    for path, view in routes(web):
        assert path.startswith("/static/") or row_of(view) is not None, path


def test_every_route_is_in_the_matrix_above(web: Flask) -> None:
    import re

    known = {
        path
        for _method, path, _roles in (
            *LISTS,
            *THINGS,
            *MODELS,
            *DECREES,
            *LOADS,
            *REGISTRY,
            *REPORTS,
            *MESSAGES,
            *ASSESSED,
        )
    } | set(OPEN)
    known |= {path for _method, path in OWN}
    for path, _view in routes(web):
        plain = re.sub(r"<(?:\w+:)?(\w+?)(?:_id)?>", r"{\1}", path)
        assert plain in known or path in known, path


def test_a_route_without_a_row_is_closed(application: Application) -> None:
    app = create_app(application)
    app.add_url_rule("/forgotten", view_func=lambda: "open", endpoint="forgotten")

    assert app.test_client().get("/forgotten").status_code == 403


def test_a_view_that_forgets_whose_thing_it_shows_fails_closed(application: Application) -> None:
    from webui.permissions import permitted

    app = create_app(application)
    app.add_url_rule("/leak", view_func=permitted("read a case")(lambda: "secret"), endpoint="leak")
    client = app.test_client()
    with client.session_transaction() as session:
        session[TOKEN] = application.sessions.open("clerk_approval")
    answer = client.get("/leak")

    assert answer.status_code == 500 and "secret" not in answer.text


def test_the_organ_never_stops_a_clock_and_only_heads_extend() -> None:
    from webui.permissions import TABLE

    assert not TABLE["suspend a case"].roles & (ORGAN | {"auditor", "administrator"})
    assert TABLE["extend a case"].roles == {"dept_head"}
    of_cases = [
        row
        for name, row in TABLE.items()
        if row.reach is not Reach.SELF and "incident" not in name and name != "watch the outbox"
    ]
    assert all(not row.roles & {"administrator"} for row in of_cases)
