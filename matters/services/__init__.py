"""Every way the catalogue, the calendar, the mandates and the search entries change."""

from matters.services.calendar import DayChange, change_calendar, load_calendar
from matters.services.catalogue import facts_of, load_matters, load_places, put_up, register, take_down
from matters.services.finding import Entry, index, index_entry
from matters.services.mandates import give_mandate
from matters.spec import MatterFacts

__all__ = [
    "DayChange",
    "Entry",
    "MatterFacts",
    "change_calendar",
    "facts_of",
    "give_mandate",
    "index",
    "index_entry",
    "load_calendar",
    "load_matters",
    "load_places",
    "put_up",
    "register",
    "take_down",
]
