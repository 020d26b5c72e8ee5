"""Run a command in the foreground until it ends, is told to end, or make is told to end.

A signal sent to make alone does not always reach what make runs: make passes TERM on, but on INT
it only waits. So this watches make as well, and ends the command with it. Standard library only.
"""

import os
import re
import signal
import subprocess
import sys

CAUGHT = re.compile(r"^SigCgt:\s*([0-9a-f]+)$", re.MULTILINE)


def catches_interrupt(pid: int) -> bool | None:
    """Whether the process still handles INT; None where the system does not tell."""
    try:
        with open(f"/proc/{pid}/status") as status:
            found = CAUGHT.search(status.read())
    except OSError:
        return None
    return bool(int(found.group(1), 16) & 1 << (signal.SIGINT - 1)) if found else None


def interrupted(parent: int, caught_before: bool | None) -> bool:
    """Make is gone, or has put INT back to its default, which it does when an INT arrives."""
    if os.getppid() != parent:
        return True
    return caught_before is True and catches_interrupt(parent) is False


def main() -> int:
    parent = os.getppid()
    caught_before = catches_interrupt(parent)
    child = subprocess.Popen(sys.argv[1:])
    told = False

    def tell(*_: object) -> None:
        nonlocal told
        told = True
        child.terminate()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, tell)
    while True:
        try:
            code = child.wait(timeout=0.5)
            return 0 if told else code
        except subprocess.TimeoutExpired:
            if not told and interrupted(parent, caught_before):
                tell()


if __name__ == "__main__":
    sys.exit(main())
