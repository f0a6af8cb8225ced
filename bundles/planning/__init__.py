"""From answers to a plan: pure, no database, no clock."""

from bundles.planning.answers import Cleaned, clean, misread_cells, missing
from bundles.planning.composing import plan
from bundles.planning.materials import MaterialStatus, status_of
from bundles.planning.shapes import Plan, PlannedField, PlannedGroup, PlannedMaterial, PlannedMatter

__all__ = [
    "Cleaned",
    "MaterialStatus",
    "Plan",
    "PlannedField",
    "PlannedGroup",
    "PlannedMaterial",
    "PlannedMatter",
    "clean",
    "misread_cells",
    "missing",
    "plan",
    "status_of",
]
