"""Asking the city's map service."""

from common.signed_http import SignedHttp


class CityMapClient:
    """From a point to the region it lies in."""

    def __init__(self, http: SignedHttp) -> None:
        self._http = http

    def region_at(self, longitude: float, latitude: float) -> str:
        """The code of the smallest region around the point; empty where the map ends."""
        body = {"lon": longitude, "lat": latitude}
        return self._http.ask("regions/locate", body, lambda answer: str(answer.get("regionCode") or ""))
