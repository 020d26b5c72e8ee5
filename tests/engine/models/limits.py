"""Limits that contradict each other."""

from __future__ import annotations

from tests.engine import drawing as d
from tests.engine.models.faults import Case

DAY = '<jc:param name="unit">"working_day"</jc:param>'


def rule(name: str, level: str, amount: str, more: str = "") -> str:
    return (
        f'<jc:rule id="{name}" kind="time_limit" dimension="TIME" level="{level}" basis="测试" confidence="E" message="m"'
        f' messageEn="m"><jc:param name="amount">{amount}</jc:param>{DAY}{more}</jc:rule>'
    )


def timed(*rules: str) -> bytes:
    """A step with a timer checkpoint that has these rules."""
    declared = f'<jc:checkpoint id="K" name="K" nameEn="K">{"".join(rules)}</jc:checkpoint>'
    return d.model(
        d.start(), d.step("u"), d.end(), d.chain("s", "u", "e"), d.timer("t", "u", "checkpoint", ref="K"),
        d.rule_check(), d.flow("t", "rc"), checkpoints=declared,
    )  # fmt: skip


def staged(whole: str, *steps: str) -> bytes:
    """A sub-process with a limit around steps with limits, one after the other."""
    names = [f"u{number}" for number, _ in enumerate(steps)]
    inner = d.subprocess(
        "x", d.start("i"), d.end("k"), d.chain("i", *names, "k"), d.rule_check("rc2"),
        *(d.step(name) + d.timer(f"t_{name}", name, "checkpoint", ref=f"K_{name}") + d.flow(f"t_{name}", "rc2")
          for name in names),
    )  # fmt: skip
    limits = [("K", whole), *((f"K_{name}", limit) for name, limit in zip(names, steps, strict=True))]
    declared = "".join(
        f'<jc:checkpoint id="{name}" name="K" nameEn="K">{rule(f"{name}.1", "yellow", limit)}</jc:checkpoint>'
        for name, limit in limits
    )
    return d.model(
        d.start(), inner, d.end(), d.chain("s", "x", "e"), d.timer("t", "x", "checkpoint", ref="K"), d.rule_check(),
        d.flow("t", "rc"), checkpoints=declared,
    )  # fmt: skip


STATUTORY = '<jc:param name="statutory">{}</jc:param>'
CASES = (
    Case(
        "the statutory limit is the shorter", "limit_statutory", "K.1",
        timed(rule("K.1", "yellow", "5", STATUTORY.format(3))),
    ),
    Case(
        "red comes before yellow", "limit_order", "K.2", timed(rule("K.1", "yellow", "5"), rule("K.2", "red", "3"))
    ),
    Case("steps take longer than the whole", "limit_sum", "K.1", staged("4", "3", "2")),
)  # fmt: skip
SOUND = {
    "the statutory limit is the longer": timed(rule("K.1", "yellow", "5", STATUTORY.format(9))),
    "red comes after yellow": timed(rule("K.1", "yellow", "5"), rule("K.2", "red", "8")),
    "steps fit into the whole": staged("5", "3", "2"),
    "a limit is not a number": staged("item.promised_wd", "3", "2"),
}
