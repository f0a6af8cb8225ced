"""What the hotline does when something has happened."""

from collections.abc import Mapping

from django.db import transaction

from bundles.events import BundlePublished, BundleWithdrawn
from events import subscribe
from events.models import EventRecord
from hotline import events, services, tasks
from hotline.states import PauseReason
from matters.events import MattersRegistered, MatterTakenDown


@subscribe(events.OrderAccepted, events.OrderAnswerVoided, events.OrderClassified)
def dispatch_by_machine(event: events.OrderFact, record_id: int) -> None:
    """What is clear enough goes to its department by itself (H-85)."""
    transaction.on_commit(lambda: tasks.dispatch.delay(event.order_id), robust=True)


@subscribe(events.OrderAccepted)
def tell_accepted(event: events.OrderAccepted, record_id: int) -> None:
    """Number, limit and query code, nothing of what it is about (H-27)."""
    services.tell_complainant(event.order_id, "hotline_accepted", key=f"fact:{record_id}")


@subscribe(events.OrderRegistered)
def acknowledge(event: events.OrderRegistered, record_id: int) -> None:
    """Whoever wrote hears within minutes that it has come (H-13)."""
    services.acknowledge(event.order_id)


@subscribe(events.OrderDispatched)
def tell_moved(event: events.OrderDispatched, record_id: int) -> None:
    """A new host has the full time; the citizen is told the new date (H-68)."""
    if event.moved:
        services.tell_complainant(event.order_id, "hotline_due_moved", key=f"fact:{record_id}")


@subscribe(events.OrderDispatched)
def tell_host(event: events.OrderDispatched, record_id: int) -> None:
    """The desks of the department, once a round (T-08, H-89)."""
    services.tell_department(event.order_id, event.round)


@subscribe(MattersRegistered, MatterTakenDown)
def answers_rest_on_matters(event: MattersRegistered | MatterTakenDown, record_id: int) -> None:
    """A matter changed: what was answered about it until then is stale at once (H-181)."""
    codes = event.codes if isinstance(event, MattersRegistered) else [event.code]
    at = EventRecord.objects.values_list("at", flat=True).get(pk=record_id)
    services.mark_stale(matters=codes, because="所依据的事项有变化", at=at)


@subscribe(BundlePublished, BundleWithdrawn)
def answers_rest_on_bundles(event: BundlePublished | BundleWithdrawn, record_id: int) -> None:
    """A new version of a bundle or of a single matter is published, or none is offered any more (H-181)."""
    at = EventRecord.objects.values_list("at", flat=True).get(pk=record_id)
    subject = {"bundles" if event.kind == "bundle" else "matters": [event.code]}
    services.mark_stale(**subject, because="所依据的一件事或者事项有变化", at=at)


@subscribe(events.OrderReplied)
def answers_become_articles(event: events.OrderReplied, record_id: int) -> None:
    """What a department answered once, an agent may answer the next time (H-182)."""
    services.propose_article(event.order_id)


@subscribe(events.OrderClosed)
def freeze_facts(event: events.OrderClosed, record_id: int) -> None:
    """An archived order counts as it stood (H-117, H-160)."""
    services.freeze_facts(event.order_id)


@subscribe(events.OrderClosed)
def pack_for_archive(event: events.OrderClosed, record_id: int) -> None:
    """Printing takes seconds: a worker does it (H-117)."""
    transaction.on_commit(lambda: tasks.archive_package.delay(event.order_id), robust=True)


@subscribe(events.OrderAccepted, events.OrderClassified)
def files_are_redacted(event: events.OrderFact, record_id: int) -> None:
    """Before a department can open the files of a secret order, also of one that turned secret later (H-141)."""
    services.redact_pictures(event.order_id)


@subscribe(events.OrderClosed)
def tell_source(event: events.OrderClosed, record_id: int) -> None:
    """The channel an order came from is told of its end, where it asked to be (H-14)."""
    services.begin_feedback(event.order_id)


#: What the complainant hears of, in which words; everything else is on the order's page.
TOLD: Mapping[type[events.OrderFact], str] = {
    events.OrderReplied: "hotline_replied",
    events.OrderShelved: "hotline_shelved",
    events.OrderReworked: "hotline_reworked",
    events.PanelDecided: "hotline_decided",
    events.ProgressTold: "hotline_progress",
}


@subscribe(*TOLD)
def tell_of_handling(event: events.OrderFact, record_id: int) -> None:
    """The reply, the ledger, a rework, a decision, progress: by whichever way they can be reached (H-104)."""
    services.tell_complainant(event.order_id, TOLD[type(event)], key=f"fact:{record_id}")


@subscribe(events.ClockPaused)
def tell_question(event: events.ClockPaused, record_id: int) -> None:
    """The clock waits for the citizen's answer: they must hear the question (H-152)."""
    if event.reason == PauseReason.SUPPLEMENT:
        services.tell_complainant(event.order_id, "hotline_question", key=f"fact:{record_id}")


@subscribe(events.OrderGuided)
def tell_guided(event: events.OrderGuided, record_id: int) -> None:
    """Which legal channel is open to them (T-03, H-21)."""
    services.tell_complainant(event.order_id, "hotline_guided", key=f"fact:{record_id}")


@subscribe(events.ExtensionDecided)
def tell_extended(event: events.ExtensionDecided, record_id: int) -> None:
    """Only a yes changes anything for the citizen: the new date (H-98)."""
    if event.approved:
        services.tell_complainant(event.order_id, "hotline_extended", key=f"fact:{record_id}")


@subscribe(events.OrderWithdrawn)
def tell_withdrawn(event: events.OrderWithdrawn, record_id: int) -> None:
    """It is over, or it goes on for everybody's safety (H-134)."""
    template = "hotline_withdrawal_noted" if event.goes_on else "hotline_withdrawn"
    services.tell_complainant(event.order_id, template, key=f"fact:{record_id}")


@subscribe(events.OrderUrged)
def tell_urged(event: events.OrderUrged, record_id: int) -> None:
    """Before the due the handlers hear of it, after it the heads (H-121)."""
    services.tell_urged(event.order_id, event.kind, key=f"fact:{record_id}")


#: What the desks of the department that has the order hear of, in which words (H-31, H-114, H-97).
AT_DESK: Mapping[type[events.OrderFact], str] = {
    events.SupplementAdded: "诉求人补充了内容",
    events.OrderReworked: "退回重新办理",
    events.ResultRejected: "办结审核退回，请按意见修改",
}


@subscribe(*AT_DESK)
def tell_desks(event: events.OrderFact, record_id: int) -> None:
    """New words, or work that comes back."""
    services.tell_desks(event.order_id, AT_DESK[type(event)], key=f"fact:{record_id}")


@subscribe(events.SupervisionOpened)
def tell_supervised(event: events.SupervisionOpened, record_id: int) -> None:
    """A written answer is owed within three working days (H-123)."""
    services.tell_supervised(event.supervision_id, "督办", key=f"fact:{record_id}")


@subscribe(events.SupervisionRaised)
def tell_raised(event: events.SupervisionRaised, record_id: int) -> None:
    """It was silent: a level higher, the days anew (H-123)."""
    services.tell_supervised(event.supervision_id, "督办层级提高", key=f"fact:{record_id}")


@subscribe(events.OrderAccepted)
def look_for_batches(event: events.OrderAccepted, record_id: int) -> None:
    """More than twenty consumer complaints of one person in a month are flagged (H-139)."""
    services.flag_batch(event.order_id)


@subscribe(events.OrderRegistered, events.OrderClassified)
def words_are_indexed(event: events.OrderFact, record_id: int) -> None:
    """So that the like of it is found (H-130, H-132)."""
    services.index_words(event.order_id)


@subscribe(events.OrderAccepted)
def same_matter_is_found(event: events.OrderAccepted, record_id: int) -> None:
    """The same person's repeat is merged, others' are grouped, what comes back is flagged (H-131, H-133, H-136)."""
    services.relate(event.order_id)


@subscribe(events.OrderMerged)
def tell_merged(event: events.OrderMerged, record_id: int) -> None:
    """The complainant hears into which order theirs was merged (T-05)."""
    services.tell_complainant(event.order_id, "hotline_merged", key=f"fact:{record_id}", master=event.into)


@subscribe(events.OrderRegistered)
def sensitive_words_are_seen(event: events.OrderRegistered, record_id: int) -> None:
    """At once, for a person to look within fifteen minutes (A-7)."""
    services.check_sensitive(event.order_id)
