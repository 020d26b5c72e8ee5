"""The only room that knows SpiffWorkflow: parsing, stepping, saving and loading.

It is not trusted: events never fire by themselves, no clock is read, no expression is
evaluated by Python, its serializer and its task iterator are not used.
"""

from engine.spiff.codec import dump, load
from engine.spiff.parser import Compiled, compile_diagram
from engine.spiff.workflow import Host, Wait, Workflow

__all__ = ["Compiled", "Host", "Wait", "Workflow", "compile_diagram", "dump", "load"]
