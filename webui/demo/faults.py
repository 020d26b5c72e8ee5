"""The planted faults and the near misses, one recipe each. What must be found in them is ``judge.py``'s to say."""

from __future__ import annotations

from collections.abc import Mapping

from webui.demo.plan import Row
from webui.demo.recipes import Recipe, approval, comfortable, ending, finish, intake, limit_of, ordinary, share_out
from webui.demo.writing import CaseWriter

RECEIVING = 5  # working days of 行政许可法 Art 32(4)
LAWFUL_EXTENSION = 10  # Art 42


def late_total(writer: CaseWriter, late: int = 1) -> None:
    """Decided on the first day after the promised limit."""
    intake(writer)
    finish(writer, share_out(writer.rng, limit_of(writer.item) + late, writer.item))


def far_too_late(writer: CaseWriter) -> None:
    """Decided after the statutory limit, or more than three days after the only one."""
    two = writer.item["promised_wd"] < writer.item["statutory_wd"]
    beyond = writer.item["statutory_wd"] - writer.item["promised_wd"] if two else 3
    late_total(writer, int(beyond) + writer.rng.randint(1, 3))


def late_step(writer: CaseWriter) -> None:
    """The review takes a day more than its limit, nothing else takes long."""
    _step(writer, 1)


def _step(writer: CaseWriter, late: int) -> None:
    intake(writer)
    step = "4" if "4" in writer.item["step_limits"] else "6"
    finish(writer, {step: int(writer.item["step_limits"][step]) + late})


def late_receiving(writer: CaseWriter) -> None:
    """Nobody answers within five working days: deemed accepted."""
    writer.start()
    writer.wait(RECEIVING + writer.rng.randint(1, 2))
    writer.accept()
    finish(writer, comfortable(writer))


def second_supplement(writer: CaseWriter, times: int = 2) -> None:
    """Supplements are asked for again."""
    writer.start()
    for count in range(1, times + 1):
        writer.wait(writer.rng.randint(0, 3))
        writer.receive("supplement", supplement_items="补充平面图")
        writer.wait(writer.rng.randint(2, 8))
        writer.supplement(count)
    writer.wait(writer.rng.randint(0, 3))
    writer.receive("accepted")
    writer.accept()
    finish(writer, comfortable(writer))


def rejection_without_reason(writer: CaseWriter) -> None:
    told = writer.rng.choice((("", True), ("材料不符合法定形式", False), ("", False)))
    reject(writer, *told)


def reject(writer: CaseWriter, reason: str, told: bool) -> None:
    """Not accepted, with or without a reason and the remedies."""
    writer.start()
    writer.wait(writer.rng.randint(0, 3))
    writer.receive("rejected", reason_text=reason, remedy_told=told)


def long_extension(writer: CaseWriter, amount: int = LAWFUL_EXTENSION + 5) -> None:
    """Extended by more than the law allows, then decided within the new limit."""
    intake(writer)
    spent = comfortable(writer)
    approval(writer, spent)
    writer.extend(amount)
    writer.wait(int(writer.item["step_limits"]["6"]) + writer.rng.randint(0, 4))
    writer.decide(extension_approver_role="dept_head")
    ending(writer)


def wrong_fee(writer: CaseWriter) -> None:
    """Too much is taken, or a fee that is in no catalogue."""
    intake(writer)
    spent = comfortable(writer)
    approval(writer, spent)
    writer.wait(spent["6"])
    writer.decide()
    surplus, code = writer.rng.choice(((50, ""), (1, ""), (0, "CJ-99")))
    ending(writer, surplus=surplus, code=code)


def same_person(writer: CaseWriter) -> None:
    """The chief handles the case himself and audits it."""
    intake(writer)
    finish(writer, comfortable(writer), same=writer.staff.both("section_chief", "clerk", writer.place) or writer.chief)


def skipped_step(writer: CaseWriter) -> None:
    """From the review straight to the decision."""
    intake(writer)
    finish(writer, comfortable(writer), skip=True)


def received_on_the_last_day(writer: CaseWriter) -> None:
    writer.start()
    writer.wait(RECEIVING)
    writer.receive("accepted")
    writer.accept()
    finish(writer, comfortable(writer))


# Recipe, how often in a hundred cases, and whether an item is fit for it.
FAULTS: Mapping[str, tuple[Recipe, float]] = {
    "late_total": (late_total, 3),
    "far_too_late": (far_too_late, 1.5),
    "late_step": (late_step, 3),
    "late_receiving": (late_receiving, 2),
    "second_supplement": (second_supplement, 1.5),
    "rejection_without_reason": (rejection_without_reason, 1.5),
    "long_extension": (long_extension, 1),
    "wrong_fee": (wrong_fee, 1.5),
    "same_person": (same_person, 1.5),
    "skipped_step": (skipped_step, 1.5),
}
NEAR_MISSES: Mapping[str, tuple[Recipe, float]] = {
    "decided_on_the_last_day": (lambda writer: late_total(writer, 0), 3),
    "step_on_its_last_day": (lambda writer: _step(writer, 0), 3),
    "received_on_the_last_day": (received_on_the_last_day, 2),
    "one_supplement": (lambda writer: second_supplement(writer, 1), 3),
    "rejection_with_reason": (lambda writer: reject(writer, "未取得规划许可", True), 3),
    "longest_lawful_extension": (lambda writer: long_extension(writer, LAWFUL_EXTENSION), 1),
}
RECIPES: Mapping[str, tuple[Recipe, float]] = {"ordinary": (ordinary, 66), **FAULTS, **NEAR_MISSES}


def fits(recipe: str, item: Row) -> bool:
    """Whether that can be planted in a case of that item."""
    if recipe == "wrong_fee":
        return bool(item["fees"])
    if recipe in ("same_person", "skipped_step"):
        return "5" in item["route"]
    if recipe in ("long_extension", "longest_lawful_extension"):
        return "4" in item["route"] and not item["joint"]
    return True
