"""FEEL, the expression language of DMN 1.3 to 1.5: parsed once, evaluated as closures, bounded, no `eval`.

    >>> from engine.feel import parse, parse_unary_tests
    >>> parse("amount * 1.06 > limit").evaluate({"amount": 100, "limit": 105})
    True
    >>> parse("申请材料 数量 > 3", names=["申请材料 数量"]).evaluate({"申请材料 数量": 4})
    True
    >>> parse("count(materials[required = true and received = null])").evaluate(
    ...     {"materials": [{"required": True, "received": None}, {"required": False, "received": None}]}
    ... )
    Decimal('1')
    >>> parse("working days(received, today) > 5", functions=["working days"]).evaluate(
    ...     {"received": "2026-03-02", "today": "2026-03-11"}, functions={"working days": lambda a, b: 7}
    ... )
    True
    >>> parse_unary_tests("[1..5], > 10").evaluate(3, {})
    True

A condition that reads what is not there shall not pass for decided. `explain` tells:

    >>> found = parse("approver != applicant").explain({"approver": "li"})
    >>> found.value, found.missing, found.reads
    (True, ('applicant',), {'approver': 'li', 'applicant': None})
    >>> parse("approver = null").explain({}).missing
    ()

Text that is no FEEL says where and what was expected:

    >>> parse("amount >")
    Traceback (most recent call last):
    ...
    engine.feel.errors.FeelSyntaxError: line 1, column 9: expected a value, found the end of the text

Values are Python's: Decimal, str, bool, None, list, dict, date, time, datetime, timedelta, and YearsMonths, Range and
Function from `values`. ints and floats of the context become Decimal (34 digits) when read. Strings stay strings:
use `date and time(received_at)`. `to_json` leads back. Type errors give null, as the standard says; only a bound
(`Bounds`) or a failing host function raises.

Calendar functions are host functions, given by name: `functions={"working days": calendar.working_days}`.
"""

from .bounds import DEFAULT, Bounds
from .errors import FeelBoundsError, FeelError, FeelEvaluationError, FeelFunctionError, FeelSyntaxError
from .expression import Evaluation, Expression, parse
from .text import to_json
from .unary import UnaryTests, parse_unary_tests
from .values import Function, Range, YearsMonths

__all__ = [
    "DEFAULT", "Bounds", "Evaluation", "Expression", "FeelBoundsError", "FeelError", "FeelEvaluationError",
    "FeelFunctionError", "FeelSyntaxError", "Function", "Range", "UnaryTests", "YearsMonths", "parse",
    "parse_unary_tests", "to_json",
]  # fmt: skip
