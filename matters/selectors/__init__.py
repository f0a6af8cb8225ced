"""Reads of the catalogue: the calendar, mandates, places and search."""

from matters.selectors.calendar import calendar, forget_calendars
from matters.selectors.catalogue import mandated, matter, places, places_offering
from matters.selectors.finding import Hit, search

__all__ = [
    "Hit",
    "calendar",
    "forget_calendars",
    "mandated",
    "matter",
    "places",
    "places_offering",
    "search",
]
