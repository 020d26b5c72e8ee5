"""What an import has to say of a file: each remark with the line on which its element was drawn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from engine.lint.names import BPMN, owner
from engine.lint.remarks import Fault, Remark


@dataclass
class Notes:
    """Remarks in the making. ``lines`` are the lines of the file as it was given, by id."""

    lines: dict[str, int] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    """Ids of the nodes that were drawn here because the standard means them to be there."""

    def remember(self, root: Any) -> None:
        """The lines of all elements that have an id by now."""
        for node in root.iter(f"{BPMN}*"):
            if node.get("id"):
                self.lines.setdefault(node.get("id"), node.sourceline or 0)

    def say(self, fault: Fault, node: Any, /, **facts: Any) -> None:
        """A remark on an element, named by its id or that of the nearest one around it."""
        identity = owner(node)
        self.remarks.append(fault.at(identity, self.lines.get(identity) or node.sourceline or 0, **facts))

    def adopt(self, remarks: Iterable[Remark]) -> None:
        """Remarks of the lint on the file as it was rewritten, moved to the lines as they were drawn."""
        for one in remarks:
            line = self.lines.get(one.element, 0)
            self.remarks.append(
                Remark(
                    one.severity, one.code, one.element, line, one.message_zh, one.message_en, one.advice, one.advice_en
                )
            )
