"""What a page was asked for in its address."""

from __future__ import annotations

from flask import request

LAST_PAGE = 10_000


def page_number() -> int:
    """The page of a list, 1 when none or nonsense is asked for."""
    text = request.args.get("page", "1")
    return min(max(int(text), 1), LAST_PAGE) if text.isascii() and text.isdigit() and len(text) < 9 else 1
