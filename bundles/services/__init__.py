"""Every way a bundle changes: files are loaded, drafts saved and published, versions compared."""

from bundles.planning.soundness import Finding
from bundles.services.appraisal import Appraisal, appraise
from bundles.services.checking import check
from bundles.services.comparing import compare, compare_versions
from bundles.services.drafting import begin_draft, discard_draft, save_draft
from bundles.services.loading import Loaded, LoadReport, Outcome, load
from bundles.services.offering import offer_again, save_matter, stop_offering
from bundles.services.publishing import publish, publish_single, resume, withdraw
from bundles.services.singles import single_of

__all__ = [
    "Appraisal",
    "Finding",
    "LoadReport",
    "Loaded",
    "Outcome",
    "appraise",
    "begin_draft",
    "check",
    "compare",
    "compare_versions",
    "discard_draft",
    "load",
    "offer_again",
    "publish",
    "publish_single",
    "resume",
    "save_draft",
    "save_matter",
    "single_of",
    "stop_offering",
    "withdraw",
]
