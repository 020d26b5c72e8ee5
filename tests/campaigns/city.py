"""`make city`: a year of 50,000 cases on SQLite and on PostgreSQL, all that is planted found and nothing else.

``python -m tests.campaigns.city [COUNT]``; ``JIANCHA_SEED`` gives another city. Then, in cities of ``LESS`` cases on each
database: 20 edited events change exactly their verdicts, and rules changed by one unit lower their own kinds only.
The last line is ``N runs, N failed``; a run is a case.
"""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path
from time import process_time
from typing import Any

from tests.campaigns.report import Report, seed_of_run
from tests.campaigns.servers import fresh_url, postgres
from tests.webui.cities import BROKEN, Played, break_rules, played
from webui.demo import events, truth
from webui.demo.edits import edit

COUNT, LESS, EDITS = 50_000, 1000, 20


def main(count: int, seed: str) -> int:
    report = Report("city", seed)
    number = int(random.Random(seed).random() * 10**6) if not seed.isdecimal() else int(seed)
    hashes: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="jiancha-city-") as name, postgres() as server:
        for kind, where in (("sqlite", None), ("postgresql", server)):
            campaign = _Campaign(Path(name) / kind, where, number, report)
            hashes[kind] = campaign.whole(kind, count).hash
            campaign.smaller(kind, min(count, LESS))
    same = len(set(hashes.values())) == 1
    report.row("score hash", 1, [] if same else [f"expected one hash on both databases, found {hashes}"])
    return report.close()


class _Campaign:
    """The cities on one database."""

    def __init__(self, folder: Path, server: str | None, seed: int, report: Report) -> None:
        self._folder, self._server, self._seed, self._report = folder, server, seed, report

    def whole(self, kind: str, count: int) -> Played:
        """One city; every warning and every act as planned."""
        begun = process_time()
        city = self._city("whole", count)
        scores = truth.compare(city.planted, city.found)
        for line in truth.table(scores):
            self._report.progress(line)
        note = f"{len(scores)} kinds, {len(city.found)} warnings, {process_time() - begun:.0f} s of CPU"
        self._report.row(f"{kind}, whole", count, [*_differences(city.planted, city.found), *city.refused], note)
        return city

    def smaller(self, kind: str, count: int) -> None:
        """A city, the same with edited events, and the same with other rules."""
        city = self._city("less", count)
        self._report.row(f"{kind}, less", count, [*_differences(city.planted, city.found), *city.refused])
        edited = edit(events.lines_of(city.plan), city.planted, count=EDITS, seed=self._seed, zone=city.zone)
        again = self._city("edited", count, replay=edited.lines)
        wanted, seen = (list(edited.gone), list(edited.new)), truth.differences(city.found, again.found)
        wrong = [] if wanted == seen else [f"expected the verdicts {wanted} to change, found {seen}"]
        short = [] if len(edited.cases) == EDITS else [f"expected {EDITS} events to edit, found {len(edited.cases)}"]
        self._report.row(f"{kind}, edited", count, [*wrong, *short, *again.refused], f"{len(edited.cases)} events")
        broken = self._city("broken", count, prepared=break_rules)
        lowered = {name for name, one in truth.compare(broken.planted, broken.found).items() if not one.perfect}
        others = sorted(lowered - {one.kind for one in BROKEN})
        self._report.row(f"{kind}, broken", count, [f"{name} is lowered too" for name in others])
        for one in BROKEN:
            found = [one.kind] if one.kind in lowered else []
            self._report.control(f"{kind}, broken", f"{one.rule} {one.param} = {one.to}", found)

    def _city(self, name: str, count: int, **how: Any) -> Played:
        with fresh_url(self._folder, self._server, f"city_{name}") as url:
            return played(self._folder / name, cases=count, seed=self._seed, url=url, **how)


def _differences(planted: list[dict[str, str]], found: list[dict[str, str]]) -> list[str]:
    pairs = zip(("missing", "too much"), truth.differences(planted, found), strict=True)
    return [" ".join((words, *key)) for words, keys in pairs for key in keys]


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT, seed_of_run()))
