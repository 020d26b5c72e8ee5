"""The reports of B.7 by name."""

from collections.abc import Mapping

from monitors.statistics.reports import analyses, figures, ledgers
from monitors.statistics.reports.report import Report

REPORTS: Mapping[str, Report] = {one.code: one for one in (*figures.REPORTS, *ledgers.REPORTS, *analyses.REPORTS)}

__all__ = ["REPORTS", "Report"]
