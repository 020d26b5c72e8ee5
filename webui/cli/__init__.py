"""The command line: ``jiancha``. Results go to stdout, everything else to stderr."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

import click

from webui.cli import run, storage
from webui.cli.common import quiet_errors

# Groups that other parts of the product bring along, where they are installed.
MORE = (
    "models",
    "cases",
    "replay",
    "scenarios",
    "demo",
    "warnings",
    "datasets",
    "journal",
    "feel",
    "dmn",
    "bench",
    "report",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="jiancha", prog_name="jiancha")
def main() -> None:
    """Jiancha 监察: executes BPMN processes of a city's administration and supervises them."""


for command in (run.serve, run.web, run.worker, storage.database):
    main.add_command(quiet_errors(command))
for name in MORE:
    if find_spec(f"webui.cli.{name}"):
        main.add_command(quiet_errors(getattr(import_module(f"webui.cli.{name}"), name)))
