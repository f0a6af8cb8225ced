"""
The machine's part of a review: fetch licences, check shared data, decide what is automatic.

Other systems are asked before the lock is taken; what they said is written under
it, once for each round (I-115). A system that is away is asked again for half an
hour while the clock runs (I-116); a query that fails leaves the paper to be
uploaded if the applicant likes, never a ground for correction (I-07).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from common.speaking import kept
from exchange.services import DataCheck, LicencesFetched, Subject, check_shared, fetch_licences
from workflow import events
from workflow.models import DepartmentReview, SubmittedMaterial
from workflow.services import following
from workflow.services.acting import Act, begin, begin_on_review
from workflow.services.decision import approve_by_machine
from workflow.states import IN_HAND, MaterialMode, MaterialState, ReviewStatus

__all__ = ["doubt_licence", "unworked", "work"]

#: A review handed out this long ago without machine work has lost its message.
LOST_AFTER = timedelta(minutes=2)
#: So long a system that is away is waited for; the sweep asks again.
PATIENCE = timedelta(minutes=30)

_BY_MACHINE = [MaterialMode.SHARED, MaterialMode.LICENCE]
#: What is noted beside a paper.
_CONFIRMED, _OVER = kept("%(source)s核验一致"), kept("所用证照已失效：%(reason)s")


@dataclass(frozen=True)
class _Findings:
    """What other systems said of each paper by its name."""

    shared: Mapping[str, DataCheck]
    fetched: LicencesFetched

    @property
    def complete(self) -> bool:
        """Every system that was asked has answered."""
        return self.fetched.available and all(check.reachable for check in self.shared.values())

    def of(self, material: SubmittedMaterial) -> DataCheck:
        """The finding on one paper."""
        if material.mode == MaterialMode.SHARED:
            return self.shared.get(material.name, DataCheck(available=False))
        held = self.fetched.licences.get(material.licence_type or material.name)
        if held is None:
            return DataCheck(available=False, detail=self.fetched.detail)
        return DataCheck(available=True, source=held.issuer, reference=held.number)


def work(review_id: int, *, round_number: int) -> None:
    """Do the machine work of one round of one review; a repeat finds it done and changes nothing."""
    review = DepartmentReview.objects.select_related("application").filter(pk=review_id).first()
    if review is None or _is_done(review, round_number) or review.application.choice_due_at:
        return
    pending = _pending(review)
    findings = _ask(review, pending)
    if not findings.complete and _is_fresh(review):
        _note_outage(pending, findings)
        return
    with transaction.atomic():
        act, locked = begin_on_review(review_id, by=None)
        if not _is_done(locked, round_number) and not act.application.choice_due_at:
            _write(act, locked, findings)


def unworked(limit: int = 500) -> list[tuple[int, int]]:
    """Id and round of handed-out reviews whose machine work never happened: a lost message costs time, nothing else."""
    since = timezone.now() - LOST_AFTER
    rows = DepartmentReview.objects.in_hand().filter(checked_at=None, assigned_at__lt=since)
    rows = rows.filter(application__choice_due_at=None)
    return list(rows.order_by("assigned_at").values_list("pk", "round")[:limit])


def _is_done(review: DepartmentReview, round_number: int) -> bool:
    return review.round != round_number or review.checked_at is not None or review.status not in IN_HAND


def _is_fresh(review: DepartmentReview) -> bool:
    return review.assigned_at is not None and timezone.now() < review.assigned_at + PATIENCE


def _pending(review: DepartmentReview) -> list[SubmittedMaterial]:
    pending = review.application.materials.filter(
        needed_by__contains=[review.code], mode__in=_BY_MACHINE, state=MaterialState.PENDING, superseded=False
    )
    return list(pending)


def _ask(review: DepartmentReview, pending: list[SubmittedMaterial]) -> _Findings:
    application = review.application
    subject = Subject(application.applicant_person_id, application.applicant_organisation_id)
    shared = [paper.name for paper in pending if paper.mode == MaterialMode.SHARED]
    licences = [paper.licence_type or paper.name for paper in pending if paper.mode == MaterialMode.LICENCE]
    return _Findings(
        shared=check_shared(subject, shared),
        fetched=fetch_licences(subject, licences),
    )


def _note_outage(pending: list[SubmittedMaterial], findings: _Findings) -> None:
    """The page says why a paper is not there yet; nothing else is known of it (I-116)."""
    for paper in pending:
        paper.note = findings.of(paper).detail
    SubmittedMaterial.objects.bulk_update(pending, ["note"])


def _write(act: Act, review: DepartmentReview, findings: _Findings) -> None:
    papers = _pending(review)
    for paper in papers:
        _note(paper, findings.of(paper), act.now)
    SubmittedMaterial.objects.bulk_update(papers, ["state", "evidence", "note", "supplied_at"])
    review.checked_at = act.now
    failed = [paper.name for paper in papers if paper.state != MaterialState.PRESENT]
    act.tell_of(
        review,
        events.MaterialsChecked,
        passed=[paper.name for paper in papers if paper.state == MaterialState.PRESENT],
        failed=failed,
        round=review.round,
    )
    if _decides_itself(review) and not failed and _every_paper_is_there(review):
        approve_by_machine(act, review)
        return
    following.follow(act)
    act.finish()


def _note(paper: SubmittedMaterial, finding: DataCheck, now: datetime) -> None:
    if finding.available:
        paper.state, paper.supplied_at = MaterialState.PRESENT, now
        paper.evidence, paper.note = finding.reference[:120], _CONFIRMED % {"source": finding.source}
        return
    paper.state = MaterialState.OFFERED
    paper.note = finding.detail or gettext_noop("系统暂时没有查到，您可以自行上传，不上传不影响办理")


def _decides_itself(review: DepartmentReview) -> bool:
    """`automatic`, and nobody has taken it in hand."""
    return review.automatic and review.status == ReviewStatus.ASSIGNED


def _every_paper_is_there(review: DepartmentReview) -> bool:
    missing = review.application.materials.filter(needed_by__contains=[review.code], superseded=False)
    return not missing.exclude(state=MaterialState.PRESENT).exists()


def doubt_licence(licence_id: int, *, reason: str) -> int:
    """A licence was revoked, cancelled or amended: whoever still relies on it looks again; how many applications."""
    used = SubmittedMaterial.objects.filter(licence=licence_id, superseded=False, state=MaterialState.PRESENT)
    ids = used.order_by("application").values_list("application", flat=True).distinct()
    return sum(_doubt(application_id, licence_id, reason) for application_id in ids)


@transaction.atomic
def _doubt(application_id: int, licence_id: int, reason: str) -> bool:
    act = begin(application_id, by=None)
    papers = act.application.materials.filter(
        licence=licence_id, superseded=False, state=MaterialState.PRESENT
    )
    codes = {code for paper in papers for code in paper.needed_by}
    concerned = [review for review in act.reviews if review.code in codes and not review.is_final]
    if not concerned:
        return False
    act.tell(
        events.LicenceDoubted,
        materials=[paper.name for paper in papers],
        review_ids=[review.pk for review in concerned],
        reason=reason,
    )
    papers.update(state=MaterialState.OFFERED, note=(_OVER % {"reason": reason})[:300])
    act.finish()
    return True
