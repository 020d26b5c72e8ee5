"""Statistics of B.7: what is recorded of each case, the indicators with their formulas, the reports and bulletins."""

from monitors.statistics.recording import Recorder

__all__ = ["Recorder"]
