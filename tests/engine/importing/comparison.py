"""The table of ``docs/import.md``: what SpiffWorkflow's own parser takes of other products' files, and what we do.

``python -m tests.engine.importing.comparison`` writes it there; the files are those of the corpora.
"""

from __future__ import annotations

import logging
import os
import re
import warnings
import xml.etree.ElementTree as ElementTree
from collections import Counter, defaultdict
from pathlib import Path

from SpiffWorkflow.bpmn.parser import BpmnParser

from engine.importing import REFUSED, bring
from engine.lint.names import FLOW_NODES
from engine.spiff import compile_diagram

ROOT = Path(__file__).parents[3]
DOCUMENT = ROOT / "docs" / "import.md"
FROM, TO = "<!-- the table begins -->\n", "<!-- the table ends -->\n"
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
HEAD = (
    "| group | files | nodes | SpiffWorkflow: files taken, nodes lost in them | ours, mirror: files, nodes lost |"
    " ours, executable: files, nodes lost |\n|---|---|---|---|---|---|\n"
)


def main() -> None:
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    folder = Path(os.environ.get("JIANCHA_CORPORA", ROOT.parent / "shared" / "corpora")) / "bpmn"
    groups: dict[str, Counter[str]] = defaultdict(Counter)
    for file in sorted(folder.rglob("*")):
        if re.search(r"\.(bpmn|xml)$", file.name):
            found = row(file)
            groups[file.relative_to(folder).parts[0]] += found
            groups["all"] += found
    groups["all"] = groups.pop("all")
    text = DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = text.partition(FROM)
    table = HEAD + "".join(line(name, figures) for name, figures in groups.items())
    DOCUMENT.write_text(before + FROM + "\n" + table + "\n" + TO + rest.partition(TO)[2], encoding="utf-8")


def line(name: str, figures: Counter[str]) -> str:
    ways = (f"{figures[way]}, {figures[f'{way} lost']}" for way in ("stock", "mirror", "executable"))
    return f"| {name} | {figures['files']} | {figures['nodes']} | {' | '.join(ways)} |\n"


def row(file: Path) -> Counter[str]:
    """The figures of one file."""
    drawn = Counter(drawn_nodes(file))
    figures = Counter({"files": 1, "nodes": drawn.total()})
    stock = of_stock(file)
    if stock is not None:
        figures.update({"stock": 1, "stock lost": sum(count for name, count in drawn.items() if name not in stock)})
    for kind in ("mirror", "executable"):
        found = bring(file.read_bytes(), kind=kind)
        if found.verdict != REFUSED:
            there: set[str] = set()
            for model in found.models:
                compiled = compile_diagram(model.xml)
                specs = (compiled.spec, *compiled.subprocesses.values())
                there |= {name for spec in specs for name in spec.task_specs if name in compiled.diagram.elements}
            lost = max(0, drawn.total() - len(there - found.added))
            figures.update({kind: 1, f"{kind} lost": lost})
    return figures


def drawn_nodes(file: Path) -> list[str]:
    """The flow nodes of a file, read by the standard library alone."""
    processes = ElementTree.parse(file).getroot().iter(f"{BPMN}process")
    nodes = (node for process in processes for node in process.iter() if node.tag.removeprefix(BPMN) in FLOW_NODES)
    return [node.get("id") or "-" for node in nodes]


def of_stock(file: Path) -> set[str] | None:
    """The nodes in the specs of SpiffWorkflow's own parser; None where it refuses the file."""
    parser = BpmnParser()
    found: set[str] = set()
    try:
        parser.add_bpmn_file(str(file))
        for process in parser.get_process_ids():
            specs = [parser.get_spec(process), *parser.get_subprocess_specs(process).values()]
            found |= {name for spec in specs for name in spec.task_specs}
    except Exception:  # anything from ValidationException to a bare TypeError
        return None
    return found


if __name__ == "__main__":
    main()
