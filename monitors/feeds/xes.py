"""Event logs in XES (IEEE 1849), plain or gzipped: read whole, or refused with the line."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from lxml import etree

from engine.errors import EngineError

_GZIP = b"\x1f\x8b"


class LogUnreadable(EngineError):
    """A log that cannot be read to its end; ``line`` and ``cases`` say how far it was read."""

    code = "log_unreadable"


@dataclass(frozen=True, slots=True)
class LogEvent:
    """One event: ``at`` keeps the offset that the log wrote."""

    activity: str
    at: datetime
    attributes: dict[str, Any]


@dataclass(frozen=True, slots=True)
class LogCase:
    """One trace: its attributes (dates as aware date-times) and its events in log order."""

    id: str
    attributes: dict[str, Any]
    events: tuple[LogEvent, ...]


@dataclass(frozen=True, slots=True)
class Log:
    """A log and the SHA-256 of its file."""

    hash: str
    cases: tuple[LogCase, ...]

    @property
    def last_event_at(self) -> datetime | None:
        """The instant of the last event; None for a log without events."""
        return max((event.at for case in self.cases for event in case.events), default=None)


def read_log(path: Path) -> Log:
    """Read a whole log; raises LogUnreadable and gives nothing when it is cut off or broken."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    with _Lines(path) as lines:
        cases: list[LogCase] = []
        try:
            cases.extend(_traces(lines))
        except etree.XMLSyntaxError as error:
            raise _unreadable(path, error.lineno or lines.count, str(error.msg), len(cases)) from error
        except (EOFError, zlib.error, OSError) as error:
            raise _unreadable(path, lines.count, f"the end of the file ({error})", len(cases)) from error
        except _Refused as error:
            raise _unreadable(path, error.line, str(error), len(cases)) from error
    return Log(digest, tuple(cases))


def _unreadable(path: Path, line: int, expected: str, cases: int) -> LogUnreadable:
    return LogUnreadable(
        f"{path.name}, line {line}: expected a complete XES log, found: {expected};"
        f" {cases} cases were read, nothing is stored",
        file=path.name,
        line=line,
        expected=expected,
        cases=cases,
    )


class _Refused(Exception):
    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line = line


class _Lines:
    """The file as bytes, unzipped where it is zipped; counts the lines that went by."""

    def __init__(self, path: Path) -> None:
        raw = path.open("rb")
        zipped = raw.read(2) == _GZIP
        raw.seek(0)
        # Both are closed together, when the log is read.
        self._file: Any = gzip.GzipFile(fileobj=raw) if zipped else raw
        self._raw = raw
        self.count = 1

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        self.count += block.count(b"\n")
        return block

    def __enter__(self) -> _Lines:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._raw.close()


def _traces(lines: _Lines) -> Iterator[LogCase]:
    parsed = etree.iterparse(
        lines,
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    root, known = None, set()
    for moment, element in parsed:
        if root is None:
            root = element
            _refuse_foreign(root)
        if moment == "end" and etree.QName(element).localname == "trace":
            case = _case(element)
            if case.id in known:
                raise _Refused(element.sourceline, f"a second trace named {case.id}")
            known.add(case.id)
            yield case
            # The tree behind us is not needed any more: memory stays flat.
            root.clear(keep_tail=False)


def _refuse_foreign(root: Any) -> None:
    if root.getroottree().docinfo.doctype:
        raise _Refused(root.sourceline, "a document type declaration, which is refused")
    if etree.QName(root).localname != "log":
        raise _Refused(root.sourceline, f"the element <{etree.QName(root).localname}> instead of <log>")


def _case(trace: Any) -> LogCase:
    attributes, events = _attributes(trace), []
    for element in trace:
        if isinstance(element.tag, str) and etree.QName(element).localname == "event":
            events.append(_event(element))
    name = attributes.get("concept:name")
    if not name:
        raise _Refused(trace.sourceline, "a trace without concept:name")
    return LogCase(str(name), attributes, tuple(events))


def _event(element: Any) -> LogEvent:
    attributes = _attributes(element)
    activity, at = attributes.get("concept:name"), attributes.get("time:timestamp")
    if not activity or not isinstance(at, datetime):
        raise _Refused(element.sourceline, "an event without concept:name or time:timestamp")
    return LogEvent(str(activity), at, attributes)


def _attributes(element: Any) -> dict[str, Any]:
    return {
        child.get("key"): _value(child)
        for child in element
        if isinstance(child.tag, str) and child.get("key") is not None
    }


def _value(child: Any) -> Any:
    text = child.get("value", "")
    match etree.QName(child).localname:
        case "date":
            return _instant(child, text)
        case "int":
            return _number(child, text)
        case "boolean":
            return text == "true"
        case _:
            return text


def _number(child: Any, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise _Refused(child.sourceline, f"{text!r} instead of a whole number") from None


def _instant(child: Any, text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise _Refused(child.sourceline, f"{text!r} instead of an instant") from None
    if found.tzinfo is None:
        raise _Refused(child.sourceline, f"the instant {text!r} without an offset")
    return found
