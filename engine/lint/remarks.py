"""What is said about a diagram: a fault, where it is, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

ERROR = "error"
REMARK = "remark"


@dataclass(frozen=True, slots=True)
class Remark:
    """One sentence about one place, in both languages; ``line`` is 0 where there is none."""

    severity: str  # error | remark
    code: str
    element: str
    line: int
    message_zh: str
    message_en: str
    advice: str = ""
    advice_en: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of fault: sentences with {facts} in them. ``code`` never changes."""

    code: str
    zh: str
    en: str
    advice: str = ""
    advice_en: str = ""
    severity: str = ERROR

    def at(self, element: str | None, line: int, /, **facts: Any) -> Remark:
        """The remark for one place; ``facts`` fill the sentences."""
        return Remark(
            self.severity,
            self.code,
            element or "",
            line,
            self.zh.format(**facts),
            self.en.format(**facts),
            self.advice.format(**facts),
            self.advice_en.format(**facts),
        )


@dataclass(frozen=True, slots=True)
class Report:
    """Everything there is to say about one model, in the order of its lines."""

    remarks: tuple[Remark, ...] = ()

    @property
    def errors(self) -> tuple[Remark, ...]:
        return tuple(remark for remark in self.remarks if remark.severity == ERROR)

    @property
    def ok(self) -> bool:
        """True when the model may be deployed."""
        return not self.errors
