"""Regular expressions in linear time: every pattern becomes a small program, run on all its threads at once.

The XPath syntax that rules need: alternation, groups, classes, `. ^ $ * + ? {m,n}` and the lazy forms, `\\d \\w \\s`,
`\\p{L}`, flags i, s, m, x. No back-references. What is not read is no pattern (null), never another meaning.
"""

from .machine import Span, find_all, search
from .reader import PatternError, Program, compile_pattern

__all__ = ["PatternError", "Program", "Span", "compile_pattern", "find_all", "search"]
