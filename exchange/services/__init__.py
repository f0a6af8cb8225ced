"""
The front door to other systems, and the lock on our own doors.

Outward calls never raise for an outage: the answer says that it is not available, and the
call log says why. Each service writes the log of all its calls in one statement.
"""

from exchange.services.answering import Answer, answer_once, forget_old_keys
from exchange.services.prefilling import Prefilled, known_source, prefill
from exchange.services.reporting import Reported, report_progress
from exchange.services.sharing import DataCheck, LicencesFetched, check_shared, fetch_licences
from exchange.services.subjects import Subject
from exchange.services.tracking import Parcel, ParcelState, Step, Tracked, track_parcels

__all__ = [
    "Answer",
    "DataCheck",
    "LicencesFetched",
    "Parcel",
    "ParcelState",
    "Prefilled",
    "Reported",
    "Step",
    "Subject",
    "Tracked",
    "answer_once",
    "check_shared",
    "fetch_licences",
    "forget_old_keys",
    "known_source",
    "prefill",
    "report_progress",
    "track_parcels",
]
