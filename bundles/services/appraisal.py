"""Looking a draft over before it is published: what is wrong, what was made lawful, what changes."""

from dataclasses import dataclass

from bundles.models import BundleDraft
from bundles.planning.soundness import Finding
from bundles.selectors import definition_of
from bundles.services.checking import check
from bundles.services.comparing import compare
from bundles.services.editions import edition


@dataclass(frozen=True)
class Appraisal:
    """What an editor has to know of a draft; `changes` is None when nothing was published before."""

    faults: tuple[Finding, ...]
    remarks: tuple[str, ...]
    changes: tuple[str, ...] | None
    is_new: bool
    overtaken: bool

    @property
    def may_be_published(self) -> bool:
        return self.is_new and not self.faults and not self.overtaken


def appraise(draft: BundleDraft) -> Appraisal:
    """Check the draft against the city and compare it with the version that people apply for now."""
    made = edition(draft.definition)
    found = check(made.definition)
    current = draft.bundle.current
    changes = compare(definition_of(current.pk), made.definition) if current else None
    return Appraisal(
        faults=tuple(finding for finding in found if finding.blocking),
        remarks=(*made.warnings, *(str(finding) for finding in found if not finding.blocking)),
        changes=None if changes is None else tuple(changes),
        is_new=current is None or current.sha256 != made.sha256,
        overtaken=draft.bundle.current_id != draft.based_on_id,
    )
