"""The check before submit: a clerk is told what an entry would break, and goes on with a reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from engine import Actor
from engine.casedata import loads
from engine.tables import journal
from monitors import warnings
from monitors.beforehand import would_break
from monitors.model import Warning
from tests.webui.conftest import Browser
from tests.webui.test_tasks import key_of, started
from webui.wiring import Application

SignIn = Callable[[str], Browser]
REFUSED = {"outcome": "rejected"}  # neither a reason nor the remedies
WHOLE = {**REFUSED, "reason_text": "no premises", "remedy_told": "true"}


def raised(app: Application) -> tuple[Warning, ...]:
    with app.database.read() as connection:
        return warnings.find(connection)


def rows(app: Application) -> list[Any]:
    with app.database.read() as connection:
        return list(connection.execute(select(journal.c.seq, journal.c.kind, journal.c.body)))


@pytest.fixture
def clerk(modelled: Application, signed_in: SignIn) -> Browser:
    return signed_in("clerk_approval")


@pytest.fixture
def step(clerk: Browser) -> str:
    return started(clerk)


def test_an_entry_that_breaks_nothing_is_done_at_once(modelled: Application, clerk: Browser, step: str) -> None:
    assert clerk.post(step, {**WHOLE, "key": key_of(clerk.get(step).text)}).status_code == 303
    assert raised(modelled) == ()


def test_the_rule_that_an_entry_would_break_is_shown_and_nothing_is_stored(
    modelled: Application, clerk: Browser, step: str
) -> None:
    before = rows(modelled)
    answer = clerk.post(step, {**REFUSED, "key": key_of(clerk.get(step).text)})

    assert answer.status_code == 422
    assert "This entry would break a rule. Nothing is stored yet." in answer.text
    assert "Not accepted without a reason, or without telling the remedies" in answer.text
    assert "AA-03.1" in answer.text and "Go on all the same" in answer.text
    assert (rows(modelled), raised(modelled)) == (before, ())
    assert modelled.runtime.query.task(step.rsplit("/", 1)[1]).state == "open"


def test_it_is_shown_in_chinese_too(clerk: Browser, step: str) -> None:
    clerk.post("/language/zh_Hans_CN")
    answer = clerk.post(step, {**REFUSED, "key": key_of(clerk.get(step).text)})
    assert "所填内容将违反监察规则，尚未保存。" in answer.text
    assert "不予受理未说明理由或未告知救济途径" in answer.text


def test_going_on_takes_a_reason_which_is_kept_with_the_warning_and_in_the_journal(
    modelled: Application, clerk: Browser, step: str
) -> None:
    entry = {**REFUSED, "key": key_of(clerk.get(step).text), "told": "AA-03.1"}
    assert clerk.post(step, {**entry, "reason": "  "}).status_code == 422
    assert clerk.post(step, {**entry, "reason": "The applicant withdrew orally"}).status_code == 303

    (warning,) = raised(modelled)
    assert (warning.rule, warning.evidence["went_on_because"]) == ("AA-03.1", "The applicant withdrew orally")
    (done,) = [loads(row.body) for row in rows(modelled) if row.kind == "completed"]
    assert done["reason"] == "The applicant withdrew orally"


def test_a_reason_for_a_rule_that_was_not_shown_is_asked_for_again(
    modelled: Application, clerk: Browser, step: str
) -> None:
    answer = clerk.post(step, {**REFUSED, "key": key_of(clerk.get(step).text), "reason": "in advance"})
    assert answer.status_code == 422 and "AA-03.1" in answer.text
    assert raised(modelled) == ()


def test_a_corrected_entry_keeps_no_reason(modelled: Application, clerk: Browser, step: str) -> None:
    entry = {**WHOLE, "key": key_of(clerk.get(step).text), "told": "AA-03.1", "reason": "left over"}
    assert clerk.post(step, entry).status_code == 303
    assert all("reason" not in loads(row.body) for row in rows(modelled) if row.kind == "completed")


def test_what_is_told_beforehand_is_what_is_raised_afterwards(modelled: Application, clerk: Browser, step: str) -> None:
    task = modelled.runtime.query.task(step.rsplit("/", 1)[1])
    data = {"outcome": "rejected", "reason_text": "", "remedy_told": False}
    actor = Actor("clerk_approval", "clerk_approval", frozenset({"clerk"}))
    told = would_break(modelled.runtime, task, data, actor)
    modelled.runtime.complete(task.id, data=data, actor=actor, key="real")
    assert [(one.id, one.rule, one.level) for one in told] == [
        (one.id, one.rule, one.level) for one in raised(modelled)
    ]


def test_what_cannot_be_done_breaks_nothing_and_is_no_incident(
    modelled: Application, clerk: Browser, step: str
) -> None:
    task = modelled.runtime.query.task(step.rsplit("/", 1)[1])
    assert would_break(modelled.runtime, task, {"typename": 1}, Actor("nobody")) == ()
    assert modelled.runtime.query.incidents() == []
