"""The figures of the headline: how many cases are supervised, warnings, speed-up, decided on the spot, satisfaction."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import Connection

from monitors.statistics.asked import Asked
from monitors.statistics.indicators import HEADLINE, INDICATORS, Number, Share
from monitors.statistics.measures import measures


def headline(connection: Connection, asked: Asked) -> Mapping[str, Number | Share | None]:
    """``cases warnings speed_up on_the_spot satisfaction``; a share knows its basis."""
    counted = measures(connection, asked)[()]
    return {key: INDICATORS[code].of(counted) for key, code in HEADLINE.items()}


def plain(value: Number | Share | None) -> Number | None:
    """A count, or a share from 0 to 1 to four decimals; null where there is no basis."""
    if not isinstance(value, Share):
        return value
    return None if value.value is None else round(Decimal(value.value), 4)
