"""一次性补正告知: collected from all departments, merged, sent once; and what the applicant brings in answer."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext

from common.errors import Conflict, NotAllowed, WrongState, refuse_if
from common.speaking import local_text
from common.workdays import day_of
from files.models import StoredFile
from files.selectors import to_attach
from identity.models import Account
from matters.models import Matter
from matters.states import MandatePower
from workflow import events
from workflow.models import Application, Correction, CorrectionEntry, DepartmentReview, SubmittedMaterial
from workflow.rules import acceptance as rules
from workflow.rules import clock
from workflow.rules.acceptance import Defect
from workflow.rules.ending import objections_to_acting_for, objections_to_supplying
from workflow.services import following, papers
from workflow.services.accepting import accept_reviews, covered_reviews, mandated_reviews, note_front
from workflow.services.access import refuse_now, refuse_unless
from workflow.services.acting import Act, begin, begin_on_review
from workflow.states import Answer, MaterialMode, MaterialState
from workflow.states import ReviewStatus as R

__all__ = [
    "Supply",
    "answered",
    "conclude",
    "ends_for",
    "replace_papers",
    "request_correction",
    "request_correction_at_front",
    "send_if_any",
    "supply_correction",
]


@dataclass(frozen=True)
class Supply:
    """A corrected or late paper: its name and its new file."""

    name: str
    upload_id: UUID


def request_correction(review_id: int, *, by: Account, defects: Sequence[Defect]) -> DepartmentReview:
    """A department names its defects (I-31); a second notice is impossible, and the attempt is kept (I-34)."""
    with transaction.atomic():
        act, review = begin_on_review(review_id, by=by)
        refuse_unless(rules.objections_to_answering(review, act.who))
        if not _already_sent(act.application):
            refuse_now(rules.objections_to_another_answer(review, adding=True))
            refuse_now(rules.objections_to_late_correction(act.application, act.now))
            _name_defects(act, [review], defects)
            act.tell_of(review, events.CorrectionAsked, materials=[defect.material for defect in defects])
            answered(act)
            return review
        _keep_attempt(act, review)
    raise _second_notice()


def request_correction_at_front(
    application_id: int, *, by: Account, defects: Sequence[Defect]
) -> Application:
    """The front, under a mandate, names what it sees at the window, at once (I-32); its other reviews are complete."""
    with transaction.atomic():
        act = begin(application_id, by=by)
        mandated = mandated_reviews(act, MandatePower.ACCEPT)
        refuse_unless(rules.objections_to_mandate(mandated, act.who))
        if not _already_sent(act.application):
            _name_at_front(act, defects)
            return act.application
        _keep_attempt(act, mandated[0])
    raise _second_notice()


def _name_at_front(act: Act, defects: Sequence[Defect]) -> None:
    covered = covered_reviews(act, MandatePower.ACCEPT)
    refuse_now([] if covered else [gettext("授权范围内的事项都已经答复，不能再要求补正")])
    refuse_now(rules.objections_to_late_correction(act.application, act.now))
    concerned = _name_defects(act, covered, defects)
    accept_reviews(act, [review for review in covered if review not in concerned])
    answered(act)


def _already_sent(application: Application) -> bool:
    return Correction.objects.filter(application=application, sent_at__isnull=False).exists()


def _keep_attempt(act: Act, review: DepartmentReview) -> None:
    act.tell(events.SecondCorrectionTried, review_id=review.pk, department=review.department.name)
    act.finish()


def _second_notice() -> Conflict:
    return Conflict(
        gettext("补正只能一次性告知，本件已经发出过补正告知，不能再次要求补正"), code="second_correction"
    )


def _name_defects(
    act: Act, reviews: Collection[DepartmentReview], defects: Sequence[Defect]
) -> list[DepartmentReview]:
    """Write the entries and answer for the reviews that need the defective papers; those reviews."""
    materials = list(act.application.materials.filter(superseded=False))
    refuse_if(rules.objections_to_defects(defects, materials, [review.code for review in reviews]))
    if act.by is None:
        raise NotAllowed(gettext("请先登录"))
    notice, _ = Correction.objects.get_or_create(application=act.application)
    rows = _entries(notice, reviews, defects, {paper.name: set(paper.needed_by) for paper in materials})
    _refuse_named_before(notice, rows)
    CorrectionEntry.objects.bulk_create(rows)
    concerned = [review for review in reviews if any(row.review is review for row in rows)]
    for review in concerned:
        review.name_defects(at=act.now, by=act.by)
    return concerned


def _entries(
    notice: Correction,
    reviews: Collection[DepartmentReview],
    defects: Sequence[Defect],
    needed_by: Mapping[str, set[str]],
) -> list[CorrectionEntry]:
    return [
        CorrectionEntry(correction=notice, review=review, **vars(defect))
        for review in reviews
        for defect in defects
        if review.code in needed_by[defect.material]
    ]


def _refuse_named_before(notice: Correction, rows: Sequence[CorrectionEntry]) -> None:
    before = set(notice.entries.values_list("review_id", "material"))
    again = dict.fromkeys(row.material for row in rows if (row.review_id, row.material) in before)
    refuse_if(
        [gettext("“%(name)s”已经列入补正告知，不能重复列出") % {"name": local_text(name)} for name in again]
    )


def send_if_any(act: Act) -> None:
    """Send the one merged notice, each paper once, if a department that is still waiting named a defect (I-104)."""
    notice = Correction.objects.filter(application=act.application, sent_at=None).first()
    waiting = [
        review for review in act.reviews if review.status == R.WAITING and review.answer == Answer.CORRECTION
    ]
    if notice is None or not waiting:
        return
    notice.entries.exclude(review__in=waiting).delete()
    notice.days = _days_to_correct(waiting)
    last = act.clock.calendar.add(day_of(act.now), notice.days).date
    notice.sent_at, notice.due_at = act.now, act.clock.calendar.end_of_day(last)
    notice.save(update_fields=["sent_at", "days", "due_at"])
    for review in waiting:
        review.await_correction()
    entries = list(notice.entries.select_related("review"))
    names = list(dict.fromkeys(entry.material for entry in entries))
    act.application.materials.filter(name__in=names, superseded=False).update(state=MaterialState.DEFECTIVE)
    act.file(papers.correction_notice(act, notice, entries))
    act.tell(
        events.CorrectionRequested,
        correction_id=notice.pk,
        review_ids=[review.pk for review in waiting],
        materials=names,
        due_at=last.isoformat(),
    )


def _days_to_correct(waiting: Collection[DepartmentReview]) -> int:
    """The longest time, in working days, that any of these matters gives its applicants (I-37)."""
    matters = Matter.objects.filter(code__in=[review.code for review in waiting])
    return int(matters.aggregate(most=Max("correction_days"))["most"])


def conclude(act: Act) -> None:
    """Once the joint review is over, the one merged notice goes out; then the status follows (I-102, I-104)."""
    if following.joint_review_is_over(act):
        send_if_any(act)
    following.follow(act)


def answered(act: Act) -> None:
    """After an answer: what follows from it, told and filed with it."""
    conclude(act)
    act.finish()


@transaction.atomic
def supply_correction(application_id: int, *, by: Account, supplies: Sequence[Supply]) -> Application:
    """Corrected papers, in as many goes as needed, until 24:00 of the last day, at the window until it closes (I-35…I-37)."""
    act = begin(application_id, by=by)
    refuse_unless(rules.objections_to_supplying_for(act.application, act.who))
    notice = Correction.objects.filter(
        application=act.application, sent_at__isnull=False, completed_at=None
    ).first()
    entries = _open_entries(act, notice)
    due_at = ends_for(act, notice.due_at) if notice and entries else None
    if notice is None or objections_to_supplying(act.application, due_at, act.now):
        raise WrongState(objections_to_supplying(act.application, due_at, act.now))
    replace_papers(act, supplies, asked={entry.material for entry in entries})
    _mark_supplied(act, entries, supplies)
    complete = all(entry.supplied_at for entry in entries)
    if complete:
        notice.completed_at = act.now
        notice.save(update_fields=["completed_at"])
    back = _back_to_departments(act, entries)
    act.tell(
        events.CorrectionSupplied,
        materials=[supply.name for supply in supplies],
        review_ids=[review.pk for review in back],
        complete=complete,
    )
    following.follow(act)
    act.finish()
    return act.application


def _open_entries(act: Act, notice: Correction | None) -> list[CorrectionEntry]:
    """What the notice still asks for: the entries of reviews that are neither over nor accepted."""
    if notice is None:
        return []
    concerned = [review.pk for review in act.reviews if review.papers_open]
    return list(notice.entries.filter(review__in=concerned))


def ends_for(act: Act, due_at: datetime | None) -> datetime | None:
    """Online until 24:00 of the last day; at the window until it closes (I-71)."""
    if due_at is None or not objections_to_acting_for(act.application, act.who):
        return due_at
    return act.clock.calendar.closing(clock.last_day(due_at))


def _mark_supplied(act: Act, entries: Sequence[CorrectionEntry], supplies: Sequence[Supply]) -> None:
    names = {supply.name for supply in supplies}
    brought = [entry for entry in entries if entry.material in names]
    for entry in brought:
        entry.supplied_at = act.now
    CorrectionEntry.objects.bulk_update(brought, ["supplied_at"])


def _back_to_departments(act: Act, entries: Sequence[CorrectionEntry]) -> list[DepartmentReview]:
    open_ids = {entry.review_id for entry in entries if entry.supplied_at is None}
    back = [review for review in act.reviews if review.status == R.CORRECTING and review.pk not in open_ids]
    for review in back:
        review.corrected(confirm_due_at=act.clock.calendar.due_at(day_of(act.now), clock.CONFIRM_DAYS))
    return back


def replace_papers(act: Act, supplies: Sequence[Supply], *, asked: Collection[str]) -> None:
    """Put new files in the place of the papers asked for; the old rows stay, superseded."""
    files = to_attach(act.by, [supply.upload_id for supply in supplies]) if act.by else {}
    refuse_if(_objections_to_supplies(supplies, files, asked))
    note_front(act)
    old = {
        paper.name: paper
        for paper in act.application.materials.filter(
            name__in=[one.name for one in supplies], superseded=False
        )
    }
    act.application.materials.filter(pk__in=[paper.pk for paper in old.values()]).update(superseded=True)
    SubmittedMaterial.objects.bulk_create(
        _successor(old[supply.name], files[supply.upload_id], act) for supply in supplies
    )


def _objections_to_supplies(
    supplies: Sequence[Supply], files: Mapping[UUID, StoredFile], asked: Collection[str]
) -> list[str]:
    if not supplies:
        return [gettext("请上传要补交的材料")]
    named = Counter(supply.name for supply in supplies)
    twice = [
        gettext("“%(name)s”一次只能补交一份") % {"name": local_text(name)}
        for name, times in named.items()
        if times > 1
    ]
    unknown = [
        gettext("“%(name)s”不在需要补交的材料中") % {"name": local_text(supply.name)}
        for supply in supplies
        if supply.name not in asked
    ]
    lost = [
        gettext("没有找到您为“%(name)s”上传的文件，请重新上传") % {"name": local_text(one.name)}
        for one in supplies
        if one.upload_id not in files
    ]
    return twice + unknown + lost


def _successor(old: SubmittedMaterial, file: StoredFile, act: Act) -> SubmittedMaterial:
    return SubmittedMaterial(
        application=act.application,
        name=old.name,
        source=old.source,
        mode=MaterialMode.UPLOAD,
        state=MaterialState.PRESENT,
        needed_by=old.needed_by,
        licence_type=old.licence_type,
        deferred_due_at=old.deferred_due_at,
        file=file,
        supplied_at=act.now,
    )
