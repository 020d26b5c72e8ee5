"""The dimensions of supervision (domain sheets B.3)."""

from __future__ import annotations

DIMENSIONS = (
    "TIME",
    "FLOW",
    "FEE",
    "MATL",
    "AUTH",
    "COND",
    "OPEN",
    "FUND",
    "COMP",
    "INTG",
    "SATI",
    "DATA",
    "VIDEO",
)
