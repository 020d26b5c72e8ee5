"""The strict mode, tried on tests of its own in a separate run."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LACKING = "import pytest\n\ndef test_page():\n    pytest.skip('needs a browser: none found')\n"
LACKING_MODULE = "import pytest\n\npytest.skip('needs PostgreSQL: none', allow_module_level=True)\n"
MARKED = "import pytest\n\n@pytest.mark.skipif(True, reason='needs the corpora: none')\ndef test_log():\n    pass\n"
OTHER = "import pytest\n\ndef test_windows():\n    pytest.skip('only on another system')\n"


def outcome(folder: Path, source: str, **environment: str) -> tuple[int, str]:
    (folder / "test_planted.py").write_text(source)
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("JIANCHA_", "PYTEST_"))}
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "tests.strict",
            "-p",
            "no:cacheprovider",
            "-c",
            "/dev/null",
            str(folder),
        ],
        cwd=ROOT,
        env={**clean, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_a_lacking_browser_is_a_skip_on_a_desk(tmp_path: Path) -> None:
    code, text = outcome(tmp_path, LACKING)
    assert (code, "1 skipped" in text) == (0, True)


def test_a_lacking_browser_is_a_failure_on_a_build_server(tmp_path: Path) -> None:
    code, text = outcome(tmp_path, LACKING, JIANCHA_STRICT="1")
    assert (code, "1 failed" in text, "needs a browser" in text) == (1, True, True)


def test_a_whole_module_and_a_mark_count_too(tmp_path: Path) -> None:
    assert outcome(tmp_path, LACKING_MODULE, JIANCHA_STRICT="1")[0] in (1, 2)
    assert outcome(tmp_path, MARKED, JIANCHA_STRICT="1")[0] == 1


def test_other_reasons_to_skip_stay_skips(tmp_path: Path) -> None:
    assert outcome(tmp_path, OTHER, JIANCHA_STRICT="1")[0] == 0


def test_failed_style_is_named_in_the_summary(tmp_path: Path) -> None:
    text = outcome(tmp_path, OTHER, JIANCHA_STYLE_FAILED="mypy")[1]
    assert "style failed" in text
    assert "1 skipped" in text.strip().splitlines()[-1]
