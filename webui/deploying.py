"""Puts what ``bpmn/`` holds into the database: diagrams, items, working calendars. The same again changes nothing."""

from __future__ import annotations

import tomllib
from typing import Any

from monitors import calendars
from monitors.items import load_items
from webui.modelfolders import ROOT, ModelFolder, beside, folders
from webui.wiring import Application

BY = "system"


def deploy_models(app: Application) -> list[str]:
    """Deploy every diagram below ``bpmn/`` with the decisions beside it; the names with their versions. Raises ModelRefused."""
    found = []
    for path in sorted(ROOT.rglob("*.bpmn")):
        definition = app.runtime.deploy(path.read_bytes(), by=BY, decisions=beside(path))
        found.append(f"{definition.name}@{definition.version}")
    return found


def load_registry(app: Application) -> int:
    """Enter the items of every ``items.toml`` and, once, the seed years of the calendar; how many items."""
    count = 0
    with app.database.begin() as connection:
        if not calendars.version_of(connection, calendars.DEFAULT_CODE):
            calendars.seed(connection)
        for folder in folders():
            rows = [{"process": folder.name, **row} for row in _items(folder)]
            count += load_items(connection, rows)
    return count


def _items(folder: ModelFolder) -> list[dict[str, Any]]:
    """The items whose cases run on a folder's diagram."""
    if not folder.items.exists():
        return []
    found = tomllib.loads(folder.items.read_text(encoding="utf-8"))
    return list(found.get("item", ()))
