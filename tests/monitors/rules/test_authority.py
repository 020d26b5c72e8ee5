"""``authority``: who decides may decide this, in this amount (优化营商环境条例 Art 40)."""

from tests.monitors.cases import Given, held, never_quiet, rule, verdict

MAY = rule(
    "authority", approver="approver", authorised="item.authority", amount="amount", active='item.status = "ACTIVE"'
)
ITEM = {"status": "ACTIVE", "authority": ["head", {"id": "chief", "limit": 100_000}]}
LOUD = {"approver": "chief", "amount": 100_001, "item": ITEM}


def test_up_to_the_bound_it_is_good_and_one_more_is_bad() -> None:
    assert held(MAY, {**LOUD, "amount": 100_000}) is True
    found = verdict(MAY, Given(LOUD).completing())
    assert (found.held, found.told["limit"]) == (False, 100_000)


def test_who_has_no_bound_needs_none() -> None:
    assert held(MAY, {**LOUD, "approver": "head"}) is True


def test_who_is_not_listed_may_not() -> None:
    assert held(MAY, {**LOUD, "approver": "clerk", "amount": 1}) is False


def test_an_item_that_was_cancelled_may_not_be_granted_by_anybody() -> None:
    assert held(MAY, {**LOUD, "approver": "head", "item": {**ITEM, "status": "CANCELLED"}}) is False


def test_a_matter_without_an_amount_asks_only_who_may() -> None:
    who = rule("authority", approver="approver", authorised="item.authority")
    assert held(who, {**LOUD, "approver": "head"}) is True
    assert held(who, {**LOUD, "approver": "clerk"}) is False


def test_a_bounded_authority_without_an_amount_is_undetermined() -> None:
    assert held(rule("authority", approver="approver", authorised="item.authority"), LOUD) is None


def test_a_missing_field_is_never_quiet() -> None:
    never_quiet(MAY, {**LOUD, "item": {"status": "ACTIVE", "authority": [{"id": "chief", "limit": 100_000}]}})
