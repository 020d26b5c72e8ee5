"""What the settings say of the journal's seals: its keys, who signs, and how often."""

from __future__ import annotations

from datetime import timedelta

import structlog

from engine.sealing import Pace, Sealer, Signer, create_keys, read_keys
from webui.config import Settings
from webui.wiring import Application

log = structlog.get_logger()


def sealer(app: Application) -> Sealer:
    """Seals with the newest key, by the machine's clock; raises KeyRefused."""
    settings = app.settings
    pace = Pace(timedelta(seconds=settings.seal_every), settings.seal_entries)
    return Sealer(app.database, app.wall, signers(settings)[-1], pace)


def signers(settings: Settings) -> list[Signer]:
    """Every key of the journal, the newest last. One that nobody configured is made at first demand, with a notice.

    Raises KeyRefused for a missing file that was named, and for one that others can read or that is weak.
    """
    path = settings.journal_key
    if "journal_key" not in settings.model_fields_set and create_keys(path):
        log.warning("a key for the journal was made; name one of your own with JIANCHA_JOURNAL_KEY", file=str(path))
    return [Signer(settings.journal_origin, secret) for secret in read_keys(path).secrets]
