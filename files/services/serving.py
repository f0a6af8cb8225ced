"""Giving a file out; the view that calls this has already asked who may read it."""

from django.http import FileResponse

from files.models import StoredFile
from files.rules import JPEG, PDF, PNG

#: What a browser may show in its own window; everything else is saved.
SHOWN = frozenset({PDF, JPEG, PNG})


def response(stored: StoredFile, *, filename: str | None = None, inline: bool = True) -> FileResponse:
    """The file, under the type the portal found, closed off from the pages around it and from shared caches."""
    answer = FileResponse(
        stored.file.open("rb"),
        as_attachment=not (inline and stored.content_type in SHOWN),
        filename=filename or stored.name,
        content_type=stored.content_type,
    )
    answer["Content-Length"] = stored.size
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; sandbox"
    )
    answer["Cache-Control"] = "private, no-store"
    return answer
