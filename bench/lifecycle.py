"""
The life of 300 applications with eight reviews in three stages: submit, then eight approvals.

    python -m portal.embedded --purpose test -- python -m bench.lifecycle [--applications 300] [--rounds 10]

Three ways in one run, rounds interleaved, on one connection: bare SQL (the
floor), bare Django ORM calls without a rule, and the portal's own services.
Statements are counted without BEGIN, COMMIT and SAVEPOINT, CPU as process time,
and every row is counted in the database afterwards. Documents (drawing up,
inserting, issuing) are timed apart, since neither floor makes any.
"""

import argparse
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import django
from django.db import connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - Django must be set up first
from django.test.utils import setup_databases, teardown_databases  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.eight_reviews import ANSWERS, CODES, bundle  # noqa: E402
from bench.floor import Filed, Orm, Sql  # noqa: E402
from bundles.selectors import current, forget_offers  # noqa: E402
from bundles.services import publish, save_draft  # noqa: E402
from identity.models import Account, Department, Person, Post  # noqa: E402
from identity.roles import Role  # noqa: E402
from workflow import services  # noqa: E402
from workflow.models import Application, DepartmentReview  # noqa: E402
from workflow.services import Filing  # noqa: E402
from workflow.services.acting import Act  # noqa: E402
from workflow.states import Channel  # noqa: E402

#: What the portal may need for the nine acts: the aim of the project.
MOST_STATEMENTS = 62
FRAME = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "SET")
DOCUMENT_TABLES = ("licences_", "workflow_applicationdocument")


@dataclass
class Tally:
    """What one way cost so far."""

    applications: int = 0
    seconds: float = 0
    cpu: float = 0
    document_cpu: float = 0
    document_seconds: float = 0
    statements: Counter[str] = field(default_factory=Counter)

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """Django's execute_wrapper: count, then run."""
        if not sql.lstrip().upper().startswith(FRAME):
            self.statements["documents" if any(table in sql for table in DOCUMENT_TABLES) else "acts"] += 1
        return execute(sql, params, many, context)

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Add the block's wall time, CPU and statements."""
        wall, cpu = time.perf_counter(), time.process_time()
        with connection.execute_wrapper(self):
            yield
        self.seconds += time.perf_counter() - wall
        self.cpu += time.process_time() - cpu

    def per_application(self, total: float) -> float:
        """The mean of an application."""
        return total / self.applications


class Portal:
    """The portal's own services, every rule asked."""

    name = "portal"

    def __init__(self, applicant: Account, officers: dict[str, Account], tally: Tally) -> None:
        self.applicant, self.officers = applicant, officers
        self._time_documents(tally)

    def _time_documents(self, tally: Tally) -> None:
        draw_up = Act._draw_up

        def timed(act: Act) -> None:
            wall, cpu = time.perf_counter(), time.process_time()
            draw_up(act)
            tally.document_seconds += time.perf_counter() - wall
            tally.document_cpu += time.process_time() - cpu

        Act._draw_up = timed  # type: ignore[method-assign]

    def submit(self) -> Filed:
        """One service call."""
        filing = Filing("bundle", "bench-eight", ANSWERS, channel=Channel.API)
        application = services.submit(filing, by=self.applicant)
        reviews = application.reviews.all() if not hasattr(application, "_filed") else application._filed
        return Filed(application.pk, {one.code.removeprefix("bench-"): one.pk for one in reviews})

    def approve(self, filed: Filed, code: str, approved: set[str]) -> None:
        """One service call."""
        services.approve(filed.reviews[code], by=self.officers[code], opinion="同意")


def prepare() -> tuple[Account, dict[str, Account], int]:
    """The catalogue the acts need, the bench's bundle, an applicant and eight officers."""
    for command in ("load_regions", "load_departments", "load_calendar"):
        call_command(command, verbosity=0)
    person = Person.objects.create(name="李明", id_number="34010219900716687X", birth_date=date(1990, 7, 16))
    applicant = Account.objects.create(username="bench", person=person)
    publish(save_draft(bundle(), by=applicant), by=applicant)
    forget_offers()
    offered = current("bundle", "bench-eight")
    assert offered is not None
    matters = {one.code: one.department for one in offered.definition.matters}
    officers = {code: _officer(code, matters[f"bench-{code}"]) for code in CODES}
    return applicant, officers, offered.version_id


def _officer(code: str, department: str) -> Account:
    number = f"11010519491231{CODES.index(code):03d}X"
    person = Person.objects.create(name=f"审查{code}", id_number=number, birth_date=date(1949, 12, 31))
    account = Account.objects.create(username=code, person=person)
    Post.objects.create(
        account=account,
        department=Department.objects.get(name=department),
        role=Role.REVIEWER,
        valid_from=timezone.localdate(),
    )
    return account


def live(way: Any) -> int:
    """One application's nine acts; its id."""
    filed = way.submit()
    approved: set[str] = set()
    for code in CODES:
        way.approve(filed, code, approved)
        approved.add(code)
    return int(filed.application_id)


def run(applications: int, rounds: int) -> dict[str, Tally]:
    """Interleave the ways round by round, so that drift of the machine touches all alike."""
    applicant, officers, version_id = prepare()
    tallies = {name: Tally() for name in (Sql.name, Orm.name, Portal.name)}
    ways = [
        Sql(applicant, version_id),
        Orm(applicant, version_id),
        Portal(applicant, officers, tallies[Portal.name]),
    ]
    for way in ways:
        live(way)
    tallies[Portal.name].document_cpu = tallies[Portal.name].document_seconds = 0
    made: dict[str, list[int]] = {way.name: [] for way in ways}
    for _ in range(rounds):
        for way in ways:
            with tallies[way.name].measured():
                made[way.name] += [live(way) for _ in range(applications // rounds)]
    for name, ids in made.items():
        tallies[name].applications = len(ids)
        count_in_the_database(name, ids)
    return tallies


def count_in_the_database(name: str, ids: list[int]) -> None:
    """Every application decided, every review approved: nothing was measured that did not happen."""
    decided = Application.objects.filter(pk__in=ids, status="decided", outcome="all").count()
    approved = DepartmentReview.objects.filter(application__in=ids, status="approved").count()
    if (decided, approved) != (len(ids), len(ids) * len(CODES)):
        raise SystemExit(f"{name}: {decided} decided and {approved} approved of {len(ids)}")


def report(tallies: dict[str, Tally]) -> None:
    """Figures, then the ratios that matter."""
    print(f"{'':18}{'statements':>12}{'documents':>11}{'CPU ms':>9}{'ms':>8}{'apps/s':>9}")
    for name, tally in tallies.items():
        per = tally.per_application
        acts, documents = per(tally.statements["acts"]), per(tally.statements["documents"])
        cpu, wall = per(tally.cpu) * 1000, per(tally.seconds) * 1000
        print(f"{name:18}{acts:>12.1f}{documents:>11.1f}{cpu:>9.1f}{wall:>8.1f}{1000 / wall:>9.1f}")
    portal, orm, sql = tallies[Portal.name], tallies[Orm.name], tallies[Sql.name]
    documents = portal.per_application(portal.document_seconds) * 1000
    print(
        f"of the portal's time, documents: {documents:.1f} ms ({portal.document_seconds / portal.seconds:.0%})"
    )
    without = portal.seconds - portal.document_seconds
    print(f"throughput, documents apart, against bare ORM: {orm.seconds / without:.2f} (aim: at least 0.50)")
    print(f"throughput with documents, against bare ORM:   {orm.seconds / portal.seconds:.2f}")
    print(f"throughput, documents apart, against bare SQL: {sql.seconds / without:.2f}")
    acts = portal.per_application(portal.statements["acts"])
    floor = sql.per_application(sql.statements.total())
    print(f"statements of the nine acts: {acts:.1f} (floor here {floor:.0f}, aim: at most {MOST_STATEMENTS})")


def main() -> None:
    """Run in a database of its own, and leave nothing behind."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--applications", type=int, default=300)
    options.add_argument("--rounds", type=int, default=10)
    given = options.parse_args()
    made = setup_databases(verbosity=0, interactive=False)
    try:
        report(run(given.applications, given.rounds))
    finally:
        teardown_databases(made, verbosity=0)


if __name__ == "__main__":
    main()
