"""A log is read whole, or refused with the line at which it went wrong."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from monitors.feeds.xes import LogUnreadable, read_log

EVENT = (
    '<event><string key="concept:name" value="{name}"/>'
    '<date key="time:timestamp" value="2011-10-11T13:45:40.276+02:00"/></event>'
)


def trace(name: str, *events: str) -> str:
    return f'<trace>\n<string key="concept:name" value="{name}"/>\n{"".join(events)}\n</trace>\n'


def log(*traces: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<log xmlns="http://www.xes-standard.org/">\n'
        + "".join(traces)
        + "</log>\n"
    )


def written(folder: Path, text: str) -> Path:
    path = folder / "log.xes"
    path.write_text(text, encoding="utf-8")
    return path


def test_cases_and_events_come_in_the_order_of_the_log(tmp_path: Path) -> None:
    path = written(tmp_path, log(trace("c1", EVENT.format(name="收件"), EVENT.format(name="审核")), trace("c2")))
    cases = read_log(path).cases
    assert [(c.id, [e.activity for e in c.events]) for c in cases] == [("c1", ["收件", "审核"]), ("c2", [])]


def test_an_instant_keeps_the_offset_that_the_log_wrote(tmp_path: Path) -> None:
    (case,) = read_log(written(tmp_path, log(trace("c1", EVENT.format(name="a"))))).cases
    assert case.events[0].at.isoformat(timespec="milliseconds") == "2011-10-11T13:45:40.276+02:00"


def test_a_zipped_log_is_the_same_log(tmp_path: Path) -> None:
    text = log(trace("c1", EVENT.format(name="a")))
    zipped = tmp_path / "log.xes.gz"
    zipped.write_bytes(gzip.compress(text.encode()))
    assert read_log(zipped).cases == read_log(written(tmp_path, text)).cases


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (log(trace("c1"), trace("c2"))[:-60], "line 7"),
        (log(trace("c1"), trace("c1")), "a second trace named c1"),
        (log("<trace/>"), "concept:name"),
        (log(trace("c1", EVENT.format(name="a").replace("+02:00", ""))), "without an offset"),
        (log(trace("c1", "<event/>")), "an event without"),
        ("<?xml version='1.0'?><!DOCTYPE log [<!ENTITY a 'b'>]><log/>", "document type"),
        ("<?xml version='1.0'?><orders/>", "instead of <log>"),
    ],
)  # fmt: skip
def test_a_broken_log_is_refused_with_line_and_count(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(LogUnreadable, match=expected) as refused:
        read_log(written(tmp_path, text))
    assert refused.value.facts["line"] >= 1
    assert refused.value.facts["cases"] in (0, 1)
