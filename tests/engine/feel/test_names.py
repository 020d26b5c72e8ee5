"""Names: Chinese ones, ones with spaces, and how the parser tells them apart."""

from __future__ import annotations

import pytest

from engine.feel import FeelSyntaxError, parse


def test_a_chinese_name_is_a_name() -> None:
    assert parse('申请材料数量 > 3 and 部门 = "住建局"').evaluate({"申请材料数量": 4, "部门": "住建局"}) is True


def test_a_known_name_may_have_spaces() -> None:
    assert parse("申请材料 数量 > 3", names=["申请材料 数量"]).evaluate({"申请材料 数量": 4}) is True
    assert parse("申请材料   数量 > 3", names=["申请材料 数量"]).names == {"申请材料 数量"}


def test_an_unknown_name_is_one_word() -> None:
    with pytest.raises(FeelSyntaxError, match="found the name '数量'"):
        parse("申请材料 数量 > 3")


def test_the_longest_known_name_wins() -> None:
    context = {"fee": 1, "fee paid": 2, "fee paid date": 3}
    names = list(context)
    assert parse("fee paid date - fee paid - fee", names).evaluate(context) == 0
    assert parse("fee paid-fee", names).evaluate(context) == 1


def test_a_known_name_may_hold_signs() -> None:
    context = {"申请-日期": 5, "申请": 3, "日期": 1}
    assert parse("申请-日期", names=["申请-日期"]).evaluate(context) == 5
    assert parse("申请-日期").evaluate(context) == 2


def test_a_known_name_ends_where_the_word_ends() -> None:
    assert parse("fee paid", names=["fee pa", "fee paid"]).names == {"fee paid"}
    with pytest.raises(FeelSyntaxError):
        parse("fee paid", names=["fee pa"])


def test_words_behind_a_dot_are_one_name() -> None:
    context = {"申请人": {"联系 电话": "1", "date and time": 2}}
    assert parse('申请人.联系 电话 = "1" and true').evaluate(context) is True


def test_a_given_path_makes_its_parts_known() -> None:
    assert parse("单位 信息.名称 1", names=["单位 信息.名称 1"]).evaluate({"单位 信息": {"名称 1": "x"}}) == "x"


def test_loop_variables_and_keys_may_have_spaces() -> None:
    assert parse("for one item in [1, 2] return one item + 1").evaluate({}) == [2, 3]
    assert parse("some the x in [1], the y in [2] satisfies the x < the y").evaluate({}) is True
    assert parse("{单 价: 2, 金额: 单 价 * 3}.金额").evaluate({}) == 6


def test_keywords_stay_keywords_and_their_beginnings_do_not() -> None:
    assert parse("index + order1 + iffy + nullable").names == {"index", "order1", "iffy", "nullable"}


def test_a_field_hides_no_function_and_a_function_no_field() -> None:
    assert parse("count(list) + count", names=["count", "list"]).evaluate({"count": 5, "list": [1]}) == 6
    assert parse("date > 3", names=["date"]).explain({}).missing == ("date",)


def test_a_local_name_hides_a_field() -> None:
    assert parse("for a in [1] return a").evaluate({"a": 9}) == [1]
    assert parse("for a in [1] return a").names == frozenset()


def test_an_entry_of_a_filtered_item_hides_a_field() -> None:
    context = {"rows": [{"fee": 1}, {"fee": 5}], "fee": 9, "limit": 3}
    assert parse("rows[fee > limit].fee").evaluate(context) == [5]


def test_an_expression_names_what_it_reads() -> None:
    expression = parse("a.b > limit and count(items[price > limit]) > 1 and some x in xs satisfies x.y = z")
    assert expression.names == {"a.b", "limit", "items", "xs", "z"}
    assert parse("items[price > 1]", names=["items", "price"]).names == {"items", "price"}
    assert parse("working_days(a, b) + count(c)").calls == {"working_days"}
    assert parse("a + 1").text == "a + 1"
