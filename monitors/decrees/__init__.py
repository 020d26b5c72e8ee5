"""Decrees: what changes a working calendar, handed in by one person and confirmed by another.

The yearly notice of the State Council (全国年节及纪念日放假办法 Art 7) in its own words, or a sheet of days.
"""

from monitors.decrees.decrees import Decree, Decrees, Proposal
from monitors.decrees.hours import is_of_hours, read_hours
from monitors.decrees.mistakes import DecreeRefused, Mistake
from monitors.decrees.notice import read_notice
from monitors.decrees.sheet import read_sheet

__all__ = [
    "Decree",
    "DecreeRefused",
    "Decrees",
    "Mistake",
    "Proposal",
    "is_of_hours",
    "read_hours",
    "read_notice",
    "read_sheet",
]
