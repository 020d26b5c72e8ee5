"""The literals that generated expressions are made of, and what built-ins want as arguments."""

from __future__ import annotations

LEAVES: dict[str, list[str]] = {
    "number": ["0", "1", "2", "3", "5", "7", "10", "12", "100", "-1", "-3", "0.5", "1.5", "2.25", "-2.5", ".75", "1234.5"],
    "position": ["1", "2", "3", "-1", "-2", "0", "4"],
    "scale": ["0", "1", "2", "-1"],
    "string": ['"a"', '"b"', '"foobar"', '"申请材料"', '"a,b,c"', '""', '"Hello World"', '"1.5"', '"\\u0041b"', '"x\\ny"'],
    "boolean": ["true", "false", "true", "false", "null"],
    "date": ['@"2026-03-11"', 'date("2020-02-29")', "date(2024, 12, 31)", '@"2026-01-01"', '@"1999-07-04"'],
    "time": ['@"10:30:00"', 'time("23:59:59")', '@"08:00:00Z"', '@"08:00:00+08:00"', "time(7, 5, 0)"],
    "date and time": [
        '@"2026-03-11T09:12:00"', '@"2026-03-11T09:12:00Z"', '@"2026-03-11T09:12:00+08:00"',
        'date and time("2020-02-29T00:00:00")', '@"2026-03-11T01:12:00Z"', '@"2026-07-01T12:00:00@Asia/Shanghai"',
    ],
    "days and time duration": ['@"P1D"', '@"PT1H30M"', '@"-P2DT3H"', 'duration("PT36H")', '@"PT0S"', '@"PT1M30.5S"'],
    "years and months duration": ['@"P1Y"', '@"P1Y2M"', '@"-P14M"', 'duration("P3M")', '@"P0M"'],
    "numbers": ["[1, 2, 3]", "[3, 1, 2]", "[]", "[5]", "[1, 2, 2, 1]", "[0.5, 1.5]", "[10, -4, 7, 7]", "[1, null, 2]"],
    "strings": ['["a", "b"]', '["b", "a", "c"]', '["foobar"]', '["a", null]'],
    "booleans": ["[true, false]", "[true]", "[true, null]", "[]"],
    "list": ["[1, \"a\", null]", "[[1, 2], [3]]", "[1, [2, [3]]]", "[true, 1]", "[{a: 1}, {a: 2}]", '["a", "b", "a"]'],
    "lists": ["[1, 2]", "[2, 3]", '["a"]', "[]"],
    "contexts": ["[{a: 1}, {b: 2}]", "[{a: 1, b: 2}, {a: 3}]", "[{}]"],
    "entries": ['[{key: "a", value: 1}]', '[{key: "a", value: 1}, {key: "b", value: null}]', "[]", '[{key: "a"}]'],
    "context": ["{a: 1}", "{a: 1, b: 2}", '{a: {b: 1}, c: "x"}', "{}", '{"a b": 1}'],
    "key": ['"a"', '"b"', '"a b"', '"c"'],
    "keys": ['["a"]', '["a", "b"]', "[]", '["b", "c"]'],
    "range": ["[1..3]", "(1..3)", "[2..5)", "(3..7]", "[5..5]", '["a".."c"]', '[@"2026-01-01"..@"2026-12-31"]'],
    "number range": ["[1..3]", "(1..3)", "[2..5)", "(3..7]", "[3..5]", "[0..10]"],
    "null": ["null"],
    "pattern": ['"o"', '"[a-c]"', '"^f"', '"(o+)b"', '"\\\\s"', '"b*"', '"["', '"x|a"'],
    "delimiter": ['","', '"o"', '"\\\\s"', '"[,;]"'],
    "replacement": ['"X"', '"[$1]"', '""', '"$0"'],
    "flags": ['""', '"i"', '"s"'],
    "numeral": ['"1.5"', '"1,000"', '"1 000.5"', '"abc"', '"-3"', '"1.000,5"', '""'],
    "separator": ['","', '"."', '" "', "null"],
    "date text": ['"2026-03-11"', '"2020-02-30"', '"x"', '"2026-03-11T10:00:00"'],
    "time text": ['"10:30:00"', '"25:00:00"', '"10:30:00Z"', '"10:30:00.5+08:00"', '"1"'],
    "moment text": ['"2026-03-11T10:30:00"', '"2026-03-11"', '"2026-03-11T10:30:00Z"', '"2026-03-11T24:01:00"', '"x"'],
    "duration text": ['"P1D"', '"P1Y2M"', '"PT36H"', '"P1Y1D"', '"x"', '"-PT5M"'],
    "range text": ['"[1..3]"', '"(1..3]"', '"[a..b]"', '"x"'],
    "year": ["2020", "2026", "1999"],
    "month": ["1", "2", "12", "13"],
    "day": ["1", "29", "31", "0"],
    "hour": ["0", "10", "23", "24"],
    "minute": ["0", "5", "59", "60"],
    "precedes": ["function(x, y) x < y", "function(x, y) x > y"],
    "match": ["function(item, newItem) item = newItem", "function(item, newItem) item != 2"],
}  # fmt: skip

#: Arguments of another kind than the signature asks for.
ODD = ["null", "[]", "{}", '"x"', "true", "1", '@"P1D"', "[1, 2]"]

#: What stands for a kind of a signature.
KINDS = {
    "list": "list|numbers|strings",
    "moment": "date|date and time",
    "any moment": "date|date and time",
    "clock": "time|date and time",
    "duration": "days and time duration|years and months duration",
    "point": "number",
    "range": "number range",
    "function": "precedes",
}

_ROUNDING = ("floor", "ceiling", "decimal", "round up", "round down", "round half up", "round half down")
_NUMBERS = ("min", "max", "sum", "mean", "median", "mode", "stddev", "product")

#: Where an argument has to be of a certain kind to mean anything: by built-in and parameter.
ARGUMENTS: dict[tuple[str, str], str] = {
    **{(name, "list"): "numbers" for name in _NUMBERS},
    **{(name, "list"): "booleans" for name in ("all", "any")},
    **{(name, "list"): "lists" for name in ("concatenate", "union")},
    **{(name, "position"): "position" for name in ("insert before", "remove", "list replace")},
    **{(name, "start position"): "position" for name in ("substring", "sublist")},
    **{(name, "length"): "position" for name in ("substring", "sublist")},
    **{(name, "pattern"): "pattern" for name in ("matches", "replace")},
    **{(name, "flags"): "flags" for name in ("matches", "replace")},
    **{(name, "scale"): "scale" for name in _ROUNDING},
    ("string join", "list"): "strings",
    ("string join", "delimiter"): "delimiter",
    ("split", "delimiter"): "delimiter",
    ("replace", "replacement"): "replacement",
    ("number", "from"): "numeral",
    ("number", "grouping separator"): "separator",
    ("number", "decimal separator"): "separator",
    ("date", "year"): "year",
    ("date", "month"): "month",
    ("date", "day"): "day",
    ("time", "hour"): "hour",
    ("time", "minute"): "minute",
    ("time", "second"): "minute",
    ("duration", "from"): "duration text|duration text|days and time duration",
    ("range", "from"): "range text",
    ("list replace", "match"): "match",
    ("get value", "key"): "key",
    ("get value", "keys"): "keys",
    ("context put", "key"): "key",
    ("context put", "keys"): "keys",
    ("context merge", "contexts"): "contexts",
    ("context", "entries"): "entries",
    ("list contains", "element"): "number",
    ("index of", "match"): "number",
    ("exp", "number"): "scale",
}
