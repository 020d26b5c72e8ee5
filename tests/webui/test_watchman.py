"""The web process sees a worker's death, late timers and a clock that was set; it says so to those who must know."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest
from pydantic import ValidationError
from sqlalchemy import insert, text, update
from sqlalchemy.exc import OperationalError

from engine import Database
from engine.clock import VirtualClock
from engine.sealing import Gap
from engine.tables import timer
from engine.timers import INCIDENT
from engine.watch import Beat, give_beat
from engine.worker import Worker
from tests.engine.timer_rows import armed
from tests.steady import Machine
from tests.webui.conftest import PASSWORD, Browser, city
from webui import schema
from webui.app import create_app
from webui.config import Settings
from webui.deadman import DeadMan
from webui.watchman import Watchman
from webui.wiring import Application
from webui.working import healthy, worker_name

NOW = datetime(2026, 3, 11, 1, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Post:
    """A watched product: its machine, its pages, and a worker that can be alive or not."""

    def __init__(self, app: Application, machine: Machine) -> None:
        self.machine = machine
        watchman = Watchman(app.database, app.clock, machine.wall, steady=machine.steady)
        self.app = replace(app, watchman=watchman)
        self.pages = create_app(self.app)

    def beat(self, name: str = "worker-1", **more: Any) -> None:
        with self.app.database.begin() as connection:
            give_beat(connection, Beat(name, self.machine.wall.now(), NOW, timedelta(), 0, **more))

    def passes(self, span: timedelta) -> None:
        """Time passes, and the worker lives through it."""
        self.machine.passes(span)
        self.beat()

    def arm(self, due: datetime, **more: Any) -> None:
        with self.app.database.begin() as connection:
            connection.execute(insert(timer).values(armed(due=due, **more)))

    def ready(self) -> tuple[int, dict[str, Any]]:
        answer = self.pages.test_client().get("/ready")
        assert answer.json is not None
        return answer.status_code, answer.json

    def lacks(self) -> list[str]:
        return [reason["check"] for reason in self.ready()[1]["reasons"]]

    def page_of(self, person: str) -> str:
        self.app.credentials.set(person, PASSWORD)
        browser = Browser(self.pages.test_client())
        browser.log_in(person)
        found: str = browser.get("/incidents").text if person.startswith("admin") else browser.get("/cases").text
        return found


@pytest.fixture
def machine() -> Machine:
    return Machine(NOW)


@pytest.fixture
def post(tmp_path: Path, machine: Machine) -> Iterator[Post]:
    """The city on a migrated database; the product's clock is the machine's."""
    url = f"sqlite:///{tmp_path}/post.db"
    schema.upgrade(Database(url))
    app = city(url, machine.wall, machine.wall, tmp_path / "secret")
    yield Post(app, machine)
    app.database.dispose()


def test_with_a_worker_alive_and_nothing_late_the_product_is_ready(post: Post) -> None:
    post.beat()
    code, said = post.ready()

    assert code == 200
    assert said == {
        **dict.fromkeys(("database", "schema", "worker", "clock", "timers", "anchor"), True),
        "status": "ready",
        "reasons": [],
        "workers": 1,
        "refused": 0,
    }


def test_without_the_schema_it_is_not_ready_and_alive_all_the_same(tmp_path: Path, machine: Machine) -> None:
    settings = Settings(database=f"sqlite:///{tmp_path}/none.db", secret_file=tmp_path / "secret")
    from webui.wiring import build

    client = create_app(build(settings, machine.wall, wall=machine.wall)).test_client()
    said = client.get("/ready")
    assert said.status_code == 503 and said.json is not None
    assert (said.json["database"], said.json["schema"], said.json["worker"]) == (True, False, None)
    assert client.get("/health").json == {"status": "ok"}


def test_a_newer_schema_is_not_ready(post: Post) -> None:
    post.beat()
    with post.app.database.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    assert post.lacks() == ["schema"]


def test_without_the_database_it_is_not_ready_and_alive_all_the_same(tmp_path: Path, machine: Machine) -> None:
    settings = Settings(database=f"sqlite:///{tmp_path}/no/such/folder.db", secret_file=tmp_path / "secret")
    from webui.wiring import build

    client = create_app(build(settings, machine.wall, wall=machine.wall)).test_client()
    said = client.get("/ready")
    assert said.status_code == 503 and said.json is not None
    assert [reason["check"] for reason in said.json["reasons"]] == ["database"]
    assert client.get("/health").status_code == 200


def test_a_worker_that_falls_silent_is_seen_after_half_a_minute(post: Post, machine: Machine) -> None:
    post.beat()
    machine.passes(timedelta(seconds=30))
    assert post.ready()[0] == 200
    machine.passes(timedelta(seconds=3))
    code, said = post.ready()

    assert code == 503
    assert said["reasons"] == [{"check": "worker", "since": NOW.isoformat(), "count": 0}]
    post.beat()
    machine.passes(timedelta(seconds=3))
    assert post.ready()[0] == 200


def test_one_worker_of_two_is_enough(post: Post, machine: Machine) -> None:
    post.beat("worker-1")
    machine.passes(MINUTE)
    post.beat("worker-2")
    code, said = post.ready()
    assert (code, said["workers"]) == (200, 1)


def test_a_timer_that_is_overdue_though_a_worker_lives_is_an_alarm(post: Post) -> None:
    post.arm(NOW)
    post.passes(MINUTE)
    assert post.lacks() == []
    post.passes(timedelta(seconds=3))
    code, said = post.ready()

    assert code == 503
    assert said["reasons"] == [{"check": "timers", "since": NOW.isoformat(), "count": 1}]


@pytest.mark.parametrize("row", [{"state": "fired"}, {"state": "skipped"}, {"lease_owner": INCIDENT}])
def test_a_timer_that_fired_or_is_held_by_an_incident_is_not_late(post: Post, row: dict[str, Any]) -> None:
    post.arm(NOW, **row)
    post.passes(9 * MINUTE)
    assert post.lacks() == []


def test_a_timer_that_a_dead_worker_has_claimed_is_late(post: Post) -> None:
    post.arm(NOW, lease_owner="worker-1", lease_until=NOW + timedelta(hours=9))
    post.passes(2 * MINUTE)
    assert post.lacks() == ["timers"]


def test_the_state_is_read_again_after_two_seconds_and_not_before(post: Post, machine: Machine) -> None:
    post.beat()
    assert post.lacks() == []
    post.arm(NOW - timedelta(hours=1))
    machine.passes(timedelta(seconds=2))
    assert post.lacks() == []
    machine.passes(timedelta(seconds=0.1))
    assert post.lacks() == ["timers"]


def test_a_clock_set_forward_is_seen_by_the_web_process_itself(post: Post, machine: Machine) -> None:
    post.beat()
    machine.is_set(timedelta(minutes=6))
    machine.passes(timedelta(seconds=3))
    post.beat()
    assert post.lacks() == ["clock"]
    machine.is_set(-timedelta(minutes=6))
    machine.passes(timedelta(seconds=3))
    post.beat()
    assert post.lacks() == []


def test_a_worker_that_holds_for_its_clock_is_seen(post: Post, machine: Machine) -> None:
    with post.app.database.begin() as connection:
        give_beat(connection, Beat("worker-1", machine.wall.now(), NOW, timedelta(hours=1), 0))
    assert post.lacks() == ["clock"]


def test_a_journal_that_nobody_outside_was_given_is_an_alarm(post: Post, machine: Machine) -> None:
    app = post.app
    gaps = [Gap("prosecutor", NOW, "no route")]
    watchman = Watchman(app.database, app.clock, machine.wall, gaps=lambda: gaps, steady=machine.steady)
    post.beat()
    assert [(alarm.code, alarm.since) for alarm in watchman.look().alarms] == [("anchor", NOW)]


def test_refusals_are_counted_where_one_sees_them(post: Post, machine: Machine) -> None:
    for name, refused in (("worker-1", 2), ("worker-2", 3)):
        with post.app.database.begin() as connection:
            give_beat(connection, Beat(name, machine.wall.now(), NOW, timedelta(), refused))
    assert post.ready()[1]["refused"] == 5


@pytest.mark.parametrize(
    ("person", "told"),
    [("supervisor_south", True), ("administrator_city", True), ("clerk_approval", False), ("auditor_city", False)],
)
def test_supervisors_and_administrators_are_told_on_every_page(
    post: Post, machine: Machine, person: str, told: bool
) -> None:
    post.beat()
    post.arm(NOW)
    machine.passes(2 * MINUTE)
    page = post.page_of(person)

    assert ('data-alarm="worker"' in page, 'data-alarm="timers"' in page) == (told, told)
    if told:
        assert "2026-03-11 09:00" in page


def test_while_all_is_well_no_page_has_a_banner(post: Post) -> None:
    post.beat()
    assert "data-alarm" not in post.page_of("supervisor_south")


def test_a_worker_that_starts_together_with_the_pages_gets_its_time(post: Post, machine: Machine) -> None:
    assert post.ready()[0] == 503
    assert "data-alarm" not in post.page_of("supervisor_south")
    machine.passes(timedelta(seconds=31))
    assert 'data-alarm="worker"' in post.page_of("supervisor_south")


def test_after_the_demos_clock_was_moved_the_workers_have_a_minute_to_follow(tmp_path: Path, machine: Machine) -> None:
    url = f"sqlite:///{tmp_path}/demo.db"
    schema.upgrade(Database(url))
    app = city(url, machine.wall, machine.wall, tmp_path / "secret")
    moved: list[datetime] = []
    ahead = VirtualClock(NOW + timedelta(days=7))
    watchman = Watchman(app.database, ahead, machine.wall, lambda: moved[0] if moved else None, steady=machine.steady)
    post = Post(app, machine)
    post.beat()
    post.arm(NOW + timedelta(days=1))
    assert [alarm.code for alarm in watchman.look().alarms] == ["timers"]

    moved.append(machine.wall.now())
    post.passes(MINUTE)
    assert watchman.look().good
    post.passes(timedelta(seconds=3))
    assert [alarm.code for alarm in watchman.look().alarms] == ["timers"]
    app.database.dispose()


def test_while_the_database_is_locked_or_away_people_are_asked_to_wait(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And not told that something is broken: 503 with the seconds to wait."""
    post.app.credentials.set("clerk_approval", PASSWORD)
    browser = Browser(post.pages.test_client())
    browser.log_in("clerk_approval")

    class Locked(Exception):
        sqlite_errorname = "SQLITE_BUSY"

    def locked(self: Database) -> Any:
        raise OperationalError("select 1", {}, Locked("database is locked"))

    monkeypatch.setattr(Database, "read", locked)
    answer = browser.get("/tasks")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "database is locked" not in answer.text


# --- the dead man's switch


class Outside:
    """Somebody outside who is told that we live."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, float]] = []
        self.error: Exception | None = None

    def __call__(self, url: str, timeout: float) -> Any:
        self.asked.append((url, timeout))
        if self.error is not None:
            raise self.error
        return nullcontext()


def test_the_switch_is_told_while_the_worker_is_healthy(machine: Machine) -> None:
    outside, alive = Outside(), [True]
    switch = DeadMan("https://example.org/ping/7", lambda: alive[0], print, outside, machine.steady)
    assert switch.tell() is True
    alive[0] = False
    assert switch.tell() is False
    assert outside.asked == [("https://example.org/ping/7", 10.0)]


@pytest.mark.parametrize("error", [URLError("no route"), TimeoutError("timed out"), ConnectionResetError()])
def test_that_it_cannot_be_told_is_logged_once_an_hour_without_the_address(machine: Machine, error: Exception) -> None:
    outside, lines = Outside(), list[str]()
    outside.error = error
    switch = DeadMan("https://example.org/ping/7", lambda: True, lines.append, outside, machine.steady)
    for _ in range(90):
        assert switch.tell() is False
        machine.passes(MINUTE)

    assert len(outside.asked) == 90
    assert len(lines) == 2
    assert type(error).__name__ in lines[0] and "ping/7" not in lines[0]


def test_a_worker_is_healthy_while_its_rounds_succeed_and_nothing_is_late(post: Post, machine: Machine) -> None:
    worker = Worker(post.app.runtime, "worker-1", print, machine.wall, machine.steady)
    worker.tick()
    assert healthy(post.app, worker)
    machine.passes(timedelta(seconds=31))
    assert not worker.healthy
    worker.tick()
    post.arm(machine.wall.now() - 2 * MINUTE, lease_owner="w", lease_until=machine.wall.now() + 9 * MINUTE)
    machine.passes(timedelta(seconds=3))
    assert worker.healthy and not healthy(post.app, worker)
    with post.app.database.begin() as connection:
        connection.execute(update(timer).values(state="fired"))
    machine.passes(timedelta(seconds=3))
    assert healthy(post.app, worker)


def test_the_address_of_the_switch_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().deadman_url is None
    monkeypatch.setenv("JIANCHA_DEADMAN_URL", "https://example.org/ping/7")
    assert str(Settings().deadman_url) == "https://example.org/ping/7"
    monkeypatch.setenv("JIANCHA_DEADMAN_URL", "file:///etc/passwd")
    with pytest.raises(ValidationError):
        Settings()


def test_no_two_workers_have_the_same_name() -> None:
    names: Callable[[], set[str]] = lambda: {  # noqa: E731
        worker_name(host, pid, NOW + timedelta(seconds=second))
        for host in ("a", "b")
        for pid in (1, 4_194_304)
        for second in (0, 1)
    }
    assert len(names()) == 8
    assert len(worker_name("a-very-long-name.of-a-machine.example.org", 4_194_304, NOW)) <= 64
