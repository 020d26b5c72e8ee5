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
    indicators = {key: INDICATORS[code] for key, code in HEADLINE.items()}
    wanted = {name for one in indicators.values() for name in one.measures}
    counted = measures(connection, asked, wanted=wanted)[()]
    return {key: one.of(counted) for key, one in indicators.items()}


def plain(value: Number | Share | None) -> Number | None:
    """A count, or a share from 0 to 1 to four decimals; null where there is no basis."""
    if not isinstance(value, Share):
        return value
    return None if value.value is None else round(Decimal(value.value), 4)
