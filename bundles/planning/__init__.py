"""From answers to a plan: pure, no database, no clock."""

from bundles.planning.answers import Cleaned, clean, missing
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
    "missing",
    "plan",
    "status_of",
]
