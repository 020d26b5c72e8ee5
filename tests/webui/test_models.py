"""The pages of models: two people take a version from its draft into force."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

from tests.webui.conftest import Browser
from tests.webui.world import one_step_model
from webui.wiring import Application

SignIn = Callable[[str], Browser]
XML = one_step_model("licence", "clerk")
PAGE = "/models/licence/1"


def upload(browser: Browser, xml: bytes = XML) -> str:
    answer = browser.post("/models", sent(xml))
    assert answer.status_code == 303
    return str(answer.location)


def sent(xml: bytes) -> dict[str, tuple[io.BytesIO, str]]:
    return {"file": (io.BytesIO(xml), "licence.bpmn")}


def test_a_version_goes_from_its_draft_into_force_by_two_people(application: Application, signed_in: SignIn) -> None:
    designer, publisher = signed_in("designer_city"), signed_in("publisher_city")
    assert upload(designer) == PAGE
    assert "Hand in for review" in designer.get(PAGE).text and "Approve" not in designer.get(PAGE).text
    designer.post(f"{PAGE}/submit")
    assert "Approve it" in publisher.get(PAGE).text
    publisher.post(f"{PAGE}/review", {"reason": "looks right"})
    publisher.post(f"{PAGE}/deploy", {"from": "2026-03-12"})

    found = application.runtime.query.definition("licence", 1)
    assert (found.state, found.created_by, found.reviewed_by) == ("deployed", "designer_city", "publisher_city")
    assert found.valid_from is not None and found.valid_from.isoformat() == "2026-03-11T16:00:00+00:00"
    assert "Deployed" in publisher.get("/models").text


def test_who_drew_it_is_told_that_another_must_publish_it(application: Application, signed_in: SignIn) -> None:
    application.runtime.versions.draft(XML, by="publisher_city")
    application.runtime.versions.submit("licence", 1, by="designer_city")
    publisher = signed_in("publisher_city")
    assert "another person must review" in publisher.get(PAGE).text
    publisher.post(f"{PAGE}/review")
    assert "Another person must do this" in publisher.get(PAGE).text
    assert application.runtime.query.definition("licence", 1).state == "submitted"


def test_a_file_that_would_not_run_is_refused_with_its_line(application: Application, signed_in: SignIn) -> None:
    designer = signed_in("designer_city")
    answer = designer.post("/models", sent(XML.replace(b"<bpmn:endEvent", b'<bpmn:scriptTask id="x"/><bpmn:endEvent')))
    assert answer.status_code == 422
    assert "The file was not kept" in answer.text and "<code>x</code>" in answer.text
    assert application.runtime.query.definitions() == []


def test_every_attack_by_a_file_is_a_bad_request(application: Application, signed_in: SignIn, corpora: Path) -> None:
    designer = signed_in("designer_city")
    attacks = [file for file in (corpora / "xml-attacks").rglob("*") if file.is_file() and file.name != "LICENSE"]
    assert len(attacks) >= 15
    for file in attacks:
        for xml in (file.read_bytes(), file.read_text(encoding="utf-8").encode("utf-16")):
            assert designer.post("/models", sent(xml)).status_code == 422, file
    assert application.runtime.query.definitions() == []


def test_a_page_says_what_a_version_changes(application: Application, signed_in: SignIn) -> None:
    application.runtime.deploy(XML, by="system")
    application.runtime.versions.draft(XML.replace(b'nameEn="Work"', b'nameEn="Labour"'), by="designer_city")
    page = signed_in("publisher_city").get("/models/licence/2").text
    assert "The English name of the step “Labour” goes from Work to Labour" in page


def test_a_release_behind_a_version_of_the_city_s_own_is_offered(application: Application, signed_in: SignIn) -> None:
    application.runtime.deploy(XML, by="system")
    versions = application.runtime.versions
    versions.draft(XML.replace(b'role="clerk"', b'role="liaison"'), by="designer_city")
    versions.submit("licence", 2, by="designer_city")
    versions.review("licence", 2, by="publisher_city")
    versions.deploy("licence", 2, by="publisher_city")
    application.runtime.deploy(XML.replace(b'role="clerk"', b'role="section_chief"'), by="system")
    page = signed_in("publisher_city").get("/models").text

    assert "A new release of t is offered" in page
    assert "The role of the step “Work” goes from clerk to section_chief ↔" not in page
    assert "goes from clerk to liaison ↔ The role of the step “Work” goes from clerk to section_chief" in page
