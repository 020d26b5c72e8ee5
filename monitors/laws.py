"""The articles of law that a rule's basis names: ``行政许可法 42, 82`` are two of one statute (``bpmn/laws.toml``)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_CITED = re.compile(
    r"^(?P<law>.*?[^\s\d(])\s+(?:Arts?\.?\s*)?(?P<articles>\d+(?:\(\d+\))?(?:[\s,、]+\d+(?:\(\d+\))?)*)$"
)
_ONE = re.compile(r"(\d+)(?:\((\d+)\))?")


@dataclass(frozen=True, slots=True)
class Article:
    """One article as a basis names it; ``about`` is empty where the product does not know the statute."""

    law: str
    law_en: str
    number: str
    clause: str = ""
    about: str = ""
    about_en: str = ""

    @property
    def zh(self) -> str:
        where = f"《{self.law}》第{self.number}条" + (f"第{self.clause}款" if self.clause else "")
        return where + (f"（{self.about}）" if self.about else "")

    @property
    def en(self) -> str:
        where = f"{self.law_en}, Art. {self.number}" + (f"({self.clause})" if self.clause else "")
        return where + (f" ({self.about_en})" if self.about_en else "")


Laws = Mapping[str, Mapping[str, Any]]


def load_laws(source: Path | Mapping[str, Any]) -> Laws:
    """The statutes of a laws file, by their short name."""
    content = source if isinstance(source, Mapping) else tomllib.loads(source.read_text(encoding="utf-8"))
    return {row["short"]: row for row in content.get("law", ())}


def articles(basis: str, laws: Laws) -> tuple[Article, ...]:
    """The articles that a basis names; none where it is practice, or names no article."""
    return tuple(article for part in basis.split(";") for article in _of(part.strip(), laws))


def cited(basis: str) -> tuple[tuple[str, str], ...]:
    """Law and article of each thing that a basis names, such as ``("行政许可法", "32(4)")``; one that names no article
    of a law is named as a whole, with an empty article."""
    parts = [part.strip() for part in basis.split(";") if part.strip()]
    return tuple(one for part in parts for one in _named(part))


def _named(basis: str) -> Iterator[tuple[str, str]]:
    found = _CITED.match(basis)
    if found is None:
        yield basis, ""
        return
    for number, clause in _ONE.findall(found["articles"]):
        yield found["law"], f"{number}({clause})" if clause else number


def _of(basis: str, laws: Laws) -> Iterator[Article]:
    found = _CITED.match(basis)
    if found is None:
        return
    law = laws.get(found["law"], {})
    known = {row["no"]: row for row in law.get("articles", ())}
    name, name_en = law.get("name", found["law"]), law.get("name_en", found["law"])
    for number, clause in _ONE.findall(found["articles"]):
        row = known.get(f"{number}({clause})" if clause else number) or known.get(number, {})
        yield Article(name, name_en, number, clause, row.get("about", ""), row.get("about_en", ""))
