"""``peer_outlier``: a value lies within so many standard deviations of its peers (domain A3, SI-14: practice)."""

from __future__ import annotations

from decimal import Decimal

from monitors.rules.inputs import Inputs, Undecidable
from monitors.rules.judged import Judged, Judgement
from monitors.rules.periods import period


class PeerOutlier(Judged):
    """``value`` is at most ``sigmas`` standard deviations (of the population) away from the mean amount of the rows of
    data set ``set`` dated ``since`` to ``until`` (default: today).

    Fewer than ``least_peers`` rows (default 2) are no peers to compare with: undetermined.
    """

    name = "peer_outlier"
    parameters = frozenset({"value", "set", "sigmas", "since", "until", "least_peers"})
    required = frozenset({"value", "set", "sigmas"})
    correctable = True
    reads = ("rows.amount",)

    def judge(self, inputs: Inputs) -> Judgement:
        value, sigmas = inputs.number("value"), inputs.number("sigmas")
        least = inputs.number("least_peers", Decimal(2))
        peers = inputs.facts.sets.spread(period(inputs))
        if peers.count < least:
            raise Undecidable(note=f"expected at least {least} rows of peers, found {peers.count}")
        away = abs(value - peers.mean)
        told = {"value": value, "mean": peers.mean, "deviation": peers.deviation, "peers": peers.count}
        return away <= sigmas * peers.deviation, told
