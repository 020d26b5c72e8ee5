"""``materials``: no paper beyond the guide, no incomplete file accepted (行政许可法 Art 30; 优化营商环境条例 Art 35)."""

from tests.monitors.cases import Given, held, never_quiet, rule, verdict

ASKED = rule("materials", guide="item.materials", asked="required_materials")
COMPLETE = rule("materials", guide="item.materials", received="materials")
ITEM = {"item": {"materials": [{"code": "01"}, {"code": "02"}]}}
BEYOND = {**ITEM, "required_materials": ["01", "09"]}
INCOMPLETE = {**ITEM, "materials": [{"code": "01"}]}


def test_what_the_guide_lists_is_good() -> None:
    assert held(ASKED, {**ITEM, "required_materials": ["02"]}) is True


def test_a_paper_beyond_the_guide_is_bad_and_named() -> None:
    found = verdict(ASKED, Given(BEYOND).completing())
    assert (found.held, found.told["beyond_guide"]) == (False, ["09"])


def test_an_incomplete_file_that_is_accepted_is_bad() -> None:
    assert held(COMPLETE, {**ITEM, "materials": [{"code": "02"}, {"code": "01"}]}) is True
    assert verdict(COMPLETE, Given(INCOMPLETE).completing()).told["not_received"] == ["02"]


def test_a_missing_field_is_never_quiet() -> None:
    never_quiet(ASKED, BEYOND)
    never_quiet(COMPLETE, INCOMPLETE)


def test_a_rule_that_compares_nothing_is_undetermined() -> None:
    assert held(rule("materials", guide="item.materials"), ITEM) is None
