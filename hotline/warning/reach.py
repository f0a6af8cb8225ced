"""Who is near whom on the globe; brings numpy and scikit-learn, so it is imported where it is first needed."""

from collections.abc import Sequence

import numpy as np
from sklearn.neighbors import BallTree

__all__ = ["within"]


def within(places: Sequence[tuple[float, float]], radius: float) -> list[list[int]]:
    """For each latitude and longitude in degrees, the places within the radius (in radians), itself among them."""
    radians = np.radians([list(one) for one in places])
    near = BallTree(radians, metric="haversine").query_radius(radians, radius)
    return [[int(place) for place in reach] for reach in near]
