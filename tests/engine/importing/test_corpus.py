"""Files of other products: every one has a verdict, none loses a node, and what is imported can be walked."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import Database
from engine.clock import VirtualClock
from engine.importing import IMPORTED, REFUSED, REMARKED, Brought, bring
from engine.lint.names import FLOW_NODES
from engine.profile import check
from engine.spiff import compile_diagram
from tests.engine.importing.walker import Stalled, walk

pytestmark = pytest.mark.corpora

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
# Drawn so that a parallel join waits for a branch whose condition, 1 = 0, is never true; or an event for "false".
STANDS_STILL = {
    "testOutputVariablesWhileThrowEscalationTwoLevels.bpmn20.xml",
    "IntermediateConditionalEventTest.testFalseCondition.bpmn20.xml",
}
RENAMED = {"id_given", "id_changed", "id_doubled"}


@pytest.fixture(scope="module")
def files(corpora: Path) -> list[Path]:
    return sorted(file for file in (corpora / "bpmn").rglob("*") if re.search(r"\.(bpmn|xml)$", file.name))


@pytest.fixture(scope="module")
def mirrors(files: list[Path]) -> dict[Path, Brought]:
    return {file: bring(file.read_bytes(), kind="mirror") for file in files}


@pytest.fixture(scope="module")
def executables(files: list[Path]) -> dict[Path, Brought]:
    return {file: bring(file.read_bytes(), kind="executable") for file in files}


def test_every_file_has_a_verdict_and_a_reason_for_it(
    mirrors: dict[Path, Brought], executables: dict[Path, Brought]
) -> None:
    for file, found in [*mirrors.items(), *executables.items()]:
        assert found.verdict in (IMPORTED, REMARKED, REFUSED)
        assert bool(found.models) == (found.verdict != REFUSED), file
        assert bool(found.remarks) == (found.verdict != IMPORTED), file
        assert all(one.message_zh and one.message_en for one in found.remarks), file


def test_every_remark_names_an_element_and_its_line(mirrors: dict[Path, Brought]) -> None:
    for file, found in mirrors.items():
        lines = file.read_bytes().count(b"\n") + 1
        for one in found.remarks:
            assert one.element, (file, one)
            assert 0 < one.line <= lines, (file, one)


def test_no_node_is_lost_and_none_appears_without_a_word(
    mirrors: dict[Path, Brought], executables: dict[Path, Brought]
) -> None:
    accepted = 0
    for file, found in [*mirrors.items(), *executables.items()]:
        if found.verdict == REFUSED:
            continue
        accepted += 1
        drawn, there = Counter(drawn_nodes(file)), Counter(spec_nodes(found))
        if RENAMED & {one.code for one in found.remarks}:
            assert drawn.total() == there.total() - len(found.added), file
        else:
            assert drawn == there - Counter(found.added), file
        told = " ".join(one.message_en for one in found.remarks)
        assert all(name in told for name in found.added), file
    assert accepted > 800


def test_every_process_of_the_ministry_is_imported_as_a_mirror(mirrors: dict[Path, Brought]) -> None:
    ministry = {file: found for file, found in mirrors.items() if "gov-uk-hocs" in file.parts}
    assert len(ministry) == 99
    assert [file for file, found in ministry.items() if found.verdict == REFUSED] == []


def test_what_is_imported_passes_the_check(mirrors: dict[Path, Brought]) -> None:
    for file, found in mirrors.items():
        for model in found.models:
            assert check(model.xml).ok, file


def test_what_is_imported_as_a_mirror_comes_to_its_end(
    mirrors: dict[Path, Brought], sqlite_database: Database, clock: VirtualClock
) -> None:
    stalled = {}
    walked = 0
    for file, found in mirrors.items():
        for model in found.models:
            try:
                walk(model.xml, sqlite_database, clock)
                walked += 1
            except Stalled as error:
                stalled[file.name] = str(error)
    assert set(stalled) == STANDS_STILL, stalled
    assert walked > 500


def drawn_nodes(file: Path) -> Iterator[str]:
    """The flow nodes of a file, read by the standard library alone."""
    for process in ElementTree.parse(file).getroot().iter(f"{BPMN}process"):
        for node in process.iter():
            if node.tag.removeprefix(BPMN) in FLOW_NODES:
                yield node.get("id") or "-"


def spec_nodes(found: Brought) -> Iterator[str]:
    """The nodes of the specs that run, over all models of a file: a called process counts once."""
    seen = set()
    for model in found.models:
        compiled = compile_diagram(model.xml)
        for spec in (compiled.spec, *compiled.subprocesses.values()):
            if spec.name not in seen:
                seen.add(spec.name)
                yield from (name for name in spec.task_specs if name in compiled.diagram.elements)
