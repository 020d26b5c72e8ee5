"""Bytes from anybody are read safely or refused; a diagram is read as it stands."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from engine.definitions import compiled
from engine.diagrams import EventInfo, Flow, prepare, read
from engine.errors import ModelRefused
from engine.lint import decisions, hardened
from tests.engine import drawing as d
from tests.engine.models.faults import changed, straight

BPMN = 'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
PLAIN = f'<definitions {BPMN}><process id="p" name="受理與審查"><startEvent id="s"/></process></definitions>'
DOCTYPE = f'<!DOCTYPE definitions [<!ENTITY x "boom">]>{PLAIN}'
REFUSED_WITHIN = 0.1  # seconds


def encoded(text: str, encoding: str, declared: str | None = None) -> bytes:
    return f'<?xml version="1.0" encoding="{declared or encoding}"?>\n{text}'.encode(encoding)


def refusal(xml: bytes) -> tuple[str, int]:
    """Code and line of the first remark that ``read`` gives."""
    with pytest.raises(ModelRefused) as refused:
        read(xml)
    remark = refused.value.facts["remarks"][0]
    return remark.code, remark.line


@pytest.mark.parametrize("encoding", ["UTF-8", "utf-8-sig", "UTF-16", "GBK", "GB2312", "GB18030", "Big5"])
def test_chinese_is_read_in(encoding: str) -> None:
    text = (
        PLAIN
        if encoding in ("UTF-8", "utf-8-sig", "UTF-16", "GB18030", "Big5", "GBK")
        else PLAIN.replace("與審查", "与审查")
    )
    declared = "UTF-8" if encoding == "utf-8-sig" else encoding
    assert read(encoded(text, encoding, declared)).title.startswith("受理")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_needs_no_mark(encoding: str) -> None:
    assert read(encoded(PLAIN, encoding, "UTF-16")).title == "受理與審查"


@pytest.mark.parametrize(
    ("actual", "declared"),
    [
        ("GBK", "UTF-8"),
        ("UTF-8", "GBK"),
        ("UTF-8", "Big5"),
        ("UTF-8", "GB18030"),
        ("Big5", "UTF-8"),
        ("UTF-8", "ASCII"),
    ],
)
def test_bytes_that_are_not_what_they_say_are_refused_with_the_line(actual: str, declared: str) -> None:
    assert refusal(encoded(PLAIN, actual, declared)) == ("wrong_encoding", 2)


@pytest.mark.parametrize(
    ("actual", "declared"), [("UTF-8", "UTF-16"), ("UTF-16", "UTF-8"), ("UTF-16", "GBK"), ("utf-8-sig", "GBK")]
)
def test_a_mark_and_a_declaration_that_disagree_are_refused(actual: str, declared: str) -> None:
    assert refusal(encoded(PLAIN, actual, declared)) == ("wrong_encoding", 1)


@pytest.mark.parametrize("encoding", ["utf-7", "utf-32", "cp037", "rot13", "klingon"])
def test_other_encodings_are_refused(encoding: str) -> None:
    actual = encoding if encoding.startswith("utf") else "ascii"
    ascii_only = PLAIN.replace("受理與審查", "x")
    assert refusal(encoded(ascii_only, actual, encoding)) == ("unknown_encoding", 1)


@pytest.mark.parametrize("encoding", ["UTF-8", "utf-8-sig", "UTF-16", "utf-16-le", "utf-16-be", "GBK", "GB18030"])
@pytest.mark.parametrize("before", ["", "\n \t", "<!-- <!DOCTYPE x> -->", "<?pi <!-- ?>\n", "<!----><!-- -->"])
def test_a_doctype_is_refused_in_any_encoding_behind_anything(encoding: str, before: str) -> None:
    declared = {"utf-8-sig": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}.get(encoding, encoding)
    assert refusal(encoded(before + DOCTYPE, encoding, declared))[0] == "doctype"


def test_the_word_doctype_in_a_comment_or_a_text_is_no_doctype() -> None:
    text = PLAIN.replace(
        "<process", "<!-- <!DOCTYPE x> --><documentation><![CDATA[<!DOCTYPE html>]]></documentation><process"
    )
    assert read(text.encode()).process_id == "p"


def test_text_is_not_taken_for_bytes() -> None:
    with pytest.raises(TypeError, match="expected bytes, found str"):
        read(PLAIN)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (b"", "not_xml"),
        (b"<a>\n<b></a>", "not_xml"),
        (b"<!-- ", "not_xml"),
        (b"<?", "not_xml"),
        (b"<a>&boom;</a>", "not_xml"),
        (b"<a>\0</a>", "not_xml"),
        (b"<a/>", "not_bpmn"),
        (PLAIN.replace("20100524", "20990101").encode(), "not_bpmn"),
        (f"<definitions {BPMN}/>".encode(), "no_process"),
        (b"<a>" * 300 + b"</a>" * 300, "not_xml"),
        (b"<a>" + b" " * hardened.MAX_BYTES + b"</a>", "too_large"),
        (b"<a>" + b"<b/>" * hardened.MAX_ELEMENTS + b"</a>", "too_complex"),
        (b"<a " + b" ".join(b"a%d=''" % n for n in range(201)) + b"/>", "too_complex"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[:12].decode(),
)
def test_what_is_no_diagram_is_refused(xml: bytes, code: str) -> None:
    assert refusal(xml)[0] == code


def test_a_syntax_error_names_its_line() -> None:
    assert refusal(PLAIN.replace("<process", "\n\n<process").replace("</process>", "").encode())[1] == 3


def attacks(folder: Path) -> list[bytes]:
    """Each attack file, and each line of the lists of attacks as a file of its own."""
    files = [file for file in sorted(folder.rglob("*")) if file.is_file() and file.name != "LICENSE"]
    found = [file.read_bytes() for file in files]
    lines = [line for file in files if file.suffix == ".txt" for line in file.read_bytes().splitlines() if line.strip()]
    return found + lines


@pytest.mark.corpora
def test_every_attack_is_refused_at_once(corpora: Path) -> None:
    found = attacks(corpora / "xml-attacks")
    assert len(found) > 20
    for xml in found:
        assert min(seconds_to_refuse(xml) for _ in range(3)) < REFUSED_WITHIN, xml[:80]


def seconds_to_refuse(xml: bytes) -> float:
    began = time.perf_counter()
    refusal(xml)
    return time.perf_counter() - began


@pytest.mark.corpora
def test_every_attack_is_refused_in_utf_16_too(corpora: Path) -> None:
    for xml in attacks(corpora / "xml-attacks"):
        text = xml.decode("utf-8", "replace")
        assert refusal(text.encode("utf-16"))[0] in ("doctype", "not_xml", "not_bpmn", "wrong_encoding")


@pytest.mark.corpora
def test_every_attack_with_a_doctype_is_refused_for_it(corpora: Path) -> None:
    files = [xml for xml in attacks(corpora / "xml-attacks") if xml.lstrip().startswith(b"<!DOCTYPE")]
    assert files and {refusal(xml)[0] for xml in files} == {"doctype"}


def test_decision_tables_are_read_with_the_same_care() -> None:
    table = b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="t"/>'
    assert decisions.check(table).remarks == ()
    assert [remark.code for remark in decisions.check(b"<a/>").remarks] == ["not_dmn"]
    assert [remark.code for remark in decisions.check(DOCTYPE.encode()).remarks] == ["doctype"]


FULL = d.model(
    *(d.start(), d.step("u", exclude="v w", form="review"), d.gateway("g", default="f_g_e"), d.end()),
    *(d.chain("s", "u", "g", "e"), d.flow("g", "x", " amount &lt; <!-- a comment --> 10 "), d.flow("x", "e")),
    d.subprocess("x", d.start("i"), d.handler("h", "issue", "no=case.no", "order_no"), d.chain("i", "h")),
    *(d.timer("t", "u", "checkpoint", ref="C-1"), d.data_checkpoint("c", "u", "C-1"), d.rule_check()),
    *(d.message("m", "u", "paid_message", True), '<receiveTask id="r" messageRef="paid_message"/>'),
    extra='<message id="paid_message" name="paid"/>',
    checkpoints=d.checkpoint("C-1", amount="5", unit='"hour"'),
)


def test_the_process_is_read() -> None:
    diagram = read(FULL)
    about = (diagram.process_id, diagram.system, diagram.kind, diagram.title, diagram.title_en, diagram.executable)
    assert about == ("p", "TT", "executable", "试", "Test", True)


def test_a_step_is_read() -> None:
    step = read(FULL).elements["u"].step
    assert step is not None
    assert (step.code, step.role, step.form, step.exclude) == ("u", "clerk", "review", ("v", "w"))


def test_a_handler_inside_a_sub_process_is_read() -> None:
    node = read(FULL).elements["h"]
    assert node.handler is not None and node.parent == "x"
    assert (node.handler.name, node.handler.inputs, node.handler.outputs) == ("issue", {"no": "case.no"}, ("order_no",))


def test_events_are_read() -> None:
    elements = read(FULL).elements
    assert elements["s"].event == EventInfo("none")
    assert elements["t"].event == EventInfo("timer", "timeDate", "checkpoint")
    assert elements["c"].event == EventInfo("conditional", text="step completed")
    assert elements["m"].event == elements["r"].event == EventInfo("message", ref="paid")
    assert elements["u"].event is None
    assert (elements["m"].cancel_activity, elements["t"].cancel_activity, elements["t"].attached_to) == (
        True,
        False,
        "u",
    )


def test_flows_are_read_with_conditions_and_the_default() -> None:
    flows = {flow.id: flow for flow in read(FULL).flows}
    assert flows["f_g_e"].default and flows["f_g_e"].condition is None
    # A comment inside an expression does not cut it short.
    assert flows["f_g_x"].condition == "amount <  10" and not flows["f_g_x"].default
    assert flows["f_i_h"] == Flow("f_i_h", "i", "h", None, False, 1, "x")


def test_checkpoints_and_rules_are_read() -> None:
    diagram = read(FULL)
    assert diagram.elements["t"].checkpoint == diagram.elements["c"].checkpoint == "C-1"
    rule = diagram.checkpoints["C-1"].rules[0]
    assert (rule.id, rule.kind, rule.dimension, rule.level, rule.ladder) == (
        "C-1.1",
        "time_limit",
        "TIME",
        "yellow",
        "",
    )
    assert (rule.basis, rule.confidence, rule.params) == ("测试", "E", {"amount": "5", "unit": '"hour"'})


def test_a_checkpoint_declared_on_its_event_is_read() -> None:
    own = d.checkpoint("C-2", "expression", must="ok")
    xml = changed(straight(d.data_checkpoint("c", "u", "C-2")), '<jc:checkpoint ref="C-2"/>', own)
    diagram = read(xml)
    assert diagram.elements["c"].checkpoint == "C-2" and diagram.checkpoints["C-2"].rules[0].params == {"must": "ok"}


def test_elements_know_their_lines() -> None:
    diagram = read(straight().replace(b"><", b">\n<"))
    assert [diagram.elements[name].line for name in "sue"] == [7, 8, 13]


def test_the_first_process_is_the_main_one() -> None:
    diagram = read(
        changed(straight(), "</definitions>", '<process id="q"><startEvent id="z"/></process></definitions>')
    )
    assert diagram.process_id == "p" and "z" not in diagram.elements
    assert [(other.process_id, list(other.elements)) for other in diagram.processes] == [("q", ["z"])]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('<userTask id="u"', "<userTask", "no_id"),
        ('<endEvent id="e"', '<endEvent id="u"', "double_id"),
        ('<endEvent id="e"', '<endEvent id="Root"', "reserved_id"),
        ('<endEvent id="e"', '<endEvent id="e.1"', "bad_id"),
    ],
)
def test_a_diagram_that_would_lose_a_node_is_not_read(old: str, new: str, code: str) -> None:
    assert refusal(changed(straight(), old, new))[0] == code


def test_the_parser_gets_a_tree_without_what_has_no_effect() -> None:
    xml = straight('<dataStoreReference id="r"/>', extra='<dataStore id="ds" name="D"/>')
    left = {node.get("id") for node in prepare(xml).getroot().iter()}
    assert {"s", "u", "e"} <= left and not {"r", "ds"} & left


def test_a_drawing_in_a_wrong_place_is_not_given_to_the_parser() -> None:
    shape = '<b:BPMNShape xmlns:b="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:c="http://www.omg.org/spec/DD/20100524/DC" bpmnElement="u"><c:Bounds x="left"/></b:BPMNShape>'
    xml = changed(straight(), '<jc:step code="u"', f'{shape}<jc:step code="u"')

    assert compiled(xml).diagram.elements["u"].step is not None


def test_a_rule_may_have_the_id_of_a_node() -> None:
    own = d.checkpoint("C-2", "expression", must="ok").replace('id="C-2.1"', 'id="e"')
    xml = changed(
        straight(d.data_checkpoint("c", "u", "C-2"), d.rule_check(), d.flow("c", "rc")),
        '<jc:checkpoint ref="C-2"/>',
        own,
    )

    assert compiled(xml).diagram.checkpoints["C-2"].rules[0].id == "e"
