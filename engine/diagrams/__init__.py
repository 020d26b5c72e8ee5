"""A BPMN file as frozen values.

``prepare`` gives the checked tree for SpiffWorkflow's parser, ``read`` the values for
everybody else. Whether the elements *run* is ``engine.profile``'s to say.
"""

from engine.diagrams.model import (
    CallInfo,
    CheckpointInfo,
    DecisionInfo,
    Diagram,
    Element,
    EventInfo,
    Flow,
    HandlerInfo,
    LoopInfo,
    ReceiveInfo,
    RuleInfo,
    SendInfo,
    StepInfo,
    waits_for_data,
)
from engine.diagrams.reading import names, read, survey, text
from engine.lint.loading import load, prepare

__all__ = [
    "CallInfo", "CheckpointInfo", "DecisionInfo", "Diagram", "Element", "EventInfo", "Flow", "HandlerInfo", "LoopInfo", "ReceiveInfo",
    "RuleInfo", "SendInfo", "StepInfo",
    "load", "names", "prepare", "read", "survey", "text", "waits_for_data",
]  # fmt: skip
