"""``python -m webui.translations``: bring the catalogue up to date and say what still lacks its Chinese."""

from __future__ import annotations

import sys

from webui.translations import missing, path, update


def main() -> int:
    count = update()
    lacking = [str(message.id) for message in missing()]
    print(f"{path()}: {count} texts, {len(lacking)} without translation", file=sys.stderr)
    for text in lacking:
        print(text)
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
