"""The catalogue of matters, the calendar, places, mandates and the search entries."""

from matters.models.calendar import CalendarDay, CalendarVersion, CalendarYear
from matters.models.catalogue import Mandate, Matter, Place
from matters.models.finding import SearchEntry

__all__ = [
    "CalendarDay",
    "CalendarVersion",
    "CalendarYear",
    "Mandate",
    "Matter",
    "Place",
    "SearchEntry",
]
