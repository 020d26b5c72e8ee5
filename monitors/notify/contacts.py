"""How each person wants to be reached: language, addresses, a daily digest, quiet hours of the city's clock."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta, tzinfo

from sqlalchemy import Connection, select

from engine.chains import append_act
from engine.errors import InvalidData
from monitors import tables as t
from monitors.storing import put

LANGUAGES = ("zh_Hans_CN", "en")
FIELDS = ("mail", "phone", "digest_at", "quiet_from", "quiet_to")
URGENT = "red"  # neither held back in quiet hours nor kept for a digest
COLLECTED = "notice"  # the level that a digest collects
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_MAIL = re.compile(r"[^@\s<>,;:\"\\]+@[^@\s<>,;:\"\\]+")
_PHONE = re.compile(r"\+?[0-9][0-9 -]{4,30}")


@dataclass(frozen=True, slots=True)
class Contact:
    """One person's wishes. Times are ``18:00``; None: no digest, no quiet hours, no such address."""

    person: str
    language: str = LANGUAGES[0]
    mail: str | None = None
    phone: str | None = None
    digest_at: str | None = None
    quiet_from: str | None = None
    quiet_to: str | None = None

    def address(self, channel: str) -> str | None:
        return {"mail": self.mail, "sms": self.phone}[channel]

    def when(self, level: str, now: datetime, zone: tzinfo, *, collects: bool) -> tuple[datetime, bool]:
        """When a message of that level may go out, and whether it waits for the digest."""
        if level == URGENT:
            return now, False
        if collects and level == COLLECTED and self.digest_at is not None:
            return _next(self.digest_at, now, zone), True
        return self._after_quiet(now, zone), False

    def _after_quiet(self, now: datetime, zone: tzinfo) -> datetime:
        if self.quiet_from is None or self.quiet_to is None:
            return now
        begin, end, clock = _time(self.quiet_from), _time(self.quiet_to), now.astimezone(zone).time()
        quiet = begin <= clock < end if begin < end else clock >= begin or clock < end
        return _next(self.quiet_to, now, zone) if quiet else now


def contact_of(connection: Connection, person: str) -> Contact:
    """What that person wished; who never said is told in Chinese, in the product only."""
    row = connection.execute(select(t.contact).where(t.contact.c.person == person)).one_or_none()
    return Contact(person) if row is None else Contact(**row._mapping)


def put_contact(connection: Connection, wanted: Contact, *, now: datetime) -> None:
    """Keep a person's own wishes, and in the journal which of them changed; raises InvalidData that names the field."""
    for name, pattern in (
        ("mail", _MAIL),
        ("phone", _PHONE),
        ("digest_at", _CLOCK),
        ("quiet_from", _CLOCK),
        ("quiet_to", _CLOCK),
    ):
        value = getattr(wanted, name)
        if value is not None and not pattern.fullmatch(value):
            raise InvalidData(f"expected a fit {name}, found {value!r}", field=name)
    if wanted.language not in LANGUAGES:
        raise InvalidData(f"expected a language of {LANGUAGES}, found {wanted.language!r}", field="language")
    if (wanted.quiet_from is None) != (wanted.quiet_to is None):
        raise InvalidData("expected both ends of the quiet hours, found one", field="quiet_to")
    before = contact_of(connection, wanted.person)
    changed = [name for name in ("language", *FIELDS) if getattr(before, name) != getattr(wanted, name)]
    if not changed:
        return
    put(connection, t.contact, asdict(wanted))
    # Which, not what: an address is nobody else's business.
    append_act(connection, "contact", wanted.person, now, {"changed": changed})


def _time(text: str) -> time:
    return time.fromisoformat(text)


def _next(text: str, now: datetime, zone: tzinfo) -> datetime:
    """The next time that the city's clock shows it."""
    here = now.astimezone(zone)
    found = datetime.combine(here.date(), _time(text), zone)
    if found <= here:
        found = datetime.combine(here.date() + timedelta(days=1), _time(text), zone)
    return found
