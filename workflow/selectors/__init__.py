"""Page-shaped reads: one application with everything about it, a department's trays, the window's lists."""

from workflow.selectors.applications import (
    Dossier,
    Entry,
    application_for,
    document_for,
    dossier,
    timeline,
)
from workflow.selectors.counter import (
    CounterFile,
    awaiting_proof,
    counter_file,
    found_by_code,
    found_by_number,
    to_hand_over,
    to_receive,
    window_drafts,
)
from workflow.selectors.office import (
    InboxCounts,
    ReviewFile,
    department_review_for,
    inbox,
    inbox_counts,
    papers_to_confirm,
    review_file,
    verbs_on_review,
)
from workflow.selectors.own import (
    catalogue_rows,
    defects_of,
    material_file,
    own_applications,
    own_drafts,
    region_choices,
)

__all__ = [
    "CounterFile",
    "Dossier",
    "Entry",
    "InboxCounts",
    "ReviewFile",
    "application_for",
    "awaiting_proof",
    "catalogue_rows",
    "counter_file",
    "defects_of",
    "department_review_for",
    "document_for",
    "dossier",
    "found_by_code",
    "found_by_number",
    "inbox",
    "inbox_counts",
    "material_file",
    "own_applications",
    "own_drafts",
    "papers_to_confirm",
    "region_choices",
    "review_file",
    "timeline",
    "to_hand_over",
    "to_receive",
    "verbs_on_review",
    "window_drafts",
]
