"""The pages of statistics: what they show to whom, as page and as files, and bulletins that stay as issued."""

from __future__ import annotations

import csv
from collections.abc import Callable
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

import pytest
from lxml import etree
from pypdf import PdfReader
from sqlalchemy import update

from engine.clock import VirtualClock
from monitors import tables as t
from monitors.statistics.reports import REPORTS
from tests.monitors.cases import at
from tests.monitors.statistics import record
from tests.webui.conftest import Browser
from webui.wiring import Application

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
MARCH = "from=2026-03-01&to=2026-03-31"
SOUTHERN = "市南区"


@pytest.fixture
def kept(application: Application, clock: VirtualClock) -> Application:
    """The twenty cases of March 2026, looked at in April."""
    record.enter(application.database)
    clock.move_to(at("2026-04-15 09:00"))
    return application


SignIn = Callable[[str], Browser]


def lines(answer: Any) -> list[list[str]]:
    text = answer.data.decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(StringIO(text[1:])))


def table(browser: Browser, name: str, more: str = "") -> list[dict[str, str]]:
    answer = browser.get(f"/reports/{name}.csv?{MARCH}{more}")
    assert answer.status_code == 200
    head, *rows = lines(answer)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_each_report_is_a_page_a_csv_and_a_workbook_of_the_same_lines(kept: Application, signed_in: SignIn) -> None:
    browser = signed_in("supervisor_city")
    for name in REPORTS:
        page = browser.get(f"/reports/{name}?{MARCH}")
        assert page.status_code == 200, name
        rows = table(browser, name)
        assert len(rows) == page.text.split("<tbody>")[1].count("<tr>") if rows else "Nothing to show" in page.text, (
            name
        )
        sheet = sheet_of(browser.get(f"/reports/{name}.xlsx?{MARCH}").data)
        assert len(sheet.findall(f".//{SHEET}row")) == len(rows) + 1, name
        assert sheet.findall(f".//{SHEET}f") == [], name


def sheet_of(content: bytes) -> Any:
    with ZipFile(BytesIO(content)) as book:
        return etree.fromstring(book.read("xl/worksheets/sheet1.xml"))


@pytest.mark.parametrize("name", ["monthly", "warnings"])
def test_a_report_is_printed_in_chinese_with_its_fonts(kept: Application, signed_in: SignIn, name: str) -> None:
    browser = signed_in("supervisor_city")
    browser.post("/language/zh_Hans_CN")
    answer = browser.get(f"/reports/{name}.pdf?{MARCH}")
    assert answer.mimetype == "application/pdf"
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages)
    assert REPORTS[name].title.zh in text
    assert SOUTHERN in text


def test_figures_on_the_page_have_their_basis(kept: Application, signed_in: SignIn) -> None:
    browser = signed_in("supervisor_city")
    page = browser.get(f"/reports/indicators?{MARCH}").text
    assert "81.2 %" in page and "13 / 16" in page
    assert "58.6 %" in page and "8.2 / 14" in page
    row = next(one for one in table(browser, "indicators") if one["Indicator"] == "On-time rate")
    assert (row["Share"], row["Share numerator"], row["Share denominator"]) == ("0.8125", "13", "16")


def test_districts_are_ranked_by_their_on_time_rate_and_departments_likewise(
    kept: Application, signed_in: SignIn
) -> None:
    browser = signed_in("supervisor_city")
    assert [(one["Rank"], one["District"]) for one in table(browser, "districts")] == [("1", SOUTHERN), ("2", "市北区")]
    ranked = [(one["Rank"], one["Department"], one["On-time rate"]) for one in table(browser, "quarterly")]
    assert ranked == [("1", "zjj", "1"), ("2", "xzsp", "0.8"), ("3", "xzsp", "0.75")]


def test_analyses_say_what_was_written_down(kept: Application, signed_in: SignIn) -> None:
    browser = signed_in("supervisor_city")
    overdue = table(browser, "overdue", "&by=district")
    south = next(one for one in overdue if one["District"] == SOUTHERN)
    assert [south[name] for name in ("Limits broken", "Cases", "Confirmed", "Not counted", "Undecided")] == [
        *("6", "4", "3", "1", "2")
    ]
    (dwell,) = table(browser, "dwell")
    assert [dwell[name] for name in ("Passages", "Mean working days", "Longest (working days)", "Mean hours")] == [
        *("3", "2", "3", "32")
    ]
    fees = {one["Item code"]: (one["Cases with a fee"], one["Fees charged"]) for one in table(browser, "fees")}
    assert fees == {"": ("0", ""), "A": ("4", "280"), "B": ("0", "")}
    versions = {one["Version"]: one["On-time rate"] for one in table(browser, "versions")}
    assert versions == {"1": "0.75", "2": "0.875"}
    coverage = {
        one["What"]: (one["Supervised numerator"], one["Supervised denominator"]) for one in table(browser, "coverage")
    }
    # Departments approval (twice) and water are registered and had no case; so has the one item that is registered.
    assert coverage == {"Districts": ("2", "2"), "Departments": ("3", "6"), "Items": ("0", "1")}


def test_ledgers_hold_each_act_once(kept: Application, signed_in: SignIn) -> None:
    browser = signed_in("supervisor_city")
    assert len(table(browser, "warnings")) == 9
    assert len(table(browser, "warnings", "&district=370203")) == 2
    assert {one["Number"]: one["State"] for one in table(browser, "cards")} == {
        "yellow-4": "Closed",
        "red-5": "Revoked",
    }
    assert [one["Rectification until"] for one in table(browser, "orders")] == ["2026-03-27", "2026-03-20"]
    rounds = [
        (one["Violation"], one["Round"], one["On time"], one["Outcome"]) for one in table(browser, "rectifications")
    ]
    assert rounds == [("V-4", "1", "yes", "Accepted"), ("V-5", "1", "no", "Returned"), ("V-5", "2", "yes", "Accepted")]


def test_a_line_of_another_district_is_in_no_page_and_no_file(kept: Application, signed_in: SignIn) -> None:
    north, everywhere = signed_in("supervisor_north"), signed_in("supervisor_city")
    for name in set(REPORTS) - {"indicators", "proposals", "versions"}:
        by = "&by=district" if "district" in REPORTS[name].groups else "&by=department"
        for kind in ("", ".csv", ".xlsx"):
            address = f"/reports/{name}{kind}?{MARCH}{by}"
            assert SOUTHERN in words_of(everywhere.get(address).data), address
            own = words_of(north.get(address).data)
            assert not [one for one in (SOUTHERN, "V-4", "V-5", "zjj", "C-004") if one in own], address
    assert table(north, "monthly", "&district=370202") == []


def words_of(content: bytes) -> str:
    """The text of a page or a CSV; of a workbook, its strings."""
    if not content.startswith(b"PK"):
        return content.decode()
    with ZipFile(BytesIO(content)) as book:
        return book.read("xl/sharedStrings.xml").decode()


def test_of_another_district_nothing_is_counted_either(kept: Application, signed_in: SignIn) -> None:
    def closed(person: str) -> str:
        rows = table(signed_in(person), "indicators")
        return next(one["Number"] for one in rows if one["Indicator"] == "Cases closed")

    assert [closed(one) for one in ("supervisor_city", "supervisor_south", "supervisor_north")] == ["16", "11", "5"]
    assert closed("liaison_water") == "0"


TRIGGERS = ("=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠1", "'=1")


def test_no_cell_of_a_file_is_taken_for_a_formula(kept: Application, signed_in: SignIn) -> None:
    browser = signed_in("supervisor_city")
    for text in TRIGGERS:
        with kept.database.begin() as connection:
            connection.execute(update(t.warning).values(message_en=text))
        messages = [row["Message"] for row in table(browser, "warnings")]
        assert messages == [f"'{text}"] * 9
        assert messages[0][1:] == text
        content = browser.get(f"/reports/warnings.xlsx?{MARCH}").data
        assert sheet_of(content).findall(f".//{SHEET}f") == []


def test_numbers_in_a_workbook_are_numbers(kept: Application, signed_in: SignIn) -> None:
    sheet = sheet_of(signed_in("supervisor_city").get(f"/reports/districts.xlsx?{MARCH}").data)
    kinds = [cell.get("t") for cell in sheet.findall(f".//{SHEET}row")[1]]
    assert kinds.count("s") == 1  # the district's name


def test_what_is_nonsense_in_an_address_is_no_filter(kept: Application, signed_in: SignIn) -> None:
    browser = signed_in("supervisor_city")
    for query in ("from=x&to=y", "from=2026-05-01&to=2026-01-01", "by=nonsense", "district='", "to=9999-01-01"):
        assert browser.get(f"/reports/monthly?{query}").status_code == 200, query


def test_there_is_no_report_of_another_name(kept: Application, signed_in: SignIn) -> None:
    browser = signed_in("supervisor_city")
    assert browser.get("/reports/none").status_code == browser.get("/reports/none.csv").status_code == 404
    assert browser.get("/reports/monthly.exe").status_code == 404


def issue(browser: Browser, period: str, district: str = "*") -> Any:
    return browser.post("/bulletins", {"period": period, "district": district}, follow_redirects=True)


def test_a_bulletin_stays_as_it_was_issued(kept: Application, signed_in: SignIn) -> None:
    head = signed_in("office_head_city")
    page = issue(head, "2026-03")
    assert "效能监察通报〔2026〕1号" in page.text
    assert "12 / 15" not in page.text and "6 / 8" in page.text
    with kept.database.begin() as connection:
        connection.execute(update(t.warning).where(t.warning.c.case_id == "c4").values(state="dismissed"))
    again = head.get(page.request.path)
    assert again.text.count("6 / 8") == page.text.count("6 / 8")
    assert "7 / 8" in head.get(f"/reports/quarterly?{MARCH}").text  # the report itself follows the correction
    text = PdfReader(BytesIO(head.get(f"{page.request.path}.pdf").data)).pages[0].extract_text()
    assert "2026-03" in text


def test_a_bulletin_is_issued_once_and_only_of_what_is_over(kept: Application, signed_in: SignIn) -> None:
    head = signed_in("office_head_city")
    assert "1号" in issue(head, "2026Q1").text
    assert "once, when its period is over" in issue(head, "2026Q1").text
    assert "once, when its period is over" in issue(head, "2026-04").text
    assert issue(head, "2026-13").status_code == issue(head, "now").status_code == 422
    assert "市北区效能监察通报〔2026〕1号" in issue(head, "2026-03", "370203").text
    assert "效能监察通报〔2026〕2号" in issue(head, "2026-03").text


def test_a_district_issues_its_own_and_reads_no_other_districts(kept: Application, signed_in: SignIn) -> None:
    south, north = signed_in("office_head_south"), signed_in("office_head_north")
    assert issue(south, "2026-03").status_code == 403
    assert issue(south, "2026-03", "370203").status_code == 403
    page = issue(south, "2026-03", "370202")
    assert page.status_code == 200 and "市北区" not in page.text
    assert north.get(page.request.path).status_code == north.get(f"{page.request.path}.pdf").status_code == 403
    assert "通报〔2026〕" not in north.get("/reports").text
    assert signed_in("liaison_water").get(page.request.path).status_code == 200
    assert issue(signed_in("supervisor_city"), "2026-02").status_code == 403


def test_the_list_shows_the_headline_of_the_year(kept: Application, signed_in: SignIn) -> None:
    page = signed_in("leader_city").get("/reports").text
    assert "75.0 %" in page and "9 / 12" in page
