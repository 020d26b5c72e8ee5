"""``docs/papers.md``: kinds of documents and channels, where each is used, and the tests of its name.

Run as ``python -m tests.papers_table > docs/papers.md``; a test compares.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from engine.diagrams import read
from monitors.documents import KINDS, ORGAN, Service
from monitors.notify import load_audiences
from tests.monitors.notify.telling import presets
from webui.modelfolders import folders

ROOT = Path(__file__).resolve().parent
HEAD = """# Documents and channels

Made by `python -m tests.papers_table > docs/papers.md`; a test compares it. A document is numbered in a sequence of its
issuing body, its kind and the year, keeps the names of its day, and is printed as a page and as PDF in both languages
(`monitors/documents/`). Served: when, how and by whom is kept apart; rules see `<kind>_served_at`, never an entered time.

## Kinds of documents

| kind | 中文 | English | issued by | number | basis | made by | tests |
|---|---|---|---|---|---|---|---|
"""
CHANNELS = """
Ways of service: {services}.

## Channels

Alerts become notices and messages after the act that raised them is stored (`monitors/notify/spreading.py`); who is told
at which level and by what stands in `bpmn/supervision/presets.toml` (`preset.tell`). A message keeps its key however often
it is sent; {rests}; what may have arrived twice is told as such. In the product a notice is made exactly once.

| channel | set up by | told by it | tests |
|---|---|---|---|
"""
SETTINGS = {
    "in_app": "always",
    "mail": "`JIANCHA_NOTIFY_MAIL`, `JIANCHA_MAIL_HOST`, `_PORT`, `_FROM`; the demo records it",
    "webhook": "`JIANCHA_NOTIFY_WEBHOOK`, `JIANCHA_NOTIFY_KEY`, `JIANCHA_NOTIFY_ALLOW`",
    "sms": "`JIANCHA_NOTIFY_SMS`, `JIANCHA_NOTIFY_KEY`, `JIANCHA_NOTIFY_ALLOW`; the demo records it",
}
# What the violation process issues has no input that names its kind: the handler is the kind's own.
HANDLERS = {
    "issue_order": ("order",),
    "issue_card": ("yellow_card", "red_card"),
    "decide_appeal": ("appeal_decision",),
    "issue_proposal": ("proposal",),
}


def text() -> str:
    """The whole file."""
    rests = "it is tried again after 1, 5, 15 min, 1, 3, 6 and 12 h, then it is a dead letter that can be sent again"
    services = ", ".join(f"`{one}`" for one in Service)
    return HEAD + "".join(_kinds()) + CHANNELS.format(services=services, rests=rests) + "".join(_channels())


def _kinds() -> Iterator[str]:
    makers = _makers()
    for code, kind in KINDS.items():
        issuer = "supervision organ" if kind.issuer == ORGAN else "department"
        titles = [kind.title, *dict.fromkeys(kind.variants.values())]
        names = " · ".join(one.zh for one in titles), " · ".join(one.en for one in titles)
        made = ", ".join(makers.get(code, []))
        tests = _tests(f"document_{code}_") or _tests(f"{code}_")
        number = f"{kind.sign}〔2026〕1号"
        yield f"| `{code}` | {names[0]} | {names[1]} | {issuer} | {number} | {kind.basis} | {made} | {tests} |\n"


def _makers() -> dict[str, list[str]]:
    """Kind -> the elements of shipped models that make it."""
    found: dict[str, list[str]] = {}
    for folder in folders():
        name, xml = folder.name, folder.diagram
        for element in read(xml).elements.values():
            handler = element.handler
            if handler is None:
                continue
            kinds = HANDLERS.get(handler.name, ())
            if handler.name == "issue_document":
                kinds = (handler.inputs["kind"].strip('"'),)
            for kind in kinds:
                found.setdefault(kind, []).append(f"`{name}.{element.id}`")
    return found


def _channels() -> Iterator[str]:
    audiences = load_audiences(presets())
    for name, setting in SETTINGS.items():
        used = [
            f"{code} {level}"
            for code, levels in audiences.presets.items()
            for level, told in levels.items()
            if name in told.by
        ]
        told = {"in_app": "everybody who is told", "webhook": "every alert"}.get(name) or ", ".join(used)
        yield f"| `{name}` | {setting} | {told} | {_tests(f'channel_{name}_')} |\n"


def _tests(name: str) -> str:
    """The tests whose names begin so, as file and function."""
    found = []
    for file in sorted(ROOT.rglob("test_*.py")):
        functions = re.findall(rf"^def (test_{name}\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)
        found += [f"`{file.relative_to(ROOT)}` {function}" for function in functions]
    return "<br>".join(found)


if __name__ == "__main__":
    sys.stdout.write(text())
