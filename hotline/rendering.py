"""Charts as SVG: the same picture on the page and in the PDF; the table beside it says the same in numbers."""

import base64
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import pygal
from pygal.style import Style

__all__ = ["as_address", "chart_picture"]

# pygal leaves a finder of the old kind behind, for plug-ins we have none of; every later import would warn of it.
sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__name__ != "PluginImportFixer"]

#: The portal's deep blue, its vermilion and quieter companions, readable on white (static/css/tokens.css).
COLOURS = ("#0f4395", "#c8402f", "#4d7c4a", "#8a6d1d", "#6b4f8f")
KINDS: Mapping[str, Any] = {"bar": pygal.HorizontalBar, "line": pygal.Line}
#: Room for a bar and its label.
ROW_HEIGHT, FRAME_HEIGHT, WIDTH = 34, 110, 760


def chart_picture(kind: str, labels: Sequence[str], series: Mapping[str, Sequence[float | None]]) -> str:
    """The chart as an SVG without script, in the house's colours."""
    style = Style(
        background="#ffffff", plot_background="#ffffff", foreground="#1f2937", foreground_strong="#111827",
        foreground_subtle="#4b5563", colors=COLOURS, font_family="Noto Sans CJK SC, sans-serif",
        label_font_size=15, major_label_font_size=15, legend_font_size=15, value_font_size=14,
    )  # fmt: skip
    is_bar = kind == "bar"
    height = FRAME_HEIGHT + ROW_HEIGHT * len(labels) if is_bar else 320
    chart = KINDS[kind](
        style=style, js=(), width=WIDTH, height=height, show_legend=len(series) > 1, legend_at_bottom=True,
        print_values=is_bar, disable_xml_declaration=True, no_data_text="没有数据", explicit_size=True,
        truncate_label=-1, margin=12, include_x_axis=True,
    )  # fmt: skip
    # Bars are drawn from below: the largest comes on top.
    chart.x_labels = list(reversed(labels)) if is_bar else list(labels)
    for name, values in series.items():
        chart.add(name, list(reversed(values)) if is_bar else list(values))
    picture: str = chart.render(is_unicode=True)
    return picture


def as_address(picture: str) -> str:
    """The picture as the address of an image: inside one, its own styles are nobody else's business."""
    return "data:image/svg+xml;base64," + base64.b64encode(picture.encode()).decode()
