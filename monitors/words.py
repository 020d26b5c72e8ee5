"""Sentences in Chinese and English side by side, for what is kept or sent and so is not the page's own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """One sentence in both languages with ``{}`` where facts go."""

    zh: str
    en: str

    def format(self, *facts: object, **named: object) -> str:
        return self.zh.format(*facts, **named)

    def format_en(self, *facts: object, **named: object) -> str:
        return self.en.format(*facts, **named)

    def text(self, english: bool) -> str:
        """The sentence in one language."""
        return self.en if english else self.zh
