"""The table of documents and channels is what the code, the models and the tests say, and no cell of it is empty."""

from __future__ import annotations

from tests.conftest import ROOT
from tests.papers_table import text


def test_the_table_in_the_docs_is_up_to_date() -> None:
    assert (ROOT / "docs" / "papers.md").read_text(encoding="utf-8") == text()


def test_every_kind_and_channel_is_used_and_tested() -> None:
    rows = [line for line in text().splitlines() if line.startswith("| `")]
    assert len(rows) == 15
    for row in rows:
        assert all(cell.strip() for cell in row.strip("|").split("|")), row
