"""The life of a version: drafted, submitted, reviewed by a second person, deployed from a date, retired."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from engine import Database, Runtime
from engine.chains import ACTS
from engine.clock import VirtualClock
from engine.errors import Conflict, InvalidData, ModelRefused, NotAllowed, NotFound, StateAltered
from engine.reconcile import reconcile
from engine.tables import definition
from tests.engine import drawing as d
from tests.engine.conftest import CLERK

DAY = timedelta(days=1)


def drawn(label: str) -> bytes:
    return d.model(d.start(), d.step("a").replace('name="a"', f'name="{label}"', 1), d.end(), d.chain("s", "a", "e"))


def started(runtime: Runtime, number: int, **more: object) -> int:
    """Start a case; the version it runs on."""
    given = {"business_key": f"C-{number}", "district_code": "370202", "scope": "housing", "data": {}, "actor": CLERK}
    outcome = runtime.start("p", key=f"start:{number}", **given, **more)  # type: ignore[arg-type]
    return runtime.query.instance(outcome.instance_id).version


def reviewed(runtime: Runtime, label: str) -> int:
    """A version that one person drew and another approved."""
    version = runtime.versions.draft(drawn(label), by="ding").version
    runtime.versions.submit("p", version, by="ding")
    runtime.versions.review("p", version, by="shen", reason="looks right")
    return version


def test_a_version_is_drafted_submitted_reviewed_and_deployed(runtime: Runtime, clock: VirtualClock) -> None:
    version = reviewed(runtime, "one")
    runtime.versions.deploy("p", version, by="shen")
    found = runtime.query.definition("p", version)

    assert (found.state, found.origin, found.created_by) == ("deployed", "local", "ding")
    assert (found.submitted_by, found.reviewed_by, found.deployed_by) == ("ding", "shen", "shen")
    assert found.valid_from == clock.now()
    kinds = [(entry.kind, entry.actor, entry.body["hash"]) for entry in runtime.query.journal(ACTS)]
    assert kinds == [
        ("drafted", "ding", found.hash),
        ("submitted", "ding", found.hash),
        ("reviewed", "shen", found.hash),
        ("deployed", "shen", found.hash),
    ]


@pytest.mark.parametrize("act", ["review", "deploy", "retire"])
@pytest.mark.parametrize("own", ["ding", "wu"])
def test_nobody_reviews_deploys_or_retires_what_he_drew_or_handed_in(runtime: Runtime, act: str, own: str) -> None:
    """ding drew it, wu handed it in."""
    versions = runtime.versions
    versions.draft(drawn("one"), by="ding")
    versions.submit("p", 1, by="wu")
    if act != "review":
        versions.review("p", 1, by="shen")
    if act == "retire":
        versions.deploy("p", 1, by="shen")
    before = runtime.query.definition("p", 1)

    with pytest.raises(NotAllowed, match="another person"):
        getattr(versions, act)("p", 1, by=own)
    assert runtime.query.definition("p", 1) == before
    getattr(versions, act)("p", 1, by="shen")
    assert runtime.query.definition("p", 1) != before


def test_only_what_was_reviewed_is_deployed(runtime: Runtime) -> None:
    runtime.versions.draft(drawn("one"), by="ding")
    for step in ("draft", "submitted"):
        with pytest.raises(Conflict, match=f"found it {step}"):
            runtime.versions.deploy("p", 1, by="shen")
        if step == "draft":
            runtime.versions.submit("p", 1, by="ding")
    with pytest.raises(NotFound, match="none in force"):
        started(runtime, 1)
    with pytest.raises(NotFound, match="to be deployed"):
        started(runtime, 2, version=1)


def test_what_is_given_back_can_be_handed_in_again(runtime: Runtime) -> None:
    runtime.versions.draft(drawn("one"), by="ding")
    runtime.versions.submit("p", 1, by="ding")
    with pytest.raises(InvalidData, match="reason"):
        runtime.versions.give_back("p", 1, by="shen", reason=" ")
    assert runtime.versions.give_back("p", 1, by="shen", reason="the limit is missing").state == "draft"
    assert runtime.versions.submit("p", 1, by="ding").state == "submitted"


def test_a_byte_changed_after_the_review_is_refused(runtime: Runtime, database: Database) -> None:
    version = reviewed(runtime, "one")
    with database.begin() as connection:
        connection.execute(update(definition).values(xml=drawn("0ne")))
    with pytest.raises(StateAltered, match="the bytes"):
        runtime.versions.deploy("p", version, by="shen")
    assert [finding.what for finding in reconcile(database).findings] == ["changed"]


def test_a_state_changed_behind_our_back_is_found(runtime: Runtime, database: Database) -> None:
    runtime.versions.draft(drawn("one"), by="ding")
    assert reconcile(database).findings == []
    with database.begin() as connection:
        connection.execute(update(definition).values(state="reviewed"))
    assert [(one.table, one.what) for one in reconcile(database).findings] == [("definition", "changed")]


def test_new_cases_start_on_the_version_in_force_and_running_ones_stay(runtime: Runtime, clock: VirtualClock) -> None:
    first, second = reviewed(runtime, "one"), reviewed(runtime, "two")
    noon = clock.now()
    runtime.versions.deploy("p", first, by="shen")
    runtime.versions.deploy("p", second, by="shen", valid_from=noon + DAY)

    assert started(runtime, 1) == first
    clock.move_to(noon + 2 * DAY)
    assert started(runtime, 2) == second
    assert started(runtime, 3, at=noon + DAY / 2) == first
    assert started(runtime, 4, at=noon + DAY) == second
    assert [one.version for one in runtime.query.instances(business_key="C-1")] == [first]


def test_a_retired_version_starts_nothing_and_the_one_before_is_in_force_again(
    runtime: Runtime, clock: VirtualClock
) -> None:
    noon = clock.now()
    for label in ("one", "two"):
        runtime.versions.deploy("p", reviewed(runtime, label), by="shen")
    assert started(runtime, 1) == 2
    runtime.versions.retire("p", 2, by="shen", valid_to=noon + DAY, reason="too strict")

    assert started(runtime, 2) == 2
    assert started(runtime, 3, at=noon + DAY) == 1
    assert runtime.query.version_in_force("p", noon + 2 * DAY) == 1
    runtime.versions.deploy("p", 2, by="shen", valid_from=noon + 2 * DAY)
    assert started(runtime, 4, at=noon + 3 * DAY) == 2


def test_a_draft_that_would_not_run_as_drawn_is_refused(runtime: Runtime) -> None:
    with pytest.raises(ModelRefused):
        runtime.versions.draft(d.model(d.start(), "<scriptTask id='x'/>", d.end(), d.chain("s", "x", "e")), by="ding")
    assert runtime.query.definitions() == []


def test_the_same_bytes_are_the_same_version(runtime: Runtime) -> None:
    assert runtime.versions.draft(drawn("one"), by="ding").version == 1
    assert runtime.versions.draft(drawn("one"), by="wu").created_by == "ding"


def test_a_shipped_model_does_not_take_the_place_of_a_local_one(runtime: Runtime, clock: VirtualClock) -> None:
    assert runtime.deploy(drawn("shipped"), by="system").origin == "shipped"
    runtime.versions.deploy("p", reviewed(runtime, "ours"), by="shen")
    clock.move_to(clock.now() + DAY)
    offered = runtime.deploy(drawn("shipped, newer"), by="system")

    assert (offered.version, offered.origin, offered.state) == (3, "shipped", "draft")
    assert started(runtime, 1) == 2
    assert runtime.deploy(drawn("shipped, newer"), by="system") == offered
