"""
Taking an appeal in (T-01): one delivery, one order, whichever of the thirteen channels it came by.

The danger phrases are looked at before anything else (H-17); a repeated delivery finds the order it made
(H-11, H-12); what belongs to an order that is waiting for its caller is added to that order (H-25).
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bundles.models import Bundle
from common.errors import BadInput, NotFound
from common.signed_http import GatewayError
from common.workdays import day_of
from files.models import StoredFile
from hotline import gateways
from hotline.events import OrderRegistered
from hotline.models import Call, HotlineOrder, OrderFile
from hotline.rules import intake as rules
from hotline.rules.clock import Limit, due_after
from hotline.rules.envelopes import IntakeEnvelope, complainant_key, delivery_key, saying_keys
from hotline.rules.redacting import redact
from hotline.selectors.classifying import Classification, classify
from hotline.selectors.parameters import parameter
from hotline.selectors.regions import regions
from hotline.selectors.tree import current_tree
from hotline.services.accepting import accept_now
from hotline.services.acting import Act, refuse_if, refuse_unless
from hotline.services.continuing import continued, earlier_of, relate_to
from hotline.services.desk import open_task
from hotline.services.emergencies import transfer_now
from hotline.services.guiding import guide_now
from hotline.states import (
    Channel,
    ClassifiedBy,
    Confidentiality,
    DeskTaskKind,
    GuideReason,
    Intake,
    OrderType,
    Unit,
    Urgency,
)
from identity.models import Account, Organisation, Person
from identity.selectors import departments, standing
from matters.selectors import centre_calendar
from workflow.models import Application

__all__ = ["Received", "receive", "register"]

LONGEST_TITLE = 60
#: The petition office, told to people whose petition it already handles (H-22).
PETITION_OFFICE = "xinfang"


@dataclass(frozen=True)
class Received:
    """What became of a delivery: which order it is, how it got there, whether it is the sender's to follow."""

    hotline_order: HotlineOrder
    how: Intake
    #: Its number and code may be given to whoever sent this; not where only somebody else's order was found.
    is_theirs: bool

    @property
    def is_new(self) -> bool:
        """It made the order."""
        return self.how == Intake.NEW


def register(envelope: IntakeEnvelope, *, by: Account | None) -> HotlineOrder:
    """The order of this delivery (T-01), whichever way it came to it; see ``receive``."""
    return receive(envelope, by=by).hotline_order


def receive(envelope: IntakeEnvelope, *, by: Account | None) -> Received:
    """
    Take a delivery in (T-01); the same delivery again is answered with the same order (H-11).

    Danger is transferred at once, outside the transaction that keeps the words: nothing said is lost when
    the line is dead (H-17). What an agent takes down waits for the agent; the rest is accepted when complete.
    """
    refuse_unless(rules.objections_to_registering(envelope, standing(by) if by else None))
    refuse_if(rules.objections_to_elements(envelope))
    if not envelope.text.strip():
        raise BadInput(_("请写明诉求内容"), fields={"text": [_("请写明诉求内容")]})
    line = envelope.emergency_line or rules.emergency_line(
        f"{envelope.title}。{envelope.text}", current_tree().tables["emergency_phrases"]
    )
    hotline_order, how = _taken_in(envelope, by, line)
    if line and how == Intake.NEW:
        hotline_order = transfer_now(hotline_order.pk, line=line, by=by)
    same = hotline_order.registered_by_id == (by.pk if by is not None else None)
    return Received(hotline_order, how, is_theirs=how != Intake.REPEATED or same)


@transaction.atomic
def _taken_in(envelope: IntakeEnvelope, by: Account | None, line: str) -> tuple[HotlineOrder, Intake]:
    now = timezone.now()
    envelope = _completed(envelope)
    known = _of_delivery(envelope)
    if known is not None:
        return known, Intake.REPEATED
    found = classify(envelope.title, envelope.text, urgency=envelope.urgency)
    category = _category(envelope, found)
    if known := _of_saying(envelope, category, now):
        return known, Intake.REPEATED
    earlier = earlier_of(envelope, now)
    if not line and (kept := continued(envelope, earlier, category, now, by)):
        return kept, Intake.CONTINUED
    hotline_order = _as_said(envelope, found, category, now, by)
    relate_to(hotline_order, earlier, envelope)
    if line:
        hotline_order.urgency = Urgency.EMERGENCY
    if (first := _insert(hotline_order)) is not hotline_order:
        return first, Intake.REPEATED
    _attach(hotline_order, envelope, by, now)
    _follow(Act(hotline_order, by, now), envelope, line, waits=bool(line) or _agent_decides(by))
    return hotline_order, Intake.NEW


def _agent_decides(by: Account | None) -> bool:
    return by is not None and rules.is_agent(standing(by))


def _completed(envelope: IntakeEnvelope) -> IntakeEnvelope:
    """Name and number of the person who is logged in, unless they would rather not say."""
    if envelope.anonymous:
        return replace(envelope, person_id=None, name="", id_number="")
    if envelope.person_id is None or (envelope.name and envelope.phone):
        return envelope
    person = Person.objects.filter(pk=envelope.person_id).first()
    if person is None:
        raise NotFound(_("没有这个人"))
    return replace(envelope, name=envelope.name or person.name, phone=envelope.phone or person.mobile)


def _of_delivery(envelope: IntakeEnvelope) -> HotlineOrder | None:
    """The order this very delivery made before, or was added to (H-11)."""
    if not envelope.source_ref:
        return None
    key = delivery_key(envelope)
    made = HotlineOrder.objects.filter(source_key=key).first()
    if made is None and envelope.channel == Channel.WECHAT:
        made = HotlineOrder.objects.filter(supplements__source_key=key).first()
    return made


def _of_saying(envelope: IntakeEnvelope, category: str, now: datetime) -> HotlineOrder | None:
    """The same said a moment ago, where the channel numbers nothing (H-12)."""
    if envelope.source_ref:
        return None
    keys = saying_keys(envelope, category, now)
    rows = HotlineOrder.objects.filter(source_key__in=keys, registered_at__gt=now - timedelta(minutes=10))
    return rows.first()


def _category(envelope: IntakeEnvelope, found: Classification) -> str:
    if envelope.category and envelope.category not in current_tree().categories:
        raise BadInput(_("没有这个诉求分类"), fields={"category": [_("没有这个诉求分类")]})
    return envelope.category or found.code


def _redacted(text: str, envelope: IntakeEnvelope, level: str) -> str:
    said = (envelope.name, envelope.phone, envelope.id_number, envelope.sender)
    return redact(text, said=said, strictly=level == Confidentiality.SECRET)


def _as_said(
    envelope: IntakeEnvelope, found: Classification, category: str, now: datetime, by: Account | None
) -> HotlineOrder:
    """Everything the envelope says, in the order's own fields; nothing is written yet."""
    tree = current_tree()
    kind = tree.categories[category]
    level = rules.confidentiality(envelope.order_type, envelope.confidential, tree.tables["order_types"])
    limit = rules.acknowledged_within(envelope.channel, parameter("acknowledge_hours"))
    redacted = _redacted(envelope.text, envelope, level)
    title = _redacted(envelope.title, envelope, level) or redacted
    hotline_order = HotlineOrder(
        order_no=_next_number(now),
        channel=envelope.channel,
        source_ref=envelope.source_ref,
        source_key=delivery_key(envelope) if envelope.source_ref else saying_keys(envelope, category, now)[0],
        source_at=envelope.source_at,
        source_due_at=envelope.source_due_at,
        source_feedback=envelope.source_feedback,
        order_type=envelope.order_type,
        tree_id=tree.pk,
        category_l1=category[:2],
        category_l2=category,
        class_conf=1 if envelope.category else round(found.confidence, 3),
        class_by=ClassifiedBy.AGENT if envelope.category and by else ClassifiedBy.AUTO,
        urgency=max(Urgency(kind.urgency), found.urgency, key=lambda one: one.rank),
        title=" ".join(title.split())[:LONGEST_TITLE],
        text=envelope.text,
        redacted=redacted,
        confidential=level,
        state_since=now,
        state_due_at=due_after(centre_calendar(), now, limit),
        registered_at=now,
        registered_by=by,
        sensitive=kind.sensitive,
        bundle_code=envelope.bundle_code or found.bundle,
    )
    _place(hotline_order, envelope)
    _say_who(hotline_order, envelope, level)
    _link(hotline_order, envelope, by)
    return hotline_order


def _next_number(now: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('hotline_order_no')")
        return rules.order_number(day_of(now), cursor.fetchone()[0])


def _place(hotline_order: HotlineOrder, envelope: IntakeEnvelope) -> None:
    hotline_order.occurred_at = envelope.occurred_at
    hotline_order.location_text, hotline_order.address_id = envelope.location_text, envelope.address_id
    hotline_order.longitude, hotline_order.latitude = (
        _degrees(envelope.longitude),
        _degrees(envelope.latitude),
    )
    hotline_order.region_id = _region(envelope)
    hotline_order.place_key = regions().key_of(envelope.location_text, hotline_order.region_id)
    hotline_order.elements = {
        key: {"value": _redacted(one.value, envelope, "") if one.value else None, "asked": one.asked}
        for key, one in envelope.elements.items()
    }


def _degrees(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(round(value, 6)))


def _region(envelope: IntakeEnvelope) -> int | None:
    """The place decides, not where the complainant lives; then the subject's address; then the city (H-90)."""
    known = regions()
    if envelope.region_code:
        if envelope.region_code not in known.by_code:
            raise BadInput(_("没有这个区划"), fields={"region_code": [_("没有这个区划")]})
        return known.by_code[envelope.region_code].pk
    named = known.named_in(envelope.location_text) if envelope.location_text else None
    found = known.by_code.get(_on_the_map(envelope)) or named
    if found is None and envelope.subject_code:
        address = Organisation.objects.filter(credit_code=envelope.subject_code).values_list("address")
        found = next((known.named_in(row[0]) for row in address), None)
    return found.pk if found else None


def _on_the_map(envelope: IntakeEnvelope) -> str:
    """A map that is away keeps nobody from being heard (H-194)."""
    if envelope.longitude is None or envelope.latitude is None:
        return ""
    try:
        return gateways.city_map().region_at(envelope.longitude, envelope.latitude)
    except GatewayError:
        return ""


def _say_who(hotline_order: HotlineOrder, envelope: IntakeEnvelope, level: Confidentiality) -> None:
    hotline_order.complainant_kind = envelope.complainant_kind
    hotline_order.person_id = envelope.person_id
    hotline_order.contact_name, hotline_order.phone = envelope.name, envelope.phone
    hotline_order.id_number, hotline_order.credit_code = envelope.id_number, envelope.credit_code
    hotline_order.anonymous = envelope.anonymous
    hotline_order.complainant_key = complainant_key(envelope)
    hotline_order.publish_consent = envelope.publish_consent
    hotline_order.leader_mail = envelope.leader_mail
    hotline_order.enterprise = envelope.enterprise or bool(envelope.credit_code)
    hotline_order.fact_tag = envelope.fact_tag
    if level == Confidentiality.SECRET:
        prefix = "举报人" if envelope.order_type == OrderType.REPORT else "诉求人"
        hotline_order.alias = f"{prefix}-{hotline_order.source_key[:4].upper()}"


def _link(hotline_order: HotlineOrder, envelope: IntakeEnvelope, by: Account | None) -> None:
    """To the application it is about, and to the department complained of (H-60, H-144)."""
    hotline_order.subject_name, hotline_order.subject_code = envelope.subject_name, envelope.subject_code
    hotline_order.matter_code, hotline_order.window_ticket = envelope.matter_code, envelope.window_ticket
    hotline_order.subject_department = next(
        (
            one
            for one in departments().values()
            if one.code == envelope.subject_department or one.name == envelope.subject_name
        ),
        None,
    )
    if envelope.reference:
        application = _application(envelope.reference, by)
        hotline_order.application = application
        bundle = application.bundle_version.bundle
        if bundle.kind == Bundle.Kind.SINGLE:
            hotline_order.matter_code = hotline_order.matter_code or bundle.code
        hotline_order.bundle_code = hotline_order.bundle_code or bundle.code


def _application(reference: str, by: Account | None) -> Application:
    """A citizen links their own; at the desk and between systems the number is enough."""
    rows = Application.objects.filter(reference=reference).select_related("bundle_version__bundle")
    rows = rows.defer("bundle_version__definition")
    if by is not None and not rules.is_agent(standing(by)):
        rows = rows & Application.objects.of_applicant(by)
    found = rows.first()
    if found is None:
        raise NotFound(_("没有找到这个办件"))
    return found


def _insert(hotline_order: HotlineOrder) -> HotlineOrder:
    """The row, or the one that another connection has just made of the same delivery (H-11, H-12)."""
    try:
        with transaction.atomic():
            hotline_order.save(force_insert=True)
    except IntegrityError:
        first = HotlineOrder.objects.filter(source_key=hotline_order.source_key).first()
        if first is None:
            raise
        return first
    return hotline_order


def _attach(hotline_order: HotlineOrder, envelope: IntakeEnvelope, by: Account | None, now: datetime) -> None:
    """Files, and the call it was said in."""
    if envelope.file_ids:
        known = StoredFile.objects.filter(pk__in=envelope.file_ids).values_list("pk", flat=True)
        OrderFile.objects.bulk_create(
            OrderFile(
                hotline_order=hotline_order, kind=OrderFile.Kind.APPEAL, stored_id=stored, by=by, at=now
            )
            for stored in known
        )
    if envelope.channel == Channel.PHONE and envelope.source_ref:
        Call.objects.filter(call_ref=envelope.source_ref).update(hotline_order=hotline_order)


def _follow(act: Act, envelope: IntakeEnvelope, line: str, *, waits: bool) -> None:
    """What the system does at once: tell it, look again at a refused guidance, guide petitions, accept the rest."""
    hotline_order = act.hotline_order
    act.tell(OrderRegistered, channel=str(hotline_order.channel), line=line)
    if hotline_order.guided_refused:
        due = due_after(act.calendar, act.now, Limit(1, Unit.WORKING_DAYS))
        open_task(hotline_order, DeskTaskKind.GUIDED_REFUSED, due=due, now=act.now)
    if envelope.in_petition:
        office = next(one for one in departments().values() if one.code == PETITION_OFFICE)
        told = f"{office.name}（信访程序正在办理，请向该单位查询进展）{office.phone}"
        guide_now(act, GuideReason.PETITION, told)
    elif not waits:
        accept_now(act)
    act.finish()
