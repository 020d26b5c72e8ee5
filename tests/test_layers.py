"""Who may import whom, and who may do what only one file does."""

import ast
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("engine", "monitors", "webui", "bpmn", "migrations")
CLOCK_READS = {
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "datetime.datetime.now"),
    *("datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today", "time.time", "time.time_ns"),
}
CLOCK_NAMES = {("time", "time"), ("time", "time_ns")}
UNSAFE_MODULES = {"pickle", "cPickle", "dill", "shelve", "marshal", "cloudpickle", "jsonpickle"}
UNSAFE_CALLS = {"eval", "exec", "__import__", "builtins.eval", "builtins.exec"}

Check = Callable[[ast.Module], Iterator[str]]


def dotted(node: ast.expr) -> str:
    """`a.b.c` for such an expression, else nothing."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        start = dotted(node.value)
        return f"{start}.{node.attr}" if start else ""
    return ""


def imported(tree: ast.Module) -> Iterator[str]:
    """Top-level names of the modules that a file imports absolutely, wherever in the file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.split(".")[0]


def imports(*names: str) -> Check:
    return lambda tree: (name for name in imported(tree) if name in names)


def reads_the_clock(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and dotted(node) in CLOCK_READS:
            yield dotted(node)
        elif isinstance(node, ast.ImportFrom):
            yield from (a.name for a in node.names if (node.module, a.name) in CLOCK_NAMES)


def runs_text(tree: ast.Module) -> Iterator[str]:
    """eval, exec, and the modules whose reading of data runs code."""
    yield from (name for name in imported(tree) if name in UNSAFE_MODULES)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and dotted(node.func) in UNSAFE_CALLS:
            yield dotted(node.func)


FLASK = ("flask", "apiflask", "flask_wtf", "flask_babel", "werkzeug", "wtforms", "waitress", "gunicorn")

# What only one place may do: the check, that place, and lines that must be caught anywhere else.
RULES: dict[str, tuple[Check, str, tuple[str, ...]]] = {
    "SpiffWorkflow only in engine/spiff/": (
        imports("SpiffWorkflow"),
        "engine/spiff/",
        ("import SpiffWorkflow", "def f():\n    from SpiffWorkflow.bpmn import workflow"),
    ),
    "apscheduler only in engine/worker.py": (
        imports("apscheduler"),
        "engine/worker.py",
        ("from apscheduler.schedulers.background import BackgroundScheduler",),
    ),
    "flask only in webui/": (imports(*FLASK), "webui/", ("import flask", "from werkzeug.exceptions import NotFound")),
    "the clock only in engine/clock.py": (
        reads_the_clock,
        "engine/clock.py",
        (
            *("datetime.now(UTC)", "datetime.datetime.utcnow()", "date.today()", "time.time()"),
            *("from time import time", "now = datetime.now"),
        ),
    ),
    "no text is run and nothing is unpickled": (
        runs_text,
        "nowhere",
        ("eval('1')", "exec(text)", "import pickle", "from marshal import loads"),
    ),
}


def sources() -> list[Path]:
    return [
        file
        for package in PACKAGES
        for file in sorted((ROOT / package).rglob("*.py"))
        if "static" not in file.parts and "__pycache__" not in file.parts
    ]


def offences(check: Check, allowed: str) -> list[str]:
    found = []
    for file in sources():
        place = file.relative_to(ROOT).as_posix()
        if not place.startswith(allowed):
            tree = ast.parse(file.read_text(encoding="utf-8"), place)
            found += [f"{place}: {what}" for what in check(tree)]
    return found


@pytest.mark.parametrize("name", RULES)
def test_only_one_place_does_it(name: str) -> None:
    check, allowed, _ = RULES[name]
    assert offences(check, allowed) == []


@pytest.mark.parametrize("name", RULES)
def test_the_check_catches_planted_lines(name: str) -> None:
    check, _, planted = RULES[name]
    assert [line for line in planted if not list(check(ast.parse(line)))] == []


@pytest.mark.parametrize("name", RULES)
def test_the_check_lets_innocent_lines_pass(name: str) -> None:
    innocent = "import time\nfrom datetime import UTC, datetime\nfrom . import flask\ntime.monotonic()\nclock.now()\n"
    assert list(RULES[name][0](ast.parse(innocent))) == []


def test_the_import_contract_holds() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache", "setup.cfg"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_models_are_data_without_python() -> None:
    assert [file for file in (ROOT / "bpmn").rglob("*.py") if file.name != "__init__.py"] == []


def test_no_package_imports_the_tests() -> None:
    assert offences(imports("tests"), "nowhere") == []
