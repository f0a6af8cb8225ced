"""Tracking by waybill over the post's interface for government mail."""

from collections.abc import Mapping, Sequence

from common.signed_http import SignedHttp
from exchange.gateways.postal_service.mapping import Parcel, Step, steps_of


class PostalServiceClient:
    """Many parcels in one question; whom they are for is never said."""

    def __init__(self, http: SignedHttp) -> None:
        self._http = http

    def track(self, parcels: Sequence[Parcel]) -> Mapping[str, Sequence[Step]]:
        """What happened to each parcel so far, by waybill; one the post does not know is left out."""
        body = {"waybillNos": [parcel.waybill for parcel in parcels]}
        return self._http.ask("parcels/track", body, steps_of)
