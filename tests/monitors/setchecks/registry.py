"""A town with the shipped checks over pensions and purchase orders, and short ways to load files and look at warnings."""

from __future__ import annotations

import io
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import bpmn
from monitors.correcting import Corrections
from monitors.datasets import Load, Loads, read_schemas
from monitors.model import Warning
from monitors.presets import load_grace
from monitors.rederiving import rederive
from monitors.setchecks import Check, Result, SetChecks, read_checks
from tests.monitors.cases import SHANGHAI
from tests.monitors.town import DISTRICT, SUPERVISION, Town

EXAMPLES = Path(bpmn.__file__).parent / "examples"
FILES = {name: EXAMPLES / name for name in ("pension_check", "purchase_check")}
TOLD = [tomllib.loads((folder / "datasets.toml").read_text(encoding="utf-8")) for folder in FILES.values()]
SCHEMAS = read_schemas([table for one in TOLD for table in one["set"]])
CHECKS = read_checks([table for one in TOLD for table in one["check"]], SCHEMAS)
HEADERS = {
    "pensions": "payment_no,person,paid_on,paid,approved,district",
    "deaths": "person,died_on",
    "purchase orders": "order_no,unit,catalogue,ordered_on,price,threshold",
}


class Registry:
    """``loads`` enters files, ``checks`` runs the checks that come with the product."""

    def __init__(self, town: Town, checks: Sequence[Check] = CHECKS) -> None:
        self.town = town
        for name, folder in FILES.items():
            town.runtime.deploy((folder / f"{name}.bpmn").read_bytes(), by="designer")
        grace = load_grace(SUPERVISION / "presets.toml")
        self.loads = Loads(town.database, town.clock, SCHEMAS)
        self.checks = SetChecks(
            town.database,
            town.runtime,
            town.checkpoints,
            Corrections(town.runtime.query, grace),
            self.loads,
            checks,
            SHANGHAI,
        )

    def load(self, set: str, *lines: str) -> Load:
        content = "\n".join((HEADERS[set], *lines, "")).encode()
        return self.loads.load(set, io.BytesIO(content), "a.csv", by="li", source="民政局")

    def run(self, model: str = "pension_check") -> Result:
        return self.checks.run(self.checks.of(model))

    def found(self) -> list[tuple[str, str]]:
        """Rule and row of each warning, in order of number."""
        return [(one.rule, one.case_no.split(":")[1]) for one in self.town.warnings()]

    def same(self, warning: Warning) -> bool:
        """Whether the warning is derived again from its evidence, bit for bit."""
        with self.town.database.read() as connection:
            return rederive(connection, warning, self.town.runtime.query).same


def pension(no: str, person: str, on: str = "2026-09-01", paid: Any = 3000, approved: Any = 99000) -> str:
    return f"{no},{person},{on},{paid},{approved},{DISTRICT}"


def order(no: str, price: Any, on: str = "2026-09-01", unit: str = "school-3", threshold: Any = 4_000_000) -> str:
    return f"{no},{unit},A02010104,{on},{price},{threshold}"
