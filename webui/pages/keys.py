"""Idempotency keys: the one hidden in a form, bound to the person and the act."""

from __future__ import annotations

import re

from flask import abort, request

from webui.access import visitor

_KEY = re.compile(r"[0-9a-f]{32}")


def command_key(act: str) -> str:
    """The key of the command that this post asks for; 400 when the form carries none of ours.

    A form sent twice is one command. The person is part of the key, so that nobody gets another's outcome.
    """
    key = request.form.get("key", "")
    if not _KEY.fullmatch(key):
        abort(400)
    return f"web:{act}:{visitor().id}:{key}"
