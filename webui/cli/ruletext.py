"""``docs/rules.md``: the kinds of rules as the code and the models have them. Run as ``python -m webui.cli.ruletext``."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from inspect import getdoc

from engine.diagrams import read
from monitors.rules import KINDS, TIMED, Kind
from webui.modelfolders import folders

HEAD = """# Kinds of rules

Made by `python -m webui.cli.ruletext > docs/rules.md`; a test compares it. Every parameter is FEEL; those in **bold**
must be given. *Reads*: fields beside those that the parameters name, of the case itself or of the contexts that a
parameter yields. A field that is missing or null outside an explicit null test makes the rule undetermined. Kinds with
a clock (⏱) may hang on a timer. Dimensions and models are those of the rules that are shipped; each of these models has
a quiet and a loud case in its `scenarios.toml`.

| kind | parameters | reads | dimension | models |
|---|---|---|---|---|
"""


def text() -> str:
    """The whole file."""
    uses = _uses()
    rows = "".join(_row(kind, uses[kind.name]) for kind in KINDS.values())
    return HEAD + rows + "\n## What each kind says\n" + "".join(_words(kind) for kind in KINDS.values())


def _row(kind: Kind, uses: set[tuple[str, str]]) -> str:
    name = f"`{kind.name}`" + (" ⏱" if isinstance(kind, TIMED) else "")
    given = " ".join(f"**{name}**" if name in kind.required else name for name in _ordered(kind))
    reads = " ".join(f"`{path}`" for path in kind.reads)
    dimensions = " ".join(sorted({dimension for dimension, _ in uses}))
    models = " ".join(sorted({model for _, model in uses}))
    return f"| {name} | {given} | {reads} | {dimensions} | {models} |\n"


def _ordered(kind: Kind) -> list[str]:
    return [*sorted(kind.required), *sorted(kind.parameters - kind.required)]


def _words(kind: Kind) -> str:
    """What the module says of the law, then what the class says of the parameters."""
    module = sys.modules[type(kind).__module__].__doc__ or ""
    return f"\n**{kind.name}**. {_tidy(module.split(':', 1)[1])} {_tidy(getdoc(type(kind)) or '')}\n"


def _tidy(text: str) -> str:
    first = " ".join(text.replace("``", "`").split())
    return first[:1].upper() + first[1:]


def _uses() -> dict[str, set[tuple[str, str]]]:
    """Kind -> (dimension, model) of the rules below ``bpmn/``."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for model, kind, dimension in _rules():
        found[kind].add((dimension, model))
    return found


def _rules() -> Iterator[tuple[str, str, str]]:
    for folder in folders():
        for checkpoint in read(folder.diagram).checkpoints.values():
            for rule in checkpoint.rules:
                yield folder.name, rule.kind, rule.dimension


if __name__ == "__main__":
    sys.stdout.write(text())
