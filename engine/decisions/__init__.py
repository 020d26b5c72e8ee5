"""DMN 1.3 to 1.5: decisions read once from a file, refused there if they would not run, evaluated with FEEL.

    >>> decisions = read(xml, functions=("working days",))
    >>> decisions.evaluate("Approval Status", {"Age": 18, "RiskCategory": "Low", "isAffordable": True}).value
    'Approved'

`read` takes the bytes of one file, or of several that import each other with the main one first. A `Bundle` are the
files beside a model, whose decisions are found by id. All is pure: no clock, no network, no file. What it gives back
is immutable and may be used from many threads.
"""

from engine.decisions.bundle import Bundle, Filed, readable
from engine.decisions.library import Decisions, Hit, Result, read

__all__ = ["Bundle", "Decisions", "Filed", "Hit", "Result", "read", "readable"]
