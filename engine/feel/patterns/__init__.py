"""Regular expressions in linear time: every pattern becomes a small program, run on all its threads at once.

The syntax of XPath: alternation, groups, classes and their subtraction, `. ^ $ * + ? {m,n}` and the lazy forms,
`\\d \\w \\s \\i \\c`, `\\p{L}`, `\\p{IsCyrillic}`, flags i, s, m, x, q. Back-references cost what they
try, within the bounds. What is not read is no pattern (null), never another meaning.
"""

from .machine import Span, find_all, search
from .reader import PatternError, Program, compile_pattern

__all__ = ["PatternError", "Program", "Span", "compile_pattern", "find_all", "search"]
