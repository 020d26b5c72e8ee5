"""The only room that knows SpiffWorkflow: parsing, stepping, saving and loading.

It is not trusted: it builds the graph of nodes and keeps their states. Events never fire by
themselves, no clock is read, no expression is evaluated by Python; its serializer, its
iterator of tasks, its joins and its predictions are not used.
"""

from engine.spiff.codec import dump, load
from engine.spiff.fingerprint import fingerprint
from engine.spiff.parser import Compiled, compile_diagram
from engine.spiff.transfer import ELSEWHERE, Event, Transfer, newly_stuck, transfer
from engine.spiff.waits import Wait
from engine.spiff.workflow import Host, Workflow

__all__ = [
    "ELSEWHERE", "Compiled", "Event", "Host", "Transfer", "Wait", "Workflow", "compile_diagram", "dump", "fingerprint",
    "load", "newly_stuck", "transfer",
]  # fmt: skip
