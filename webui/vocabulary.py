"""The words of the field (domain sheets, part C) for the codes that the tables hold.

Lazy: a word is looked up in the language of the request that shows it. An unknown code is shown as it is.
"""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _p

LEVEL = {"notice": _l("Notice"), "yellow": _l("Yellow warning"), "red": _l("Red warning")}
COLOUR = {"yellow": _l("Yellow card"), "red": _l("Red card")}

ROLE = {
    "clerk": _l("Clerk"),
    "section_chief": _l("Section chief"),
    "dept_head": _l("Department head"),
    "liaison": _l("Liaison"),
    "supervisor": _l("Supervisor"),
    "office_head": _l("Supervision office head"),
    "leader": _l("Leader of the supervision organ"),
    "designer": _l("Process designer"),
    "publisher": _l("Model publisher"),
    "assessor": _l("Assessment officer"),
    "auditor": _l("Auditor"),
    "administrator": _l("Administrator"),
}

DIMENSION = {
    "TIME": _l("Time limits"),
    "FLOW": _l("Flow"),
    "FEE": _l("Fees"),
    "MATL": _l("Materials"),
    "AUTH": _l("Authority"),
    "COND": _l("Conditions"),
    "OPEN": _l("Openness"),
    "FUND": _l("Funds"),
    "COMP": _l("Competition"),
    "INTG": _l("Integrity"),
    "SATI": _l("Satisfaction"),
    "DATA": _l("Data"),
    "VIDEO": _l("Video"),
}

# The marks of the basis column: practice and examples are never shown as law.
CONFIDENCE = {
    "C✓": _l("law, article read"),
    "C": _l("law, article text not yet verified"),
    "P": _l("practice, not law"),
    "E": _l("example, not law"),
}

WARNING_STATE = {
    "open": _l("Open"),
    "explained": _l("Explained"),
    "dismissed": _l("Dismissed (false alarm)"),
    "exempted": _l("Exempted"),
    "confirmed": _l("Confirmed as a violation"),
    "auto_closed": _l("Corrected, closed automatically"),
    "waived": _p("warning", "Waived"),
    "recalled": _p("warning", "Recalled"),
}

WARNING_ACT = {
    "claimed": _l("Claimed"),
    "released": _l("Given back"),
    "handed_over": _l("Handed over"),
    "dismissed": _l("Dismissed (false alarm)"),
    "auto_closed": _l("Corrected, closed automatically"),
    "recalled": _p("warning", "Recalled"),
}

HELD = {"mine": _l("Held by me"), "free": _l("Held by nobody")}

PROPOSAL_STATE = {
    "proposed": _l("Proposed"),
    "granted": _l("In force"),
    "confirmed": _p("recall", "Withdrawn"),
    "refused": _l("Refused"),
}

ITEM_PROPOSAL_STATE = {"proposed": _l("Proposed"), "approved": _l("Approved"), "refused": _l("Refused")}
ARTICLE_STATE = {"proposed": _l("Proposed"), "confirmed": _l("Read and confirmed"), "refused": _l("Refused")}
ITEM_TYPE = {"承诺": _l("within a promised limit"), "即办": _l("on the spot")}

RECALL_CAUSE = {
    "rule": _l("Faulty rule"),
    "calendar": _l("Faulty calendar"),
    "feed": _l("Faulty feed"),
}

RECALLED_KIND = {
    "warning": _l("Warning"),
    "violation": _l("Violation"),
    "order": _l("Supervision order"),
    "card": _p("card", "Card"),
}

FINDING_SOURCE = {"spot_check": _l("Spot check"), "video": _l("Video inspection"), "tip": _l("Tip")}
INSPECTION_KIND = {"documents": _l("Papers"), "visit": _l("Visit"), "interview": _l("Interview")}
APPEAL_BODY = {
    "head": _l("Supervision office head"),
    "leader": _l("Leader of the supervision organ"),
    "panel": _l("Panel of three"),
    "none": _l("Not admitted"),
}
MEASURE = {"talk": _l("Admonishing talk"), "transfer": _l("Transfer to another post")}
COPY_KIND = {"joint": _l("Joint order"), "forwarded": _l("Forwarded order")}

VIOLATION_STATE = {
    "confirmed": _l("Confirmed"),
    "ordered": _l("Order issued"),
    "carded": _l("Card issued"),
    "rectifying": _l("In rectification"),
    "verified": _l("Rectification verified"),
    "closed": _p("violation", "Closed out"),
    "exempted": _l("Exempted"),
    "revoked": _l("Revoked"),
}

CARD_STATE = {
    "pending": _l("Pending"),
    "issued": _l("Issued"),
    "delivered": _l("Delivered"),
    "appealed": _l("Appealed"),
    "upheld": _l("Upheld"),
    "downgraded": _l("Downgraded"),
    "revoked": _l("Revoked"),
    "cancelled": _l("Cancelled"),
    "closed": _p("card", "Closed"),
}

ORDER_STATE = {
    "draft": _l("Draft"),
    "issued": _l("Issued"),
    "signed": _l("Signed for"),
    "replied": _l("Replied"),
    "returned": _l("Returned"),
    "closed": _p("order", "Closed"),
    "overdue": _l("Overdue"),
}

APPEAL_STATE = {
    "filed": _l("Filed"),
    "accepted": _l("Accepted"),
    "rejected": _l("Rejected"),
    "revoked": _l("Revoked"),
    "upheld": _l("Upheld"),
    "downgraded": _l("Downgraded"),
    "escalated": _l("Escalated"),
}

RECTIFICATION_OUTCOME = {
    "accepted": _l("Accepted"),
    "returned": _l("Returned"),
    "escalated": _l("Escalated"),
}

CASE_STATE = {
    "open": _p("case", "In progress"),
    "suspended": _p("case", "Suspended"),
    "ended": _p("case", "Completed"),
    "cancelled": _p("case", "Terminated"),
}

TIMER_STATE = {
    "armed": _l("Armed"),
    "suspended": _l("Clock stopped"),
    "fired": _l("Fired"),
    "skipped": _l("Skipped"),
    "cancelled": _l("No longer needed"),
}

STEP_OUTCOME = {
    "open": _p("step", "In progress"),
    "completed": _p("step", "Done"),
    "cancelled": _p("step", "Cancelled"),
}

# Special procedures of 行政许可法 Art 45 first, then what places add.
SUSPENSION_KIND = {
    "hearing": _l("Hearing"),
    "tender": _l("Tender"),
    "auction": _l("Auction"),
    "inspection": _l("Inspection of goods or sites"),
    "testing": _l("Testing"),
    "quarantine": _l("Quarantine"),
    "appraisal": _l("Appraisal"),
    "expert_review": _l("Expert review"),
}

# Acts on a case's clock that one person asks for and another decides.
CLOCK_ACT = {"suspend": _l("Stop the clock"), "correct": _l("Correct a time")}

UNIT = {
    "working_day": _l("working days"),
    "calendar_day": _l("calendar days"),
    "hour": _l("hours"),
    "working_hour": _l("working hours"),
}

# What a violation's timeline tells.
VIOLATION_EVENT = {
    "fact": _l("The fact"),
    "warned": _l("Warning raised"),
    "explained": _l("Explained by the department"),
    "confirmed": _l("Confirmed as a violation"),
    "inspected": _l("Inspected"),
    "joined": _l("A warning of the same cause joined"),
    "order_issued": _l("Supervision order issued"),
    "card_issued": _l("Card issued"),
    "card_delivered": _l("Card signed for"),
    "card_deemed_delivered": _l("Card deemed delivered"),
    "appeal_filed": _l("Appeal filed"),
    "appeal_decided": _l("Appeal decided"),
    "rectified": _l("Rectification reported"),
    "rectification_verified": _l("Rectification verified"),
    "closed": _p("violation", "Closed out"),
}

CAUSE = {
    "timer": _l("a limit was reached"),
    "completion": _l("the step was done"),
    "message": _l("an event arrived"),
    "condition": _l("a condition became true"),
    "signal": _l("a signal arrived"),
}

# Types of the fields of data sets.
CELL_TYPE = {
    "text": _l("text"),
    "code": _l("code"),
    "hash": _l("hash (SHA-256)"),
    "whole": _l("whole number"),
    "money": _l("sum of money"),
    "date": _l("date"),
    "instant": _l("instant"),
    "month": _l("month"),
}

# Parameters of rules, as a person reads them.
PARAMETER = {
    "must": _l("must hold"),
    "start": _l("counted from"),
    "end": _l("ends at"),
    "amount": _l("amount"),
    "unit": _l("unit"),
    "until": _l("until"),
    "since": _l("from day"),
    "granularity": _l("granularity"),
    "after_hours": _l("received on a day off"),
    "statutory": _l("statutory limit"),
    "suspendable": _l("stands still while suspended"),
    "extensible": _l("can be extended"),
    "answered": _l("answered at"),
    "outcome": _l("outcome"),
    "deemed": _l("deemed by law"),
    "published": _l("published at"),
    "ended": _l("ended at"),
    "at_least": _l("lasts at least"),
    "first": _l("first period"),
    "last": _l("last period"),
    "months": _l("months in a period"),
    "by": _l("days after the period"),
    "done": _l("done"),
    "occurred": _l("occurred at"),
    "reported": _l("reported at"),
    "not_before": _l("not before"),
    "not_after": _l("not after"),
    "route": _l("route"),
    "performed": _l("performed"),
    "needed": _l("steps needed"),
    "when": _l("where"),
    "steps": _l("steps"),
    "most": _l("at most"),
    "least": _l("at least"),
    "actors": _l("must be different people"),
    "persons": _l("persons who act"),
    "barred": _l("persons barred"),
    "approver": _l("approver"),
    "authorised": _l("those authorised"),
    "active": _l("in force"),
    "decided": _l("decided"),
    "rows": _l("conditions and decisions"),
    "code": _l("code"),
    "quantity": _l("quantity"),
    "charged": _l("charged"),
    "catalogue": _l("catalogue"),
    "waived": _l("waived"),
    "waiver_doc": _l("paper of the waiver"),
    "payee": _l("payee account"),
    "treasury": _l("treasury account"),
    "guide": _l("papers of the guide"),
    "asked": _l("papers asked for"),
    "received": _l("papers received"),
    "members": _l("members"),
    "odd": _l("odd number"),
    "expert_role": _l("role of experts"),
    "expert_share": _l("share of experts"),
    "set": _l("data set"),
    "key": _l("key"),
    "cap": _l("cap"),
    "threshold": _l("threshold"),
    "expect": _l("rows expected"),
    "besides": _l("row left out"),
    "value": _l("value"),
    "sigmas": _l("standard deviations"),
    "least_peers": _l("fewest peers"),
    "cases": _l("cases"),
    "days": _l("last days"),
    "most_share": _l("greatest share"),
    "least_cases": _l("fewest cases"),
    "most_count": _l("most suspensions"),
    "most_days": _l("most days suspended"),
    "last_day": _l("last day of the limit"),
    "rating": _l("rating"),
    "opened": _l("complaint opened"),
}

# What takes points besides the indicators.
# What the formulas of a score sheet count (monitors/assessment/figures.py).
FIGURE = {
    "cases": _l("cases closed"),
    "closed": _l("cases closed"),
    "closed_in_year": _l("cases closed in the year"),
    "on_time": _l("cases closed on time"),
    "on_time_rate": _l("share closed on time"),
    "overdue_wd": _l("working days overdue"),
    "early_rate": _l("share closed early"),
    "evaluated": _l("cases rated"),
    "satisfaction": _l("share of satisfied applicants"),
    "incomplete_share": _l("share of cases with incomplete data"),
    "domains": _l("kinds of administrative systems"),
    "rectification_due": _l("rectifications due"),
    "rectified_on_time": _l("rectified on time"),
    "violations": _l("violations"),
    "yellow_cards": _l("Yellow cards"),
    "red_cards": _l("Red cards"),
    "notices_unanswered": _l("notices without an answer"),
    "warning_runs": _l("runs of three notices"),
}

OBJECTION_STATE = {
    "proposed": _l("Waits for a decision"),
    "upheld": _p("objection", "Upheld"),
    "refused": _l("Refused"),
}
MARK_STATE = {"proposed": _l("Waits for a second person"), "confirmed": _l("Confirmed"), "refused": _l("Refused")}
SHEET_STATE = {"proposed": _l("Waits for review"), "agreed": _l("Agreed"), "refused": _l("Refused")}

DEDUCTION = {
    "bonus": _l("Bonus"),
    "cards": _l("Cards and unanswered notices"),
    "yellow": _l("Yellow card"),
    "red": _l("Red card"),
    "notice": _l("Unanswered notice"),
}

# How a deadline was derived, step by step.
LIMIT_STEP = {
    "given": _l("the deadline is given"),
    "start_moved": _l("received on a day off, so counted from the next working day"),
    "start": _l("the day itself is not counted"),
    "budget": _l("the limit"),
    "extended": _l("extended"),
    "suspended": _l("time of the special procedure, not counted"),
    "counted": _l("the last permitted day"),
    "suspended_at_end": _l("the clock stood on the last day, so it ends later"),
    "rolled": _l("the last day was a day off, so it moves to the next working day"),
}

ORDER_KIND = {
    "一般督办": _l("General supervision"),
    "联合督办": _l("Joint supervision"),
    "挂牌督办": _l("Listed (public) supervision"),
    "转办": _l("Forwarded to the district"),
}

CHANNEL = {"mail": _l("Mail"), "webhook": _l("Webhook"), "sms": _l("SMS")}
MESSAGE_STATE = {
    "waiting": _l("Waits to be sent"),
    "sending": _l("Is being sent"),
    "sent": _l("Sent"),
    "dead": _l("Dead letter"),
}
SERVICE = {
    "counter": _l("Handed over"),
    "post": _l("By post"),
    "electronic": _l("Electronically"),
    "left": _l("Left behind"),
    "announced": _l("By announcement"),
    "signed": _l("Signed for"),
}

INCIDENT_STATE = {
    "waiting": _l("Will be tried again"),
    "parked": _l("Waits for a person"),
    "resolved": _p("incident", "Resolved"),
    "skipped": _p("incident", "Skipped"),
}

# The command that failed.
VERSION_STATE = {
    "draft": _l("Draft"),
    "submitted": _l("Handed in for review"),
    "reviewed": _l("Reviewed"),
    "deployed": _l("Deployed"),
    "retired": _l("Retired"),
}
ORIGIN = {"shipped": _l("comes with the product"), "local": _l("the city's own")}

DECREE_STATE = {
    "provisional": _p("decree", "Provisional"),
    "confirmed": _p("decree", "In force"),
    "rejected": _p("decree", "Rejected"),
}

DAY_KIND = {
    "WORK": _l("working day"),
    "WEEKEND": _l("weekend"),
    "HOLIDAY": _l("holiday"),
    "ADJUSTED_WORK": _l("make-up working day"),
    "ADJUSTED_REST": _l("day off for a make-up day"),
    "LOCAL_OFF": _l("local closing day"),
}

COMMAND = {
    "recount": _l("Counting the limits anew"),
    "migrate": _l("Taking a case to another version"),
    "undo_migration": _l("Bringing a case back to its version"),
    "start": _l("Starting a case"),
    "complete": _l("Completing a step"),
    "deliver": _l("Delivering a message"),
    "signal": _l("Passing on a signal"),
    "fire": _l("Firing a timer"),
    "look": _l("Looking at a checkpoint"),
    "condition": _l("Looking at a conditional event"),
    "enter": _l("Entering data of a case"),
    "suspend": _l("Stopping the clock"),
    "resume": _l("Letting the clock run again"),
    "extend": _l("Extending the limit"),
    "correct": _l("Correcting a time"),
    "cancel": _l("Terminating a case"),
    "fold": _l("Replaying a case"),
}

# What people did about an incident.
INCIDENT_ACT = {
    "retried": _l("Tried again"),
    "corrected": _l("Data corrected and tried again"),
    "skip_proposed": _l("Proposed to skip it"),
    "skipped": _l("Confirmed to skip it"),
    "overtaken": _l("Found that nothing was left to do"),
}

# What skipping it would mean.
SKIP = {
    "look": _l("The checkpoint is not looked at for this step."),
    "job": _l("The other case is not started, or not told."),
    "handler": _l("The service is not called; the case goes on without its results."),
    "timer": _l("The timer is not fired; its step stays."),
}

# What went wrong, by the error's code.
ERROR = {
    "printing_unavailable": _l("This machine cannot make a PDF. Print the page instead."),
    "not_found": _l("This does not exist, or no longer."),
    "not_allowed": _l("You may not do this."),
    "stale_lease": _l("This was already done, or has changed meanwhile. Nothing was stored."),
    "overwritten": _l("Others have entered something else meanwhile. Nothing was stored."),
    "conflict": _l("This was already done, or has changed meanwhile. Nothing was stored."),
    "invalid_data": _l("The data cannot be stored as entered."),
    "evaluation_failed": _l("An expression of the process could not be evaluated. Nothing was stored."),
    "invariant_broken": _l("The process would have come to a dead end. Nothing was stored."),
    "limit_exceeded": _l("The step took too much work and was stopped. Nothing was stored."),
    "command_failed": _l("Something failed inside the process. Nothing was stored; the fault has been recorded."),
    "model_refused": _l("The process model was refused."),
    "schema_mismatch": _l("The database is not at the version that this release needs."),
    "state_altered": _l("The stored state of this case was changed outside of the application. It was not touched."),
    "decree_refused": _l("The decree cannot be read as it stands. Nothing was changed."),
    "unanchored": _l("The journal has not been deposited outside for too long. Until it is, nothing may be done."),
}


# What keeps the product from its work.
ALARM = {
    "database": _l("The database does not answer."),
    "schema": _l("The database is not at the version that this release needs."),
    "worker": _l("The worker is silent."),
    "clock": _l("The clock cannot be trusted."),
    "timers": _l("Timers are late."),
    "anchor": _l("The journal is not anchored outside."),
}

YES = _l("yes")
NO = _l("no")

PLACE = {
    "tasks.inbox": _l("Tasks"),
    "cases.listing": _l("Cases"),
    "board.show": _l("Supervision board"),
    "warnings.listing": _l("Warnings"),
    "violations.listing": _l("Violations"),
    "scores.ranking": _l("Assessment"),
    "reports.listing": _l("Statistics"),
    "incidents.listing": _l("Incidents"),
    "models.listing": _l("Models"),
    "items.listing": _l("Items"),
    "decrees.listing": _l("Working calendars"),
    "datasets.listing": _l("Data sets"),
    "outbox.listing": _l("Outbox"),
}


# What figures are broken down by, and narrowed to.
GROUP = {
    "total": _l("In all"),
    "district": _l("District"),
    "department": _l("Department"),
    "item": _l("Item"),
    "system": _l("System"),
    "version": _l("Version"),
    "definition": _l("Process"),
}


def word(words: dict[str, Any], code: str | None) -> Any:
    """The word for a code, or the code itself."""
    return words.get(code or "", code or "")


def figure_words(code: str) -> Any:
    """What a name in a formula counts; the violations of a dimension by the dimension's word."""
    dimension = code.removesuffix("_violations").upper()
    if code.endswith("_violations") and dimension in DIMENSION:
        return _l("violations (%(dimension)s)", dimension=DIMENSION[dimension])
    return FIGURE.get(code, code)


def error_words(code: str) -> Any:
    return ERROR.get(code, _l("The act could not be done. Nothing was stored."))
