"""Two languages from one source: English in the code, Chinese in the catalogue.

The catalogue is read from its ``.po`` when the web starts, so there is nothing to compile and nothing that
could be older than the text.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from babel import support
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, g, request, session
from flask_babel import Babel, Domain, get_locale, lazy_gettext

from webui.config import Settings

FOLDER = Path(__file__).resolve().parent / "translations"
CHINESE = "zh_Hans_CN"
ENGLISH = "en"
LANGUAGES = {CHINESE: "中文", ENGLISH: "English"}
COOKIE = "language"


def catalogue(language: str) -> support.NullTranslations:
    """The translations of one language, straight from its .po file; none for English."""
    path = FOLDER / language / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return support.NullTranslations()
    with path.open("rb") as file:
        messages = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return support.Translations(compiled)


class PoDomain(Domain):
    """A domain that is read once and kept, instead of once a request."""

    def __init__(self) -> None:
        super().__init__(domain="messages")
        self._languages = {language: catalogue(language) for language in LANGUAGES}

    def get_translations(self) -> Any:
        return self._languages[language()]


class PoBabel(Babel):
    """Flask-Babel with the one domain above."""

    _domain: PoDomain | None = None

    @property
    def domain_instance(self) -> PoDomain:
        if self._domain is None:
            self._domain = PoDomain()
        return self._domain


def language() -> str:
    """The language of this request; English where there is no request, as in the code."""
    found = str(get_locale() or ENGLISH)
    return found if found in LANGUAGES else (CHINESE if found.startswith("zh") else ENGLISH)


def label(chinese: str, english: str = "") -> str:
    """A model's own words in the language of the request; the other one rather than nothing."""
    return (english or chinese) if language() == ENGLISH else (chinese or english)


def html_language() -> str:
    return "en" if language() == ENGLISH else "zh-Hans"


def install(app: Flask, settings: Settings) -> None:
    """Choose the language of each request: what was chosen, else what the browser asks for, else ours."""

    def choose() -> str:
        chosen = request.cookies.get(COOKIE) or session.get(COOKIE)
        if chosen in LANGUAGES:
            return str(chosen)
        asked = request.accept_languages.best_match(["zh", "zh-CN", "zh-Hans", "en", "en-US", "en-GB"])
        if asked is None:
            return settings.language
        return ENGLISH if asked.startswith("en") else CHINESE

    def chosen_once() -> str:
        if "language" not in g:
            g.language = choose()
        return str(g.language)

    app.config["BABEL_DEFAULT_LOCALE"] = ENGLISH
    app.config["BABEL_DEFAULT_TIMEZONE"] = settings.timezone
    PoBabel(app, locale_selector=chosen_once)
    app.jinja_env.globals.update(label=label, html_language=html_language, languages=LANGUAGES, language=language)


_l = lazy_gettext
