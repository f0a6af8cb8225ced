"""How dates, times and limits are written in official papers (公文用语)."""

from datetime import date, datetime

from django.utils import timezone


def chinese_date(day: date) -> str:
    """2026年11月22日: no padded zeros (GB/T 9704)."""
    return f"{day.year}年{day.month}月{day.day}日"


def chinese_moment(moment: datetime) -> str:
    """2026年11月22日16时05分, in local time."""
    local = timezone.localtime(moment)
    return f"{chinese_date(local)}{local.hour}时{local.minute:02d}分"


def days(number: int | None, *, unset: str = "法律法规未作规定") -> str:
    """20个工作日; 当日办结 for none; the words for "not laid down" where there is no number."""
    if number is None:
        return unset
    return f"{number}个工作日" if number else "当日办结"
