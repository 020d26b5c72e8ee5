"""Each production of the grammar, as the generator makes it."""

from __future__ import annotations

from tests.engine.feel.generator import Generator, Term, production


def _body(g: Generator, *names: str) -> str:
    one, other = g.random.choice(names), g.random.choice([*names, "2"])
    return f"{one} {g.random.choice('+-*')} {other}"


def _infix(sign: str, left: str, right: str, gives: str) -> None:
    @production(f"{left} {sign} {right}", gives)
    def make(g: Generator, depth: int) -> Term:
        parts = ("(", g.of(left, depth), f" {sign} ", g.of(right, depth), ")")
        return Term(f"{left} {sign} {right}", parts)


DAYS, MONTHS = "days and time duration", "years and months duration"
for _sign in ("+", "-", "*", "/", "**"):
    _infix(_sign, "number", "number", "number")
_infix("+", "string", "string", "string")
for _moment in ("date", "date and time", "time"):
    _infix("+", _moment, DAYS, _moment)
    _infix("-", _moment, DAYS, _moment)
    _infix("-", _moment, _moment, DAYS)
for _moment in ("date", "date and time"):
    _infix("+", _moment, MONTHS, _moment)
    _infix("-", _moment, MONTHS, _moment)
for _length in (DAYS, MONTHS):
    _infix("+", _length, _length, _length)
    _infix("-", _length, _length, _length)
    _infix("*", _length, "number", _length)
    _infix("/", _length, "number", _length)
    _infix("/", _length, _length, "number")
for _sign in ("=", "!=", "<", "<=", ">", ">="):
    for _kind in ("number", "string", "date", "date and time", "time", DAYS, MONTHS):
        _infix(_sign, _kind, _kind, "boolean")
for _sign in ("=", "!="):
    for _kind in ("any", "list", "context", "range", "boolean"):
        _infix(_sign, _kind, _kind, "boolean")
_infix("and", "boolean", "boolean", "boolean")
_infix("or", "boolean", "boolean", "boolean")


@production("negation", "number")
def negation(g: Generator, depth: int) -> Term:
    """-x"""
    return Term("negation", ("-", g.of("number", depth) if g.random.random() < 0.8 else g.of(DAYS, depth)))


@production("between", "boolean")
def between(g: Generator, depth: int) -> Term:
    """x between a and b"""
    kind = g.random.choice(["number", "string", "date"])
    parts = ("(", g.of(kind, depth), " between ", g.of(kind, 0), " and ", g.of(kind, 0), ")")
    return Term("between", parts)


@production("in value", "boolean")
def in_value(g: Generator, depth: int) -> Term:
    """x in list or range"""
    return Term(
        "in value", ("(", g.of("number", depth), " in ", g.of(g.random.choice(["numbers", "number range"]), 0), ")")
    )


@production("in tests", "boolean")
def in_tests(g: Generator, depth: int) -> Term:
    """x in (< 5, [1..2], 7)"""
    sign = g.random.choice(["<", "<=", ">", ">="])
    parts = ("(", g.of("number", depth), f" in ({sign} {g.of('number', 0).text}, ", g.of("number range", 0), "))")
    return Term("in tests", parts)


@production("in sign", "boolean")
def in_sign(g: Generator, depth: int) -> Term:
    """x in > 5"""
    sign = g.random.choice(["<", "<=", ">", ">="])
    return Term("in sign", ("(", g.of("number", depth), f" in {sign} {g.of('number', 0).text})"))


@production("if", "number")
def if_(g: Generator, depth: int) -> Term:
    """if a then b else c"""
    parts = ("(if ", g.of("boolean", depth), " then ", g.of("number", depth), " else ", g.of("number", depth), ")")
    return Term("if", parts)


@production("for over a list", "numbers")
def for_list(g: Generator, depth: int) -> Term:
    """for x in list return x + 1"""
    return Term("for over a list", ("(for x in ", g.of("numbers", depth), f" return {_body(g, 'x')})"))


@production("for over numbers", "numbers")
def for_numbers(g: Generator, depth: int) -> Term:
    """for x in 1..3 return x"""
    first, last = g.random.randint(-3, 3), g.random.randint(-3, 5)
    return Term("for over numbers", (f"(for x in {first}..{last} return {_body(g, 'x')})",))


@production("for with two iterators", "numbers")
def for_two(g: Generator, depth: int) -> Term:
    """for x in a, y in b return x + y"""
    parts = ("(for x in ", g.of("numbers", depth), ", y in ", g.of("numbers", 0), f" return {_body(g, 'x', 'y')})")
    return Term("for with two iterators", parts)


@production("for with partial", "numbers")
def for_partial(g: Generator, depth: int) -> Term:
    """for x in list return x + count(partial)"""
    return Term("for with partial", ("(for x in ", g.of("numbers", depth), " return count(partial) + 1)"))


@production("some", "boolean")
def some(g: Generator, depth: int) -> Term:
    """some x in list satisfies x > 1"""
    return Term("some", ("(some x in ", g.of("numbers", depth), f" satisfies x > {g.random.randint(0, 4)})"))


@production("every", "boolean")
def every(g: Generator, depth: int) -> Term:
    """every x in list satisfies x > 1"""
    return Term("every", ("(every x in ", g.of("numbers", depth), f" satisfies x > {g.random.randint(0, 4)})"))


@production("list", "numbers")
def list_(g: Generator, depth: int) -> Term:
    """[a, b]"""
    return Term("list", ("[", g.of("number", depth), ", ", g.of("number", depth), "]"))


@production("boxed context", "context")
def context(g: Generator, depth: int) -> Term:
    """{a: x, "b": y, c: a}"""
    return Term("boxed context", ("{a: ", g.of("number", depth), ', "b c": ', g.of("any", 0), ", d: a}"))


@production("interval", "number range")
def range_(g: Generator, depth: int) -> Term:
    """[a..b)"""
    opening, closing = g.random.choice("[("), g.random.choice("])")
    return Term("interval", (f"{opening}{g.random.randint(-2, 2)}..{g.random.randint(2, 6)}{closing}",))


@production("reversed brackets", "root")
def reversed_brackets(g: Generator, depth: int) -> Term:
    """x in ]1..5["""
    opening, closing = g.random.choice([*"[(]"]), g.random.choice([*"])["])
    parts = ("(", g.of("number", depth), f" in {opening}{g.random.randint(-2, 2)}..{g.random.randint(2, 6)}{closing})")
    return Term("reversed brackets", parts)


@production("index", "number")
def index(g: Generator, depth: int) -> Term:
    """list[1]"""
    return Term("index", (g.of("numbers", depth), f"[{g.random.choice(['1', '2', '-1', '4'])}]"))


@production("filter", "numbers")
def filter_(g: Generator, depth: int) -> Term:
    """list[item > 1]"""
    return Term("filter", (g.of("numbers", depth), f"[item > {g.random.randint(0, 3)}]"))


@production("filter of contexts", "contexts")
def filter_contexts(g: Generator, depth: int) -> Term:
    """contexts[a > 1]"""
    return Term("filter of contexts", (g.of("contexts", 0), f"[a >= {g.random.randint(0, 3)}]"))


@production("member", "number")
def member(g: Generator, depth: int) -> Term:
    """context.a"""
    return Term("member", (g.of("context", depth), ".a"))


@production("member of a list", "list")
def member_of_list(g: Generator, depth: int) -> Term:
    """contexts.a"""
    return Term("member of a list", (g.of("contexts", depth), ".a"))


_PARTS = {
    "date": ["year", "month", "day", "weekday"],
    "date and time": ["year", "month", "day", "hour", "minute", "second", "time offset", "timezone"],
    "time": ["hour", "minute", "second", "time offset", "timezone"],
    DAYS: ["days", "hours", "minutes", "seconds"],
    MONTHS: ["years", "months"],
    "number range": ["start", "end", "start included", "end included"],
}


@production("part", "number")
def part(g: Generator, depth: int) -> Term:
    """date.year"""
    kind = g.random.choice([*_PARTS])
    return Term("part", ("(", g.of(kind, depth), f").{g.random.choice(_PARTS[kind])}"))


_TYPES = ["number", "string", "boolean", "date", "time", "date and time", DAYS, MONTHS, "Any", "list<number>"]
_TYPES += ["context<a: number>", "range<number>", "function<number> -> number"]


@production("instance of", "boolean")
def instance_of(g: Generator, depth: int) -> Term:
    """x instance of type"""
    return Term("instance of", ("(", g.of("any", depth), f" instance of {g.random.choice(_TYPES)})"))


@production("function by position", "number")
def function(g: Generator, depth: int) -> Term:
    """(function(x, y) x + y)(a, b)"""
    parts = (f"(function(x, y) {_body(g, 'x', 'y')})(", g.of("number", depth), ", ", g.of("number", depth), ")")
    return Term("function by position", parts)


@production("function by name", "number")
def named_function(g: Generator, depth: int) -> Term:
    """{f: function(x, y) x - y, r: f(y: 1, x: 2)}.r"""
    parts = (
        f"{{f: function(x, y) {_body(g, 'x', 'y')}, r: f(y: ",
        g.of("number", depth),
        ", x: ",
        g.of("number", depth),
    )
    return Term("function by name", (*parts, ")}.r"))


@production("name", "number")
def name(g: Generator, depth: int) -> Term:
    """{申请 数量: x, r: 申请 数量 + 1}.r"""
    return Term("name", ("{申请 数量: ", g.of("number", depth), ", r: 申请 数量 + 1}.r"))


@production("comment", "number")
def comment(g: Generator, depth: int) -> Term:
    """1 /* c */ + 2 // d"""
    return Term("comment", ("(", g.of("number", depth), " /* 说明 */ + 1 // d\n)"))


@production("signed range", "number range")
def signed_range(g: Generator, depth: int) -> Term:
    """(< 5)"""
    return Term("signed range", (f"({g.random.choice(['<', '<=', '>', '>='])} {g.random.randint(0, 5)})",))
