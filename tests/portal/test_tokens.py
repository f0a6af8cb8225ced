"""The colours are read from tokens.css and measured: WCAG AA in light and in dark."""

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).parents[2] / "static" / "css" / "tokens.css").read_text()
LIGHT, DARK = (
    dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", part)) for part in TOKENS.split("@media screen", 1)
)
SURFACES = ["paper", "wash", "wash-blue", "wash-vermilion"]


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("words", ["ink", "ink-soft", "blue", "blue-deep", "vermilion"])
def test_words_can_be_read_on_every_surface(scheme, surface, words):
    assert contrast(scheme[words], scheme[surface]) >= 4.5


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("surface", SURFACES)
def test_the_edge_of_an_input_can_be_seen(scheme, surface):
    assert contrast(scheme["rule-strong"], scheme[surface]) >= 3


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("words", "surface"), [("on-blue", "blue"), ("on-vermilion", "vermilion"), ("on-blue", "blue-deep")]
)
def test_words_on_a_button_can_be_read(scheme, words, surface):
    assert contrast(scheme[words], scheme[surface]) >= 4.5


def test_dark_mode_names_every_colour_again():
    assert DARK.keys() == LIGHT.keys()
