"""Papers as HTML and as PDF. The same document gives the same bytes; nothing is fetched from anywhere."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, NoReturn

from jinja2 import Environment, StrictUndefined, Template

from engine.errors import EngineError
from monitors.documents.wording import Paper

CHINESE_FONTS = ("CJK", "Han", "Song", "Hei", "WenQuanYi")


class PrintingUnavailable(EngineError):
    """This machine lacks what a PDF needs: Pango, or a font that has Chinese."""

    code = "printing_unavailable"


def html_of(paper: Paper) -> str:
    """A whole HTML page with its style, to print or to send."""
    return _template().render(paper=paper)


def pdf_of(paper: Paper) -> bytes:
    """A4, the fonts embedded, the text there to be read and copied. Raises PrintingUnavailable."""
    return pdf_of_html(html_of(paper))


def pdf_of_html(page: str) -> bytes:
    """Any page that needs nothing from elsewhere as PDF. Raises PrintingUnavailable."""
    try:
        from weasyprint import HTML
    except OSError as error:
        raise PrintingUnavailable(f"expected the Pango libraries on this machine, found none: {error}") from error
    document = HTML(string=page, url_fetcher=_nothing).render()
    content: bytes = document.write_pdf()
    used = [str(font.name) for font in document.fonts.values()]
    if not any(mark in name for name in used for mark in CHINESE_FONTS):
        found = ", ".join(used)
        raise PrintingUnavailable(f"expected a font with Chinese such as Noto Sans CJK on this machine, found {found}")
    return content


@cache
def _template() -> Template:
    source = files("monitors.documents").joinpath("paper.html").read_text(encoding="utf-8")
    return Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True).from_string(source)


def _nothing(url: str, *_: Any, **__: Any) -> NoReturn:
    raise ValueError(f"a paper needs nothing from elsewhere, found {url}")
