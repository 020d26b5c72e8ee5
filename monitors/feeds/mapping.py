"""How a foreign log's words map to a mirror model: read from ``mapping.toml`` beside it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import EngineError


class MappingInvalid(EngineError):
    """A mapping file that lacks something; ``file`` and ``key`` say what."""

    code = "mapping_invalid"


@dataclass(frozen=True, slots=True)
class LogMapping:
    """What opens and closes a case, which attributes become data, which activity is which step."""

    zone: str
    district_code: str
    department: str
    opened: str
    closed: str
    closed_message: str
    data: Mapping[str, str]
    steps: Mapping[str, str]
    actor: str
    ended_late: str | None
    ended_late_by_day: str | None
    hash: str


def read_mapping(path: Path) -> LogMapping:
    """The mapping of one mirror model; raises MappingInvalid naming the key."""
    import hashlib

    raw = path.read_bytes()
    try:
        found = tomllib.loads(raw.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MappingInvalid(f"{path.name}: expected TOML, found: {error}", file=path.name) from error

    def value(*keys: str) -> Any:
        at: Any = found
        for key in keys:
            if not isinstance(at, dict) or key not in at:
                name = ".".join(keys)
                raise MappingInvalid(f"{path.name}: expected {name}, found none", file=path.name, key=name)
            at = at[key]
        return at

    figures = found.get("figures", {})
    return LogMapping(
        zone=value("zone"),
        district_code=value("district_code"),
        department=value("department"),
        opened=value("case", "opened"),
        closed=value("case", "closed"),
        closed_message=value("case", "closed_message"),
        data=value("data"),
        steps=value("steps"),
        actor=found.get("event", {}).get("actor", "org:resource"),
        ended_late=figures.get("ended_late"),
        ended_late_by_day=figures.get("ended_late_by_day"),
        hash=hashlib.sha256(raw).hexdigest(),
    )
