"""The paper itself: the same bytes for the same document, Chinese in it, nothing fetched, nothing executed."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pypdf
import pytest

from monitors.documents import KINDS, Document, paper_of, printing
from monitors.documents.printing import PrintingUnavailable, html_of, pdf_of

ZONE = ZoneInfo("Asia/Shanghai")
BODY = {
    "addressee": "王**",
    "item": "食品经营许可",
    "item_en": "Food business licence",
    "case_no": "37020226031100017",
    "issuer": "市南区行政审批局",
    "issuer_en": "Approval Bureau, Shinan",
    "decision": "granted",
    "decision_date": "2026-03-24T02:00:00+00:00",
    "remedy": True,
    "basis": "行政许可法 38",
}


def document(kind: str = "decision", **body: object) -> Document:
    return Document(
        "370202",
        "one",
        "市南区行政审批局决字〔2026〕1号",
        kind,
        "case",
        "准予行政许可决定书",
        "Decision to grant a licence",
        {**BODY, **body},
        date(2026, 3, 24),
        about="case",
        issuer="370202/xzsp",
        issued_at=datetime(2026, 3, 24, 2, 0, tzinfo=UTC),
    )


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


@pytest.fixture(scope="module")
def make() -> Callable[..., bytes]:
    """Makes PDFs, where this machine can."""

    def made(wanted: Document, *, english: bool = False) -> bytes:
        return pdf_of(paper_of(wanted, english=english, zone=ZONE))

    try:
        made(document())
    except PrintingUnavailable as error:
        pytest.skip(f"needs Pango and a Chinese font: {error}")
    return made


def test_the_chinese_text_of_a_pdf_can_be_read_and_its_fonts_are_embedded(make: Callable[..., bytes]) -> None:
    content = make(document())
    text = text_of(content)
    for part in ("准予行政许可决定书", "市南区行政审批局决字〔2026〕1号", "王**：你（单位）关于“食品经营许可”的申请"):
        assert part in text
    assert "2026-03-24 10:00" in text and "准予许可" in text and "2026年3月24日" in text
    fonts = [
        font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        for page in pypdf.PdfReader(io.BytesIO(content)).pages
        for font in page["/Resources"]["/Font"].values()
    ]
    assert fonts and all("/FontFile3" in one or "/FontFile2" in one for one in fonts)


def test_the_same_document_gives_the_same_bytes_and_another_gives_others(make: Callable[..., bytes]) -> None:
    assert make(document()) == make(document())
    assert make(document()) != make(document(decision="denied"))


def test_service_changes_nothing_on_the_paper(make: Callable[..., bytes]) -> None:
    from dataclasses import replace

    served = replace(document(), served_at=datetime(2026, 3, 25, tzinfo=UTC), service="post", received_by="王**")
    assert make(served) == make(document())


def test_the_paper_is_there_in_english_too(make: Callable[..., bytes]) -> None:
    text = text_of(make(document(), english=True))
    assert "Decision to grant a licence" in text and "Food business licence" in text and "granted" in text


def test_a_long_text_goes_on_on_further_pages(make: Callable[..., bytes]) -> None:
    content = make(document(reason="理由很长。" * 900))
    assert len(pypdf.PdfReader(io.BytesIO(content)).pages) > 2


def test_what_people_entered_is_text_and_nothing_else() -> None:
    page = html_of(
        paper_of(document(reason="<script>alert(1)</script><img src='file:///etc/passwd'>"), english=False, zone=ZONE)
    )
    assert "<script" not in page and "<img" not in page and "&lt;script&gt;" in page


def test_nothing_is_fetched_for_a_paper() -> None:
    with pytest.raises(ValueError, match="nothing from elsewhere"):
        printing._nothing("http://169.254.169.254/")


def test_a_machine_without_a_chinese_font_says_so(monkeypatch: pytest.MonkeyPatch, make: Callable[..., bytes]) -> None:
    monkeypatch.setattr(printing, "CHINESE_FONTS", ("No such font",))
    with pytest.raises(PrintingUnavailable, match="expected a font with Chinese"):
        make(document())


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_words_in_both_languages(kind: str) -> None:
    papers = [paper_of(document(kind), english=english, zone=ZONE) for english in (False, True)]
    assert papers[0].opening != papers[1].opening
    assert all("{" not in paper.opening and paper.opening for paper in papers)
    assert all(label for paper in papers for label, _ in paper.lines)
    assert KINDS[kind].title.zh != KINDS[kind].title.en
