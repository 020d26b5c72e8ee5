"""Where cases begin by themselves: the message, signal and timer start events of the models in force.

Only those of the version in force begin cases. A timer's occurrence becomes a job in the transaction that
moves the timer on, and the job's id names the occurrence: each starts one case, whoever comes to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, insert, select, update

from engine import jobs
from engine.catchup import catch_up, late_ms
from engine.chains import append_act
from engine.diagrams import Diagram
from engine.durations import parse_duration, parse_instant, parse_repeat
from engine.errors import EngineError, EvaluationFailed, ModelRefused
from engine.feel import parse
from engine.lint.names import MIRROR
from engine.lint.remarks import Fault
from engine.model import Data, Definition, Outcome
from engine.orders import Order
from engine.statements import VERSION_IN_FORCE
from engine.tables import entry, job

if TYPE_CHECKING:
    from engine.runtime import Runtime

TRIGGERS = ("message", "signal", "timer")
TAKEN = Fault(
    "message_start_taken",
    "消息 {message} 已由模型 {models} 用来开始案件：一条消息只能开始一个模型的案件",
    "expected a message that starts the cases of one model, found that {message} starts those of {models} too",
    "给消息另取名称，或先停用另一个模型",
    "give the message another name, or retire the other model first",
)
AT_ONCE = 100  # occurrences of a timer that become jobs in one transaction
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Begun:
    """A case to be started by an event, at a start event of the version in force.

    ``key`` is its number, and ``district_code`` and ``scope`` its place, where the start event names no others.
    """

    definition: str
    element: str
    payload: Data
    key: str | None = None
    district_code: str | None = None
    scope: str | None = None
    due: str | None = None
    version: int | None = None
    arguments: Data = field(init=False)

    def __post_init__(self) -> None:
        names = ("definition", "element", "payload", "key", "district_code", "scope", "due", "version")
        object.__setattr__(self, "arguments", {name: getattr(self, name) for name in names})


def refuse_rivals(connection: Connection, model: Definition, diagram: Diagram, at: datetime) -> None:
    """Raises ModelRefused where a message that starts cases of the model starts those of another: it is for one.

    Those of a mirror only its feed begins.
    """
    if diagram.kind == MIRROR:
        return
    remarks = [
        TAKEN.at(node.id, node.line, message=node.event.ref, models=", ".join(others))
        for node in diagram.elements.values()
        if node.tag == "startEvent" and node.parent is None and node.event is not None and node.event.kind == "message"
        if (others := [one["definition"] for one in of(connection, "message", node.event.ref or "", at)
                       if one["definition"] != model.name])
    ]  # fmt: skip
    if remarks:
        raise ModelRefused(f"the model is refused: {remarks[0].message_en}", remarks=remarks)


def arm(connection: Connection, model: Definition, diagram: Diagram, at: datetime) -> None:
    """The start events of a version that is in force from ``at`` on; a mirror has none, only its feed begins cases."""
    connection.execute(delete(entry).where(entry.c.definition == model.name, entry.c.version == model.version))
    if diagram.kind == MIRROR:
        return
    for node in diagram.elements.values():
        event = node.event
        if node.tag != "startEvent" or node.parent is not None or event is None or event.kind not in TRIGGERS:
            continue
        row = {
            "definition": model.name,
            "element": node.id,
            "version": model.version,
            "kind": event.kind,
            "name": event.ref or "",
            "text": event.text,
            "catch_up": event.catch_up,
            "armed_at": at,
            "fired": 0,
        }
        connection.execute(insert(entry).values(row | {"due": _due(row, 1)}))
        # A message that is kept need not wait until its time is over.
        later = (job.c.message == event.ref, job.c.state == jobs.WAITING, job.c.run_after > at)
        connection.execute(update(job).where(*later).values(run_after=at))


def of(connection: Connection, kind: str, name: str, at: datetime) -> list[Row]:
    """The start events that this message or signal triggers, by the name of the model."""
    query = select(entry).where(entry.c.kind == kind, entry.c.name == name).order_by(entry.c.definition)
    rows = [dict(row) for row in connection.execute(query).mappings()]
    return [row for row in rows if _in_force(connection, row, at)]


def _in_force(connection: Connection, row: Row, at: datetime) -> bool:
    """Whether cases start on this version then."""
    found = VERSION_IN_FORCE.one(connection, {"name": row["definition"], "at": at})
    return found is not None and found["version"] == row["version"]


def begin(runtime: Runtime, order: Order) -> Outcome:
    """Start the case that an event begins; what the start event says of it is read now."""
    given = Begun(**(order.arguments or {}))
    try:
        arguments = _arguments(runtime, order, given)
    except EngineError as error:
        return runtime.refuse(order, error, None, given.district_code, given.scope)
    return runtime.give(replace(order, kind="start", arguments=arguments))


def _arguments(runtime: Runtime, order: Order, given: Begun) -> Data:
    version = given.version or runtime.query.version_in_force(given.definition, order.at or runtime.clock.now())
    node = runtime.query.diagram(given.definition, version).elements.get(given.element)
    about = node.about if node is not None else {}
    context = {"firing": {"payload": given.payload, "due": given.due, "key": given.key}, "now": runtime.clock.now()}
    fallback = {
        "no": given.key or f"{given.definition}:{given.due or order.key}",
        "district": given.district_code,
        "department": given.scope,
    }
    found = {name: _stated(given.element, name, about, context) or value for name, value in fallback.items()}
    lacking = [name for name, value in found.items() if not value]
    if lacking:
        raise EvaluationFailed(
            f"expected jc:case to state the {lacking[0]} of the cases that {given.element} starts, found nothing",
            element=given.element,
        )
    return {
        "definition": given.definition,
        "version": version,
        "element": given.element,
        "payload": given.payload,
        "data": {},
        "business_key": found["no"],
        "district_code": found["district"],
        "scope": found["department"],
    }


def _stated(element: str, name: str, about: Mapping[str, str], context: Mapping[str, Any]) -> str | None:
    text = about.get(name)
    if not text:
        return None
    try:
        value = parse(text, names=tuple(context)).evaluate(context)
    except Exception as error:
        raise EvaluationFailed(f"the {name} of {element} failed: {error}", element=element, expression=text) from error
    return None if value is None else str(value)


def fire_due(runtime: Runtime) -> int:
    """Make jobs of the timers that are due; how many."""
    now = runtime.clock.now()
    due = select(entry).where(entry.c.due <= now)
    with runtime.database.read() as connection:
        if connection.execute(due.limit(1)).first() is None:
            return 0
    with runtime.database.begin() as connection:
        rows = [dict(row) for row in connection.execute(due.with_for_update(skip_locked=True)).mappings()]
        return sum(_fire(connection, row, now) for row in rows)


def _fire(connection: Connection, row: Row, now: datetime) -> int:
    dues: list[datetime] = []
    fired = row["fired"]
    while len(dues) < AT_ONCE and (due := _due(row, fired + 1)) is not None and due <= now:
        dues.append(due)
        fired += 1
    decided = catch_up(dues, row["catch_up"], now)
    fire = [due for due in decided.fire if due >= row["armed_at"] and _in_force(connection, row, due)]
    for due in fire:
        connection.execute(insert(job).values(_job(row, due, now)))
    told = {name: row[name] for name in ("definition", "version", "element")}
    lateness = [late_ms(due, now) for due in fire]
    append_act(
        connection, "timer_start", "system", now,
        {**told, "dues": [due.isoformat() for due in fire], "late_ms": lateness,
         "let_go": [due.isoformat() for due in dues if due not in fire]},
    )  # fmt: skip
    of_row = [entry.c[name] == row[name] for name in ("definition", "version", "element")]
    connection.execute(update(entry).where(*of_row).values(fired=fired, due=_due(row, fired + 1)))
    return len(dues)


def _job(row: Row, due: datetime, now: datetime) -> Row:
    begun = Begun(row["definition"], row["element"], {}, due=due.isoformat(), version=row["version"])
    return {
        "id": f"begin:{row['definition']}:{row['version']}:{row['element']}:{due.isoformat()}",
        "kind": "begin",
        "payload": dict(begun.arguments),
        "state": jobs.WAITING,
        "created_at": now,
        "run_after": now,
        "attempts": 0,
    }


def _due(row: Mapping[str, Any], number: int) -> datetime | None:
    """When a start event's timer fires for the n-th time, counted from when it was put in force."""
    text = row["text"]
    if row["kind"] != "timer" or not text:
        return None
    if text.startswith("R"):
        return parse_repeat(text).firing(number, row["armed_at"])
    if number > 1:
        return None
    return parse_duration(text).after(row["armed_at"]) if text.startswith("P") else parse_instant(text)
