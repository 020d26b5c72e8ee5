"""The numbers of documents: one sequence for each body, kind and year, without gaps and without doubles."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from engine.db import Database
from engine.errors import Conflict, NotFound
from monitors import tables as t
from monitors.documents import KINDS, ORGAN, Document, Documents, Service, serve, write
from monitors.documents.numbering import number_for

NOON = datetime(2026, 3, 11, 4, 0, tzinfo=UTC)
ACCEPTANCE, DECISION, ORDER = KINDS["acceptance"], KINDS["decision"], KINDS["order"]
SOUTH, NORTH = ("370202/xzsp", "市南区行政审批局"), ("370203/xzsp", "市北区行政审批局")


def document(identity: str, number: str, **changes: object) -> Document:
    values: dict[str, object] = {
        "district_code": "370202",
        "id": identity,
        "number": number,
        "kind": "acceptance",
        "related": "case",
        "title": "受理通知书",
        "title_en": "Notice of acceptance",
        "body": {"addressee": "王**"},
        "dated": date(2026, 3, 11),
        "about": "case",
        "issuer": SOUTH[0],
        "issued_at": NOON,
    }
    return Document(**{**values, **changes})  # type: ignore[arg-type]


def test_each_body_kind_and_year_has_a_sequence_of_its_own(database: Database) -> None:
    with database.begin() as connection:
        numbers = [
            number_for(connection, kind, *body, year)
            for kind, body, year in (
                (ACCEPTANCE, SOUTH, 2026),
                (ACCEPTANCE, SOUTH, 2026),
                (DECISION, SOUTH, 2026),
                (ACCEPTANCE, NORTH, 2026),
                (ACCEPTANCE, SOUTH, 2027),
                (ORDER, (ORGAN, ""), 2026),
                (ACCEPTANCE, SOUTH, 2026),
            )
        ]
    assert numbers == [
        "市南区行政审批局受字〔2026〕1号",
        "市南区行政审批局受字〔2026〕2号",
        "市南区行政审批局决字〔2026〕1号",
        "市北区行政审批局受字〔2026〕1号",
        "市南区行政审批局受字〔2027〕1号",
        "督办〔2026〕1号",
        "市南区行政审批局受字〔2026〕3号",
    ]


def test_a_number_of_what_was_rolled_back_is_given_again(database: Database) -> None:
    with pytest.raises(RuntimeError), database.begin() as connection:
        assert number_for(connection, ACCEPTANCE, *SOUTH, 2026).endswith("1号")
        raise RuntimeError
    with database.begin() as connection:
        assert number_for(connection, ACCEPTANCE, *SOUTH, 2026).endswith("1号")


def test_two_writers_at_once_leave_neither_a_gap_nor_a_double(database: Database) -> None:
    def work(name: str) -> None:
        for number in range(20):
            with database.begin() as connection:
                told = number_for(connection, ACCEPTANCE, *SOUTH, 2026)
                write(connection, document(f"{name}{number}", told))

    writers = [threading.Thread(target=work, args=(name,)) for name in "ab"]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    with database.read() as connection:
        found = connection.execute(select(t.document.c.number)).scalars().all()
    assert sorted(found) == sorted(f"市南区行政审批局受字〔2026〕{number}号" for number in range(1, 41))


def test_the_database_refuses_a_number_twice_of_one_body_and_takes_it_of_another(database: Database) -> None:
    with database.begin() as connection:
        write(connection, document("one", "受字〔2026〕1号"))
        write(connection, document("other", "受字〔2026〕1号", issuer=NORTH[0]))
    with pytest.raises(IntegrityError), database.begin() as connection:
        write(connection, document("double", "受字〔2026〕1号"))


def test_what_is_served_says_when_how_and_to_whom(database: Database) -> None:
    with database.begin() as connection:
        write(connection, document("one", "受字〔2026〕1号"))
        given = serve(connection, "one", at=NOON, how=Service.POST, by="li", received_by="王**")
    found = Documents(database).get("one")
    assert given == found.served_at == NOON
    assert (found.service, found.received_by, found.served_by, found.deemed) == ("post", "王**", "li", False)


def test_nothing_is_served_twice_and_a_late_receipt_does_not_move_what_the_law_deemed(database: Database) -> None:
    later = datetime(2026, 3, 12, 4, 0, tzinfo=UTC)
    with database.begin() as connection:
        write(connection, document("one", "受字〔2026〕1号"))
        serve(connection, "one", at=NOON, how=Service.SIGNED, by="system", received_by=None, deemed=True)
        assert serve(connection, "one", at=later, how=Service.SIGNED, by="li", received_by="liaison") == NOON
    found = Documents(database).get("one")
    assert (found.served_at, found.deemed, found.received_by) == (NOON, True, "liaison")
    with pytest.raises(Conflict, match="not to be served yet"), database.begin() as connection:
        serve(connection, "one", at=later, how=Service.SIGNED, by="li", received_by="zhao")
    with pytest.raises(NotFound), database.begin() as connection:
        serve(connection, "none", at=later, how=Service.SIGNED, by="li", received_by="zhao")


def test_a_document_keeps_the_names_of_its_day(city: Database) -> None:
    body = {"department": "xzsp", "issued_by": "zhao"}
    with city.begin() as connection:
        write(connection, document("one", "督办〔2026〕1号", kind="order", body=body, issuer=ORGAN))
        connection.execute(t.person.update().values(name="改名"))
    names = Documents(city).get("one").body["names"]
    assert names == {"zhao": ["赵", "Zhao"], "xzsp": ["市南区行政审批局", "Approval Bureau, Shinan"]}
