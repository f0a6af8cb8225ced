"""
One verb on one application: everything it changes is saved, filed and told together.

The application's row is the one lock; its reviews are read under it and never
locked apart, so two verbs on one application always run one after the other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, cached_property
from typing import Any, cast

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.sql import UpdateQuery
from django.utils import timezone
from django.utils.translation import gettext

from common.errors import NotFound
from events import DomainEvent, publish
from identity.models import Account
from identity.selectors import Standing, departments, standing
from licences.events import DocumentsPrepared
from licences.models import Licence
from licences.services import issue, prepare
from matters.selectors import centre_calendar
from workflow.models import Application, ApplicationDocument, DepartmentReview, SpecialProcedure
from workflow.rules.clock import Clock
from workflow.services.filed import Filed

__all__ = ["Act", "begin", "begin_on_review"]


@dataclass
class Act:
    """The application under its lock, its reviews, who acts, and when."""

    application: Application
    reviews: list[DepartmentReview]
    by: Account | None
    now: datetime
    facts: list[DomainEvent] = field(default_factory=list)
    filed: list[Filed] = field(default_factory=list)
    accepted: list[DepartmentReview] = field(default_factory=list)
    assigned: list[DepartmentReview] = field(default_factory=list)
    noticed: list[DepartmentReview] = field(default_factory=list)
    issued: dict[str, Licence] = field(default_factory=dict)
    _before: dict[int, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for review in self.reviews:
            review.application = self.application
        rows: Iterable[Model] = [self.application, *self.reviews]
        self._before = {id(row): _columns(row) for row in rows if row.pk}

    @cached_property
    def who(self) -> Standing:
        """What the acting account may do."""
        return standing(self.by)

    @cached_property
    def clock(self) -> Clock:
        """The calendar with the time that special procedures leave out (I-77)."""
        if not self.application.clock_stopped:
            return Clock(centre_calendar())
        return Clock(centre_calendar(), _exclusions(self.reviews))

    def forget_clock(self) -> None:
        """Read the exclusions anew: this act has just changed them."""
        self.__dict__.pop("clock", None)

    @property
    def by_code(self) -> dict[str, DepartmentReview]:
        """The reviews by matter code."""
        return {review.code: review for review in self.reviews}

    def review(self, review_id: int) -> DepartmentReview:
        """The review of this application by id."""
        return next(review for review in self.reviews if review.pk == review_id)

    def tell(self, fact_type: type[DomainEvent], **facts: Any) -> None:
        """Note a fact about this application, to be published with the act."""
        facts |= {"application_id": self.application.pk, "reference": self.application.reference}
        self.facts.append(fact_type(**facts))

    def tell_of(self, review: DepartmentReview, fact_type: type[DomainEvent], **facts: Any) -> None:
        """Note a fact about one review."""
        facts |= {"review_id": review.pk, "matter": review.code, "matter_name": review.name}
        self.tell(fact_type, department=review.department.name, **facts)

    def file(self, *filed: Filed) -> None:
        """Draw these documents up with the act."""
        self.filed += filed

    @property
    def has_changes(self) -> bool:
        """Something is not as it was when the lock was taken."""
        return any(map(self._changed, [self.application, *self.reviews]))

    def save(self) -> None:
        """Write what changed, all of it in one statement."""
        updates = [
            _update(DepartmentReview.objects.filter(pk__in=ids), changed)
            for changed, ids in self._changed_alike()
        ]
        if changed := self._changed(self.application):
            updates.append(_update(Application.objects.filter(pk=self.application.pk), changed))
        _send_together(updates)

    def finish(self) -> None:
        """Draw up the documents and publish the facts; the last line of every verb."""
        if self.filed:
            self._draw_up()
        publish(*self.facts, by=self.by)

    def _changed_alike(self) -> list[tuple[dict[str, Any], list[int]]]:
        """Reviews that changed alike share an UPDATE: a bulk_update's CASEs cost four times as much to build."""
        alike: list[tuple[dict[str, Any], list[int]]] = []
        for review in self.reviews:
            if changed := self._changed(review):
                ids = next((ids for other, ids in alike if other == changed), None)
                if ids is None:
                    alike.append((changed, [review.pk]))
                else:
                    ids.append(review.pk)
        return alike

    def _changed(self, row: Model) -> dict[str, Any]:
        before = self._before.get(id(row), {})
        return {name: value for name, value in _columns(row).items() if before.get(name) != value}

    def _draw_up(self) -> None:
        documents = prepare(*(filed.draft for filed in self.filed))
        ApplicationDocument.objects.bulk_create(
            ApplicationDocument(
                application=self.application,
                review=filed.review,
                document=document,
                needs_proof=filed.needs_proof,
            )
            for filed, document in zip(self.filed, documents, strict=True)
        )
        granted = [filed for filed in self.filed if filed.grant]
        if granted:
            licences = issue(*(filed.grant for filed in granted if filed.grant))
            self.issued = {
                one.review.code: issued for one, issued in zip(granted, licences, strict=True) if one.review
            }
        ids = [str(document.pk) for document in documents]
        self.facts.append(DocumentsPrepared(document_ids=ids, about=self.application.subject))


def begin(application_id: int, *, by: Account | None, now: datetime | None = None) -> Act:
    """Take the application's lock and read its reviews. Raises NotFound where the actor may not see it."""
    return _act(Application.objects.filter(pk=application_id), by, now)


def begin_on_review(
    review_id: int, *, by: Account | None, now: datetime | None = None
) -> tuple[Act, DepartmentReview]:
    """The same, from one of its reviews."""
    act = _act(Application.objects.filter(reviews=review_id), by, now)
    return act, act.review(review_id)


def _act(rows: Any, by: Account | None, now: datetime | None) -> Act:
    application = next(iter(rows.select_for_update(of=("self",))), None)
    if application is None:
        raise NotFound(gettext("没有找到这个办件"))
    known = departments()
    application.lead_department = known.get(application.lead_department_id)
    reviews = list(DepartmentReview.objects.filter(application=application).order_by("stage", "id"))
    for review in reviews:
        review.department = known[review.department_id]
    return Act(application, reviews, by, now or timezone.now())


def _update(rows: QuerySet[Any], values: dict[str, Any]) -> tuple[str, tuple[Any, ...]]:
    """The UPDATE that ``rows.update(**values)`` would send."""
    query = cast(UpdateQuery, rows.query.chain(UpdateQuery))
    query.add_update_values(values)
    return query.get_compiler(rows.db).as_sql()


def _send_together(updates: Sequence[tuple[str, tuple[Any, ...]]]) -> None:
    """One statement for them all; they touch different rows, so their order means nothing."""
    if not updates:
        return
    *others, (last, _) = updates
    parts = ", ".join(f"changed_{n} AS ({sql})" for n, (sql, _) in enumerate(others))
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH {parts} {last}" if parts else last, [value for _, values in updates for value in values]
        )


def _columns(row: Model) -> dict[str, Any]:
    names = _attributes(type(row))
    return {attname: value for attname, value in row.__dict__.items() if attname in names}


@cache
def _attributes(model: type[Model]) -> frozenset[str]:
    return frozenset(one.attname for one in model._meta.concrete_fields)


def _exclusions(reviews: Iterable[DepartmentReview]) -> dict[int, list[tuple[Any, Any]]]:
    excluded: dict[int, list[tuple[Any, Any]]] = {}
    for procedure in SpecialProcedure.objects.filter(review__in=[review.pk for review in reviews]):
        period = (procedure.stops_on, procedure.ended_on or procedure.expected_end)
        excluded.setdefault(procedure.review_id, []).append(period)
    return excluded
