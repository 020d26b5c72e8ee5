"""Who can be signed in as in the demo; the synthetic city says so in the database."""

from __future__ import annotations

from dataclasses import dataclass

from webui.store import read_setting
from webui.wiring import Application

SETTING = "demo.logins"


@dataclass(frozen=True, slots=True)
class Login:
    """A login of the demo, shown on the login page."""

    person: str
    password: str
    name: str
    name_en: str
    role: str


def demo_logins(application: Application) -> tuple[Login, ...]:
    rows = read_setting(application.database, SETTING) or ()
    return tuple(Login(**row) for row in rows)
