"""The city's SMS platform."""
