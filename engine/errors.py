"""The errors of the engine: what was expected, what was found, and where.

Every error carries its facts as attributes and a stable ``code``, so that the
pages can say it again in the reader's language.
"""

from __future__ import annotations

from typing import Any, ClassVar


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


class SchemaMismatch(EngineError):
    """The database is not at the schema that this release needs."""

    code = "schema_mismatch"
