"""Who is at the browser: passwords, sessions, and what slows a guesser down."""

from webui.auth.backoff import Backoff
from webui.auth.credentials import Credentials
from webui.auth.sessions import Sessions

__all__ = ["Backoff", "Credentials", "Sessions"]
