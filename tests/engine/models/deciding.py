"""Business rule tasks that decide, and the faults that they may have."""

from __future__ import annotations

from tests.engine import drawing as d
from tests.engine.models.faults import Case, changed

DMN = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def rule(*cells: str) -> str:
    *tests, output = cells
    given = "".join(f"<inputEntry><text>{cell}</text></inputEntry>" for cell in tests)
    return f"<rule>{given}<outputEntry><text>{output}</text></outputEntry></rule>"


def table(*rules: str, policy: str = "UNIQUE", name: str = "fee", expression: str = "area", more: str = "") -> bytes:
    return (
        f'<definitions xmlns="{DMN}" namespace="urn:{name}" id="d_{name}" name="{name}">{more}'
        f'<inputData id="i_area" name="area"/>'
        f'<decision id="{name}" name="收费 {name}"><informationRequirement><requiredInput href="#i_area"/>'
        f'</informationRequirement><decisionTable hitPolicy="{policy}">'
        f"<input><inputExpression><text>{expression}</text></inputExpression></input><output/>"
        f"{''.join(rules)}</decisionTable></decision></definitions>"
    ).encode()


FEES = table(rule("&lt; 100", "10"), rule("&gt;= 100", "25.5"))


def decides(
    name: str = "decide", ref: str = "fee", given: str = "size", result: str = "fee_due", inner: str = ""
) -> str:
    return (
        f'<businessRuleTask id="{name}" name="{name}"><extensionElements><jc:decision ref="{ref}" result="{result}">'
        f'<jc:input name="area">{given}</jc:input>{inner}</jc:decision></extensionElements></businessRuleTask>'
    )


def model(task: str = decides()) -> bytes:
    return d.model(
        d.start(), d.step("a"), task, d.gateway("g", default="f_g_c"), d.step("b"), d.step("c"), d.end("e1"), d.end(),
        d.chain("s", "a", "decide", "g"), d.flow("g", "b", "fee_due = 25.5"), d.flow("g", "c"), d.chain("b", "e1"),
        d.chain("c", "e"),
    )  # fmt: skip


OTHERS = (
    '<businessRuleTask id="decide" name="x" c:decisionRef="fee"/>',
    '<businessRuleTask id="decide" name="x"><extensionElements><c:calledDecision decisionId="fee" resultVariable="y"/>'
    "</extensionElements></businessRuleTask>",
)
GOOD = model()

CASES = (
    Case("no file has the decision", "decision_unknown", "decide", model(decides(ref="nothing")), (FEES,)),
    Case("its file is at fault", "decision_broken", "decide", GOOD, (changed(FEES, "&lt; 100", "&lt; &lt;"),)),
    Case(
        "an input that it needs is not given",
        "decision_input_missing",
        "decide",
        changed(GOOD, '<jc:input name="area">', '<jc:input name="size">'),
        (FEES,),
    ),
    Case(
        "an input is given that it does not read",
        "decision_input_unknown",
        "decide",
        model(decides(inner='<jc:input name="y">1</jc:input>')),
        (FEES,),
    ),
    Case("its value goes nowhere", "decision_result", "decide", changed(GOOD, ' result="fee_due"', ""), (FEES,)),
    Case("a task decides and does not say what", "decision_ref", "decide", model(decides(ref="")), (FEES,)),
    Case(
        "a task decides and calls a handler",
        "decision_and_handler",
        "decide",
        changed(GOOD, "<jc:decision", '<jc:handler name="rule_check"/><jc:decision'),
        (FEES,),
    ),
    Case(
        "what takes its value is no FEEL",
        "feel_syntax",
        "decide",
        model(decides(inner='<jc:output name="y">1 +</jc:output>')),
        (FEES,),
    ),
    Case(
        "a service task would decide",
        "extension_misplaced",
        "decide",
        GOOD.replace(b"businessRuleTask", b"serviceTask"),
        (FEES,),
    ),
    *(
        Case(
            "a decision is named as another product does",
            "decision_foreign",
            "decide",
            changed(model(written), "<definitions", '<definitions xmlns:c="http://camunda.org/schema/1.0/bpmn"'),
            (FEES,),
        )
        for written in OTHERS
    ),
)
