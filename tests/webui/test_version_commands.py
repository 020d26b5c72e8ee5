"""``jiancha models submit | review | deploy | retire`` and ``cases migrate | rollback``: who may, and what is said."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine import Actor
from tests.engine import drawing as d
from webui.cli import main
from webui.wiring import Application

DESIGNER, PUBLISHER = "designer_city", "publisher_city"
DRAWN = d.model(d.start(), d.step("a"), d.end(), d.chain("s", "a", "e"))


@pytest.fixture
def app(application: Application, monkeypatch: pytest.MonkeyPatch) -> Application:
    """The application that the commands open, whose clock stands still."""
    for module in ("versions", "cases"):
        monkeypatch.setattr(f"webui.cli.{module}.opened", lambda database: nullcontext(application))
    return application


@pytest.fixture
def drawn(tmp_path: Path) -> str:
    file = tmp_path / "p.bpmn"
    file.write_bytes(DRAWN)
    return str(file)


def jiancha(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def state(app: Application, version: int = 1) -> str:
    return app.runtime.query.definition("p", version).state


def test_a_file_goes_through_its_life_by_two_people(app: Application, drawn: str) -> None:
    said = [
        jiancha("models", "submit", drawn, "--by", DESIGNER),
        jiancha("models", "review", "p@1", "--by", PUBLISHER),
        jiancha("models", "deploy", "p@1", "--by", PUBLISHER, "--from", "2026-04-01"),
        jiancha("models", "retire", "p@1", "--by", PUBLISHER, "--from", "2026-05-01"),
    ]
    assert [one.exit_code for one in said] == [0, 0, 0, 0], [one.output for one in said]
    words = [one.stdout.split(" sha256 ")[0] for one in said]
    assert words == [
        "p@1 submitted",
        "p@1 reviewed",
        "p@1 deployed from 2026-04-01T00:00:00+08:00",
        "p@1 retired from 2026-05-01T00:00:00+08:00",
    ]


def test_what_is_returned_is_a_draft_again_and_says_why(app: Application, drawn: str) -> None:
    jiancha("models", "submit", drawn, "--by", DESIGNER)
    assert jiancha("models", "review", "p@1", "--by", PUBLISHER, "--return").exit_code == 1
    done = jiancha("models", "review", "p@1", "--by", PUBLISHER, "--return", "--reason", "no end is named")
    assert (done.exit_code, state(app)) == (0, "draft")


@pytest.mark.parametrize("act", ["submit", "review", "deploy", "retire"])
def test_nobody_is_no_person(app: Application, act: str) -> None:
    assert jiancha("models", act, "p@1").exit_code == 2


@pytest.mark.parametrize(
    ("act", "person"),
    [
        ("submit", PUBLISHER),
        ("submit", "clerk_approval"),
        ("review", DESIGNER),
        ("deploy", DESIGNER),
        ("retire", "no_one"),
    ],
)
def test_who_lacks_the_role_is_refused(app: Application, drawn: str, act: str, person: str) -> None:
    jiancha("models", "submit", drawn, "--by", DESIGNER)
    done = jiancha("models", act, "p@1", "--by", person)
    assert (done.exit_code, done.stdout, state(app)) == (1, "", "submitted")


def test_nobody_reviews_what_he_drew(app: Application) -> None:
    app.runtime.versions.draft(DRAWN, by=PUBLISHER)
    app.runtime.versions.submit("p", 1, by=DESIGNER)
    done = jiancha("models", "review", "p@1", "--by", PUBLISHER)
    assert done.exit_code == 1 and "another person" in done.stderr


def test_what_was_not_reviewed_is_not_deployed(app: Application, drawn: str) -> None:
    jiancha("models", "submit", drawn, "--by", DESIGNER)
    done = jiancha("models", "deploy", "p@1", "--by", PUBLISHER)
    assert (done.exit_code, state(app)) == (1, "submitted")


def test_a_file_that_would_not_run_is_refused_with_the_reason(app: Application, tmp_path: Path) -> None:
    file = tmp_path / "p.bpmn"
    file.write_bytes(DRAWN.replace(b'role="clerk"', b""))
    done = jiancha("models", "submit", str(file), "--by", DESIGNER)
    assert done.exit_code == 1 and "role" in done.stderr


def test_cases_go_over_only_with_apply_and_come_back_by_the_plan(app: Application) -> None:
    app.handlers.authorize = lambda connection, actor, task: None
    app.runtime.deploy(DRAWN, by=DESIGNER)
    clerk = Actor("clerk_approval", "", frozenset({"clerk"}))
    for number in (1, 2):
        app.runtime.start(
            "p",
            business_key=f"C-{number}",
            district_code="370202",
            scope="approval",
            data={},
            actor=clerk,
            key=f"{number}",
        )
    app.runtime.deploy(d.model(d.start(), d.step("a"), d.step("b"), d.end(), d.chain("s", "a", "b", "e")), by=DESIGNER)

    def versions() -> list[int]:
        return sorted(case.version for case in app.runtime.query.instances(definition="p"))

    go = ("cases", "migrate", "p", "--from", "1", "--to", "2", "--by", PUBLISHER)
    preview = jiancha(*go)
    assert preview.exit_code == 0 and "2 of 2 cases can go, 0 cannot" in preview.stdout
    assert versions() == [1, 1]
    one = jiancha(*go, "--case", "C-1", "--apply")
    assert one.exit_code == 0 and versions() == [1, 2]
    rest = jiancha(*go, "--apply")
    assert "1 of 1 cases went" in rest.stdout and versions() == [2, 2]
    plan = rest.stdout.split("plan ")[1].split(":")[0]
    back = jiancha("cases", "rollback", plan, "--by", PUBLISHER)
    assert (back.exit_code, versions()) == (0, [1, 2])
    assert jiancha("cases", "rollback", plan, "--by", PUBLISHER).exit_code == 1
    assert jiancha(*go[:-1], "clerk_approval").exit_code == 1
