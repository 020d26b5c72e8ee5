"""Three things the run itself must tell.

JIANCHA_STRICT=1: a test skipped because the machine lacks something (its reason begins with "needs ")
has failed, so that a build server cannot lose its browser or its database in silence.
JIANCHA_STYLE_FAILED: the style checks that failed before the tests began, named in their summary.
The first line of what a test records under the name "figures" (its seed, its counts); all of it when it fails.
"""

import os
from collections.abc import Generator

import pytest

NEEDS = "needs "


def missing(report: pytest.TestReport | pytest.CollectReport) -> str:
    """What a skipped test says that it needs, or nothing."""
    if not report.skipped or hasattr(report, "wasxfail") or not isinstance(report.longrepr, tuple):
        return ""
    reason = str(report.longrepr[2]).removeprefix("Skipped: ")
    return reason if reason.startswith(NEEDS) else ""


def harden(report: pytest.TestReport | pytest.CollectReport) -> None:
    reason = missing(report)
    if reason and os.environ.get("JIANCHA_STRICT") == "1":
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be skipped: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    harden(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    harden(report)
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, told in getattr(report, "user_properties", ()):
                if name == "figures":
                    terminalreporter.line(told if outcome == "failed" else told.partition("\n")[0])
    failed = os.environ.get("JIANCHA_STYLE_FAILED")
    if failed:
        terminalreporter.section("style failed", red=True)
        terminalreporter.line(f"{failed} (see the lines above the tests); the run has failed")
