"""decimal128: 34 digits, exponent -6143..6144, half-even; what overflows is null.

The one context is shared: only its flags change, and nobody reads them.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DecimalException,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)

DECIMAL128 = Context(
    prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, clamp=1,
    traps=[DivisionByZero, InvalidOperation, Overflow],
)  # fmt: skip

#: Integers with more bits are out of range, whatever their digits.
_MAX_BITS = 20_500


def guarded(operation: Callable[[Context, Decimal, Decimal], Decimal]) -> Callable[[Decimal, Decimal], Decimal | None]:
    """An operation on two numbers that gives null where decimal128 has no finite result."""

    def run(a: Decimal, b: Decimal) -> Decimal | None:
        try:
            return operation(DECIMAL128, a, b)
        except DecimalException:
            return None

    return run


add = guarded(Context.add)
subtract = guarded(Context.subtract)
multiply = guarded(Context.multiply)
divide = guarded(Context.divide)


def power(a: Decimal, b: Decimal) -> Decimal | None:
    """a ** b, 1 for 0 ** 0; null where it has no finite value (0 to a negative fraction is infinite without a signal)."""
    if not b:
        return Decimal(1)
    result = _power(a, b)
    return result if result is not None and result.is_finite() else None


_power = guarded(Context.power)


def number(text: str) -> Decimal | None:
    """The number written in `text` (digits, point, exponent), or null."""
    try:
        return DECIMAL128.create_decimal(text)
    except DecimalException:
        return None


def rounded(value: Decimal) -> Decimal | None:
    """A Decimal to 34 digits; null for infinities, NaN and what is out of range."""
    try:
        return DECIMAL128.plus(value) if value.is_finite() else None
    except DecimalException:
        return None


def from_int(value: int) -> Decimal | None:
    """An integer as a number, rounded to 34 digits; null where out of range."""
    if value.bit_length() > _MAX_BITS:
        return None
    try:
        return DECIMAL128.create_decimal(int(value))
    except DecimalException:
        return None


def from_float(value: float) -> Decimal | None:
    """A float as the shortest decimal that stands for it; null for infinities and NaN."""
    result = number(repr(float(value)))
    return result if result is not None and result.is_finite() else None


def whole(value: object) -> int | None:
    """The integer a number stands for, if it is one of at most 34 digits."""
    if type(value) is not Decimal or value.adjusted() > 34 or value != value.to_integral_value():
        return None
    return int(value)
