"""Every fault of a diagram is named with its element, in two languages; what passes can be run."""

from __future__ import annotations

import importlib
import pkgutil
import re

import pytest

import engine.lint
from engine import profile
from engine.diagrams import load
from engine.lint.remarks import Fault
from engine.spiff import compile_diagram
from tests.engine import drawing as d
from tests.engine.models import (
    called,
    checkpoints,
    deciding,
    elements,
    formulas,
    limits,
    paths,
    payloads,
    repeated,
    standard,
    standing,
    thrown,
)
from tests.engine.models.faults import Case, Models, between, straight

CASES = (
    *elements.CASES,
    *paths.CASES,
    *checkpoints.CASES,
    *repeated.CASES,
    *thrown.CASES,
    *payloads.CASES,
    *deciding.CASES,
    *standing.CASES,
    *formulas.CASES,
    *limits.CASES,
    *called.CASES,
)
KINDS = {"expression": {"must"}, "time_limit": {"amount", "unit", "start"}}
REQUIRED = {"expression": {"must"}}
# Faults of the bytes, tested in test_diagrams.py and tests of the command.
OF_BYTES = {"too_large", "too_complex", "unknown_encoding", "wrong_encoding", "doctype", "not_xml", "not_bpmn"}
OF_BYTES |= {"no_process", "table_gap", "table_overlap", "table_rule_hidden"}
# Faults of what lies beside the model, tested by the command.
BESIDE = {"rule_field", "feed_verdict"}


def check(xml: bytes, decisions: tuple[bytes, ...] = (), models: Models = ()) -> profile.Report:
    return profile.check(
        xml,
        kinds=KINDS,
        required=REQUIRED,
        handlers={"issue", "rule_check"},
        roles={"clerk", "section_chief"},
        ladders={"DEFAULT"},
        decisions=decisions,
        models=dict(models),
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.sentence)
def test_it_is_named_with_its_element_when(case: Case) -> None:
    found = [(remark.code, remark.element) for remark in check(case.xml, case.decisions, case.models).remarks]
    assert (case.code, case.element) in found


def faults() -> list[Fault]:
    modules = [importlib.import_module(f"engine.lint.{one.name}") for one in pkgutil.iter_modules(engine.lint.__path__)]
    found = {id(value): value for module in modules for value in vars(module).values() if isinstance(value, Fault)}
    return list(found.values())


def test_every_fault_has_a_model_that_shows_it() -> None:
    codes = [fault.code for fault in faults()]
    assert len(set(codes)) == len(codes)
    assert set(codes) == {case.code for case in CASES} | OF_BYTES | BESIDE


@pytest.mark.parametrize("fault", faults(), ids=lambda fault: fault.code)
def test_a_fault_speaks_chinese_and_english(fault: Fault) -> None:
    chinese = re.compile("[\u4e00-\u9fff]")
    assert chinese.search(fault.zh) and not chinese.search(fault.en)
    assert bool(chinese.search(fault.advice)) == bool(fault.advice_en) and not chinese.search(fault.advice_en)


HEALTHY = {
    "a straight process": straight(),
    "a timer checkpoint": checkpoints.TIMED,
    "a data checkpoint": checkpoints.CHECKED,
    "a choice with conditions": paths.choice("amount &gt; 1000", "amount &lt;= 1000"),
    "a choice with a default": paths.choice("合格 = true", "", "f_g_b"),
    "a loop that waits for a person": paths.loop_through(d.step("x")),
    "a loop that waits for a time": paths.loop_through(paths.CATCH.format(paths.TIMER.format("PT1H"))),
    "branches that wait for each other": paths.split_merged_by("parallel"),
    "inclusive branches": paths.split_merged_by("inclusive"),
    "a time in FEEL": paths.waits("@&quot;P1D&quot;"),
    "a reminder that is not worth sending late": paths.caught_up("t", "skip"),
    "a day counted in working days": paths.waits("deadline after working days(received, 5)"),
    "a service task with data": between(d.handler("x", "issue", "no=case.no", "order_no"), "x"),
    "a message that withdraws": straight(d.message("t", "u", "m", True), d.flow("t", "e"), extra=paths.MESSAGE),
    "a sub-process": between(d.subprocess("x", d.start("i"), d.step("j"), d.end("k"), d.chain("i", "j", "k")), "x"),
    "an end that stops all": between(d.step("u"), "u").replace(
        b'<endEvent id="e"/>', b'<endEvent id="e"><terminateEventDefinition/></endEvent>'
    ),
    "an event gateway": d.model(
        *(d.start(), d.gateway("g", "eventBased"), '<receiveTask id="r" messageRef="m"/>', d.end()),
        *(paths.CATCH.format(paths.TIMER.format("P5D")), d.chain("s", "g", "r", "e"), d.chain("g", "x", "e")),
        extra=paths.MESSAGE,
    ),
    "a mirror, whose steps are done elsewhere": straight(kind="mirror")
    .replace(b'isExecutable="true"', b"")
    .replace(b'role="clerk"', b""),
    "lanes, notes and drawn data": straight(
        '<laneSet id="l"><lane id="l1"><flowNodeRef>u</flowNodeRef></lane></laneSet>'
        '<textAnnotation id="n"><text>x</text></textAnnotation><association id="a" sourceRef="u" targetRef="n"/>'
        '<dataObject id="do"/><dataStoreReference id="r" dataStoreRef="ds"/>',
        extra='<dataStore id="ds" name="D"/><collaboration id="c"><participant id="pool" processRef="p"/></collaboration>',
    ),
}


@pytest.mark.parametrize("name", HEALTHY)
def test_it_has_no_errors_and_compiles(name: str) -> None:
    assert [remark.message_en for remark in check(HEALTHY[name]).errors] == []
    assert compile_diagram(HEALTHY[name]).diagram.process_id == "p"


@pytest.mark.parametrize("name", limits.SOUND)
def test_limits_that_agree_are_not_remarked_upon(name: str) -> None:
    assert [one.code for one in check(limits.SOUND[name]).remarks if one.code.startswith("limit_")] == []


def test_a_merge_and_a_named_step_need_no_further_name() -> None:
    merged = d.model(d.start(), d.gateway("g"), d.step("u"), d.end(), d.chain("s", "g", "u", "e"))
    assert "no_name" not in [one.code for one in check(merged).remarks]


def test_what_is_not_known_is_not_checked() -> None:
    strange = elements.changed(checkpoints.CHECKED, 'kind="expression"', 'kind="guess"')
    assert profile.check(strange.replace(b'role="clerk"', b'role="king"').replace(b"rule_check", b"fly")).ok


def test_remarks_come_in_the_order_of_the_lines_and_once() -> None:
    report = check(straight(d.end("End"), d.end("a.b")).replace(b"><", b">\n<"))
    lines = [remark.line for remark in report.remarks]
    assert lines == sorted(lines) and len(set(report.remarks)) == len(report.remarks)
    assert lines[-1] > 1


def test_a_syntax_error_names_its_line() -> None:
    broken = paths.choice("ok", "no").replace(b">ok<", b">\n\n  ok and\n)<")
    remark = next(remark for remark in check(broken).remarks if remark.code == "feel_syntax")
    source = broken.decode().split("\n")
    assert (remark.line, source[remark.line - 1].strip()[:1]) == (4, ")")


def test_unreadable_bytes_are_a_report_not_an_exception() -> None:
    report = check(b"<definitions")
    assert [remark.code for remark in report.errors] == ["not_xml"] and not report.ok


def test_a_sub_process_that_holds_its_double_in_a_wrong_place_does_not_go_round() -> None:
    inner = d.subprocess("x", d.subprocess("x"))
    report = check(elements.changed(straight(), "</userTask>", f"{inner}</userTask>"))
    assert {"element_misplaced", "double_id"} <= {remark.code for remark in report.errors}


def test_a_tree_that_is_checked_still_holds_what_is_only_drawn() -> None:
    assert load(HEALTHY["lanes, notes and drawn data"]).getroot().find("{*}dataStore") is not None


def with_event(host: str, *kinds: str) -> bytes:
    inside = "".join(f"<{kind}EventDefinition/>" for kind in kinds)
    return straight(f'<{host} id="x" attachedToRef="u">{inside}</{host}>')


STANDARD = {
    **{tag: straight(f'<{tag} id="x"/>') for tag in standard.OTHERS},
    **{f"{host}/none": with_event(host) for host in standard.EVENTS},
    **{f"{host}/multiple": with_event(host, "timer", "message") for host in standard.EVENTS},
    **{f"{host}/{kind}": with_event(host, kind) for host in standard.EVENTS for kind in standard.DEFINITIONS},
}


@pytest.mark.parametrize("element", STANDARD)
def test_an_element_of_the_standard_runs_or_is_named(element: str) -> None:
    tag = element.split("/")[0]
    said = {
        remark.code
        for remark in check(STANDARD[element]).remarks
        if remark.element == "x" and remark.message_en.startswith(tag)
    }
    assert ("element_refused" in said or "element_ignored" in said) == (element not in standard.RUN_LIST)


def test_the_table_runs_what_the_run_list_says() -> None:
    runs = {element for element, verdict in verdicts() if verdict.startswith("runs")}
    assert runs == standard.RUN_LIST | {"process", "sequenceFlow"}


def test_only_what_is_drawn_beside_the_flow_is_let_pass_with_a_remark() -> None:
    ignored = {element for element in standard.OTHERS if dict(verdicts()).get(element, "").startswith("no effect")}
    assert ignored == {"dataObject", "dataObjectReference", "dataStoreReference"}


def verdicts() -> list[tuple[str, str]]:
    return [(row.element, row.verdict) for row in profile.rows() if not row.attribute]


@pytest.mark.parametrize(("timed", "codes"), [({"stalled"}, []), ({"time_limit"}, ["checkpoint_limit"])])
def test_a_timer_may_watch_the_kinds_that_say_when_they_are_broken(timed: set[str], codes: list[str]) -> None:
    drawn = d.model(
        d.start(), d.step("review"), d.end(), d.chain("s", "review", "e"),
        d.timer("still", "review", "checkpoint", ref="C-1"), d.rule_check(), d.flow("still", "rc"),
        checkpoints=d.checkpoint("C-1", kind="stalled"),
    )  # fmt: skip
    report = profile.check(drawn, kinds={"stalled": set()}, timed=timed)
    assert [remark.code for remark in report.remarks if remark.element == "still"] == codes


@pytest.mark.parametrize("name", called.SOUND)
def test_calls_of_other_models_that_fit_are_not_called_wrong(name: str) -> None:
    xml, models = called.SOUND[name]
    assert [remark.message_en for remark in check(xml, models=models).errors] == []
