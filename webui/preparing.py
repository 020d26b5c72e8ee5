"""Before the first start: schema, models, items, score sheets, and for the demo its city."""

from __future__ import annotations

import structlog

from webui import schema
from webui.assessing import install_sheets
from webui.config import Settings, signing_key
from webui.demo.load import load
from webui.deploying import deploy_models, load_registry
from webui.sealing import states
from webui.wiring import Application, build

log = structlog.get_logger()


def prepare(settings: Settings) -> None:
    """Make the database ready to be served; what is there already is left as it is."""
    signing_key(settings)  # a weak key is refused before anything else is done
    application = build(settings)
    schema.upgrade(application.database, states(settings))
    models = deploy_models(application)
    items = load_registry(application)
    install_sheets(application)
    log.info("ready", models=len(models), items=items)
    if settings.demo:
        _load_demo(application)
    application.database.dispose()


def _load_demo(application: Application) -> None:
    """The demo's city, once: a year of cases that ends now."""
    report = load(application, today=application.clock.now(), progress=_told)
    log.info("demo", loaded=report.loaded, cases=report.cases, warnings=report.warnings, refused=len(report.refused))


def _told(done: int, total: int) -> None:
    """A line now and then for the person who waits."""
    tenth = max(1, total // 10)
    if done % tenth == 0 or done == total:
        log.info("demo city", done=done, of=total)
