"""The catalogue of the pages' words: what the code says in English, and its Chinese."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

FOLDER = Path(__file__).resolve().parent
SOURCES = FOLDER.parent
LANGUAGE = "zh_Hans_CN"
# Without dates and names: a catalogue that is written again with the same texts is the same file.
HEADER = """# The pages' words in Chinese. `python -m webui.translations` brings it up to date with the code.
msgid ""
msgstr ""
"Language: zh_Hans_CN\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
METHODS = [("templates/**.html", "jinja2.ext:babel_extract"), ("**.py", "python")]
KEYWORDS = {
    "_": None,
    "gettext": None,
    "_l": None,
    "ngettext": (1, 2),
    "_n": (1, 2),
    "_p": ((1, "c"), 2),
    "pgettext": ((1, "c"), 2),
}


def path(language: str = LANGUAGE) -> Path:
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


def extracted() -> Catalog:
    """Every text of templates and code that is shown to a person."""
    catalogue = Catalog(locale=LANGUAGE)
    found = extract_from_dir(
        SOURCES, METHODS, keywords=KEYWORDS, options_map={"templates/**.html": {"silent": "false"}}
    )
    for file, _line, text, comments, context in found:
        catalogue.add(text, locations=[(file, 0)], auto_comments=comments, context=context)
    return catalogue


def known(language: str = LANGUAGE) -> Catalog:
    """The catalogue as it is kept."""
    if not path(language).exists():
        return Catalog(locale=language)
    with path(language).open("rb") as file:
        return read_po(file, locale=language)


def missing() -> Iterator[Message]:
    """What the code says and the catalogue does not, or only as a guess."""
    catalogue = known()
    for message in extracted():
        if not message.id:
            continue
        have = catalogue.get(_key(message), message.context)
        strings = (have.string,) if have and isinstance(have.string, str) else (have.string if have else ())
        if have is None or have.fuzzy or not strings or not all(strings):
            yield message


def update() -> int:
    """Write the catalogue anew from the code, keeping what is translated; how many texts it holds."""
    catalogue, wanted = known(), extracted()
    catalogue.update(wanted, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    text = BytesIO()
    write_po(text, catalogue, width=0, sort_output=True, no_location=True, omit_header=True)
    path().parent.mkdir(parents=True, exist_ok=True)
    path().write_text(HEADER + text.getvalue().decode(), encoding="utf-8")
    return len(catalogue)


def _key(message: Message) -> str:
    """A plural is found by its singular."""
    return message.id if isinstance(message.id, str) else message.id[0]
