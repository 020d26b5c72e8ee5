"""Checks over whole data sets: SQL where the rows are, one case and its warnings for each row that breaks a rule."""

from monitors.setchecks.declared import Check, read_checks
from monitors.setchecks.running import Result, SetChecks

__all__ = ["Check", "Result", "SetChecks", "read_checks"]
