"""The moddle descriptor of our extension elements, made of the tables that the reader checks them by."""

from __future__ import annotations

from typing import Any

from engine.lint.extensions import ATTRIBUTES, INSIDE, ON_BPMN, PLACES, WITH_TEXT
from engine.lint.names import JC_URI

# What an element holds several of, by its own name for them.
_MANY = {"input": "inputs", "output": "outputs", "rule": "rules", "param": "params"}


def descriptor() -> dict[str, Any]:
    """JSON for ``moddle``: a type for each element, and the attributes that stand on BPMN's own."""
    return {
        "name": "Jiancha",
        "uri": JC_URI,
        "prefix": "jc",
        "xml": {"tagAlias": "lowerCase"},
        "types": [*(_type(name) for name in PLACES), *_on_bpmn()],
    }


def _type(name: str) -> dict[str, Any]:
    properties: list[dict[str, Any]] = [
        {"name": attribute, "isAttr": True, "type": "String"} for attribute in sorted(ATTRIBUTES[name])
    ]
    properties += [_held(inner) for inner in PLACES if name in PLACES[inner] and inner in INSIDE]
    if name in WITH_TEXT:
        properties.append({"name": "text", "isBody": True, "type": "String"})
    found: dict[str, Any] = {"name": _class(name), "superClass": ["Element"], "properties": properties}
    if name not in INSIDE:
        found["meta"] = {"allowedIn": [f"bpmn:{_class(place)}" for place in sorted(PLACES[name])]}
    return found


def _held(inner: str) -> dict[str, Any]:
    if inner in _MANY:
        return {"name": _MANY[inner], "type": _class(inner), "isMany": True}
    return {"name": inner, "type": _class(inner)}


def _on_bpmn() -> list[dict[str, Any]]:
    return [
        {
            "name": f"On{_class(place)}",
            "extends": [f"bpmn:{place}"],
            "properties": [{"name": name, "isAttr": True, "type": "String"} for name in sorted(names)],
        }
        for place, names in ON_BPMN.items()
    ]


def _class(name: str) -> str:
    return name[0].upper() + name[1:]
