"""Where parcels are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from exchange import gateways
from exchange.gateways.postal_service.mapping import Parcel, ParcelState, Step
from exchange.services.calling import logged_calls

__all__ = ["Parcel", "ParcelState", "Step", "Tracked", "track_parcels"]


@dataclass(frozen=True)
class Tracked:
    """The steps by waybill; when not `available`, nothing is known and one asks again later."""

    available: bool
    steps: Mapping[str, Sequence[Step]] = field(default_factory=dict)
    detail: str = ""


def track_parcels(parcels: Sequence[Parcel]) -> Tracked:
    """Ask the post about all of them in one call."""
    if not parcels:
        return Tracked(available=True)
    with logged_calls() as calls:
        outcome = calls.make(
            "postal_service",
            "track",
            about="",
            asked=[parcel.waybill for parcel in parcels],
            call=lambda: gateways.postal_service().track(parcels),
        )
    if outcome.answer is None:
        return Tracked(available=False, detail=outcome.detail)
    return Tracked(available=True, steps=outcome.answer)
