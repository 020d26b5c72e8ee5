"""Writes the plug-in: the descriptor and the lists of kinds and roles go into the script, which is loaded as it is."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

from monitors.organisation import ROLES
from monitors.rules import KINDS
from webui.modeler.descriptor import descriptor

FILES = ("index.js", "client.js", "README.md")
_DATA = "/* data */ {}"


def write(folder: Path) -> list[Path]:
    """Write the plug-in's files into a folder, which is made; what was written."""
    folder.mkdir(parents=True, exist_ok=True)
    source = files("webui.modeler") / "plugin"
    written = []
    for name in FILES:
        text = (source / name).read_text(encoding="utf-8")
        if name == "client.js":
            text = text.replace(_DATA, json.dumps(data(), ensure_ascii=False, indent=2))
        (folder / name).write_text(text, encoding="utf-8")
        written.append(folder / name)
    (folder / "jiancha.json").write_text(json.dumps(descriptor(), indent=2) + "\n", encoding="utf-8")
    return [*written, folder / "jiancha.json"]


def data() -> dict[str, Any]:
    """What the script knows of this release."""
    kinds = {
        name: {"parameters": sorted(kind.parameters), "required": sorted(kind.required)}
        for name, kind in sorted(KINDS.items())
    }
    return {"descriptor": descriptor(), "kinds": kinds, "roles": sorted(ROLES)}
