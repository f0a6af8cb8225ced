"""The same nine acts in plain SQL and in bare Django ORM calls: the rows, the order and the locks, none of the rules."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from bench.eight_reviews import CODES, NEEDS, STAGES
from events.models import Delivery, EventRecord
from identity.models import Account
from matters.models import Matter
from workflow.models import Application, DepartmentReview, SubmittedMaterial

ANSWERS = {"applicant_name": "李明", "purpose": "比较用时"}
STAGE_OF = {code: n for n, stage in enumerate(STAGES, start=1) for code, _ in stage}
#: What each act tells, and to how many handlers, as the portal does.
SUBMITTED = (
    ("workflow.ApplicationSubmitted", 0),
    ("workflow.ApplicationReceived", 1),
    ("workflow.ReviewsAccepted", 2),
)
DECIDED = (("workflow.ReviewDecided", 2), ("workflow.ReviewsAssigned", 1))


@dataclass(frozen=True)
class Filed:
    """An application as the floor remembers it: its id and its reviews' ids by code."""

    application_id: int
    reviews: dict[str, int]


def successors(code: str) -> list[str]:
    """What may become free when this one is approved."""
    return [other for other, needed in NEEDS.items() if code in needed]


def free(code: str, approved: set[str]) -> list[str]:
    """What does become free."""
    return [other for other in successors(code) if set(NEEDS[other]) <= approved]


class Sql:
    """Plain statements on Django's connection; 41 for the nine acts without BEGIN and COMMIT."""

    name = "bare SQL"

    def __init__(self, account: Account, version_id: int) -> None:
        self.account, self.version_id = account, version_id

    @transaction.atomic
    def submit(self) -> Filed:
        """Nine statements."""
        with connection.cursor() as sql:
            sql.execute("SELECT id FROM bundles_bundleversion WHERE id = %s", [self.version_id])
            codes = [f"bench-{code}" for code in CODES]
            sql.execute("SELECT code, id, department_id FROM matters_matter WHERE code = ANY(%s)", [codes])
            matters = {code: (pk, department) for code, pk, department in sql.fetchall()}
            sql.execute(
                "SELECT id FROM licences_licence WHERE holder_person_id = %s", [self.account.person_id]
            )
            sql.execute("SELECT nextval('workflow_reference')")
            now = timezone.now()
            application_id = self._application(sql, f"F{sql.fetchone()[0]:015d}", now)
            reviews = self._reviews(sql, application_id, matters, now)
            self._materials(sql, application_id, now)
            self._tell(sql, application_id, SUBMITTED, now)
        return Filed(application_id, reviews)

    def _application(self, sql: Any, reference: str, now: datetime) -> int:
        columns = {
            "reference": reference, "bundle_version_id": self.version_id, "kind": "bundle", "code": "bench-eight",
            "name": "八个部门一件事", "status": "accepted", "channel": "api", "outcome": "",
            "applicant_person_id": self.account.person_id, "applicant_name": "李明", "applicant_id_tail": "687X",
            "front_persons": [self.account.person_id], "submitted_by_id": self.account.pk,
            "answers": json.dumps(ANSWERS), "advice": "[]", "draft": "{}", "query_code": "ABCDEF", "is_joint": True,
            "deferred_open": 0, "awaits_results": False, "clock_stopped": False, "delivery_method": "electronic",
            "delivery_address": "", "deliver_together": True, "promised_days": 9, "created_at": now,
            "submitted_at": now, "received_at": now, "accepted_at": now, "due_at": now + timedelta(days=13),
            "due_provisional": False,
        }  # fmt: skip
        sql.execute(*_insert("workflow_application", [columns]))
        return int(sql.fetchone()[0])

    def _reviews(
        self, sql: Any, application_id: int, matters: dict[str, Any], now: datetime
    ) -> dict[str, int]:
        rows = []
        for code in CODES:
            matter_id, department_id = matters[f"bench-{code}"]
            first = not NEEDS.get(code)
            rows.append({
                "application_id": application_id, "matter_id": matter_id, "code": f"bench-{code}",
                "name": f"比较事项{code}", "department_id": department_id, "stage": STAGE_OF[code],
                "depends_on": [f"bench-{one}" for one in NEEDS.get(code, [])],
                "status": "assigned" if first else "waiting", "project_no": f"{application_id}{code}", "round": 0,
                "promised_days": 3, "statutory_days": 20, "is_instant": False, "is_licence": False,
                "automatic": False, "needs_inspection": False, "answer": "complete", "answered_at": now,
                "accepted_at": now, "acceptance_noticed": True, "deemed_accepted": False,
                "assigned_at": now if first else None, "due_at": now + timedelta(days=5) if first else None,
                "due_provisional": False, "extended_days": 0, "opinion": "", "ground": "", "legal_basis": "",
                "target_organ": "", "result": "{}",
            })  # fmt: skip
        sql.execute(*_insert("workflow_departmentreview", rows))
        return dict(zip(CODES, [pk for (pk,) in sql.fetchall()], strict=True))

    def _materials(self, sql: Any, application_id: int, now: datetime) -> None:
        names = [(f"比较事项{code}登记表", "form", [f"bench-{code}"]) for code in CODES]
        names.append(("登记信息", "shared", [f"bench-{code}" for code in CODES]))
        rows = [
            {
                "application_id": application_id, "name": name, "source": "表单生成", "mode": mode,
                "state": "present", "needed_by": needed_by, "licence_type": "", "awaited_from": "", "evidence": "",
                "note": "", "superseded": False, "created_at": now,
            }
            for name, mode, needed_by in names
        ]  # fmt: skip
        sql.execute(*_insert("workflow_submittedmaterial", rows))

    def _tell(self, sql: Any, application_id: int, facts: Sequence[tuple[str, int]], now: datetime) -> None:
        rows = [
            {"name": name, "payload": json.dumps({"application_id": application_id}), "on_behalf": "",
             "subject": f"application:{application_id}", "public": True, "actor_id": self.account.pk, "at": now}
            for name, _ in facts
        ]  # fmt: skip
        sql.execute(*_insert("events_eventrecord", rows))
        ids = [pk for (pk,) in sql.fetchall()]
        deliveries = [
            {"event_id": pk, "handler": f"bench.{name}.{n}", "state": "pending", "attempts": 0,
             "next_attempt_at": now, "last_error": ""}
            for pk, (name, handlers) in zip(ids, facts, strict=True)
            for n in range(handlers)
        ]  # fmt: skip
        if deliveries:
            sql.execute(*_insert("events_delivery", deliveries))

    @transaction.atomic
    def approve(self, filed: Filed, code: str, approved: set[str]) -> None:
        """Four statements and, first and last, one for the application."""
        now = timezone.now()
        with connection.cursor() as sql:
            sql.execute(
                "SELECT id FROM workflow_application WHERE id = %s FOR UPDATE", [filed.application_id]
            )
            sql.execute(
                "UPDATE workflow_departmentreview SET status = 'approved', decided_at = %s, ended_at = %s,"
                " decided_by_id = %s, opinion = '同意' WHERE id = %s",
                [now, now, self.account.pk, filed.reviews[code]],
            )
            freed = [filed.reviews[one] for one in free(code, approved | {code})]
            if freed:
                sql.execute(
                    "UPDATE workflow_departmentreview SET status = 'assigned', assigned_at = %s, due_at = %s"
                    " WHERE id = ANY(%s)",
                    [now, now + timedelta(days=5), freed],
                )
            if len(approved) + 1 == len(CODES):
                sql.execute(
                    "UPDATE workflow_application SET status = 'decided', decided_at = %s, outcome = 'all'"
                    " WHERE id = %s",
                    [now, filed.application_id],
                )
            self._tell(sql, filed.application_id, DECIDED[: 2 if freed else 1], now)


def _insert(table: str, rows: Sequence[dict[str, Any]]) -> tuple[str, list[Any]]:
    columns = list(rows[0])
    holes = ", ".join(["(" + ", ".join(["%s"] * len(columns)) + ")"] * len(rows))
    names = ", ".join(f'"{column}"' for column in columns)
    return f"INSERT INTO {table} ({names}) VALUES {holes} RETURNING id", [
        row[name] for row in rows for name in columns
    ]


class Orm:
    """What a hand-written Django service does that asks no rule: create, get for update, save."""

    name = "bare Django ORM"

    def __init__(self, account: Account, version_id: int) -> None:
        self.account, self.version_id = account, version_id

    @transaction.atomic
    def submit(self) -> Filed:
        """Create the rows."""
        now = timezone.now()
        matters = {
            one.code: one
            for one in Matter.objects.filter(code__startswith="bench-").select_related("department")
        }
        with connection.cursor() as sql:
            sql.execute("SELECT nextval('workflow_reference')")
            reference = f"O{sql.fetchone()[0]:015d}"
        application = Application.objects.create(
            reference=reference, bundle_version_id=self.version_id, kind="bundle", code="bench-eight",
            name="八个部门一件事", status="accepted", channel="api", applicant_person=self.account.person,
            applicant_name="李明", applicant_id_tail="687X", front_persons=[self.account.person_id],
            submitted_by=self.account, answers=ANSWERS, query_code="ABCDEF", is_joint=True,
            delivery_method="electronic", promised_days=9, submitted_at=now, received_at=now, accepted_at=now,
            due_at=now + timedelta(days=13),
        )  # fmt: skip
        reviews = [self._review(application, code, matters[f"bench-{code}"], now) for code in CODES]
        DepartmentReview.objects.bulk_create(reviews)
        materials = [self._material(application, f"比较事项{code}登记表", "form", [code]) for code in CODES]
        SubmittedMaterial.objects.bulk_create(
            [*materials, self._material(application, "登记信息", "shared", list(CODES))]
        )
        self._tell(application.pk, SUBMITTED)
        return Filed(application.pk, dict(zip(CODES, [review.pk for review in reviews], strict=True)))

    def _review(self, application: Application, code: str, matter: Matter, now: datetime) -> DepartmentReview:
        first = not NEEDS.get(code)
        return DepartmentReview(
            application=application, matter=matter, code=f"bench-{code}", name=matter.name,
            department=matter.department, stage=STAGE_OF[code],
            depends_on=[f"bench-{one}" for one in NEEDS.get(code, [])], status="assigned" if first else "waiting",
            project_no=f"{application.pk}{code}", promised_days=3, statutory_days=20, is_instant=False,
            is_licence=False, answer="complete", answered_at=now, accepted_at=now, acceptance_noticed=True,
            assigned_at=now if first else None, due_at=now + timedelta(days=5) if first else None,
        )  # fmt: skip

    def _material(
        self, application: Application, name: str, mode: str, codes: list[str]
    ) -> SubmittedMaterial:
        return SubmittedMaterial(
            application=application, name=name, source="表单生成", mode=mode, state="present",
            needed_by=[f"bench-{code}" for code in codes],
        )  # fmt: skip

    def _tell(self, application_id: int, facts: Sequence[tuple[str, int]]) -> None:
        for name, handlers in facts:
            record = EventRecord.objects.create(
                name=name, payload={"application_id": application_id}, subject=f"application:{application_id}",
                public=True, actor=self.account, at=timezone.now(),
            )  # fmt: skip
            for n in range(handlers):
                Delivery.objects.create(event=record, handler=f"bench.{name}.{n}")

    @transaction.atomic
    def approve(self, filed: Filed, code: str, approved: set[str]) -> None:
        """Lock, read, save one by one."""
        now = timezone.now()
        application = Application.objects.select_for_update().get(pk=filed.application_id)
        reviews = {review.pk: review for review in DepartmentReview.objects.filter(application=application)}
        review = reviews[filed.reviews[code]]
        DepartmentReview.objects.filter(pk=review.pk).update(
            status="approved", decided_at=now, ended_at=now, decided_by=self.account, opinion="同意"
        )
        freed = free(code, approved | {code})
        for one in freed:
            DepartmentReview.objects.filter(pk=filed.reviews[one]).update(
                status="assigned", assigned_at=now, due_at=now + timedelta(days=5)
            )
        if len(approved) + 1 == len(CODES):
            Application.objects.filter(pk=application.pk).update(
                status="decided", decided_at=now, outcome="all"
            )
        self._tell(application.pk, DECIDED[: 2 if freed else 1])
