"""The same models on our engine: refused by element and line, or run and looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from engine import Database, Runtime
from engine.clock import VirtualClock
from engine.errors import ModelRefused
from engine.lint.remarks import Remark
from engine.tables import instance
from tests.engine.conftest import CLERK, Case, Office


def lines(xml: bytes) -> bytes:
    """The model with each tag on a line of its own, so that a line says which."""
    return xml.replace(b"><", b">\n<")


def line_of(xml: bytes, text: str) -> int:
    """The number of the first line that holds ``text``."""
    return next(number for number, line in enumerate(xml.split(b"\n"), 1) if text.encode() in line)


class Ours:
    """Our engine over a database of its own."""

    def __init__(self, database: Database, clock: VirtualClock) -> None:
        self.database, self.clock, self.office = database, clock, Office()
        self.runtime = Runtime(database, clock, self.office.handlers())
        self._started = 0

    def begin(self, xml: bytes, **data: Any) -> Case:
        """Deploy and start one more case."""
        model = self.runtime.deploy(xml, by="designer")
        self._started += 1
        outcome = self.runtime.start(
            model.name,
            business_key=f"C-{self._started}",
            district_code="370202",
            scope="housing",
            data=data,
            actor=CLERK,
            key=f"start:{self._started}",
        )
        return Case(self.runtime, outcome.instance_id)

    def send(self, case: Case, message: str, payload: Any = None) -> None:
        given = {} if payload is None else payload
        number = len(self.runtime.query.journal(case.id))
        self.runtime.deliver(case.id, message, payload=given, actor=CLERK, key=f"{case.id}:message:{number}")

    def data(self, case: Case) -> dict[str, Any]:
        return dict(self.runtime.query.instance(case.id).data)

    def blob(self, case: Case) -> bytes:
        """The state of a case as it is stored."""
        with self.database.read() as connection:
            return bytes(connection.execute(select(instance.c.blob).where(instance.c.id == case.id)).scalar_one())

    def incidents(self) -> list[str]:
        """The elements of the incidents that were recorded."""
        return [incident.element for incident in self.runtime.query.incidents()]

    def done(self, case: Case) -> list[str]:
        """The elements of the completed passages, in their order."""
        return [step.element for step in self.runtime.query.steps(case.id) if step.outcome == "completed"]

    def remarks(self, xml: bytes) -> list[Remark]:
        """What is said of a model that must be refused; nothing of it may be stored."""
        with pytest.raises(ModelRefused) as refused:
            self.runtime.deploy(xml, by="designer")
        assert self.runtime.query.definitions() == []
        return list(refused.value.facts["remarks"])

    def refuses(self, xml: bytes, code: str, element: str, at: str = "") -> None:
        """Deploying ends in that error about that element, on the line that holds ``at``."""
        xml = lines(xml)
        line = line_of(xml, at or f'id="{element}"')
        said = [(one.code, one.element, one.line) for one in self.remarks(xml) if one.severity == "error"]
        assert (code, element, line) in said

    def refuses_about(self, xml: bytes, element: str, at: str = "") -> None:
        """As ``refuses``, whatever the error about that element is called."""
        xml = lines(xml)
        line = line_of(xml, at or f'id="{element}"')
        said = [(one.element, one.line) for one in self.remarks(xml) if one.severity == "error"]
        assert (element, line) in said

    def refuses_or(
        self, xml: bytes, code: str, element: str, correct: Callable[[Case], None], at: str = "", **data: Any
    ) -> None:
        """Refused as ``refuses`` says or, once the profile runs it, run and found correct; nothing else."""
        try:
            self.runtime.deploy(lines(xml), by="designer")
        except ModelRefused:
            self.refuses(xml, code, element, at)
        else:
            correct(self.begin(lines(xml), **data))
