"""The truth checker: joins what must be found with what was found. It imports nothing of the product.

``truth.csv`` has the columns case, rule, level, day, kind; ``findings.csv`` case, rule, level, day. A warning
counts as found when case, rule, level and the local day it counts from all agree, each as often as planted.

    python truth.py truth.csv findings.csv
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

Row = Mapping[str, str]
Key = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Score:
    """How well one kind of fault was found; shares are 0 to 1, and 1 of nothing at all."""

    planted: int
    found: int
    precision: float
    recall: float

    @property
    def perfect(self) -> bool:
        return self.precision == self.recall == 1


def compare(truth: Iterable[Row], findings: Iterable[Row]) -> dict[str, Score]:
    """The score of each kind; a finding of a rule that nobody planted is a kind of its own, named by the rule."""
    planted = list(truth)
    kind_of = {row["rule"]: row["kind"] for row in planted}
    wanted, seen = Counter(map(_key, planted)), Counter(map(_key, findings))
    kinds = sorted({_kind(key, kind_of) for key in (*wanted, *seen)})
    return {kind: _score(_only(wanted, kind, kind_of), _only(seen, kind, kind_of)) for kind in kinds}


def differences(truth: Iterable[Row], findings: Iterable[Row]) -> tuple[list[Key], list[Key]]:
    """What is missing and what is too much, in order."""
    wanted, seen = Counter(map(_key, truth)), Counter(map(_key, findings))
    return sorted((wanted - seen).elements()), sorted((seen - wanted).elements())


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file with a heading."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def table(scores: Mapping[str, Score]) -> list[str]:
    """The lines that are printed."""
    lines = [f"{'kind':<28}{'planted':>8}{'found':>8}{'precision':>11}{'recall':>8}"]
    for kind, one in scores.items():
        lines.append(f"{kind:<28}{one.planted:>8}{one.found:>8}{one.precision:>11.3f}{one.recall:>8.3f}")
    return lines


def _key(row: Row) -> Key:
    return str(row["case"]), str(row["rule"]), str(row["level"]), str(row["day"])


def _kind(key: Key, kind_of: Mapping[str, str]) -> str:
    return kind_of.get(key[1], key[1])


def _only(counted: Counter[Key], kind: str, kind_of: Mapping[str, str]) -> Counter[Key]:
    return Counter({key: count for key, count in counted.items() if _kind(key, kind_of) == kind})


def _score(wanted: Counter[Key], seen: Counter[Key]) -> Score:
    right = (wanted & seen).total()
    precision = right / seen.total() if seen else 1.0
    recall = right / wanted.total() if wanted else 1.0
    return Score(wanted.total(), seen.total(), precision, recall)


def main(arguments: list[str]) -> int:
    """Print the table and what differs; 0 when every kind is perfect."""
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    planted, found = (read(Path(name)) for name in arguments)
    scores = compare(planted, found)
    print("\n".join(table(scores)))
    for words, keys in zip(("missing", "too much"), differences(planted, found), strict=True):
        for key in keys:
            print(words, *key)
    return 0 if all(one.perfect for one in scores.values()) else 1


def as_document(scores: Mapping[str, Score]) -> dict[str, dict[str, float]]:
    """For JSON."""
    return {kind: asdict(one) for kind, one in scores.items()}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
