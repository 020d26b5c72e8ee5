"""The table of indicators and reports is what the code declares."""

from __future__ import annotations

from monitors.statistics.indicators import INDICATORS
from monitors.statistics.reports import REPORTS
from tests.conftest import ROOT
from tests.statistics_table import text


def test_the_table_in_the_docs_is_up_to_date() -> None:
    assert (ROOT / "docs" / "statistics.md").read_text(encoding="utf-8") == text()


def test_every_indicator_and_report_stands_in_it_once() -> None:
    rows = text().splitlines()
    for code in (*INDICATORS, *REPORTS):
        assert sum(row.startswith(f"| `{code}` |") for row in rows) == 1 + (code in INDICATORS and code in REPORTS), (
            code
        )
