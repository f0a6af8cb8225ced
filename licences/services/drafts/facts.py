"""What drafts are made of: the application, the matter, and the rows of tables."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone, translation

from licences.rules import chinese_date, days
from licences.states import DocumentKind

if TYPE_CHECKING:
    from identity.models import Department


@dataclass(frozen=True, kw_only=True)
class ApplicationFacts:
    """
    The application a document belongs to, as it is printed.

    `subject` is what the document hangs on ("application:42"), `contact` what is
    printed where the organ has no telephone or address of its own.
    """

    reference: str
    applicant_name: str
    applicant_id_tail: str
    subject: str
    bundle_name: str
    bundle_code: str
    contact: str = ""


@dataclass(frozen=True)
class MatterFacts:
    """The matter a document is about; without one it is about the whole bundle."""

    name: str
    code: str


@dataclass(frozen=True)
class DocumentDraft:
    """A document about to be prepared; its id is known already, so that licences can name it."""

    kind: DocumentKind
    organ_id: int
    title: str
    snapshot: dict[str, Any]
    subject: str
    valid_until: date | None = None
    id: uuid.UUID = field(default_factory=uuid.uuid4)


@dataclass(frozen=True)
class ReceivedMaterial:
    """A row of the receipt: the paper, 原件 复印件 电子件 共享数据, and how many."""

    name: str
    form: str = "电子件"
    count: int = 1


@dataclass(frozen=True)
class AcceptedMatter:
    """A row of the acceptance notice; deemed accepted (I-33) says so with the day of receipt."""

    name: str
    department: str
    accepted_on: date
    statutory_days: int | None
    promised_days: int
    due_at: datetime
    deemed: bool = False

    def printed(self) -> dict[str, str]:
        day = chinese_date(self.accepted_on)
        return {
            "name": self.name,
            "department": self.department,
            "accepted": f"视为受理（自收件之日{day}起）" if self.deemed else day,
            "statutory": days(self.statutory_days),
            "promised": days(self.promised_days),
            "due": chinese_date(timezone.localtime(self.due_at).date()),
        }


@dataclass(frozen=True)
class Correction:
    """A row of the correction notice: what is wrong, by which rule, and how to mend it (I-31)."""

    material: str
    defect: str
    basis: str
    how_to_fix: str
    needed_by: str = ""


@dataclass(frozen=True)
class DeferredMaterial:
    """A row of the deferral notice: a paper still to come, and by when."""

    name: str
    limit: date


@dataclass(frozen=True)
class DeliveredDocument:
    """A row of the proof of delivery."""

    title: str
    number: str


@dataclass(frozen=True)
class ClosedMatter:
    """A row of the closing notice: a matter, how it ended (准予, 不予, 撤回 …), on which day."""

    matter: str
    outcome: str
    ended_on: date
    result: str = ""


def draft(
    kind: DocumentKind,
    application: ApplicationFacts,
    organ: "Department",
    matter: MatterFacts | None = None,
    *,
    title: str = "",
    valid_until: date | None = None,
    **elements: Any,
) -> DocumentDraft:
    """A document of this kind: the common elements, and those of its kind."""
    about = matter or MatterFacts(application.bundle_name, application.bundle_code)
    common = {
        "applicant_name": application.applicant_name,
        "applicant_id_tail": application.applicant_id_tail,
        "matter_name": about.name,
        "matter_code": about.code,
        "reference": application.reference,
        "organ_name": organ.name,
        "dated": timezone.localdate().isoformat(),
        "contact": "　".join(filter(None, (organ.phone, organ.address))) or application.contact,
    }
    with translation.override(settings.LANGUAGE_CODE):  # a document is in Chinese, whoever asked for it
        title = title or str(kind.label)
    return DocumentDraft(kind, organ.pk, title, common | elements, application.subject, valid_until)


def rows(rows: Sequence[Any]) -> list[Mapping[str, str]]:
    """Rows of a table as the snapshot keeps them: words only."""
    return [{key: str(value) for key, value in asdict(row).items()} for row in rows]


def returned_papers(names: Sequence[str]) -> str:
    """What went back to the applicant, or that nothing had to."""
    return "、".join(names) or "申请材料均为电子件，无须退还"


def validity(since: date, until: date | None) -> str:
    """From when, and until when if it ends."""
    return f"{chinese_date(since)}至{chinese_date(until)}" if until else f"{chinese_date(since)}起长期有效"
