"""Before the first start: schema, models, items, score sheets, and for the demo its city."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

import structlog

from webui import schema
from webui.assessing import install_sheets
from webui.config import Settings, signing_key
from webui.deploying import deploy_models, load_registry
from webui.wiring import build

log = structlog.get_logger()


def prepare(settings: Settings) -> None:
    """Make the database ready to be served; what is there already is left as it is."""
    signing_key(settings)  # a weak key is refused before anything else is done
    application = build(settings)
    schema.upgrade(application.database)
    models = deploy_models(application)
    items = load_registry(application)
    install_sheets(application)
    log.info("ready", models=len(models), items=items)
    if settings.demo and find_spec("webui.demo"):
        demo = import_module("webui.demo")
        if hasattr(demo, "load"):
            demo.load(application)
    application.database.dispose()
