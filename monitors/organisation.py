"""An ``organisation.toml`` into the directory: districts, departments, people and their grants.

::

    [[district]]
    code = "370200"
    name = "滨海市"
    name_en = "Binhai City"
    city = true                      # optional, as are calendar = "CN" and zone = "Asia/Shanghai"
    [[department]]
    district = "370202"
    code = "xzsp"
    name = "行政审批局"
    name_en = "Approval Bureau"
    peer_group = "审批部门"           # optional: like departments, ranked among each other
    [[person]]
    id = "wang"
    name = "王芳"
    name_en = "Wang Fang"
    grants = [{ role = "clerk", district = "370202", department = "xzsp" }]
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete

from engine.errors import InvalidData
from engine.model import SYSTEM
from monitors import tables as t
from monitors.storing import put

ROLES = frozenset(
    {
        *("clerk", "section_chief", "dept_head", "liaison", "supervisor", "office_head", "leader"),
        *("designer", "publisher", "assessor", "auditor", "administrator"),
    }
)
DEPARTMENT_ROLES = frozenset({"clerk", "section_chief", "dept_head", "liaison"})


def load_organisation(connection: Connection, source: Path | Mapping[str, Any]) -> dict[str, int]:
    """Enter an organisation; what is there already under the same keys is overwritten.

    A person's grants become those of the file; a grant names its district and department, or ``*``. Gives the counts by kind; raises InvalidData.
    """
    content = source if isinstance(source, Mapping) else tomllib.loads(source.read_text(encoding="utf-8"))
    for row in content.get("district", ()):
        put(connection, t.district, _district(row))
    for row in content.get("department", ()):
        values = {"district_code": _text(row, "district"), "code": _text(row, "code"), **_names(row)}
        put(connection, t.department, {**values, "peer_group": row.get("peer_group")})
    for row in content.get("person", ()):
        _enter_person(connection, row)
    return {kind: len(content.get(kind, ())) for kind in ("district", "department", "person")}


def _enter_person(connection: Connection, row: Mapping[str, Any]) -> None:
    person_id = _text(row, "id")
    if person_id == SYSTEM.id:
        raise InvalidData(f"expected a person, found the reserved id {person_id}", field="id")
    active = bool(row.get("active", True))
    put(connection, t.person, {"id": person_id, **_names(row), "active": active})
    set_grants(connection, person_id, row.get("grants", ()))


def set_grants(connection: Connection, person_id: str, grants: Iterable[Mapping[str, Any]]) -> None:
    """Replace what a person holds; keys ``role district department valid_from valid_to``."""
    connection.execute(delete(t.grant).where(t.grant.c.person_id == person_id))
    for row in grants:
        role = _text(row, "role")
        if role not in ROLES:
            raise InvalidData(f"{person_id}: expected one of {sorted(ROLES)}, found role {role}", field="role")
        values = {
            "person_id": person_id,
            "role": role,
            "district_code": _text(row, "district"),
            "department": _text(row, "department"),
            "valid_from": row.get("valid_from"),
            "valid_to": row.get("valid_to"),
        }
        put(connection, t.grant, values)


def _district(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "code": _text(row, "code"),
        **_names(row),
        "city": bool(row.get("city", False)),
        "calendar_code": row.get("calendar"),
        "zone": row.get("zone"),
    }


def _names(row: Mapping[str, Any]) -> dict[str, str]:
    name = _text(row, "name")
    return {"name": name, "name_en": str(row.get("name_en", name))}


def _text(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    if not isinstance(value, str) or not value:
        raise InvalidData(f"expected a text under {key}, found {value!r}", field=key)
    return value
