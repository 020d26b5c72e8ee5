"""Every word of the pages has its Chinese, and the catalogue holds nothing else."""

from __future__ import annotations

import re

from webui import translations
from webui.i18n import catalogue


def test_every_text_has_its_chinese() -> None:
    assert [message.id for message in translations.missing()] == []


def test_the_catalogue_holds_no_text_that_the_code_no_longer_has() -> None:
    wanted = {(message.context, _first(message.id)) for message in translations.extracted()}
    kept = {(message.context, _first(message.id)) for message in translations.known() if message.id}

    assert kept - wanted == set()


def test_a_translation_names_the_same_values_as_the_text() -> None:
    for message in translations.known():
        strings = [message.string] if isinstance(message.string, str) else list(message.string)
        for string in strings if message.id else ():
            assert _names(string) == _names(_first(message.id)), message.id


def test_the_catalogue_works_without_being_compiled() -> None:
    assert catalogue("zh_Hans_CN").gettext("Tasks") == "待办"
    assert catalogue("en").gettext("Tasks") == "Tasks"


def _first(text: object) -> str:
    return text if isinstance(text, str) else str(text[0])  # type: ignore[index]


def _names(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)", text))
