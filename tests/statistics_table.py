"""``docs/statistics.md``: every indicator with its formula and basis, and every report with its columns.

Run as ``python -m tests.statistics_table > docs/statistics.md``; a test compares.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from monitors.statistics.bulletins import PARTS
from monitors.statistics.indicators import FAMILIES, HEADLINE, INDICATORS
from monitors.statistics.recording import ACCEPTED, AMOUNTS, DECIDED, ON_THE_SPOT
from monitors.statistics.reports import REPORTS
from monitors.statistics.reports.figures import FAMILY

HEAD = """# Statistics

Made by `python -m tests.statistics_table > docs/statistics.md`; a test compares it. Source: B.7 of the domain sheets.

What is counted of a case is a row of `case_record`, written by the command that begins the case, learns of its
acceptance, or ends it, of executed and mirrored cases alike (`monitors/statistics/recording.py`). Indicators are sums
over these rows and those of warnings, orders, cards, appeals and events, in SQL (`measures.py`); none loads the cases.

* A share has its numerator and denominator beside it, on the page and in every file. Without a basis there is no share:
  null, never 0. What is not known of a case keeps it out of the basis.
* Days are of the district's own calendar and zone; a period is of whole days, both included.
* Accepted: the first that is known of {accepted}. Decided: `{decided}`, else the end of the case. Working days
  used: d with date(accepted) < d <= date(decided), suspensions not counted (B.6), fixed when the case ends.
* Late: a time limit of it was broken, and nobody excused that: a warning that was dismissed, exempted, waived or recalled,
  or whose violation was revoked, makes no case late. So it is in the assessment too.
* On the spot: accepted and decided on one day, or an item whose type begins with {on_the_spot}.
* Amounts: {amounts}.
* Cases of the processes that supervision itself runs on are none.

## Indicators

| code | 中文 | English | unit | 算法 | formula | numerator / denominator |
|---|---|---|---|---|---|---|
"""
REPORTS_HEAD = """
`jiancha report headline` prints {headline}.

## Reports

On `/reports`, as CSV (UTF-8 with a byte order mark), xlsx and PDF, and by `jiancha report export NAME`. A report shows what
the grants of whoever asks cover, and nothing else is counted in it. In a CSV a text that a spreadsheet would take for a
formula is led by an apostrophe, and so is one that begins with an apostrophe: taking one away gives the text back.

| name | 中文 | English | if nothing is asked | by | narrowed by |
|---|---|---|---|---|---|
"""
TAIL = """
A bulletin (通报) of a month or a quarter that is over is issued once by the head of the supervision office, for a district
or the city, and numbered in a sequence of its own. It keeps its tables as they were: {parts}. What is corrected later
changes reports, never a bulletin.
"""


def text() -> str:
    """The whole file."""
    amounts = ", ".join(f"{name} `{field}`" for name, field in AMOUNTS.items())
    accepted = ", ".join(f"`{one}`" for one in ACCEPTED)
    head = HEAD.format(accepted=accepted, decided=DECIDED, on_the_spot=ON_THE_SPOT, amounts=amounts)
    headline = ", ".join(f"`{key}` ({INDICATORS[code].name.en.lower()})" for key, code in HEADLINE.items())
    parts = ", ".join(REPORTS[code].title.en.lower() for code, _ in PARTS)
    tail = TAIL.format(parts=parts)
    return head + "".join(_indicators()) + REPORTS_HEAD.format(headline=headline) + "".join(_reports()) + tail


def _indicators() -> Iterator[str]:
    for family, indicators in FAMILIES.items():
        yield f"| | **{FAMILY[family].zh}** | **{FAMILY[family].en}** | | | | |\n"
        for one in indicators:
            whole = f" / {' + '.join(one.denominator)}" if one.denominator else ""
            basis = f"{' + '.join(one.numerator)}{whole}"
            names = f"{one.name.zh} | {one.name.en} | {one.unit}"
            yield f"| `{one.code}` | {names} | {one.formula.zh} | {one.formula.en} | `{basis}` |\n"


def _reports() -> Iterator[str]:
    for one in REPORTS.values():
        period = {"all": "all there is", "day": "the day"}.get(one.period, f"the {one.period} so far")
        names = f"{one.title.zh} | {one.title.en}"
        yield f"| `{one.code}` | {names} | {period} | {', '.join(one.groups)} | {', '.join(one.filters)} |\n"


if __name__ == "__main__":
    sys.stdout.write(text())
