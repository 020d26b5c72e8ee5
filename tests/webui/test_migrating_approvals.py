"""Running approvals go over to a new version of the approval process and back, in bulk, by one command each.

``make migrations`` takes 1,000 of them; here are a few.
"""

from __future__ import annotations

import json
import os
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from engine import Database
from engine.clock import VirtualClock
from engine.model import SYSTEM
from engine.reconcile import reconcile
from tests.webui.conftest import ITEM, SOUTH, city
from webui.cli import main
from webui.deploying import deploy_models
from webui.modelfolders import beside, folder
from webui.wiring import Application

CASES = int(os.environ.get("JIANCHA_MIGRATED", "24"))
NAME = "administrative_approval"
ITEM_PINNED = {name: ITEM[name] for name in ("type", "joint", "statutory_wd", "promised_wd", "step_limits", "route")}
Dues = dict[tuple[str, str, str, str], Any]


def newer() -> bytes:
    """Another step before the decision, a shorter limit of the approval, another name."""
    xml = folder(NAME).diagram.decode()
    changes = {
        '<bpmn:sequenceFlow id="audit_to_decide" sourceRef="audit" targetRef="decide"/>': (
            '<bpmn:userTask id="recheck" name="复核" jc:nameEn="Recheck"><bpmn:extensionElements>'
            '<jc:step code="5b" role="section_chief"/></bpmn:extensionElements></bpmn:userTask>'
            '<bpmn:sequenceFlow id="audit_to_decide" sourceRef="audit" targetRef="recheck"/>'
            '<bpmn:sequenceFlow id="recheck_to_decide" sourceRef="recheck" targetRef="decide"/>'
        ),
        "<bpmn:incoming>audit_to_decide</bpmn:incoming>": "<bpmn:incoming>recheck_to_decide</bpmn:incoming>",
        '<jc:param name="amount">min(item.promised_wd, item.statutory_wd)</jc:param>': (
            '<jc:param name="amount">5</jc:param>'
        ),
        'name="审核"': 'name="复审"',
    }
    for old, new in changes.items():
        assert old in xml, old
        xml = xml.replace(old, new, 1)
    return xml.encode()


@pytest.fixture
def app(database: Database, clock: VirtualClock, wall: VirtualClock, tmp_path: Path) -> Any:
    found = city(database.url.render_as_string(hide_password=False), clock, wall, tmp_path / "secret")
    deploy_models(found)
    yield found
    found.database.dispose()


def start(app: Application, number: int) -> None:
    """A case that stands at one of the steps of the approval."""
    given: dict[str, dict[str, Any]] = {
        "receive": {"outcome": "accepted"},
        "accept": {"acceptance_at": "2026-03-11T09:00:00+08:00", "receipt_no": f"SL-{number}"},
        "review": {"review_opinion": "-", "review_result": "pass", "next_step": "audit"},
        "audit": {"audit_opinion": "-", "audit_result": "agree"},
    }
    data = {"item": ITEM_PINNED, "received_at": "2026-03-11T09:00:00+08:00", "channel": "counter",
            "applicant_type": "org", "supplement_count": 0}  # fmt: skip
    outcome = app.runtime.start(
        NAME,
        business_key=f"C-{number}",
        district_code=SOUTH,
        scope="approval",
        data=data,
        actor=SYSTEM,
        key=f"{number}",
    )
    for step in list(given)[: number % 5]:
        outcome = app.runtime.complete(outcome.tasks[0], data=given[step], actor=SYSTEM, key=f"{number}:{step}")


def dues(app: Application) -> Dues:
    return {
        (case.id, timer.element, timer.rule, timer.rung): (timer.due, timer.deadline, timer.state)
        for case in app.runtime.query.instances(definition=NAME, limit=CASES)
        for timer in app.runtime.query.timers(case.id)
    }


def open_steps(app: Application) -> dict[str, list[str]]:
    return {
        case.id: [task.id for task in app.runtime.query.tasks(instance_id=case.id)]
        for case in app.runtime.query.instances(definition=NAME, limit=CASES)
    }


def versions(app: Application) -> set[int]:
    return {case.version for case in app.runtime.query.instances(definition=NAME, limit=CASES)}


def jiancha(*arguments: str) -> Any:
    done = CliRunner().invoke(main, [*arguments, "--json"])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return json.loads(done.stdout)


def test_approvals_go_over_and_come_back_with_every_deadline_as_it_was(
    app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.handlers.authorize = lambda connection, actor, task: None
    monkeypatch.setattr("webui.cli.cases.opened", lambda database: nullcontext(app))  # whose clock stands still
    for number in range(CASES):
        start(app, number)
    app.runtime.deploy(newer(), by="designer", decisions=beside(folder(NAME).model))
    before, steps = dues(app), open_steps(app)
    arguments = ("cases", "migrate", NAME, "--from", "1", "--to", "2")

    preview = jiancha(*arguments)
    assert (preview["cases"], preview["migrated"], preview["refused"]) == (CASES, CASES, 0)
    assert preview["clocks"]["moved"] == preview["clocks"]["vanished"] == 0
    assert (versions(app), dues(app)) == ({1}, before)

    done = jiancha(*arguments, "--apply")
    assert (done["plan"], done["migrated"], done["clocks"]) == (preview["plan"], CASES, preview["clocks"])
    assert (versions(app), dues(app), open_steps(app)) == ({2}, before, steps)

    back = jiancha("cases", "rollback", done["plan"])
    assert (back["back"], back["gone_on"]) == (CASES, [])
    assert (versions(app), dues(app), open_steps(app)) == ({1}, before, steps)
    assert reconcile(app.database).findings == []

    derived = jiancha(*arguments, "--clocks", "derive")
    assert derived["clocks"]["moved"] > 0  # the control: what the plan may say otherwise


def test_a_case_that_went_over_meets_the_new_step(app: Application, clock: VirtualClock) -> None:
    app.handlers.authorize = lambda connection, actor, task: None
    start(app, 3)
    app.runtime.deploy(newer(), by="designer", decisions=beside(folder(NAME).model))
    plan = app.runtime.migrations.draw(NAME, 1, 2, by="shen")
    app.runtime.migrations.apply(plan, actor=SYSTEM)
    clock.move_to(clock.now() + timedelta(hours=1))
    (task,) = app.runtime.query.tasks()
    assert (task.element, task.name) == ("audit", "复审")
    answer = {"audit_opinion": "-", "audit_result": "agree"}
    app.runtime.complete(task.id, data=answer, actor=SYSTEM, key="audit")
    assert [task.element for task in app.runtime.query.tasks()] == ["recheck"]
