"""Reads of the catalogue: the calendar, mandates, places and search."""

from matters.selectors.calendar import calendar, centre_calendar, forget_calendars, missing_year
from matters.selectors.catalogue import mandated, matter, places, places_offering
from matters.selectors.finding import Hit, search

__all__ = [
    "Hit",
    "calendar",
    "centre_calendar",
    "forget_calendars",
    "mandated",
    "matter",
    "missing_year",
    "places",
    "places_offering",
    "search",
]
