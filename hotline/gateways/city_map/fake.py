"""A map of the invented city: its streets' centres; a point belongs to the nearest within reach."""

from functools import cache
from math import cos, hypot, radians
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from exchange.gateways.registers import refuse_when_out

#: One degree of latitude, and how far from the nearest centre the city still reaches.
KM_A_DEGREE, REACH_KM = 111.2, 15.0


class FakeCityMap:
    """Stands in for CityMapClient."""

    def region_at(self, longitude: float, latitude: float) -> str:
        """The code of the smallest region around the point; empty where the map ends."""
        refuse_when_out("city_map")
        far, code = min((_km(longitude, latitude, row), str(row["code"])) for row in _centres())
        return code if far <= REACH_KM else ""


def _km(longitude: float, latitude: float, row: dict[str, Any]) -> float:
    east = (longitude - row["lon"]) * cos(radians(latitude)) * KM_A_DEGREE
    return hypot(east, (latitude - row["lat"]) * KM_A_DEGREE)


@cache
def _centres() -> list[dict[str, Any]]:
    path = Path(settings.BASE_DIR) / "fixtures" / "hotline" / "map.yaml"
    return yaml.safe_load(path.read_text(encoding="utf-8"))
