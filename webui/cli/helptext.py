"""The help of every command, in one text: ``python -m webui.cli.helptext > docs/cli.txt``."""

from __future__ import annotations

from collections.abc import Iterator

import click

from webui.cli import main

WIDTH = 100


def help_text() -> str:
    """``jiancha --help``, then the same of every command, in the order of their names."""
    return "\n\n".join(_pages(main, "jiancha", None)) + "\n"


def _pages(command: click.Command, name: str, parent: click.Context | None) -> Iterator[str]:
    settings = {**command.context_settings, "terminal_width": WIDTH, "max_content_width": WIDTH}
    context = click.Context(command, info_name=name, parent=parent, **settings)
    yield f"$ {context.command_path} --help\n{command.get_help(context)}"
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            found = command.get_command(context, inner)
            if found is not None and not found.hidden:
                yield from _pages(found, inner, context)


if __name__ == "__main__":
    click.echo(help_text(), nl=False)
