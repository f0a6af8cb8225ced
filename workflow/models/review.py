"""A department's part of an application, and what stops or stretches its clock."""

from datetime import date, datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from identity.models import Account
from identity.roles import Permission
from identity.selectors import standing
from workflow.states import IN_HAND, REVIEW_FINAL, Answer, ProcedureKind
from workflow.states import ReviewStatus as S

_UNDECIDED = [S.WAITING, S.ASSIGNED, S.IN_PROGRESS, S.CORRECTING, S.SPECIAL_PROCEDURE]


class ReviewQuerySet(models.QuerySet["DepartmentReview"]):
    """A department's own reviews."""

    def visible_to(self, account: Account) -> Self:
        """The reviews of the departments in which the account reviews or supervises; nobody else's."""
        who = standing(account)
        if who.may(Permission.SUPERVISE) or who.may(Permission.AUDIT):
            return self
        departments = who.departments(Permission.REVIEW)
        return self.filter(department_id__in=departments) if departments else self.none()

    def in_hand(self) -> Self:
        """Reviews a department can work on now."""
        return self.filter(status__in=IN_HAND)

    def unanswered(self) -> Self:
        """Reviews whose department has not yet said whether its papers are complete (I-103)."""
        return self.filter(status=S.WAITING, accepted_at=None, answer="")

    def with_procedures(self) -> Self:
        """``procedure_overdue``: the result of its special procedure should be here and is not (I-92)."""
        late = SpecialProcedure.objects.filter(
            review=OuterRef("pk"), ended_on=None, expected_end__lt=timezone.localdate()
        )
        return self.annotate(procedure_overdue=Exists(late))


class DepartmentReview(FSMModelMixin, models.Model):
    """
    One matter of an application, handled by one department (部门办件).

    ``waiting`` before acceptance and, once accepted, until every predecessor has
    been approved. A decided review is never edited in place. ``stage`` and
    ``depends_on`` are the plan's, pinned at submission.
    """

    application = models.ForeignKey("workflow.Application", models.CASCADE, related_name="reviews")
    matter = models.ForeignKey("matters.Matter", models.PROTECT, related_name="+")
    code = models.CharField(_("事项代码"), max_length=80)
    name = models.CharField(_("事项名称"), max_length=200)
    department = models.ForeignKey("identity.Department", models.PROTECT, related_name="+")
    stage = models.PositiveSmallIntegerField(_("环节"))
    depends_on = ArrayField(models.CharField(max_length=80), default=list)
    status = FSMField(_("状态"), choices=S.choices, default=S.WAITING, protected=True)
    project_no = models.CharField(_("办件编号"), max_length=24)
    round = models.PositiveSmallIntegerField(_("轮次"), default=0)

    promised_days = models.PositiveSmallIntegerField(_("承诺工作日"))
    statutory_days = models.PositiveSmallIntegerField(_("法定工作日"), null=True)
    is_instant = models.BooleanField(_("即办件"))
    is_licence = models.BooleanField(_("行政许可"))
    automatic = models.BooleanField(_("自动办理"), default=False)
    needs_inspection = models.BooleanField(_("需现场勘验"), default=False)

    answer = models.CharField(_("材料审查"), max_length=12, choices=Answer, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")
    confirm_due_at = models.DateTimeField(_("补正后确认期限"), null=True)
    accepted_at = models.DateTimeField(_("受理时间"), null=True)
    acceptance_noticed = models.BooleanField(default=False)
    deemed_accepted = models.BooleanField(_("视为受理"), default=False)
    assigned_at = models.DateTimeField(_("分发时间"), null=True)
    claimed_by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(_("智能核验时间"), null=True)
    #: Day 0 of the clock is its date (I-71); the calendar under which the dues below were reckoned (I-75).
    clock_from = models.DateTimeField(_("计时起点"), null=True)
    #: When a fact it rests on was changed by the applicant: what was looked at before counts no more (I-112).
    restarted_at = models.DateTimeField(_("重新办理时间"), null=True)
    calendar_version = models.CharField(max_length=36, blank=True, default="", db_default="")
    due_at = models.DateTimeField(_("承诺到期"), null=True)
    statutory_due_at = models.DateTimeField(_("法定到期"), null=True)
    due_provisional = models.BooleanField(default=False)
    extended_days = models.PositiveSmallIntegerField(_("延长工作日"), default=0)
    overdue_noticed_at = models.DateTimeField(null=True)

    decided_at = models.DateTimeField(_("决定时间"), null=True)
    decided_by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(_("结束时间"), null=True)
    opinion = models.TextField(_("办理意见"), blank=True)
    ground = models.CharField(_("事由"), max_length=20, blank=True)
    legal_basis = models.TextField(_("法律依据"), blank=True)
    target_organ = models.CharField(_("应向何机关申请"), max_length=100, blank=True)
    result = models.JSONField(_("结果"), default=dict)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("部门办件")
        constraints = [
            models.UniqueConstraint(fields=["application", "code"], name="workflow_one_review_a_matter"),
            models.CheckConstraint(
                condition=~Q(status__in=[S.APPROVED, S.DENIED]) | Q(decided_at__isnull=False),
                name="workflow_decided_when",
            ),
            models.CheckConstraint(
                condition=~Q(
                    status__in=[S.ASSIGNED, S.IN_PROGRESS, S.SPECIAL_PROCEDURE, S.APPROVED, S.DENIED]
                )
                | Q(accepted_at__isnull=False),
                name="workflow_handled_after_acceptance",
            ),
        ]
        indexes = [
            # The inbox: a department's open reviews by due date, keyset by (due_at, id).
            models.Index(
                fields=["department", "due_at", "id"],
                name="workflow_inbox",
                condition=Q(status__in=sorted(IN_HAND)),
            ),
            # The inbox's other half: papers to confirm, oldest first.
            models.Index(
                fields=["department", "id"],
                name="workflow_to_confirm",
                condition=Q(status=S.WAITING, accepted_at__isnull=True),
            ),
            # services.sweeps.notice_overdue: open reviews past their promise, not noticed yet.
            models.Index(
                fields=["due_at"],
                name="workflow_overdue",
                condition=Q(status__in=sorted(IN_HAND), overdue_noticed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_status_display()})"

    @property
    def is_final(self) -> bool:
        """Nothing follows."""
        return self.status in REVIEW_FINAL

    @property
    def papers_open(self) -> bool:
        """Not accepted and not over: the joint review still concerns it."""
        return self.accepted_at is None and not self.is_final

    @transition(status, S.WAITING, S.WAITING)
    def confirm(
        self, *, at: datetime, accepted_at: datetime, by: Account | None, deemed: bool = False
    ) -> None:
        """C-04: papers complete and in legal form."""
        self.answer, self.answered_at, self.answered_by = Answer.COMPLETE, at, by
        self.accepted_at, self.deemed_accepted = accepted_at, deemed

    @transition(status, S.WAITING, S.WAITING)
    def name_defects(self, *, at: datetime, by: Account) -> None:
        """I-103: the department named what is to be corrected; the merged notice follows."""
        self.answer, self.answered_at, self.answered_by = Answer.CORRECTION, at, by

    @transition(status, S.WAITING, S.CORRECTING)
    def await_correction(self) -> None:
        """C-05: the merged notice has gone out."""

    @transition(status, S.CORRECTING, S.WAITING)
    def corrected(self, *, confirm_due_at: datetime) -> None:
        """C-07: everything listed is in; the department confirms within one working day (I-36)."""
        self.answer, self.confirm_due_at = "", confirm_due_at

    @transition(status, [S.WAITING, S.ASSIGNED, S.IN_PROGRESS], S.WAITING)
    def reopen(self) -> None:
        """I-59: a revoked promise puts the review back before acceptance."""
        self.accepted_at = self.assigned_at = None
        self.clock_from = self.due_at = self.statutory_due_at = None
        self.checked_at = self.claimed_by = self.overdue_noticed_at = None
        self.deemed_accepted = self.acceptance_noticed = False
        self.answer, self.round = "", self.round + 1

    @transition(status, [S.ASSIGNED, S.IN_PROGRESS], S.ASSIGNED)
    def restart(self, *, at: datetime) -> None:
        """I-112: the applicant changed a fact it rests on; handed out anew, its clock begins again."""
        self.assigned_at = self.clock_from = self.restarted_at = at
        self.checked_at = self.claimed_by = self.overdue_noticed_at = None
        self.round += 1

    @transition(status, S.WAITING, S.ASSIGNED)
    def assign(self, *, at: datetime, clock_from: datetime) -> None:
        """C-10: accepted, and nothing stands before it; its clock runs from ``clock_from``."""
        self.assigned_at, self.clock_from = at, clock_from

    @transition(status, S.ASSIGNED, S.IN_PROGRESS)
    def claim(self, *, by: Account) -> None:
        """A reviewer takes it in hand."""
        self.claimed_by = by

    @transition(status, [S.ASSIGNED, S.IN_PROGRESS], S.SPECIAL_PROCEDURE)
    def start_special_procedure(self, *, by: Account) -> None:
        """C-11: the clock stops; whoever stops it has taken the review in hand."""
        if self.claimed_by_id is None:
            self.claimed_by = by

    @transition(status, S.SPECIAL_PROCEDURE, S.IN_PROGRESS)
    def end_special_procedure(self) -> None:
        """C-12: the result has arrived."""

    @transition(status, [S.ASSIGNED, S.IN_PROGRESS], S.APPROVED)
    def approve(self, *, at: datetime, by: Account | None, opinion: str) -> None:
        """C-13."""
        self.decided_at = self.ended_at = at
        self.decided_by, self.opinion = by, opinion

    @transition(status, [S.ASSIGNED, S.IN_PROGRESS], S.DENIED)
    def deny(self, *, at: datetime, by: Account, opinion: str, legal_basis: str) -> None:
        """C-14."""
        self.decided_at = self.ended_at = at
        self.decided_by, self.opinion, self.legal_basis = by, opinion, legal_basis

    @transition(status, S.WAITING, S.DECLINED)
    def decline(self, *, at: datetime, by: Account, ground: str, target_organ: str) -> None:
        """C-03, C-06, C-09."""
        self.answer, self.answered_at, self.answered_by = Answer.DECLINE, at, by
        self.ended_at, self.ground, self.target_organ = at, ground, target_organ

    @transition(status, _UNDECIDED, S.WITHDRAWN)
    def withdraw(self, *, at: datetime) -> None:
        """C-20…C-25."""
        self.ended_at = at

    @transition(status, _UNDECIDED, S.TERMINATED)
    def terminate(self, *, at: datetime, ground: str) -> None:
        """C-08, C-26, C-27."""
        self.ended_at, self.ground = at, ground

    @transition(status, [S.WAITING, S.CORRECTING], S.BLOCKED)
    def block(self, *, at: datetime) -> None:
        """I-107a: something it needs was not granted."""
        self.ended_at = at


class SpecialProcedure(models.Model):
    """特别程序 (I-92): time that the law leaves out of the limit, told in writing first; never edited once ended."""

    review = models.ForeignKey("workflow.DepartmentReview", models.CASCADE, related_name="procedures")
    kind = models.CharField(_("种类"), max_length=20, choices=ProcedureKind)
    basis = models.CharField(_("依据"), max_length=300)
    organiser = models.CharField(_("组织单位"), max_length=100)
    noticed_on = models.DateField(_("告知日期"))
    started_on = models.DateField(_("开始日期"))
    expected_end = models.DateField(_("预计结束"))
    ended_on = models.DateField(_("结束日期"), null=True)
    outcome = models.TextField(_("结论"), blank=True)
    #: The result document (I-92): its name and number, or the paper itself.
    result_reference = models.CharField(_("结果文书"), max_length=200, blank=True, default="", db_default="")
    result_file = models.ForeignKey(
        "files.StoredFile", models.PROTECT, null=True, related_name="+", db_index=False
    )
    #: Why it takes longer than was told, said once its end has passed (I-92); each saying is a fact besides.
    explanation = models.CharField(_("超时说明"), max_length=500, blank=True, default="", db_default="")
    explained_at = models.DateTimeField(_("说明时间"), null=True)
    overdue_noticed_on = models.DateField(null=True)
    started_by = models.ForeignKey("identity.Account", models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = _("特别程序")
        constraints = [
            models.UniqueConstraint(
                fields=["review"], condition=Q(ended_on__isnull=True), name="workflow_one_open_procedure"
            ),
            models.CheckConstraint(
                condition=Q(expected_end__gte=models.F("started_on")),
                name="workflow_procedure_ends_after_start",
            ),
        ]
        indexes = [
            # services.sweeps.notice_overdue_procedures, and the yellow mark of a list: open ones by their end.
            models.Index(
                fields=["expected_end"],
                name="workflow_procedure_open",
                condition=Q(ended_on__isnull=True),
            ),
            # files.services.sweeping: whether a procedure points at a file.
            models.Index(
                fields=["result_file"],
                name="workflow_procedure_result",
                condition=Q(result_file__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.started_on}"

    @property
    def stops_on(self) -> date:
        """From which day it stops the clock: never before it was told (I-93)."""
        return max(self.noticed_on, self.started_on)

    @property
    def is_overdue(self) -> bool:
        """Its expected end has passed and no result is here: yellow (I-92)."""
        return self.ended_on is None and self.expected_end < timezone.localdate()


class Extension(models.Model):
    """延长办理期限 (I-95): once, before the due date, approved by the organ's head."""

    review = models.OneToOneField("workflow.DepartmentReview", models.CASCADE, related_name="extension")
    days = models.PositiveSmallIntegerField(_("工作日"))
    reason = models.CharField(_("理由"), max_length=500)
    approved_by = models.ForeignKey("identity.Account", models.PROTECT, related_name="+")
    granted_at = models.DateTimeField(_("批准时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("延期")

    def __str__(self) -> str:
        return f"延长{self.days}个工作日"


class SiteInspection(models.Model):
    """现场勘验记录 (I-91, I-94): two inspectors or more, signed; the clock runs meanwhile."""

    review = models.ForeignKey("workflow.DepartmentReview", models.CASCADE, related_name="inspections")
    inspected_at = models.DateTimeField(_("勘验时间"))
    place = models.CharField(_("地点"), max_length=200)
    inspectors = ArrayField(models.CharField(max_length=60), verbose_name=_("勘验人员"))
    passed = models.BooleanField(_("是否通过"))
    record = models.TextField(_("勘验记录"))
    signed = models.BooleanField(_("已签字"))
    no_photo_reason = models.CharField(
        _("没有照片的原因"), max_length=200, blank=True, default="", db_default=""
    )
    recorded_by = models.ForeignKey("identity.Account", models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = _("现场勘验")

    def __str__(self) -> str:
        return f"现场勘验 {self.inspected_at:%Y-%m-%d}"


class InspectionPhoto(models.Model):
    """A photo taken on the spot, and when (I-94); never edited."""

    inspection = models.ForeignKey(SiteInspection, models.CASCADE, related_name="photos")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(_("拍摄时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("勘验照片")
        ordering = ["taken_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["inspection", "file"], name="workflow_a_photo_is_shown_once"),
        ]

    def __str__(self) -> str:
        return f"勘验照片 {self.taken_at:%Y-%m-%d %H:%M}"
