"""What a campaign prints: its seed, how far it is, a table, and the line that counts."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from random import SystemRandom

SHOWN = 20


def seed_of_run() -> str:
    return os.environ.get("JIANCHA_SEED") or str(SystemRandom().randrange(10**6))


@dataclass
class Line:
    runs: int
    violations: list[str]
    note: str
    controls: list[str] = field(default_factory=list)


@dataclass
class Report:
    """``row`` adds what a campaign found, ``control`` what the same checks found where a fault was planted."""

    name: str
    seed: str
    lines: dict[str, Line] = field(default_factory=dict)
    blind: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        print(f"{self.name}: seed {self.seed} (JIANCHA_SEED={self.seed} repeats it)", flush=True)

    def progress(self, text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    def row(self, fault: str, runs: int, violations: list[str], note: str = "") -> None:
        self.lines[fault] = Line(runs, violations, note)
        self.progress(f"{fault}: {runs} runs, {len(violations)} violations; {note}")
        for text in violations[:SHOWN]:
            self.progress(f"  {fault}: {text}")

    def control(self, fault: str, planted: str, violations: list[str]) -> None:
        """A control must fail: one in which nothing is found is itself a failure."""
        self.lines[fault].controls.append(f"{planted}: {len(violations)} found")
        if not violations:
            self.blind.append(f"{fault}, {planted}")

    def passed(self, fault: str, control: str, failed: list[str]) -> None:
        """A control that is a test of its own: it passes because it finds what was planted."""
        self.lines[fault].controls.append(f"{control}: {'not ' if failed else ''}found")
        if failed:
            self.blind.append(f"{fault}, {control}")

    def close(self) -> int:
        """Print the table and the closing line; the exit status."""
        table = [("fault", "runs", "violations", "controls (must find something)", "")]
        for fault, line in self.lines.items():
            table.append(
                (fault, f"{line.runs:,}", str(len(line.violations)), "; ".join(line.controls) or "-", line.note)
            )
        widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
        for row in table:
            print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
        for text in self.blind:
            print(f"blind: the control found nothing: {text}")
        runs = sum(line.runs for line in self.lines.values())
        failed = sum(len(line.violations) for line in self.lines.values()) + len(self.blind)
        print(f"{runs} runs, {failed} failed", flush=True)
        return 1 if failed else 0
