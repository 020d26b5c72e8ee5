"""Documents: numbered, dated, with the body that issues them; served and receipted; printed in both languages."""

from monitors.documents.archive import Document, Documents, document_id, serve, write
from monitors.documents.handlers import register
from monitors.documents.kinds import KINDS, ORGAN, Kind, Service
from monitors.documents.wording import Paper, paper_of

__all__ = [
    "KINDS",
    "ORGAN",
    "Document",
    "Documents",
    "Kind",
    "Paper",
    "Service",
    "document_id",
    "paper_of",
    "register",
    "serve",
    "write",
]
