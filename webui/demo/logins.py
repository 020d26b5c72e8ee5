"""The demo's logins: everybody of the organisation, with one password that the login page shows."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, delete, insert, select

from webui.demo.plan import Row
from webui.demo_logins import SETTING
from webui.store import write_setting
from webui.tables import credential
from webui.wiring import Application

PASSWORD = "binhai-demo"  # no secret: it stands on the login page


def enter_logins(application: Application, people: Iterable[Row]) -> None:
    """Give them all the password, and tell the login page who they are."""
    rows = [
        {
            "person": person["id"],
            "password": PASSWORD,
            "name": person["name"],
            "name_en": person["name_en"],
            "role": person["grants"][0]["role"],
        }
        for person in people
    ]
    first, *others = [row["person"] for row in rows]
    application.credentials.set(first, PASSWORD)
    with application.database.begin() as connection:
        _share(connection, first, others)
        write_setting(connection, SETTING, rows)


def _share(connection: Connection, first: str, others: list[str]) -> None:
    """The same hash for the others: hashing is slow on purpose, and there is nothing here to guess."""
    kept = connection.execute(select(credential).where(credential.c.person == first)).one()
    connection.execute(delete(credential).where(credential.c.person.in_(others)))
    values = {"password_hash": kept.password_hash, "language": None, "changed": kept.changed}
    connection.execute(insert(credential), [{"person": person, **values} for person in others])
