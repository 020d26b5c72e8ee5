"""Faults of checkpoints and rules."""

from __future__ import annotations

from tests.engine import drawing as d
from tests.engine.models.faults import Case, changed, straight

LIMIT = d.checkpoint("C-1", "time_limit", amount="5", unit='"working_day"')
DATA = d.checkpoint("C-2", "expression", must="amount &lt; 10")
LEADS = d.rule_check() + d.flow("t", "rc")

TIMED = straight(d.timer("t", "u", "checkpoint", ref="C-1"), LEADS, checkpoints=LIMIT)
CHECKED = straight(d.data_checkpoint("t", "u", "C-2"), LEADS, checkpoints=DATA)


def rule(old: str, new: str) -> bytes:
    """The data checkpoint with one thing in its rule changed."""
    return changed(CHECKED, old, new)


CASES = (
    Case(
        "a checkpoint has neither id nor ref",
        "checkpoint_id",
        "t",
        changed(TIMED, '<jc:checkpoint ref="C-1"/>', "<jc:checkpoint/>"),
    ),
    Case("a checkpoint is declared twice", "checkpoint_double", "C-1", changed(TIMED, LIMIT, LIMIT * 2)),
    Case("a checkpoint is not declared", "checkpoint_undeclared", "t", changed(TIMED, 'ref="C-1"', 'ref="C-9"')),
    Case("a checkpoint hangs nowhere", "checkpoint_unused", "C-1", straight(checkpoints=LIMIT)),
    Case(
        "a checkpoint has no rules",
        "checkpoint_empty",
        "C-1",
        straight(checkpoints='<jc:checkpoint id="C-1" name="c" nameEn="c"/>'),
    ),
    Case("a timer checkpoint has its own time", "checkpoint_time", "t", changed(TIMED, ">checkpoint<", ">P5D<")),
    Case(
        "a timer checkpoint has no limit",
        "checkpoint_limit",
        "t",
        changed(TIMED, 'kind="time_limit"', 'kind="expression"'),
    ),
    Case(
        "a plain timer waits for a checkpoint",
        "timer_checkpoint",
        "t",
        straight(d.timer("t", "u", "checkpoint"), d.flow("t", "e")),
    ),
    Case(
        "an event that is no checkpoint asks whether a step is completed",
        "conditional_checkpoint",
        "t",
        straight(d.data_checkpoint("t", "u", ""), LEADS),
    ),
    Case(
        "a data checkpoint interrupts",
        "conditional_interrupting",
        "t",
        changed(CHECKED, 'cancelActivity="false"', 'cancelActivity="true"'),
    ),
    Case("a data checkpoint has no condition", "event_condition_missing", "t", changed(CHECKED, "step completed", "")),
    Case(
        "a data checkpoint looks at any time",
        "checkpoint_condition",
        "t",
        changed(CHECKED, "step completed", "amount = 1"),
    ),
    Case(
        "a checkpoint leads to no rule task",
        "checkpoint_task",
        "t",
        changed(TIMED, '"f_t_rc" sourceRef="t" targetRef="rc"', '"f_t_rc" sourceRef="t" targetRef="e"'),
    ),
    Case("a rule has no id", "rule_id", "C-2", rule('<jc:rule id="C-2.1"', "<jc:rule")),
    Case(
        "two rules share an id",
        "rule_double",
        "C-2.1",
        rule("</jc:checkpoint>", '<jc:rule id="C-2.1"/></jc:checkpoint>'),
    ),
    Case("a rule has no kind", "rule_without_kind", "C-2.1", rule('kind="expression"', "")),
    Case("a rule is of an unknown kind", "rule_kind", "C-2.1", rule('kind="expression"', 'kind="guess"')),
    Case("a parameter is unknown", "rule_parameter", "C-2.1", rule('name="must"', 'name="mast"')),
    Case("a parameter is missing", "rule_parameter_missing", "C-2.1", rule('name="must"', 'name="mast"')),
    Case("a level is unknown", "rule_level", "C-2.1", rule('level="yellow"', 'level="pink"')),
    Case("a rule has neither level nor ladder", "rule_without_level", "C-2.1", rule('level="yellow"', "")),
    Case(
        "a rule is perhaps on trial", "rule_trial", "C-2.1", rule('level="yellow"', 'level="yellow" dryRun="perhaps"')
    ),
    Case("a ladder is unknown", "rule_ladder", "C-2.1", rule('level="yellow"', 'ladder="STEEP"')),
    Case("a dimension is unknown", "rule_dimension", "C-2.1", rule('dimension="TIME"', 'dimension="LUCK"')),
    Case("a rule has no basis", "rule_basis", "C-2.1", rule('basis="测试"', "")),
    Case("a confidence is unknown", "rule_confidence", "C-2.1", rule('confidence="E"', 'confidence="C✓/X"')),
    Case("a rule has no confidence", "rule_confidence", "C-2.1", rule('confidence="E"', "")),
    Case(
        "a rule that is not of time has a card of its own",
        "rule_auto_card",
        "C-2.1",
        rule('dimension="TIME"', 'dimension="FLOW" autoCard="true"'),
    ),
    Case("a rule has no English message", "rule_message", "C-2.1", rule('messageEn="m"', "")),
    Case("a parameter of a rule is no FEEL", "feel_syntax", "C-2.1", rule("amount &lt; 10", "amount &lt;")),
)
