"""The city map: where a point on the map lies."""
