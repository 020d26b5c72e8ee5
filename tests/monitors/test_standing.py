"""The mark of a basis follows from the texts that two people read."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from engine.db import Database
from engine.errors import InvalidData, NotAllowed
from monitors.laws import cited
from monitors.standing import decide_text, enter_text, mark_of, texts, verified

NOW = datetime(2026, 3, 11, 9, tzinfo=UTC)
BASIS = "行政许可法 32(4), 42"


def read(database: Database, law: str, article: str, granted: bool = True, by: str = "second") -> None:
    with database.begin() as c:
        identity = enter_text(c, law, article, "条文", date(2019, 4, 23), "国家法律法规数据库", "first", NOW)
        decide_text(c, identity, granted, "已核对", by, NOW)


def mark(database: Database, basis: str = BASIS, confidence: str = "C") -> str:
    with database.read() as c:
        return mark_of(c, basis, confidence)


def test_a_basis_names_its_articles_or_itself() -> None:
    assert cited("行政许可法 32(4), 42; 青岛市办法") == (
        ("行政许可法", "32(4)"),
        ("行政许可法", "42"),
        ("青岛市办法", ""),
    )


def test_a_basis_is_read_when_each_of_its_articles_is(database: Database) -> None:
    assert mark(database) == "C"
    read(database, "行政许可法", "42")
    assert mark(database) == "C"
    read(database, "行政许可法", "32")  # another clause, or the whole article, is another thing
    assert mark(database) == "C"
    read(database, "行政许可法", "32(4)")
    assert (mark(database), mark(database, confidence="C/P")) == ("C✓", "C✓/P")


def test_practice_and_examples_never_become_law(database: Database) -> None:
    read(database, "惯例", "")
    assert [mark(database, "惯例", one) for one in ("P", "E", "P/E")] == ["P", "E", "P/E"]
    assert mark(database, "惯例", "C") == "C✓"


def test_a_refused_text_reads_nothing_and_stays_in_the_trace(database: Database) -> None:
    read(database, "行政许可法", "42", granted=False)
    assert mark(database, "行政许可法 42") == "C"
    with database.read() as c:
        assert [(one.state, one.decided_by, one.opinion) for one in texts(c)] == [("refused", "second", "已核对")]


def test_nobody_confirms_the_text_that_he_entered(database: Database) -> None:
    with pytest.raises(NotAllowed):
        read(database, "行政许可法", "42", by="first")
    assert mark(database, "行政许可法 42") == "C"


def test_a_text_has_words_a_source_and_a_date_that_has_come(database: Database) -> None:
    for text, source, day in (("", "x", NOW.date()), ("x", " ", NOW.date()), ("x", "x", date(2026, 3, 12))):
        with database.begin() as c, pytest.raises(InvalidData):
            enter_text(c, "行政许可法", "42", text, day, source, "first", NOW)


def test_only_an_article_that_was_read_verifies_a_duty() -> None:
    found = {one: verified(one) for one in ("C✓", "C✓/P", "C✓/C", "C", "C/P", "P", "E", "")}
    assert [one for one, yes in found.items() if yes] == ["C✓", "C✓/P"]
