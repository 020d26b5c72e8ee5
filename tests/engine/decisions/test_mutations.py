"""Files bent at random: what is read is evaluated within its bounds, anything else is refused with a remark."""

from __future__ import annotations

import copy
import random
from contextlib import suppress
from typing import Any

from lxml import etree

from engine.decisions import read
from engine.errors import ModelRefused
from engine.feel import Bounds, FeelError
from tests.engine.decisions import test_boxed as boxed
from tests.engine.decisions import test_graphs as graphs
from tests.engine.decisions.sheet import decision, given, knowledge, model, needs, table, text

SEED = 20260311
RUNS = 300
MINUS = f"<context>{boxed.entry('minus', boxed.FUNCTION)}<contextEntry>{text('minus(x, 1)')}</contextEntry></context>"
CALLED = f"<invocation>{text('fact')}{boxed.binding('n', text('x'))}</invocation>"
WHOLE = model(
    graphs.TYPES,
    *graphs.SERVED,
    graphs.FACTORIAL,
    given("risk", "tRisk"),
    knowledge("f", {"a": "number"}, table(["a"], ["b"], [["> 1", "a"]])),
    decision("d1", table(["x", "risk"], ["level", "n"], [["> 1", '"high"', '"a"', "x"], ["-", "-", '"b"', "2"]], "OUTPUT ORDER",
                         values={"level": '"a", "b"', "x": "[0..9]"}, defaults={"n": "0"}), needs("x", "risk")),
    decision("d2", MINUS, needs("x")),
    decision("d3", boxed.loop("for", "[1..3]", "one * x", "return"), needs("x")),
    decision("d4", f"<filter><in>{text('[1, 2]')}</in><match>{text('item > 1')}</match></filter>"),
    decision("d5", CALLED, needs("x") + needs("fact", knowledge=True)),
    decision("d6", f'<relation><column name="a" typeRef="tRisk"/><row>{text("1")}</row></relation>'),
    decision("d7", f"<conditional><if>{text('true')}</if><then>{text('1')}</then><else>{text('2')}</else></conditional>"),
    '<import name="b" namespace="urn:main" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>',
)  # fmt: skip
ODD = [
    "",
    "-",
    "null",
    "1",
    "not(",
    "[1..",
    "#d1",
    "#x",
    "#f",
    "tRisk",
    "tNode",
    "d1",
    "x",
    "COLLECT",
    "SUM",
    "a b",
    "true",
]


def bent(root: Any, chance: random.Random) -> None:
    """One change: an element gone, doubled, moved or emptied, or a text or attribute replaced."""
    nodes = [node for node in root.iter() if node is not root]
    node, other = chance.choice(nodes), chance.choice(nodes)
    kind = chance.randrange(6)
    if kind == 0:
        node.getparent().remove(node)
    elif kind == 1:
        node.addnext(copy.deepcopy(node))
    elif kind == 2 and other not in list(node.iter()):
        other.append(node)
    elif kind == 3:
        node.text = chance.choice(ODD)
    elif kind == 4 and node.attrib:
        node.set(chance.choice(list(node.attrib)), chance.choice(ODD))
    elif node.attrib:
        del node.attrib[chance.choice(list(node.attrib))]


def test_a_bent_file_is_refused_with_a_remark_or_evaluated() -> None:
    chance = random.Random(SEED)
    refused = evaluated = 0
    for _ in range(RUNS):
        root = etree.fromstring(WHOLE)
        for _ in range(chance.randrange(1, 4)):
            bent(root, chance)
        xml = etree.tostring(root)
        try:
            read(xml)
            evaluated += 1
        except ModelRefused as error:
            assert error.facts["remarks"]
            refused += 1
        decisions = read(xml, partial=True)
        for name in decisions.names:
            with suppress(FeelError):
                decisions.evaluate(name, {"x": 2, "risk": "high"}, bounds=Bounds(steps=20_000))
    print(f"seed {SEED}: {refused} refused, {evaluated} read")
    assert refused > RUNS // 5
    assert evaluated > RUNS // 5


def test_the_whole_file_runs() -> None:
    decisions = read(WHOLE)
    found = {name: decisions.evaluate(name, {"x": 2, "risk": "high"}).value for name in decisions.names}
    assert found == {
        "rate": 0.5, "net": 4, "total": 2, "d1": [{"level": "a", "n": 2}, {"level": "b", "n": 2}], "d2": 1, "d3": [2, 4, 6],
        "d4": [2], "d5": 2, "d6": [{"a": None}], "d7": 1,
    }  # fmt: skip
