"""The page of incidents: who sees what failed, and the acts on it, each by whom the matrix names."""

from __future__ import annotations

from collections.abc import Callable
from secrets import token_hex

import pytest

from engine import Actor, Call
from engine.errors import EngineError
from tests.engine import drawing as d
from tests.webui.conftest import NORTH, SOUTH, Browser
from webui.wiring import Application

SignIn = Callable[[str], Browser]
CHOICE = d.model(
    *(d.start(), d.step("a"), d.gateway("g", default="f_g_small"), d.step("big"), d.step("small"), d.end()),
    *(d.chain("s", "a", "g"), d.flow("g", "big", "amount &gt; 100"), d.flow("g", "small")),
    *(d.flow("big", "e"), d.flow("small", "e")),
    name="choice",
)
PRINTING = d.model(
    *(d.start(), d.step("a"), d.handler("print", "print_it"), d.step("b"), d.end()),
    d.chain("s", "a", "print", "b", "e"),
    name="printing",
)


def failed(app: Application, xml: bytes, district: str = SOUTH, **data: object) -> str:
    """A case whose first step fails; the id of its incident."""
    clerk = Actor("clerk_approval", roles=frozenset({"clerk"}))
    model = app.runtime.deploy(xml, by="designer")
    known = {one.id for one in app.runtime.query.incidents()}
    started = app.runtime.start(
        model.name,
        business_key=f"C-{district}",
        district_code=district,
        scope="approval",
        data={},
        actor=clerk,
        key=f"start:{district}",
    )
    if district == NORTH:
        clerk = Actor("clerk_north", roles=frozenset({"clerk"}))
    with pytest.raises(EngineError):
        app.runtime.complete(started.tasks[0], data=data, actor=clerk, key=f"do:{district}")
    (one,) = (one for one in app.runtime.query.incidents() if one.id not in known)
    return one.id


@pytest.fixture
def chosen(application: Application) -> str:
    return failed(application, CHOICE, amount="much")


@pytest.fixture
def unprinted(application: Application) -> str:
    def no_paper(call: Call) -> dict[str, object]:
        raise RuntimeError("no paper")

    application.handlers.register("print_it", no_paper)
    return failed(application, PRINTING)


def post(browser: Browser, url: str, **fields: str) -> int:
    return browser.post(url, {"key": token_hex(16), "reason": "because", **fields}).status_code


def test_the_list_and_the_page_say_where_and_why(chosen: str, signed_in: SignIn) -> None:
    browser = signed_in("supervisor_south")
    listed = browser.get("/incidents").text
    assert "Completing a step" in listed
    assert "expected true or false from the condition of g, found null" in listed
    page = browser.get(f"/incidents/{chosen}").text
    assert "amount &gt; 100" in page
    assert "&#34;much&#34;" in page
    assert "Try again" not in page


def test_the_page_in_chinese(chosen: str, signed_in: SignIn) -> None:
    browser = signed_in("supervisor_south")
    browser.post("/language/zh_Hans_CN", {"next": "/"})
    page = browser.get(f"/incidents/{chosen}").text
    assert "完成环节" in page
    assert "等待人工处理" in page


def test_the_navigation_counts_what_stands_in_ones_scope(
    application: Application, chosen: str, signed_in: SignIn
) -> None:
    failed(application, CHOICE, district=NORTH, amount="much")
    counts = {person: signed_in(person).get("/incidents").text for person in ("supervisor_south", "supervisor_city")}
    assert '<span class="site-count">1</span>' in counts["supervisor_south"]
    assert '<span class="site-count">2</span>' in counts["supervisor_city"]
    assert "site-count" not in signed_in("clerk_approval").get("/tasks").text


def test_another_districts_incident_is_not_in_the_list(application: Application, signed_in: SignIn) -> None:
    name = failed(application, CHOICE, district=NORTH, amount="much")
    assert name not in signed_in("supervisor_south").get("/incidents").text
    assert name in signed_in("supervisor_north").get("/incidents").text


def test_the_administrator_corrects_and_retries(application: Application, chosen: str, signed_in: SignIn) -> None:
    browser = signed_in("administrator_city")
    assert post(browser, f"/incidents/{chosen}/retry", **{"field:amount": "150"}) == 303
    one = application.runtime.query.incident(chosen)
    assert (one.state, one.acts[0]["fields"]) == ("resolved", ["amount"])
    assert [task.element for task in application.runtime.query.tasks(instance_id=one.instance_id)] == ["big"]


def test_a_correction_that_does_not_help_says_so(application: Application, chosen: str, signed_in: SignIn) -> None:
    browser = signed_in("administrator_city")
    assert post(browser, f"/incidents/{chosen}/retry", **{"field:amount": '"more"'}) == 303
    assert "It failed again" in browser.get(f"/incidents/{chosen}").text
    assert application.runtime.query.incident(chosen).attempts == 2


def test_a_retry_that_succeeds_closes_it(application: Application, unprinted: str, signed_in: SignIn) -> None:
    application.handlers.register("print_it", lambda call: {})
    browser = signed_in("administrator_city")
    assert post(browser, f"/incidents/{unprinted}/retry", other="paper", value="12.50") == 303
    page = browser.get(f"/incidents/{unprinted}").text
    assert "The incident is closed." in page
    assert "Data corrected and tried again: paper" in page
    one = application.runtime.query.incident(unprinted)
    assert (one.state, one.closed_by) == ("resolved", "administrator_city")
    assert str(application.runtime.query.instance(str(one.instance_id)).data["paper"]) == "12.50"


def test_the_administrator_proposes_and_the_head_confirms(
    application: Application, unprinted: str, signed_in: SignIn
) -> None:
    administrator, head = signed_in("administrator_city"), signed_in("office_head_south")
    assert "Confirm to skip it" not in head.get(f"/incidents/{unprinted}").text
    assert post(administrator, f"/incidents/{unprinted}/propose-skip") == 303
    assert "Confirm to skip it" in head.get(f"/incidents/{unprinted}").text
    assert post(administrator, f"/incidents/{unprinted}/confirm-skip") == 403
    assert post(head, f"/incidents/{unprinted}/confirm-skip") == 303
    one = application.runtime.query.incident(unprinted)
    assert (one.state, [act["by"] for act in one.acts]) == ("skipped", ["administrator_city", "office_head_south"])
    assert [task.element for task in application.runtime.query.tasks(instance_id=one.instance_id)] == ["b"]


def test_one_who_is_both_does_not_confirm_the_own_proposal(
    application: Application, unprinted: str, signed_in: SignIn
) -> None:
    from monitors.organisation import load_organisation

    grants = [{"role": role, "district": "*", "department": "*"} for role in ("administrator", "office_head")]
    with application.database.begin() as connection:
        load_organisation(connection, {"person": [{"id": "both", "name": "兼", "grants": grants}]})
    browser = signed_in("both")
    assert post(browser, f"/incidents/{unprinted}/propose-skip") == 303
    assert post(browser, f"/incidents/{unprinted}/confirm-skip") == 403
    assert application.runtime.query.incident(unprinted).standing


def test_what_cannot_be_skipped_says_so(chosen: str, signed_in: SignIn) -> None:
    browser = signed_in("administrator_city")
    assert "It cannot be skipped" in browser.get(f"/incidents/{chosen}").text
    assert post(browser, f"/incidents/{chosen}/propose-skip") == 403


def test_an_act_on_a_closed_incident_is_a_conflict(application: Application, unprinted: str, signed_in: SignIn) -> None:
    application.handlers.register("print_it", lambda call: {})
    browser = signed_in("administrator_city")
    assert [post(browser, f"/incidents/{unprinted}/retry") for _ in range(2)] == [303, 409]
    assert unprinted in browser.get("/incidents?state=closed").text
