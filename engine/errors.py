"""The errors of the engine: what was expected, what was found, and where.

Every error carries its facts as attributes and a stable ``code``, so that the
pages can say it again in the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from sqlalchemy.exc import SQLAlchemyError


class EngineError(Exception):
    """Something the engine was asked to do cannot be done; nothing was stored."""

    code: ClassVar[str] = "engine_error"

    def __init__(self, message: str, /, **facts: Any) -> None:
        super().__init__(message)
        self.message = message
        self.facts = facts


class NotFound(EngineError):
    """A row, model or file that was named does not exist."""

    code = "not_found"


class ModelRefused(EngineError):
    """A diagram that cannot be deployed; ``remarks`` name element, line and advice."""

    code = "model_refused"


class NotAllowed(EngineError):
    """The person may not do this act."""

    code = "not_allowed"


class Conflict(EngineError):
    """The thing was already done, or changed meanwhile."""

    code = "conflict"


class Overwritten(Conflict):
    """What a step enters would replace what was written, beside it, since it was opened.

    ``fields`` says of each the ``value`` that stands, ``by`` whom and at which ``element`` it was written.
    """

    code = "overwritten"


class MigrationRefused(Conflict):
    """A case that another version has no place for; ``reasons`` say of each element why."""

    code = "migration_refused"


class LostRaces(Conflict):
    """Others changed the case each time we tried; the same command may succeed a moment later."""


class StaleLease(Conflict):
    """A worker fired timers that were no longer its own to fire; nothing was stored."""

    code = "stale_lease"


class InvalidData(EngineError):
    """A value that the data of a case cannot hold; ``field`` names it."""

    code = "invalid_data"


class EvaluationFailed(EngineError):
    """An expression of a diagram failed or did not yield what it must."""

    code = "evaluation_failed"


class InvariantBroken(EngineError):
    """The outcome of a command would leave an instance that nothing can move."""

    code = "invariant_broken"


class LimitExceeded(EngineError):
    """A bound of one step was passed: node executions, depth or size."""

    code = "limit_exceeded"


class CommandFailed(EngineError):
    """A command failed inside, at no fault of whoever gave it; the cause is chained."""

    code = "command_failed"


class StateAltered(EngineError):
    """A stored state that is not as the application wrote it; it is not loaded."""

    code = "state_altered"


class Unanchored(EngineError):
    """No holder outside has had a seal of the journal for so long that nothing more may be done."""

    code = "unanchored"


class UnsafeLibrary(EngineError):
    """A library is older than the first version that can be trusted with what strangers send."""

    code = "unsafe_library"


class SchemaMismatch(EngineError):
    """The database is not at the schema that this release needs."""

    code = "schema_mismatch"


@contextmanager
def at_element(element: str, **facts: Any) -> Iterator[None]:
    """What goes wrong in here says at which element it did; facts that it states itself stand.

    A fact may be given as a function: it is called only when something goes wrong. A thing that is missing here is no answer to whoever gave the command; what the database says passes as it is.
    """
    try:
        yield
    except SQLAlchemyError:
        raise
    except Exception as error:
        told = {"element": element} | {name: fact() if callable(fact) else fact for name, fact in facts.items()}
        if isinstance(error, EngineError) and not isinstance(error, NotFound):
            error.facts.update(told | error.facts)
            raise
        if isinstance(error, NotFound):
            raise CommandFailed(error.message, **told | error.facts) from error
        raise CommandFailed(f"{element} failed: {type(error).__name__}: {error}", **told) from error


# Raised on purpose where somebody asks for what cannot be; everywhere else they are a fault of ours.
ASKED_WRONGLY = (NotAllowed, NotFound, InvalidData, Conflict)


@contextmanager
def inside() -> Iterator[None]:
    """What goes wrong in here is no answer to whoever gave the command: it leaves as CommandFailed."""
    try:
        yield
    except ASKED_WRONGLY as error:
        raise CommandFailed(error.message, **error.facts) from error
