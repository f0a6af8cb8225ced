"""Every way a bundle changes: files are loaded, drafts saved and published, versions compared."""

from bundles.planning.soundness import Finding
from bundles.services.checking import check
from bundles.services.comparing import compare, compare_versions
from bundles.services.drafting import begin_draft, discard_draft, save_draft
from bundles.services.loading import Loaded, LoadReport, Outcome, load
from bundles.services.publishing import publish, publish_single, withdraw
from bundles.services.singles import single_of

__all__ = [
    "Finding",
    "LoadReport",
    "Loaded",
    "Outcome",
    "begin_draft",
    "check",
    "compare",
    "compare_versions",
    "discard_draft",
    "load",
    "publish",
    "publish_single",
    "save_draft",
    "single_of",
    "withdraw",
]
