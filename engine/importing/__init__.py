"""Models drawn elsewhere, brought into the form that runs here.

    brought = bring(xml, kind="mirror")
    brought.verdict, brought.remarks, brought.models

Nothing that was drawn is lost: what cannot be kept in a form that runs is refused, and a file of which a part is
refused is refused whole. The rewritten file has been through the profile and the parser before it is called imported.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from engine.diagrams import load
from engine.errors import ModelRefused
from engine.importing import dialects, ends, identity, layout, parts, people, references, repairs, texts
from engine.importing.notes import Notes
from engine.importing.repairs import activities
from engine.importing.trees import extension
from engine.importing.work import EXECUTABLE, MIRROR, Work
from engine.lint.names import BPMN, JC_URI
from engine.lint.remarks import ERROR, Fault, Remark
from engine.profile import check
from engine.spiff import compile_diagram

__all__ = ["EXECUTABLE", "IMPORTED", "MIRROR", "REFUSED", "REMARKED", "Brought", "Model", "bring"]

IMPORTED, REMARKED, REFUSED = "imported", "imported with remarks", "refused"
ROUNDS = 8  # of repairs, each of which may uncover the next
# What the lint says of every drawing from elsewhere, and `models check` will say again.
EXPECTED = frozenset({"no_english", "process_system", "no_drawing", "not_drawn"})

NOT_PARSED = Fault(
    "import_not_parsed",
    "改写后的模型不能运行：{cause}",
    "the rewritten model cannot be run: {cause}",
)


@dataclass(frozen=True, slots=True)
class Model:
    """One model of a file: the id of its process, and its BPMN, UTF-8."""

    name: str
    xml: bytes


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of a file. ``models`` are empty where it was refused.

    ``added`` are the ids of nodes that the drawing leaves out and BPMN means (a start, an end, a gateway); each has
    its remark.
    """

    verdict: str
    models: tuple[Model, ...]
    remarks: tuple[Remark, ...]
    added: frozenset[str] = frozenset()


def bring(xml: bytes, *, kind: str = EXECUTABLE, roles: Collection[str] | None = None, role: str = "clerk") -> Brought:
    """Bring a BPMN file from any product into our form; never raises for what is in the bytes.

    ``kind`` is ``executable`` or ``mirror``; ``roles`` are the known role codes, ``role`` the one of a step of which
    the drawing says no other.
    """
    try:
        tree = load(xml)
    except ModelRefused as refused:
        return Brought(REFUSED, (), tuple(refused.facts["remarks"]))
    notes = Notes()
    root = tree.getroot()
    notes.remember(root)
    references.without_prefix(root)
    identity.give(root, notes)
    references.declare(root, notes)
    dialect = dialects.rewrite(root, notes)
    texts.rewrite(root, dialect, notes)
    models = [_model(Work(part, kind, notes, roles, role)) for part in parts.split(root, notes)]
    remarks = tuple(sorted(dict.fromkeys(notes.remarks), key=lambda one: (one.line, one.severity)))
    if any(one.severity == ERROR for one in remarks):
        return Brought(REFUSED, (), remarks)
    return Brought(REMARKED if remarks else IMPORTED, tuple(models), remarks, frozenset(notes.added))


def _model(work: Work) -> Model:
    """The model of one process; errors are among the notes."""
    process = work.root.find(f"{BPMN}process")
    process.set("isExecutable", "true" if work.kind == EXECUTABLE else "false")
    extension(process, "process", kind=work.kind)
    activities.plain_steps(work)
    people.settle(work)
    report = check(_written(work.root), roles=work.roles)
    for _ in range(ROUNDS):
        if report.ok or not repairs.apply(work, report.errors):
            break
        people.settle(work)
        report = check(_written(work.root), roles=work.roles)
    if work.kind == EXECUTABLE:
        activities.unbound(work)
    drawn = [one for one in report.remarks if one.element not in work.notes.added]
    work.notes.adopt(one for one in drawn if one.code not in EXPECTED)
    if report.ok:
        ends.check(work)
        parts.prune_drawing(work.root)
        layout.complete(work.root)
        work.notes.adopt(_lost(_written(work.root)))
    return Model(process.get("id"), _written(work.root))


def _lost(xml: bytes) -> Iterator[Remark]:
    """The fault of a model that passes the profile and that the parser does not take."""
    try:
        compile_diagram(xml)
    except ModelRefused as refused:
        yield NOT_PARSED.at(None, 0, cause=refused.facts.get("cause") or refused.message)


def _written(root: Any) -> bytes:
    prefixes = [prefix for prefix, uri in root.nsmap.items() if prefix and uri not in dialects.DIALECTS]
    etree.cleanup_namespaces(root, top_nsmap={"jc": JC_URI}, keep_ns_prefixes=[*prefixes, "jc"])
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
