"""The names of the models that supervision itself runs on: none of their cases is a department's business."""

from __future__ import annotations

from monitors.handling.copies import COPY_PROCESS
from monitors.warnings import OWN_DEADLINE_PROCESS, VIOLATION_PROCESS

MANUAL_FINDING = "manual_finding"
REVOCATION = "revocation"
OWN_PROCESSES = frozenset({VIOLATION_PROCESS, OWN_DEADLINE_PROCESS, COPY_PROCESS, MANUAL_FINDING, REVOCATION})
