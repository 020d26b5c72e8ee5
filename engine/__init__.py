"""The engine: executes BPMN and knows nothing of supervision, departments or HTTP."""

from engine.db import Database
from engine.handlers import Call, CaseView, Handlers, RungRequest
from engine.instances.folding import Act, Fold
from engine.model import SYSTEM, Actor, Definition, Firing, Instance, Outcome, Rung, Step, Task, Timer
from engine.prepared import Prepared
from engine.runtime import Runtime

__all__ = [
    "SYSTEM",
    "Act",
    "Actor",
    "Call",
    "CaseView",
    "Database",
    "Definition",
    "Firing",
    "Fold",
    "Handlers",
    "Instance",
    "Outcome",
    "Prepared",
    "Rung",
    "RungRequest",
    "Runtime",
    "Step",
    "Task",
    "Timer",
]
