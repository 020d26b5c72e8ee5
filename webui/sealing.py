"""What the settings say of the journal's seals: its keys, who signs, how often, and who holds them outside."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import structlog

from engine import Database
from engine.clock import Clock
from engine.sealing import (
    Anchor,
    Anchoring,
    Checked,
    FileAnchor,
    HttpAnchor,
    Keyring,
    MailAnchor,
    Pace,
    Patience,
    Sealer,
    Signer,
    States,
    create_keys,
    read_keys,
    relay,
)
from webui.config import Settings

log = structlog.get_logger()


def sealer(settings: Settings, database: Database, wall: Clock) -> Sealer:
    """Seals with the newest key, by the machine's clock; raises KeyRefused."""
    pace = Pace(timedelta(seconds=settings.seal_every), settings.seal_entries)
    return Sealer(database, wall, signers(settings)[-1], pace)


def signers(settings: Settings) -> list[Signer]:
    """Every key of the journal, the newest last. One that nobody configured is made at first demand, with a notice.

    Raises KeyRefused for a missing file that was named, and for one that others can read or that is weak.
    """
    return [Signer(settings.journal_origin, secret) for secret in _keys(settings, "journal_key").secrets]


def states(settings: Settings) -> States:
    """Marks and demands the check values of stored states; the keys are read when the first case is met."""
    return Checked(lambda: _keys(settings, "state_key"))


def _keys(settings: Settings, name: str) -> Keyring:
    path: Path = getattr(settings, name)
    if name not in settings.model_fields_set and create_keys(path):
        log.warning("a key was made; name one of your own", setting=f"JIANCHA_{name.upper()}", file=str(path))
    return read_keys(path)


def anchoring(settings: Settings, database: Database, wall: Clock) -> Anchoring:
    """The holders outside; none where none is set up."""
    stop = settings.anchor_stop_hours
    patience = Patience(
        timedelta(minutes=settings.anchor_alarm_minutes), None if stop is None else timedelta(hours=stop)
    )
    return Anchoring(database, wall, _anchors(settings), patience)


def _anchors(settings: Settings) -> list[Anchor]:
    found: list[Anchor] = []
    if settings.anchor_file is not None:
        found.append(FileAnchor(settings.anchor_file))
    if settings.anchor_mail is not None:
        connect = relay(settings.mail_host, settings.mail_port)
        found.append(MailAnchor(settings.anchor_mail, sender=settings.mail_from, connect=connect))
    if settings.anchor_url is not None:
        found.append(HttpAnchor(settings.anchor_url))
    return found
