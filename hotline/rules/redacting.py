"""
Words without the person in them (H-141): what departments, search and analysis may read.

What the complainant gave of themselves is taken out wherever it stands; numbers are known by their shape.
Strictly, as secret orders ask, number plates and the door somebody lives behind go as well.
"""

import re
from collections.abc import Iterable

from common.crypto import scrub

__all__ = ["HIDDEN", "betrays", "redact"]

HIDDEN = "***"

_MAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_LANDLINE = re.compile(r"(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)")
_MASKED_NUMBER = re.compile(r"(?<![\dXx*])\d{2,6}\*{2,}[\dXx]{2,4}(?![\dXx])")
_NAMED = re.compile(
    r"(我叫|我是|本人|姓名[:：]?|名叫|联系人[:：]?)\s*([\u4e00-\u9fff]{2,3})(?=[,，。；;、\s：:]|$)"
)
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·\s]?[A-HJ-NP-Z0-9]{5,6}(?![A-Z0-9])"
)
_DOOR = re.compile(
    r"(?:\d+\s*(?:号楼|栋|幢|座)\s*)?(?:[\d一二三四五六七八九十]+\s*单元\s*)?\d{2,4}\s*(?:室|户|房)"
    r"|(?:\d+\s*(?:号楼|栋|幢|座)\s*)?[\d一二三四五六七八九十]+\s*单元(?:\s*\d{2,4})?"
    r"|(?:\d+\s*(?:号楼|栋|幢|座))"
)
#: Words after "我是" that name no person.
_NOBODY = frozenset(
    {"业主", "居民", "租户", "住户", "学生", "家长", "老人", "员工", "工人", "村民", "市民", "顾客", "商户"}
)


def redact(text: str, *, said: Iterable[str] = (), strictly: bool = False) -> str:
    """The text without what was ``said`` of the complainant (name, numbers, address) and without numbers."""
    for word in sorted({one.strip() for one in said if len(one.strip()) > 1}, key=len, reverse=True):
        text = text.replace(word, HIDDEN)
    text = _MASKED_NUMBER.sub(HIDDEN, scrub(text))
    text = _LANDLINE.sub(HIDDEN, _MAIL.sub(HIDDEN, text))
    text = _NAMED.sub(_without_name, text)
    return _DOOR.sub(HIDDEN, _PLATE.sub(HIDDEN, text)) if strictly else text


def _without_name(found: re.Match[str]) -> str:
    return found[0] if found[2] in _NOBODY else found[1] + HIDDEN


def betrays(text: str, *, said: Iterable[str] = ()) -> bool:
    """Whether strict redaction would find anything: such a text is not for the public (H-146)."""
    return redact(text, said=said, strictly=True) != text
