"""What an attacker would write where an expression is read: Python, templates, tricks with size. None may run."""

from __future__ import annotations

from itertools import product

from tests.engine.faults.canary import CODE

SONG = CODE.format("1")

CALLS = [
    SONG, f"eval({SONG!r})", f"exec({SONG!r})", f"(lambda: {SONG})()", f"[{SONG} for _ in [1]]", f"{{x: {SONG}}}", f"({SONG},)[0]",
    f"{SONG} if True else 1", f"{SONG} or 1", f"1 and {SONG}", f"not {SONG}", f"f'{{{SONG}}}'", f"'%s' % {SONG}", f"str({SONG})", f"print({SONG})",
    f"next(x for x in [{SONG}])", f"{SONG}; 1", f"1\n{SONG}", f"(x := {SONG})", f"assert {SONG}", f"import os; {SONG}", f"return {SONG}", f"yield {SONG}", f"*{SONG}",
]  # fmt: skip
ESCAPES = [
    "().__class__.__base__.__subclasses__()", "[].__class__.__mro__[1]", '"".__class__', "x.__class__.__init__.__globals__", "x.__dict__",
    "'{0.__class__.__mro__}'.format(x)", "count.__globals__", "(function(a) a).__code__", "(function(a) a).call", "now.__self__", "case.__class__",
    "item.__reduce__", "env.lookup", "env.functions", "meter.bounds", "slots", "__builtins__", "globals()", "locals()", "vars()", "dir()",
    "getattr(x, '__class__')", "setattr(x, 'a', 1)", "open('/etc/passwd').read()", "open('/etc/passwd')", "input()", "breakpoint()", "help()",
    "compile('1', '', 'eval')", "__import__('os').system('id')", "os.system('id')", "subprocess.run('id')", "importlib.import_module('os')", "sys.exit()",
    "pickle.loads(b'')", "socket.socket()", "ctypes.CDLL(None)", "type(x)", "object()", "memoryview(x)", "classmethod", "super()", "x.real", "x.as_tuple()", "x.utcoffset()",
]  # fmt: skip
FOREIGN = [
    "${7*7}", "#{7*7}", "{{7*7}}", "{% import os %}", "<%= 7*7 %>", "${T(java.lang.Runtime).getRuntime().exec('id')}", "${execution.setVariable('a', 1)}",
    "function(a) external {java: {class: 'java.lang.Runtime', method signature: 'exec(java.lang.String)'}}", "new java.lang.Object()", "java.lang.System.exit(0)",
    "require('child_process')", "process.exit()", "constructor.constructor('return 1')()", "this.constructor", "=1+cmd|' /C calc'!A0", "'; drop table instance; --",
    "1 or 1=1", "`id`", "$(id)", "; id", "| id", "&& id", "../../etc/passwd", "file:///etc/passwd", "http://127.0.0.1:9/", "<!ENTITY x SYSTEM 'file:///etc/passwd'>", "%s%n%x",
]  # fmt: skip
GREEDY = [
    "'a' * 10 ** 10", '"a" * 10 ** 10', "10 ** 10 ** 10", "9 ** 9 ** 9 ** 9", "round(5, -10000000)", "decimal(5, -10000000)", "1e400", "1e999999999", "-1e6145", "1" * 5000,
    "(" * 200 + "1" + ")" * 200, "-" * 3000 + "1", "[" * 500, "{a:" * 300, "if " * 400, "not(" * 200, "for i in 1..1000000000000 return i", "count(for i in 1..99999, j in 1..99999 return i)",
    "every i in 1..1000000000 satisfies true", 'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "(a+)+$")', 'replace("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "(a|a)*b", "x")',
    "string join(for i in 1..100000 return \"aaaaaaaaaa\")", "(function(f) f(f))(function(f) f(f))", "sort(for i in 1..100000 return -i, function(a, b) a < b)",
    'duration("P99999999999M")', '@"P99999999999999999999D"', "date(999999999999, 1, 1)", '"\\U110000"', '"\\uD800"', "\x00", "\u202e1", "１＋１", "1 /*",
]  # fmt: skip
WRAPS = ["{}", "({})", "[{}]", "if true then {} else 1", "string({})", "{{a: {}}}.a"]

#: Well over two hundred, each different.
ATTACKS = list(
    dict.fromkeys(
        [
            *CALLS,
            *ESCAPES,
            *FOREIGN,
            *GREEDY,
            *(
                w.replace("{{", "{").replace("}}", "}").replace("{}", t, 1) if "{{" not in w else "{a: " + t + "}.a"
                for w, t in product(WRAPS[1:], [*CALLS, *ESCAPES[:12]])
            ),
        ]
    )
)
