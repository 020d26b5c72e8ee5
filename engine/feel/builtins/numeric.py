"""Numeric functions. Scales lie within -6111..6176; rounding costs the same at every scale."""

from __future__ import annotations

import decimal
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal, DecimalException

from .. import numbers
from ..arithmetic import negative
from ..bounds import Meter
from ..numbers import DECIMAL128
from ..values import Value, YearsMonths
from .registry import as_int, builtin

SCALES = (-6111, 6176)


def _scaled(value: Decimal, scale: Decimal | None, rounding: str) -> Decimal | None:
    """The value with at most `scale` digits behind the point."""
    digits = 0 if scale is None else as_int(scale, *SCALES)
    if digits is None:
        return None
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and -digits <= exponent:
        return value
    try:
        return value.quantize(Decimal((0, (1,), -digits)), rounding=rounding, context=DECIMAL128)
    except DecimalException:
        return None


def _rounder(name: str, rounding: str, doc: str, plain: bool = False) -> Callable[..., Value]:
    """Declare a rounding to a scale; with `plain` also one to whole numbers."""

    def run(meter: Meter, value: Decimal, scale: Decimal | None = None) -> Value:
        return _scaled(value, scale, rounding)

    run.__doc__ = doc
    if plain:
        builtin(f"{name}(n: number)")(run)
    return builtin(f"{name}(n: number, scale: number)")(run)


floor = _rounder("floor", decimal.ROUND_FLOOR, "Down, towards minus infinity.", plain=True)
ceiling = _rounder("ceiling", decimal.ROUND_CEILING, "Up, towards infinity.", plain=True)
decimal_ = _rounder("decimal", decimal.ROUND_HALF_EVEN, "To the nearest, half to even.")
round_up = _rounder("round up", decimal.ROUND_UP, "Away from zero.")
round_down = _rounder("round down", decimal.ROUND_DOWN, "Towards zero.")
round_half_up = _rounder("round half up", decimal.ROUND_HALF_UP, "To the nearest, half away from zero.")
round_half_down = _rounder("round half down", decimal.ROUND_HALF_DOWN, "To the nearest, half to zero.")


@builtin("abs(n: number)")
@builtin("abs(n: duration)")
def absolute(meter: Meter, value: Value) -> Value:
    """Without its sign; of durations too."""
    if type(value) is Decimal:
        return value.copy_abs()
    zero = timedelta() if type(value) is timedelta else YearsMonths(0)
    return negative(value) if value < zero else value


@builtin("modulo(dividend: number, divisor: number)")
def modulo(meter: Meter, dividend: Decimal, divisor: Decimal) -> Value:
    """dividend - divisor * floor(dividend / divisor): has the sign of the divisor."""
    try:
        rest = DECIMAL128.remainder(dividend, divisor)
    except DecimalException:
        return _long_modulo(dividend, divisor)
    return numbers.add(rest, divisor) if rest and (rest < 0) != (divisor < 0) else rest


def _long_modulo(dividend: Decimal, divisor: Decimal) -> Value:
    """Where the quotient has more than 34 digits."""
    quotient = numbers.divide(dividend, divisor)
    if quotient is None:
        return None
    product = numbers.multiply(divisor, quotient)
    return None if product is None else numbers.subtract(dividend, product)


def _function(name: str, operation: Callable[[decimal.Context, Decimal], Decimal], doc: str) -> None:
    def run(meter: Meter, value: Decimal) -> Value:
        try:
            return operation(DECIMAL128, value)
        except DecimalException:
            return None

    run.__doc__ = doc
    builtin(f"{name}(number: number)")(run)


_function("sqrt", decimal.Context.sqrt, "The square root; null of a negative number.")
_function("exp", decimal.Context.exp, "e to a power.")


@builtin("log(number: number)")
def log(meter: Meter, value: Decimal) -> Value:
    """The natural logarithm; null unless the number is above 0."""
    return DECIMAL128.ln(value) if value > 0 else None


@builtin("odd(number: number)")
def odd(meter: Meter, value: Decimal) -> Value:
    """Whether a number is odd; a fraction is not."""
    return modulo(meter, value, Decimal(2)) == 1


@builtin("even(number: number)")
def even(meter: Meter, value: Decimal) -> Value:
    """Whether a number is even; a fraction is not."""
    return modulo(meter, value, Decimal(2)) == 0
