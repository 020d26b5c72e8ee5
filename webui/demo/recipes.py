"""How cases run: the ordinary ones, those with a planted fault, and those that miss a fault by a day."""

from __future__ import annotations

import random
from collections.abc import Callable
from math import ceil

from webui.demo.plan import Row
from webui.demo.writing import CaseWriter

Recipe = Callable[[CaseWriter], None]
PROMISED_STEPS = ("4", "5", "6")


def limit_of(item: Row) -> int:
    """The promised working days."""
    return int(min(item["promised_wd"], item["statutory_wd"]))


def notice_day(limit: int) -> int:
    """The working day from whose start on a limit is near: 80 % used or one left; of short ones the last."""
    return limit if limit <= 3 else min(ceil(limit * 0.8), limit - 1)


def share_out(rng: random.Random, total: int, item: Row) -> dict[str, int]:
    """Working days for each step of the route, within the step limits where that is possible."""
    limits = {code: int(item["step_limits"][code]) for code in PROMISED_STEPS if code in item["step_limits"]}
    spent = dict.fromkeys(limits, 0)
    for _ in range(total):
        room = [code for code, limit in limits.items() if spent[code] < limit]
        spent[rng.choice(room) if room else list(limits)[-1]] += 1
    return spent


def comfortable(writer: CaseWriter) -> dict[str, int]:
    """Days that come near no limit."""
    most = notice_day(limit_of(writer.item)) - 1
    return share_out(writer.rng, writer.rng.randint(min(1, most), most), writer.item)


def intake(writer: CaseWriter, *, most: int = 2) -> None:
    """Received, found complete, accepted."""
    writer.start()
    writer.wait(writer.rng.randint(0, most))
    writer.receive("accepted")
    writer.accept()


def approval(writer: CaseWriter, spent: dict[str, int], *, skip: bool = False, same: str = "") -> None:
    """Review, special procedure and audit as the item's route says; then it lies with the head."""
    route = writer.item["route"]
    if "4" in route:
        stops = [] if "4a" in route else list(writer.item["allowed_special"])
        if stops and spent.get("4", 0) > 1 and writer.rng.random() < 0.4:
            writer.wait(1)
            writer.special(stops[0], writer.rng.randint(3, 8), step=False)
            writer.wait(spent["4"] - 1)
        else:
            writer.wait(spent.get("4", 0))
        following = "special_procedure" if "4a" in route else "audit" if "5" in route else "decide"
        writer.review("decide" if skip else following, same)
        if following == "special_procedure" and not skip:
            writer.special(writer.rng.choice(writer.item["allowed_special"]), writer.rng.randint(3, 10), step=True)
    if "5" in route and not skip:
        writer.wait(spent.get("5", 0))
        writer.audit(same)


def ending(writer: CaseWriter, decision: str = "granted", *, surplus: int = 0, code: str = "") -> None:
    """Fee, delivery, publication."""
    if decision in ("withdrawn", "terminated"):
        return
    if decision == "granted" and writer.item["fees"]:
        writer.wait(writer.rng.randint(0, 2))
        writer.fee(surplus=surplus, code=code)
    writer.wait(writer.rng.randint(0, 4))
    writer.deliver()
    writer.wait(writer.rng.randint(0, 4))
    writer.publish()


def finish(writer: CaseWriter, spent: dict[str, int], **how: str | bool) -> None:
    """From acceptance to the end, granted."""
    approval(writer, spent, skip=bool(how.get("skip")), same=str(how.get("same", "")))
    writer.wait(spent.get("6", 0))
    writer.decide()
    ending(writer)


def ordinary(writer: CaseWriter) -> None:
    intake(writer)
    spent = comfortable(writer)
    approval(writer, spent)
    writer.wait(spent.get("6", 0))
    decision = writer.rng.choices(("granted", "denied", "withdrawn"), (90, 7, 3))[0]
    writer.decide(decision)
    ending(writer, decision)
