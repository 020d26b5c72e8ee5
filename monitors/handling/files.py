"""Evidence files: what people add to a step of the violation process, kept with its hash."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from engine.chains import append_act
from engine.errors import InvalidData, NotFound
from engine.handlers import Call
from engine.model import Task
from monitors import tables as t
from monitors.handling.given import id_of
from monitors.storing import insert_once

LARGEST = 2_000_000  # bytes; a page takes no larger post
# Papers and pictures; nothing that a browser would run.
KINDS = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "txt": "text/plain",
}
_BEGINS = {"pdf": b"%PDF-", "png": b"\x89PNG", "jpg": b"\xff\xd8", "jpeg": b"\xff\xd8", "docx": b"PK", "xlsx": b"PK"}
_ABOUT = [column for column in t.evidence_file.c if column.name != "content"]


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """A file without its content."""

    district_code: str
    id: str
    instance_id: str
    task_id: str
    element: str
    uploaded_by: str
    name: str
    media_type: str
    size: int
    sha256: str
    uploaded_at: datetime


def keep(connection: Connection, task: Task, name: str, content: bytes, *, by: str, at: datetime) -> EvidenceFile:
    """Keep a file with an open step, and its hash in the journal; the same content twice is one file.

    Raises InvalidData for a kind that is none of :data:`KINDS`, a content that is not of its kind, an empty one, and
    one larger than :data:`LARGEST`.
    """
    plain = name.replace("\\", "/").rpartition("/")[2].strip()[-200:]
    suffix = plain.rpartition(".")[2].lower()
    if suffix not in KINDS or not content.startswith(_BEGINS.get(suffix, b"")):
        raise InvalidData(f"expected a file of {', '.join(KINDS)}, found {plain or 'none'}", field="file")
    if not 0 < len(content) <= LARGEST:
        raise InvalidData(f"expected a file of 1 to {LARGEST} bytes, found {len(content)}", field="file")
    digest = hashlib.sha256(content).hexdigest()
    row: dict[str, Any] = {
        "district_code": task.district_code,
        "id": id_of("file", task.id, digest),
        "instance_id": task.instance_id,
        "task_id": task.id,
        "element": task.element,
        "uploaded_by": by,
        "name": plain,
        "media_type": KINDS[suffix],
        "size": len(content),
        "sha256": digest,
        "uploaded_at": at,
    }
    if insert_once(connection, t.evidence_file, {**row, "content": content}):
        told = {name: row[name] for name in ("id", "instance_id", "element", "name", "size", "sha256")}
        append_act(connection, "file_added", by, at, told)
    return EvidenceFile(**row)


def files_of(connection: Connection, instance_id: str) -> tuple[EvidenceFile, ...]:
    """The files of one violation process, the oldest first."""
    c = t.evidence_file.c
    wanted = select(*_ABOUT).where(c.instance_id == instance_id).order_by(c.uploaded_at, c.name)
    return tuple(EvidenceFile(**row._mapping) for row in connection.execute(wanted))


def file(connection: Connection, file_id: str) -> tuple[EvidenceFile, bytes]:
    """A file with its content; raises NotFound."""
    c = t.evidence_file.c
    row = connection.execute(select(t.evidence_file).where(c.id == file_id)).first()
    if row is None:
        raise NotFound(f"expected a file {file_id}, found none", file=file_id)
    values = dict(row._mapping)
    content = bytes(values.pop("content"))
    return EvidenceFile(**values), content


def with_files(call: Call, element: str, evidence: Any) -> Any:
    """What was entered as evidence, with name and hash of the files added to this passage of the step.

    So the record, and the journal with it, names exactly the contents that were there.
    """
    found = _added(call, element)
    return evidence if not found else {"said": evidence, "files": found}


def _added(call: Call, element: str) -> list[Mapping[str, Any]]:
    passages = [step for step in call.case.steps if step.element == element and step.outcome != "cancelled"]
    since = passages[-1].entered_at if passages else call.case.instance.started_at
    c = t.evidence_file.c
    wanted = (
        select(c.id, c.name, c.sha256)
        .where(c.district_code == call.case.instance.district_code, c.instance_id == call.case.instance.id)
        .where(c.element == element, c.uploaded_at >= since)
        .order_by(c.uploaded_at, c.name)
    )
    return [{"id": row.id, "name": row.name, "sha256": row.sha256} for row in call.connection.execute(wanted)]
