"""Spiff 4: small models that never end, or that eat the machine."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.exceptions import WorkflowTaskException

from engine.errors import EvaluationFailed, LimitExceeded
from tests.engine import drawing as d
from tests.engine.faults import stock
from tests.engine.faults.models import between, catch, looped, node, quoted, timed
from tests.engine.faults.ours import Ours

STEPS = 300
SECONDS = 0.3


def runs_on(xml: bytes, steps: int = STEPS) -> bool:
    """Whether bare Spiff is still running after so many tasks."""
    workflow = BpmnWorkflow(*stock.parse(xml))
    workflow.task_tree.data.update(again=True)
    try:
        workflow.do_engine_steps(stock.Budget(steps))
    except stock.OutOfTime:
        return True
    return False


@contextmanager
def memory_limit(more: int) -> Iterator[None]:
    """The process gets so many bytes more, and no more."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    with open("/proc/self/statm", encoding="ascii") as file:
        used = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + more, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


class TestLoopWithoutWait:
    """4.1 refused | a loop that waits for nobody never ends"""

    XML = looped(node("scriptTask", "u", "<script>pass</script>"))
    OURS = looped(d.handler("u", "issue"))

    def test_stock_goes_on_and_on(self) -> None:
        assert runs_on(self.XML)

    def test_ours_refuses_it(self, ours: Ours) -> None:
        ours.refuses(self.OURS, "endless_loop", "m")


class TestLoopMarkerWithoutEnd:
    """4.1 refused | a loop marker whose condition stays true, and that has no maximum, never ends"""

    LOOP = "<standardLoopCharacteristics><loopCondition>{}</loopCondition></standardLoopCharacteristics>"
    XML = between(node("scriptTask", "x", f"<script>pass</script>{LOOP.format('again')}"), "x")
    OURS = between(d.handler("x", "issue").replace("</serviceTask>", f"{LOOP.format('again')}</serviceTask>"), "x")

    def test_stock_goes_on_and_on(self) -> None:
        assert runs_on(self.XML)

    def test_ours_refuses_it(self, ours: Ours) -> None:
        ours.refuses(self.OURS, "loop_endless", "x")


class TestProcessThatCallsItself:
    """4.2 refused | a process that calls itself goes on until it is killed"""

    XML = between(node("callActivity", "x", "", 'calledElement="p"'), "x")

    def test_stock_goes_deeper_and_deeper(self) -> None:
        assert runs_on(self.XML, 60)

    def test_ours_refuses_it(self, ours: Ours) -> None:
        ours.refuses(self.XML, "call_circle", "p")


class TestCycleOfNoTime:
    """4.3 refused | a cycle of no length fires for ever in one step"""

    XML = between(catch("x", timed("R/PT0S", "timeCycle")) + node("scriptTask", "y", "<script>pass</script>"), "x", "y")
    OURS = between(catch("x", timed("R/PT0S", "timeCycle")), "x")

    def test_stock_never_returns(self) -> None:
        workflow = BpmnWorkflow(*stock.parse(quoted(self.XML)))
        with pytest.raises(stock.OutOfTime), stock.cpu_limit(SECONDS):
            for _ in range(10_000):
                workflow.do_engine_steps(stock.Budget(STEPS))
        assert stock.ran(workflow, "y") > 10

    def test_ours_refuses_it(self, ours: Ours) -> None:
        ours.refuses_about(self.OURS, "x")


class TestEndlessDuration:
    """4.4 correct | a duration of aeons, which may come from data, is added up month by month"""

    XML = between(d.step("a") + catch("t", timed("deadline")), "a", "t")

    def test_stock_counts_the_months(self) -> None:
        workflow = stock.begin(self.XML)
        with pytest.raises(stock.OutOfTime), stock.cpu_limit(SECONDS):
            stock.do(workflow, "a", deadline="P99999999999M")

    @pytest.mark.parametrize("text", ["P99999999999M", "P101Y", "PT99999999999999999999S"])
    def test_ours_says_that_it_is_no_time(self, ours: Ours, text: str) -> None:
        case = ours.begin(self.XML)
        with pytest.raises(EvaluationFailed), stock.cpu_limit(SECONDS):
            case.do("a", deadline=text)
        assert (case.open_steps, ours.incidents()) == (["a"], ["t"])


class TestMillionsOfInstances:
    """4.5 refused | the number of instances has no bound"""

    LOOP = "<multiInstanceLoopCharacteristics><loopCardinality>{}</loopCardinality></multiInstanceLoopCharacteristics>"

    def model(self, count: int) -> bytes:
        return between(d.step("x").replace("</userTask>", f"{self.LOOP.format(count)}</userTask>"), "x")

    def test_stock_makes_them_all(self) -> None:
        assert stock.names(stock.begin(self.model(10_000))).count("x [child]") == 10_000

    @pytest.mark.parametrize("count", [1001, 100_000, 10**12])
    def test_ours_makes_none_of_too_many(self, ours: Ours, count: int) -> None:
        with pytest.raises(LimitExceeded), stock.cpu_limit(10 * SECONDS):
            ours.begin(self.model(count))
        assert (ours.runtime.query.instances(), ours.incidents()) == ([], ["x"])

    def test_ours_makes_none_of_too_many_in_each_other(self, ours: Ours) -> None:
        count = self.LOOP.format(300)
        inner = d.step("u").replace("</userTask>", f"{count}</userTask>")
        outer = node("subProcess", "x", d.start("i") + inner + d.end("k") + d.chain("i", "u", "k") + count)
        with pytest.raises(LimitExceeded), stock.cpu_limit(10 * SECONDS):
            ours.begin(between(outer, "x"))

    def test_ours_makes_a_thousand(self, ours: Ours) -> None:
        case = ours.begin(self.model(1000))
        assert len(ours.runtime.query.tasks(instance_id=case.id, limit=2000)) == 1000


class TestHungryExpressions:
    """4.6 refused | a script runs for ever, or takes all memory"""

    def model(self, script: str) -> bytes:
        return between(node("scriptTask", "x", f"<script>{script}</script>"), "x")

    def choice(self, condition: str) -> bytes:
        return d.model(
            *(d.start(), d.step("u"), d.gateway("g", default="f_g_b"), d.step("a"), d.step("b"), d.end()),
            *(
                d.chain("s", "u", "g"),
                d.flow("g", "a", condition),
                d.flow("g", "b"),
                d.chain("a", "e"),
                d.chain("b", "e"),
            ),
        )

    def test_stock_hangs(self) -> None:
        with pytest.raises(stock.OutOfTime), stock.cpu_limit(SECONDS):
            stock.begin(self.model("while True: pass"))

    def test_stock_takes_what_there_is(self) -> None:
        with pytest.raises(WorkflowTaskException, match="MemoryError"), memory_limit(2**30):
            stock.begin(self.model("x = 'a' * 10**10"))

    def test_ours_refuses_the_script(self, ours: Ours) -> None:
        ours.refuses(self.model("while True: pass"), "element_refused", "x")

    @pytest.mark.parametrize(
        "hungry",
        [
            "count(for i in 1..1000000000 return i) &gt; 0",
            "some i in 1..100000, j in 1..100000 satisfies i + j = 0",
            "string length(replace(string join(for i in 1..10000 return &quot;aaaaaaaaaa&quot;), &quot;a&quot;, &quot;aaaaaaaaaaaaaaaa&quot;)) &gt; 0",
        ],
    )
    def test_ours_bounds_every_expression(self, ours: Ours, hungry: str) -> None:
        case = ours.begin(self.choice(hungry))
        with pytest.raises(EvaluationFailed), stock.cpu_limit(10 * SECONDS):
            case.do("u")
        assert (case.open_steps, ours.incidents()) == (["u"], ["g"])


def nested(depth: int) -> bytes:
    """Sub-processes in each other, the step u in the innermost."""
    inner, name = d.step("u"), "u"
    for level in range(depth):
        flows = d.chain(f"s{level}", name, f"e{level}")
        inner, name = d.subprocess(f"x{level}", d.start(f"s{level}"), inner, d.end(f"e{level}"), flows), f"x{level}"
    return between(inner, name)


class TestDeepNesting:
    """4.7 refused | sub-processes in each other are run to any depth that the reader takes"""

    def test_stock_runs_fifty(self) -> None:
        assert len(stock.begin(nested(50)).subprocesses) == 50

    def test_stock_leaves_the_bound_to_the_reader(self) -> None:
        with pytest.raises(etree.XMLSyntaxError, match="depth"):
            stock.parse(nested(260))

    def test_ours_refuses_more_than_ten(self, ours: Ours) -> None:
        ours.refuses(nested(11), "too_deep", "x0")

    def test_ours_runs_ten(self, ours: Ours) -> None:
        case = ours.begin(nested(10))
        assert case.open_steps == ["u"]
        case.do("u")
        assert case.state == "ended"


class TestManyPaths:
    """4.8 correct | the number of paths through a model does no harm, here as there"""

    DIAMONDS = 17

    def model(self) -> bytes:
        parts = [d.start(), d.step("u"), d.end(), d.chain("s", "u", "g0")]
        for n in range(self.DIAMONDS):
            behind = f"g{n + 1}" if n + 1 < self.DIAMONDS else "e"
            parts += [
                d.gateway(f"g{n}", default=f"f_g{n}_b{n}"),
                d.gateway(f"a{n}"),
                d.gateway(f"b{n}"),
                d.gateway(f"m{n}"),
            ]
            parts += [
                d.flow(f"g{n}", f"a{n}", "left"),
                d.chain(f"g{n}", f"b{n}", f"m{n}", behind),
                d.flow(f"a{n}", f"m{n}"),
            ]
        return d.model(*parts)

    def test_stock_predicts_a_few(self) -> None:
        assert len(stock.every(stock.begin(self.model()))) < 20

    def test_ours_takes_one_path(self, ours: Ours) -> None:
        case = ours.begin(self.model(), left=True)
        assert case.open_steps == ["u"] and len(ours.blob(case)) < 1000
        case.do("u")
        assert case.state == "ended"
        assert {f"a{n}" for n in range(self.DIAMONDS)} <= set(ours.done(case))
