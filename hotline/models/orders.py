"""The order (工单): somebody's words, and everything that became of them."""

import secrets
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from common.crypto import mask_mobile, mask_name
from common.fields import EncryptedTextField
from hotline.models.assignment import Assignment
from hotline.states import (
    HOSTED,
    OPEN,
    PUBLIC_WORDS,
    Channel,
    ClassifiedBy,
    CloseReason,
    ComplainantKind,
    Confidentiality,
    GuideReason,
    HandleResult,
    InvalidReason,
    OrderType,
    Solved,
    SurveyLevel,
    Urgency,
)
from hotline.states import OrderStatus as S
from identity.fields import KeyedHashField
from identity.models import Account
from identity.roles import Permission
from identity.selectors import Standing, standing

#: The digits of a query code: none that look alike when read aloud.
CODE_DIGITS = "0123456789"
#: Category of what nobody could classify; it waits for a person (H-56).
UNKNOWN = "0000"
#: States from which the complainant may still take the appeal back (H-134).
_BEFORE_REVIEW = [S.ACCEPTED, S.DISPATCHED, S.HANDLING, S.RETURN_REVIEW, S.DISPUTED, S.SHELVED, S.REWORK]


def new_query_code() -> str:
    """Six random digits; with the number they let an anonymous person ask (hotline.md section 3)."""
    return "".join(secrets.choice(CODE_DIGITS) for _place in range(6))


class OrderQuerySet(models.QuerySet["HotlineOrder"]):
    """Reads that speak the domain; every list, search, count and export begins at ``visible_to``."""

    def visible_to(self, account: Account) -> Self:
        """Deny by default: one's own, those one's department holds or held (H-02), those of one's duty."""
        who = standing(account)
        seen = self._own(who) | self._of_departments(who) | self._by_duty(who)
        return self.filter(seen) if seen else self.none()

    def _own(self, who: Standing) -> Q:
        return Q(person_id=who.person_id) if who.person_id else Q()

    def _of_departments(self, who: Standing) -> Q:
        departments = who.departments(Permission.HANDLE_ORDERS)
        if not departments:
            return Q()
        theirs = Assignment.objects.filter(hotline_order=OuterRef("pk"), department_id__in=departments)
        return Q(Exists(theirs))

    def _by_duty(self, who: Standing) -> Q:
        duties = (Permission.TAKE_CALLS, Permission.DISPATCH, Permission.CALL_BACK, Permission.RULE_DISPUTES)
        if any(map(who.may, (*duties, Permission.SUPERVISE, Permission.AUDIT, Permission.SHELVE_ORDERS))):
            return Q(pk__isnull=False)
        return Q()

    def open(self) -> Self:
        """Those that have not ended."""
        return self.filter(status__in=OPEN)

    def enterprises(self) -> Self:
        """涉企专席: what enterprises raise (H-19)."""
        return self.filter(enterprise=True)


class HotlineOrder(FSMModelMixin, models.Model):
    """
    One appeal (诉求) as one order, whichever of the thirteen channels it came by (H-10).

    ``text`` is what was said, encrypted and never changed (H-31: the database refuses); ``redacted`` is what
    departments, search and analysis read, without numbers and names. Who complained is encrypted, with keyed
    hashes for look-up (H-145). The transitions only say what may follow what; rules and limits are the services'.
    Never deleted.
    """

    order_no = models.CharField(_("工单号"), max_length=18, unique=True)
    query_code = models.CharField(_("查询码"), max_length=6, default=new_query_code)
    channel = models.CharField(_("渠道"), max_length=12, choices=Channel)
    source_ref = models.CharField(_("来源编号"), max_length=64, blank=True)
    #: One delivery, one order: hash of channel and source_ref (H-11), or of what was said (H-12).
    source_key = models.CharField(max_length=64, unique=True)
    source_at = models.DateTimeField(_("来源时间"), null=True)
    source_due_at = models.DateTimeField(_("来源要求的期限"), null=True)
    source_feedback = models.BooleanField(_("须向来源反馈"), default=False)

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="merged", verbose_name=_("主单")
    )
    group = models.ForeignKey("hotline.Group", models.PROTECT, null=True, related_name="orders")
    prior_order = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="rebounds", verbose_name=_("前次工单")
    )
    split_group = models.UUIDField(_("拆单组"), null=True)

    order_type = models.CharField(_("诉求类型"), max_length=10, choices=OrderType)
    tree = models.ForeignKey("hotline.CategoryTree", models.PROTECT, related_name="+")
    category_l1 = models.CharField(_("一级分类"), max_length=2)
    category_l2 = models.CharField(_("二级分类"), max_length=4)
    class_conf = models.DecimalField(_("分类置信度"), max_digits=4, decimal_places=3, null=True)
    class_by = models.CharField(_("分类方式"), max_length=10, choices=ClassifiedBy, default=ClassifiedBy.AUTO)
    urgency = models.CharField(_("紧急程度"), max_length=9, choices=Urgency, default=Urgency.NORMAL)

    title = models.CharField(_("标题"), max_length=60)
    text = EncryptedTextField(_("诉求内容"))
    redacted = models.TextField(_("隐去个人信息的诉求内容"))
    #: The five elements asked at intake; what was asked and not answered is null, never invented (H-32).
    elements = models.JSONField(_("五要素"), default=dict)
    #: A fact that decided whose duty it was before: the same fact binds again (H-91).
    fact_tag = models.CharField(_("事实标签"), max_length=60, blank=True)
    occurred_at = models.DateTimeField(_("发生时间"), null=True)
    location_text = models.CharField(_("地点"), max_length=200, blank=True)
    address_id = models.CharField(_("标准地址编号"), max_length=40, blank=True)
    #: The same address in whatever words (rules.places); empty where no house was named. Told to nobody.
    place_key = models.CharField(max_length=80, blank=True)
    longitude = models.DecimalField(_("经度"), max_digits=9, decimal_places=6, null=True)
    latitude = models.DecimalField(_("纬度"), max_digits=9, decimal_places=6, null=True)
    region = models.ForeignKey("identity.Region", models.PROTECT, null=True, related_name="+")
    subject_name = models.CharField(_("被反映单位"), max_length=128, blank=True)
    subject_code = models.CharField(_("被反映单位代码"), max_length=18, blank=True)
    #: The department complained of, itself or its staff: it never hosts the order (H-144).
    subject_department = models.ForeignKey("identity.Department", models.PROTECT, null=True, related_name="+")

    application = models.ForeignKey("workflow.Application", models.PROTECT, null=True, related_name="+")
    matter_code = models.CharField(_("事项编码"), max_length=60, blank=True)
    bundle_code = models.CharField(_("一件事代码"), max_length=80, blank=True)
    window_ticket = models.CharField(_("窗口号票"), max_length=40, blank=True)

    complainant_kind = models.CharField(
        _("诉求人类型"), max_length=15, choices=ComplainantKind, default=ComplainantKind.NATURAL_PERSON
    )
    person = models.ForeignKey("identity.Person", models.PROTECT, null=True, related_name="+")
    contact_name = EncryptedTextField(_("姓名"), blank=True, default="")
    phone = EncryptedTextField(_("电话"), blank=True, default="")
    phone_hash = KeyedHashField(of="phone", blank=True, default="", db_index=True)
    id_number = EncryptedTextField(_("公民身份号码"), blank=True, default="")
    id_number_hash = KeyedHashField(of="id_number", blank=True, default="")
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    #: Whoever says the same of themselves is one person to counts; empty when nobody knows (section 17).
    complainant_key = models.CharField(max_length=64, blank=True)
    anonymous = models.BooleanField(_("匿名"), default=False)
    confidential = models.CharField(
        _("保密级别"), max_length=6, choices=Confidentiality, default=Confidentiality.MASKED
    )
    alias = models.CharField(_("化名"), max_length=20, blank=True)
    publish_consent = models.BooleanField(_("同意公开"), default=False)

    status = FSMField(_("状态"), choices=S.choices, default=S.REGISTERED, protected=True)
    #: When this state was entered, and by when it must be left (H-71); a shelved one has ``review_due_at``.
    state_since = models.DateTimeField()
    state_due_at = models.DateTimeField(_("本环节期限"), null=True)
    review_due_at = models.DateTimeField(_("挂账复核期限"), null=True)
    host = models.ForeignKey("identity.Department", models.PROTECT, null=True, related_name="+")
    rework_no = models.PositiveSmallIntegerField(_("重办次数"), default=0)
    bounce_no = models.PositiveSmallIntegerField(_("退单次数"), default=0)
    forced = models.BooleanField(_("裁定强制派单"), default=False)
    sensitive = models.BooleanField(_("敏感"), default=False)
    enterprise = models.BooleanField(_("涉企"), default=False)
    leader_mail = models.BooleanField(_("领导信箱"), default=False)
    is_joint = models.BooleanField(_("联合办理"), default=False)
    is_batch = models.BooleanField(_("批量诉求"), default=False)
    is_rebound = models.BooleanField(_("反弹"), default=False)
    guided_refused = models.BooleanField(_("引导后被拒"), default=False)
    citizen_withdrew = models.BooleanField(_("诉求人已撤诉，继续办理"), default=False)
    #: A red alert holds it (H-134, H-166): taking it back ends nothing.
    in_red_alert = models.BooleanField(_("红色预警"), default=False)
    withdrawal_reason = models.TextField(_("撤诉原因"), blank=True)
    repeat_count = models.PositiveIntegerField(_("重复诉求"), default=0)
    urge_count = models.PositiveIntegerField(_("催办次数"), default=0)

    registered_at = models.DateTimeField(_("登记时间"))
    registered_by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(_("受理时间"), null=True)
    dispatched_at = models.DateTimeField(_("派单时间"), null=True)
    first_signed_at = models.DateTimeField(_("签收时间"), null=True)
    first_contact_at = models.DateTimeField(_("首次联系时间"), null=True)
    first_feedback_at = models.DateTimeField(_("先期反馈时间"), null=True)
    result_at = models.DateTimeField(_("办结时间"), null=True)
    callback_at = models.DateTimeField(_("进入回访时间"), null=True)
    archived_at = models.DateTimeField(_("归档时间"), null=True)
    reopened_at = models.DateTimeField(_("重新打开时间"), null=True)
    public_due_at = models.DateTimeField(_("对外承诺期限"), null=True)
    #: Table version, category, number, unit, calendar version: what the due rests on (H-154).
    due_basis = models.JSONField(default=dict)
    paused_at = models.DateTimeField(_("暂停起点"), null=True)

    guide_reason = models.CharField(_("引导情形"), max_length=16, choices=GuideReason, blank=True)
    guide_channel = models.TextField(_("告知的法定途径"), blank=True)
    invalid_reason = models.CharField(_("无效原因"), max_length=14, choices=InvalidReason, blank=True)
    article_code = models.CharField(_("引用的知识"), max_length=40, blank=True)
    article_version = models.PositiveIntegerField(null=True)
    expert_department = models.ForeignKey("identity.Department", models.PROTECT, null=True, related_name="+")
    answer = models.TextField(_("直接答复"), blank=True)
    handle_result = models.CharField(_("办理结果"), max_length=10, choices=HandleResult, blank=True)
    measures = models.TextField(_("采取的措施"), blank=True)
    result_text = models.TextField(_("答复内容"), blank=True)
    legal_basis = models.TextField(_("依据"), blank=True)
    done_differently = models.TextField(_("重办有何不同"), blank=True)

    survey_reached = models.BooleanField(_("回访成功"), null=True)
    survey_responded = models.BooleanField(_("承办单位联系过"), null=True)
    survey_solved = models.CharField(_("是否解决"), max_length=8, choices=Solved, blank=True)
    survey_level = models.PositiveSmallIntegerField(_("满意度"), choices=SurveyLevel, null=True)
    survey_text = models.TextField(_("回访意见"), blank=True)
    surveyed_at = models.DateTimeField(_("回访时间"), null=True)
    claim_mismatch = models.BooleanField(_("申告不符"), default=False)
    close_reason = models.CharField(_("归档原因"), max_length=18, choices=CloseReason, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("12345 工单")
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "source_ref"],
                name="hotline_one_order_a_delivery",
                condition=~Q(source_ref=""),
            ),
            models.CheckConstraint(condition=Q(bounce_no__lte=2), name="hotline_two_returns_at_most"),
            models.CheckConstraint(condition=Q(rework_no__lte=2), name="hotline_two_reworks_at_most"),
            models.CheckConstraint(
                condition=~Q(status__in=sorted(HOSTED)) | Q(host__isnull=False),
                name="hotline_held_has_a_host",
            ),
        ]
        indexes = [
            # The dispatch desk and every desk of the centre: what waits, most urgent end first.
            models.Index(
                fields=["status", "state_due_at", "id"],
                name="hotline_by_state",
                condition=Q(status__in=sorted(OPEN)),
            ),
            # services.timers: whatever should have been left by now (H-155).
            models.Index(
                fields=["state_due_at"],
                name="hotline_state_due",
                condition=Q(status__in=sorted(OPEN), state_due_at__isnull=False),
            ),
            # The same-matter test (H-130): orders of a category, newest first.
            models.Index(fields=["category_l2", "registered_at"], name="hotline_by_category"),
            # Pop-up and repeats: what a person has said before.
            models.Index(
                fields=["complainant_key", "registered_at"],
                name="hotline_by_complainant",
                condition=~Q(complainant_key=""),
            ),
            # The citizen's own list.
            models.Index(
                fields=["person", "id"], name="hotline_by_person", condition=Q(person__isnull=False)
            ),
            # The application's page: its orders (H-60).
            models.Index(
                fields=["application"], name="hotline_of_application", condition=Q(application__isnull=False)
            ),
            # Metrics and warnings: what was accepted in a period.
            models.Index(fields=["accepted_at"], name="hotline_accepted"),
            models.Index(fields=["registered_at"], name="hotline_registered"),
        ]

    def __str__(self) -> str:
        return self.order_no

    @property
    def subject(self) -> str:
        """What the facts of this order are read by."""
        return f"hotline_order:{self.pk}"

    @property
    def public_word(self) -> str:
        """The state as the citizen reads it (H-74)."""
        return PUBLIC_WORDS[self.status]

    @property
    def masked_name(self) -> str:
        """王**."""
        return mask_name(self.contact_name) if self.contact_name else ""

    @property
    def masked_phone(self) -> str:
        """138****1234."""
        return mask_mobile(self.phone) if self.phone else ""

    # T-02 … T-43 of hotline.md section 5, in the order of the table; each is called by one service.

    @transition(field=status, source=S.REGISTERED, target=S.EMERGENCY_TRANSFERRED)
    def transfer_emergency(self) -> None:
        """T-02."""

    @transition(field=status, source=S.REGISTERED, target=S.GUIDED_ELSEWHERE)
    def guide_elsewhere(self, *, reason: GuideReason, channel: str) -> None:
        """T-03."""
        self.guide_reason, self.guide_channel = reason, channel

    @transition(field=status, source=S.REGISTERED, target=S.INVALID)
    def mark_invalid(self, *, reason: InvalidReason) -> None:
        """T-04."""
        self.invalid_reason = reason

    @transition(field=status, source=[S.REGISTERED, S.ACCEPTED, S.DISPATCHED, S.HANDLING], target=S.MERGED)
    def merge(self, *, into: "HotlineOrder") -> None:
        """T-05, T-09, T-35, T-36."""
        self.parent = into

    @transition(field=status, source=S.REGISTERED, target=S.ACCEPTED)
    def accept(self, *, at: datetime) -> None:
        """T-06."""
        self.accepted_at = at

    @transition(field=status, source=S.ACCEPTED, target=S.DIRECT_ANSWERED)
    def answer_directly(self, *, answer: str) -> None:
        """T-07."""
        self.answer = answer

    @transition(field=status, source=S.ACCEPTED, target=S.DISPATCHED)
    def dispatch(self, *, at: datetime, host: Any) -> None:
        """T-08."""
        self.host, self.dispatched_at = host, self.dispatched_at or at

    @transition(field=status, source=_BEFORE_REVIEW, target=S.WITHDRAWN)
    def withdraw(self) -> None:
        """T-10, T-37 … T-42."""

    @transition(field=status, source=S.DISPATCHED, target=S.HANDLING)
    def sign_for(self, *, at: datetime) -> None:
        """T-11."""
        self.first_signed_at = self.first_signed_at or at

    @transition(field=status, source=S.DISPATCHED, target=S.RETURN_REVIEW)
    def request_return(self) -> None:
        """T-12."""

    @transition(field=status, source=S.RETURN_REVIEW, target=S.ACCEPTED)
    def approve_return(self) -> None:
        """T-13."""
        self.bounce_no, self.host = self.bounce_no + 1, None

    @transition(field=status, source=S.RETURN_REVIEW, target=S.DISPATCHED)
    def reject_return(self) -> None:
        """T-14."""

    @transition(field=status, source=S.DISPATCHED, target=S.DISPUTED)
    def raise_dispute(self) -> None:
        """T-15."""

    @transition(field=status, source=S.RETURN_REVIEW, target=S.DISPUTED)
    def escalate_dispute(self) -> None:
        """T-16."""

    @transition(field=status, source=S.DISPUTED, target=S.DISPATCHED)
    def rule_to(self, *, host: Any) -> None:
        """T-17."""
        self.host, self.forced = host, True

    @transition(field=status, source=S.DISPUTED, target=S.HANDLING)
    def rule_keep(self, *, at: datetime) -> None:
        """T-18."""
        self.forced, self.first_signed_at = True, self.first_signed_at or at

    @transition(field=status, source=[S.HANDLING, S.REWORK], target=S.CLOSE_REVIEW)
    def submit_result(self, *, at: datetime) -> None:
        """T-19, T-31."""
        self.result_at = at

    @transition(field=status, source=S.CLOSE_REVIEW, target=S.HANDLING)
    def reject_result(self) -> None:
        """T-20."""

    @transition(field=status, source=S.CLOSE_REVIEW, target=S.CALLBACK)
    def approve_result(self, *, at: datetime) -> None:
        """T-21."""
        self.callback_at = at

    @transition(field=status, source=[S.HANDLING, S.REWORK], target=S.SHELVED)
    def shelve(self, *, review_due_at: datetime) -> None:
        """T-22, T-23."""
        self.review_due_at = review_due_at

    @transition(field=status, source=S.SHELVED, target=S.HANDLING)
    def resume(self) -> None:
        """T-24."""
        self.review_due_at = None

    @transition(field=status, source=S.SHELVED, target=S.CLOSE_REVIEW)
    def write_off(self, *, at: datetime) -> None:
        """T-25."""
        self.review_due_at, self.result_at = None, at

    @transition(field=status, source=S.DIRECT_ANSWERED, target=S.ARCHIVED)
    def settle_direct(self, *, at: datetime) -> None:
        """T-26."""
        self.archived_at, self.close_reason = at, CloseReason.DIRECT

    @transition(field=status, source=S.DIRECT_ANSWERED, target=S.ACCEPTED)
    def reopen_direct(self) -> None:
        """T-27."""

    @transition(field=status, source=S.CALLBACK, target=S.ARCHIVED)
    def conclude_good(self, *, at: datetime, reason: CloseReason) -> None:
        """T-28."""
        self.archived_at, self.close_reason = at, reason

    @transition(field=status, source=S.CALLBACK, target=S.REWORK)
    def conclude_bad(self) -> None:
        """T-29."""
        self.rework_no += 1

    @transition(field=status, source=S.CALLBACK, target=S.ARCHIVED)
    def conclude_panel(self, *, at: datetime, reason: CloseReason) -> None:
        """T-30."""
        self.archived_at, self.close_reason = at, reason

    @transition(field=status, source=S.REWORK, target=S.DISPATCHED)
    def change_host(self, *, host: Any) -> None:
        """T-32."""
        self.host, self.forced = host, True

    @transition(field=status, source=S.ARCHIVED, target=S.REWORK)
    def reopen(self) -> None:
        """T-33."""
        self.rework_no, self.archived_at, self.close_reason = self.rework_no + 1, None, ""

    @transition(field=status, source=S.HANDLING, target=S.DISPATCHED)
    def reassign(self, *, host: Any) -> None:
        """T-34."""
        self.host = host

    @transition(field=status, source=S.ACCEPTED, target=S.DISPUTED)
    def open_ruling(self, *, host: Any) -> None:
        """T-43."""
        self.host = host
