"""Open311 answers as JSON and as XML, errors in the same format as what was asked for (H-186)."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse, JsonResponse

__all__ = ["FORMATS", "answer", "errors"]

FORMATS = ("json", "xml")
#: What XML 1.0 has no place for.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: Name of a list → name of what is in it.
_MEMBERS = {
    "services": "service",
    "service_requests": "request",
    "attributes": "attribute",
    "values": "value",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
}


def answer(root: str, content: Any, wanted: str, status: int = 200) -> HttpResponse:
    """The content under the standard's names; whoever names no known format is answered in JSON."""
    if wanted == "xml":
        written = ET.tostring(_element(root, content), encoding="utf-8", xml_declaration=True)
        return HttpResponse(written, status=status, content_type="text/xml; charset=utf-8")
    return JsonResponse(
        content,
        status=status,
        safe=False,
        encoder=DjangoJSONEncoder,
        json_dumps_params={"ensure_ascii": False},
        content_type="application/json; charset=utf-8",
    )


def errors(status: int, reasons: Sequence[str], wanted: str) -> HttpResponse:
    """An array of code and description (H-186)."""
    return answer("errors", [{"code": status, "description": one} for one in reasons], wanted, status)


def _element(name: str, content: Any) -> ET.Element:
    made = ET.Element(name)
    if isinstance(content, Mapping):
        made.extend(_element(key, value) for key, value in content.items())
    elif isinstance(content, list | tuple):
        made.extend(_element(_MEMBERS[name], one) for one in content)
    elif isinstance(content, bool):
        made.text = "true" if content else "false"
    elif content is not None:
        made.text = _UNWRITABLE.sub("", str(content))
    return made
