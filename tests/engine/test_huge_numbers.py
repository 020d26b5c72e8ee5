"""Numbers that a machine word cannot hold are kept, or refused at the door; none makes a case that cannot be read."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine import Runtime
from engine.casedata import checked, dumps, loads
from engine.errors import InvalidData
from tests.engine import drawing as d
from tests.engine.conftest import begin

TWO_STEPS = d.model(d.start(), d.step("a"), d.step("b"), d.end(), d.chain("s", "a", "b", "e"))
HUGE = [2**63, 2**64, -(2**64), 2**200, 1.8446744073709552e19, 1e300, Decimal("1E+30"), Decimal("9" * 999)]


@pytest.mark.parametrize("number", HUGE, ids=lambda number: f"{number:.3g}" if number < 10**300 else "long")
def test_a_case_goes_on_with_a_number_beyond_64_bits(runtime: Runtime, number: Any) -> None:
    case = begin(runtime, TWO_STEPS, amount=number, rows=[{"n": number}])
    case.do("a", other=number)
    case.do("b")
    assert case.state == "ended"
    data = runtime.query.instance(case.id).data
    assert data["amount"] == data["other"] == data["rows"][0]["n"] == Decimal(str(number))


@pytest.mark.parametrize("number", HUGE)
def test_its_text_is_the_same_after_it_was_read(number: Any) -> None:
    text = dumps(checked({"x": [number]}))
    assert dumps(loads(text)) == text


@pytest.mark.parametrize("number", [10**1000, -(10**1000), Decimal("1E+1000"), Decimal("-1E+6000")])
def test_a_number_that_no_reader_would_take_is_refused_by_name(number: Any) -> None:
    with pytest.raises(InvalidData, match="1000 digits") as refused:
        checked({"rows": [{"x": number}]})
    assert refused.value.facts["field"] == "rows[0].x"
    with pytest.raises(InvalidData):
        checked({"x": number})
