"""The package as a library: its documentation runs, it stands alone, it evaluates no Python."""

from __future__ import annotations

import ast
import doctest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import engine.feel
from engine.feel import parse

FOLDER = Path(engine.feel.__file__).parent
SOURCES = sorted(FOLDER.rglob("*.py"))


def test_the_examples_of_the_documentation_run() -> None:
    assert doctest.testmod(engine.feel).failed == 0


def test_it_imports_nothing_else_of_the_project() -> None:
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            assert not [name for name in names if name.split(".")[0] in ("engine", "monitors", "webui")], source
            if isinstance(node, ast.ImportFrom) and node.level:
                assert node.level <= len(source.relative_to(FOLDER).parts), source


def test_there_is_no_eval_exec_or_compile() -> None:
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in ("eval", "exec", "compile", "__import__"), source


def test_one_expression_serves_many_threads() -> None:
    expression = parse("for x in 1..50 return x * n")
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda n: sum(expression.evaluate({"n": n})), range(200)))
    assert found == [1275 * n for n in range(200)]
