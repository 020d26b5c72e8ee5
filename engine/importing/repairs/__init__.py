"""What a drawing means and our profile does not run as it stands, said in a way that it does run.

The lint is asked first, and each repair belongs to one thing that it may say: what the profile comes to run is no
longer repaired. A repair changes nothing in silence, and takes no node away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from engine.importing.repairs import activities, calls, data, events, flows, loops, thrown
from engine.importing.work import Work
from engine.lint.remarks import Remark

Repair = Callable[[Work, Remark], bool]

BY_CODE: dict[str, tuple[Repair, ...]] = {
    "element_refused": (activities.refused, events.refused, data.refused, calls.refused),
    "handler_missing": (activities.without_handler,),
    "role_missing": (activities.without_role,),
    "call_unknown": (calls.elsewhere,),
    "start_event_kind": (events.start,),
    "message_missing": (events.nameless,),
    "event_reference": (events.nameless,),
    "event_condition_missing": (events.without_condition,),
    "timer_without_time": (events.without_time,),
    "error_uncaught": (thrown.uncaught,),
    "boundary_thrown": (thrown.from_task,),
    "condition_missing": (flows.without_condition,),
    "condition_misplaced": (flows.choice,),
    "several_outgoing": (flows.choice,),
    "dead_end": (flows.end,),
    "no_start": (flows.start,),
    "flow_end_unknown": (flows.dangling,),
    "flow_end_missing": (flows.dangling,),
    "instances_missing": (loops.how_often,),
    "loop_unbounded": (loops.until,),
    "loop_endless": (loops.at_most,),
}


def apply(work: Work, errors: Iterable[Remark]) -> bool:
    """Repair what can be; whether anything was."""
    done = False
    for error in errors:
        if work.node(error.element) is not None:  # an earlier repair may have given it another id
            done |= any(repair(work, error) for repair in BY_CODE.get(error.code, ()))
    return done
