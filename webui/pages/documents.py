"""Issued documents: as a page to read and print, and as PDF."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, render_template, request

from engine import Instance
from monitors.documents import Document, Paper, paper_of
from monitors.documents.printing import pdf_of
from monitors.outcomes import Violation
from webui.access import allows, application, require
from webui.i18n import ENGLISH, language
from webui.permissions import permitted
from webui.reading import people

pages = Blueprint("documents", __name__)


@pages.get("/documents/<document_id>")
@permitted("read a document")
def show(document_id: str) -> str:
    """A document as it was issued, with the proof of its service."""
    document, about = _theirs(document_id)
    named = {str(name) for name in (document.received_by, document.served_by) if name}
    return render_template(
        "documents/show.html",
        document=document,
        paper=_paper(document, english=language() == ENGLISH),
        people=people(application(), named),
        **about,
    )


@pages.get("/documents/<document_id>/paper.pdf")
@permitted("read a document")
def pdf(document_id: str) -> Response:
    """The same paper as PDF, in the language asked for."""
    document, _about = _theirs(document_id)
    english = request.args.get("language", "") == "en"
    answer = Response(pdf_of(_paper(document, english=english)), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{document.id}.pdf"'
    return answer


def _paper(document: Document, *, english: bool) -> Paper:
    return paper_of(document, english=english, zone=application().zone)


def _theirs(document_id: str) -> tuple[Document, dict[str, Any]]:
    """That document and what it is about, if the visitor's grants cover its place."""
    app = application()
    document = app.documents.get(document_id)
    if document.about == "case":
        case: Instance = app.runtime.query.instance(document.related)
        require(case.district_code, case.scope)
        return document, {"case": case, "violation": None}
    violation: Violation = app.violations.get(document.related).violation
    require(violation.district_code, violation.department)
    if not allows("read a violation", violation.district_code, violation.department):
        abort(403)
    return document, {"case": None, "violation": violation}
