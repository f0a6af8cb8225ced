"""The catalogue in the admin: bundles with their drafts and versions, and single matters."""

from bundles.admin.bundles import BundleAdmin
from bundles.admin.matters import MatterAdmin
from bundles.admin.versions import BundleVersionAdmin

__all__ = ["BundleAdmin", "BundleVersionAdmin", "MatterAdmin"]
