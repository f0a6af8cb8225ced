"""The application (办件): what a person filed, whichever door it came through."""

from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from common.constraints import both_or_neither
from common.fields import EncryptedTextField
from identity.models import Account
from identity.roles import Permission
from identity.selectors import Standing, standing
from workflow.models.review import DepartmentReview, SpecialProcedure
from workflow.states import ApplicationStatus as S
from workflow.states import Channel, DeliveryMethod, Outcome

#: Statuses in which departments still work and an applicant may still withdraw.
_OPEN = [S.RECEIVED, S.CORRECTING, S.ACCEPTED, S.IN_REVIEW]


class ApplicationQuerySet(models.QuerySet["Application"]):
    """Reads that speak the domain; every list, search, count and export begins at ``visible_to``."""

    def visible_to(self, account: Account) -> Self:
        """Deny by default: one's own, those one acts for, one's department's, one's duty's."""
        who = standing(account)
        seen = self._own(who) | self._of_departments(who) | self._by_duty(who)
        return self.filter(seen) if seen else self.none()

    def of_applicant(self, account: Account) -> Self:
        """Those the account filed for itself, its organisations or its principals."""
        own = self._own(standing(account))
        return self.filter(own) if own else self.none()

    def with_procedures(self) -> Self:
        """``procedure_overdue``: some special procedure should have ended and has not (I-92)."""
        late = SpecialProcedure.objects.filter(
            review__application=OuterRef("pk"), ended_on=None, expected_end__lt=timezone.localdate()
        )
        return self.annotate(procedure_overdue=Exists(late))

    def _own(self, who: Standing) -> Q:
        own = Q()
        if who.person_id:
            own |= Q(applicant_person_id=who.person_id)
        if who.organisation_ids:
            own |= Q(applicant_organisation_id__in=who.organisation_ids)
        if who.authorisations:
            own |= Q(authorisation_id__in=[grant.id for grant in who.authorisations])
        return own & (~Q(status=S.DRAFT) | Q(submitted_by_id=who.account_id)) if own else own

    def _of_departments(self, who: Standing) -> Q:
        departments = who.departments(Permission.REVIEW)
        if not departments:
            return Q()
        theirs = DepartmentReview.objects.filter(application=OuterRef("pk"), department_id__in=departments)
        return ~Q(status=S.DRAFT) & (Exists(theirs) | Q(lead_department_id__in=departments))

    def _by_duty(self, who: Standing) -> Q:
        if any(map(who.may, (Permission.RECEIVE, Permission.SUPERVISE, Permission.AUDIT))):
            return ~Q(status=S.DRAFT)
        if who.may(Permission.HAND_OVER):
            ended = [S.DECIDED, S.HANDED_OVER, S.CLOSED, S.DECLINED, S.TERMINATED]
            notices = Q(status=S.CORRECTING) & ~Q(delivery_method=DeliveryMethod.ELECTRONIC)
            return Q(status__in=ended) | Q(status=S.IN_REVIEW, deliver_together=False) | notices
        return Q()


class Application(FSMModelMixin, models.Model):
    """
    One application (办件) to a bundle or to a single matter, which is a bundle of one.

    It keeps the published version it began with (I-41). Its status follows from
    its reviews (`services.following`); the transitions only say what may follow
    what. Applicant: a person or an organisation, never both. Personal numbers
    inside ``answers`` are encrypted one by one. Never deleted, drafts excepted.
    """

    reference = models.CharField(_("申办流水号"), max_length=16, unique=True, null=True, editable=False)  # noqa: DJ001 - a draft has none, and two drafts are not equal
    bundle_version = models.ForeignKey("bundles.BundleVersion", models.PROTECT, related_name="+")
    kind = models.CharField(_("类别"), max_length=10)
    code = models.CharField(_("事项或一件事代码"), max_length=80)
    name = models.CharField(_("事项或一件事名称"), max_length=200)
    lead_department = models.ForeignKey("identity.Department", models.PROTECT, null=True, related_name="+")
    status = FSMField(_("状态"), choices=S.choices, default=S.DRAFT, protected=True)
    channel = models.CharField(_("渠道"), max_length=20, choices=Channel)
    outcome = models.CharField(_("结果"), max_length=10, choices=Outcome, blank=True)

    applicant_person = models.ForeignKey(
        "identity.Person", models.PROTECT, null=True, related_name="applications"
    )
    applicant_organisation = models.ForeignKey(
        "identity.Organisation", models.PROTECT, null=True, related_name="applications"
    )
    #: As they were when it was filed: what lists and documents show without reading the person again.
    applicant_name = models.CharField(_("申请人"), max_length=120, blank=True)
    applicant_id_tail = models.CharField(_("证件号码后四位"), max_length=4, blank=True)
    agent = models.ForeignKey("identity.Person", models.PROTECT, null=True, related_name="+")
    authorisation = models.ForeignKey("identity.Authorisation", models.PROTECT, null=True, related_name="+")
    submitted_by = models.ForeignKey("identity.Account", models.PROTECT, related_name="+")
    received_by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")

    #: Everybody who filed it, is it, or took it in: none of them may decide on it (I-01, I-171).
    front_persons = ArrayField(models.BigIntegerField(), default=list, verbose_name=_("前台经手人"))
    answers = models.JSONField(_("填报内容"), default=dict)
    #: What a draft remembers besides its answers (services.drafts); emptied by submission.
    draft = models.JSONField(_("草稿"), default=dict, editable=False)
    advice = models.JSONField(_("智能预审提示"), default=list)
    query_code = models.CharField(_("查询码"), max_length=8, blank=True)
    is_joint = models.BooleanField(_("联办"), default=False)
    deferred_open = models.PositiveSmallIntegerField(_("未补的容缺材料"), default=0)
    awaits_results = models.BooleanField(_("有待前序结果的材料"), default=False)
    clock_stopped = models.BooleanField(_("有过特别程序"), default=False)

    delivery_method = models.CharField(_("送达方式"), max_length=12, choices=DeliveryMethod)
    delivery_address = EncryptedTextField(_("收件地址"), blank=True, default="")
    #: Where the window or the locker is; none stands for the centre itself.
    delivery_place = models.ForeignKey(
        "matters.Place",
        models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("领取地点"),
    )
    deliver_together = models.BooleanField(_("一并出件"), default=True)

    #: All or nothing, and something was refused: until when the applicant may say what becomes of the rest (I-107c).
    choice_from = models.DateField(_("选择起算日"), null=True)
    choice_due_at = models.DateTimeField(_("选择期限"), null=True)

    promised_days = models.PositiveSmallIntegerField(_("承诺工作日"), default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(_("提交时间"), null=True)
    received_at = models.DateTimeField(_("收件时间"), null=True)
    answer_due_at = models.DateTimeField(_("受理答复期限"), null=True)
    joint_due_at = models.DateTimeField(_("联合审查窗口"), null=True)
    accepted_at = models.DateTimeField(_("受理时间"), null=True)
    #: The oldest calendar that any of its dues still rests on (I-75): another one, and they are reckoned again.
    calendar_version = models.CharField(max_length=36, blank=True, default="", db_default="")
    due_at = models.DateTimeField(_("承诺办结时间"), null=True)
    due_provisional = models.BooleanField(default=False)
    decided_at = models.DateTimeField(_("办结时间"), null=True)
    handed_over_at = models.DateTimeField(_("出件时间"), null=True)
    closed_at = models.DateTimeField(_("完成时间"), null=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("办件")
        constraints = [
            models.CheckConstraint(
                condition=Q(applicant_person__isnull=False, applicant_organisation__isnull=True)
                | Q(applicant_person__isnull=True, applicant_organisation__isnull=False),
                name="workflow_application_has_one_applicant",
            ),
            models.CheckConstraint(
                condition=Q(status=S.DRAFT) | Q(reference__isnull=False),
                name="workflow_submitted_has_a_reference",
            ),
            both_or_neither("reference", "submitted_at", name="workflow_submitted_when_and_as_what"),
        ]
        indexes = [
            # My space: a person's and an organisation's applications, newest first.
            models.Index(fields=["applicant_person", "-id"], name="workflow_of_person"),
            models.Index(fields=["applicant_organisation", "-id"], name="workflow_of_organisation"),
            # My space and starting again: one's own drafts.
            models.Index(fields=["submitted_by"], name="workflow_own_drafts", condition=Q(status=S.DRAFT)),
            # The exit window's list: decided, not yet handed over.
            models.Index(fields=["decided_at"], name="workflow_to_hand_over", condition=Q(status=S.DECIDED)),
            # The counter's list: submitted on paper, not yet received.
            models.Index(
                fields=["submitted_at"], name="workflow_to_receive", condition=Q(status=S.SUBMITTED)
            ),
            # services.choosing.end_choices: whose five working days are over.
            models.Index(
                fields=["choice_due_at"],
                name="workflow_to_choose",
                condition=Q(choice_due_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.reference or f"draft {self.pk}"

    @property
    def subject(self) -> str:
        """How events and documents name this application."""
        return f"application:{self.pk}"

    @transition(status, S.DRAFT, S.SUBMITTED)
    def submit(self, *, reference: str, at: datetime) -> None:
        """C-01."""
        self.reference, self.submitted_at = reference, at

    @transition(status, S.SUBMITTED, S.RECEIVED)
    def receive(self, *, at: datetime, answer_due_at: datetime, joint_due_at: datetime) -> None:
        """C-02: 收件 sets received_at and starts the window for an answer, nothing else (I-25)."""
        self.received_at, self.answer_due_at, self.joint_due_at = at, answer_due_at, joint_due_at

    @transition(status, _OPEN, S.CORRECTING)
    def await_correction(self) -> None:
        """C-05: some review waits for corrected papers."""

    @transition(status, [S.CORRECTING, S.ACCEPTED, S.IN_REVIEW], S.RECEIVED)
    def resume_receipt(self) -> None:
        """C-07: the papers are in, nothing is accepted yet; or a revoked promise took the acceptance back (I-59)."""

    @transition(status, [S.RECEIVED, S.CORRECTING, S.IN_REVIEW], S.ACCEPTED)
    def accept(self) -> None:
        """C-04: the first review is accepted."""

    @transition(status, [S.RECEIVED, S.CORRECTING, S.ACCEPTED], S.IN_REVIEW)
    def begin_review(self) -> None:
        """C-10: a review is past assigned."""

    @transition(status, _OPEN, S.DECIDED)
    def decide(self, *, at: datetime, outcome: Outcome) -> None:
        """Every review has ended and one at least was decided."""
        self.decided_at, self.outcome = at, outcome

    @transition(status, S.DECIDED, S.HANDED_OVER)
    def hand_over(self, *, at: datetime) -> None:
        """C-16, C-17: every result is out."""
        self.handed_over_at = at

    @transition(status, S.HANDED_OVER, S.CLOSED)
    def close(self, *, at: datetime) -> None:
        """C-18: every delivery is proved (I-130)."""
        self.closed_at = at

    @transition(status, [S.SUBMITTED, *_OPEN], S.DECLINED)
    def decline(self, *, at: datetime) -> None:
        """C-03, C-06, C-09: every review was declined."""
        self.closed_at, self.outcome = at, Outcome.NONE

    @transition(status, [S.DRAFT, S.SUBMITTED, *_OPEN], S.WITHDRAWN)
    def withdraw(self, *, at: datetime) -> None:
        """C-19…C-25: the applicant took all of it back."""
        self.closed_at, self.outcome = at, Outcome.NONE

    @transition(status, _OPEN, S.TERMINATED)
    def terminate(self, *, at: datetime) -> None:
        """C-08, C-26, C-27: every review ended, none by decision, not all alike."""
        self.closed_at, self.outcome = at, Outcome.NONE
