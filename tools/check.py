"""`make test` after the set-up: style, then the tests, whose closing line is the last one printed.

A fault of style does not keep the tests from running; it fails the run, and the tests' summary names it.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".venv" / "bin"
STYLE = {
    "ruff check": ["ruff", "check", "."],
    "ruff format": ["ruff", "format", "--check", "."],
    "mypy": ["mypy"],
    "import contract": ["lint-imports", "--no-logo"],
}


def run(command: list[str], **more: str) -> int:
    """Tests start hundreds of processes: what they import is compiled once, whatever the machine says of that."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(ROOT / "build" / "pycache"), **more}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return subprocess.call([str(TOOLS / command[0]), *command[1:]], cwd=ROOT, env=environment)


def style() -> list[str]:
    """The names of the checks that failed."""
    failed = []
    for name, command in STYLE.items():
        print(f"style: {name}", flush=True)
        if run(command):
            failed.append(name)
    return failed


def main() -> int:
    failed = style()
    code = run(["pytest", "-n", "2", *sys.argv[1:]], JIANCHA_STYLE_FAILED=", ".join(failed))
    return code or (1 if failed else 0)


if __name__ == "__main__":
    sys.exit(main())
