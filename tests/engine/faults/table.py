"""The table of faults, made of the classes that test them.

``python -m tests.engine.faults.table`` writes it into the docstring of the package.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from pathlib import Path

import tests.engine.faults

# ``either``: refused as long as the profile does not run it, correct from then on.
VERDICTS = ("correct", "refused", "either")


@dataclass(frozen=True)
class Fault:
    """One class: ``<sections> <verdict> | <what Spiff does>`` is the first line of its docstring."""

    sections: tuple[str, ...]
    verdict: str
    what: str
    module: str
    case: type

    @property
    def tests(self) -> list[str]:
        return [name for name in vars(self.case) if name.startswith("test_")]

    @property
    def wrong(self) -> bool:
        """Whether ours is not there yet: one of its tests is expected to fail."""
        marks = [mark.name for test in self.tests for mark in getattr(vars(self.case)[test], "pytestmark", ())]
        return "xfail" in marks

    @property
    def line(self) -> str:
        verdict = "wrong" if self.wrong else self.verdict
        return f"{' '.join(self.sections):<5} {verdict:<9}{self.module}.{self.case.__name__}: {self.what}"


def faults() -> list[Fault]:
    """Every fault of the package, by section."""
    names = [one.name for one in pkgutil.iter_modules(tests.engine.faults.__path__) if one.name.startswith("test_")]
    found = [fault for name in names for fault in _of_module(name)]
    return sorted(found, key=lambda fault: (_order(fault.sections[0]), fault.line))


def table() -> str:
    return "".join(f"    {fault.line}\n" for fault in faults())


def _of_module(name: str) -> list[Fault]:
    module = importlib.import_module(f"{tests.engine.faults.__name__}.{name}")
    cases = [value for key, value in vars(module).items() if key.startswith("Test")]
    return [_fault(name, case) for case in cases]


def _fault(module: str, case: type) -> Fault:
    head, _, what = (case.__doc__ or "").partition(" | ")
    sections, _, verdict = head.partition(" ")
    return Fault(tuple(sections.split(",")), verdict, what, module, case)


def _order(section: str) -> tuple[int, int, str]:
    """3.2b after 3.2 and before 3.10."""
    chapter, _, number = section.partition(".")
    digits = number.rstrip("abcdefgh")
    return int(chapter or 0), int(digits or 0), number


def _write() -> None:
    file = Path(tests.engine.faults.__file__)
    above = file.read_text(encoding="utf-8").partition("    1.1 ")[0]
    file.write_text(f'{above}{table()}"""\n', encoding="utf-8")


if __name__ == "__main__":
    _write()
