"""Papers nobody has to bring: confirmed by registers, or fetched from the store of licences."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop as _

from exchange import gateways
from exchange.gateways.licence_store.mapping import HeldLicence
from exchange.gateways.shared_registers.mapping import Confirmation
from exchange.services.calling import logged_calls
from exchange.services.subjects import Known, Subject


@dataclass(frozen=True)
class DataCheck:
    """
    Whether a register confirms a paper (数据核验).

    Not `available` is never a ground for 补正: the applicant may upload the paper,
    and `detail` says in plain words why. Not `reachable` means that nobody could be
    asked: asking again later may help.
    """

    available: bool
    source: str = ""
    reference: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    detail: str = ""
    reachable: bool = True


@dataclass(frozen=True)
class LicencesFetched:
    """Licences in force by the name of their type; not `available` when the store could not be asked."""

    available: bool
    licences: dict[str, HeldLicence] = field(default_factory=dict)
    detail: str = ""


def check_shared(subject: Subject, names: Sequence[str]) -> dict[str, DataCheck]:
    """Ask the registers about each named paper of the subject, all in one call."""
    if not names:
        return {}
    number, name = Known(subject).named()
    with logged_calls() as calls:
        outcome = calls.make(
            "shared_registers",
            "check",
            about=number,
            asked=names,
            call=lambda: gateways.shared_registers().check(number, name, names),
        )
    if outcome.answer is None:
        return {
            paper: DataCheck(available=False, detail=_("共享系统暂时连不上，可以先自己上传"), reachable=False)
            for paper in names
        }
    return {paper: _checked(outcome.answer.get(paper)) for paper in names}


def _checked(confirmation: Confirmation | None) -> DataCheck:
    if confirmation is None:
        return DataCheck(available=False, detail=_("没有部门共享这份材料，可以自己上传"))
    if not confirmation.confirmed:
        detail = _("%(source)s没有查到，可以自己上传") % {"source": confirmation.source}
        return DataCheck(
            available=False, source=confirmation.source, reference=confirmation.reference, detail=detail
        )
    return DataCheck(True, confirmation.source, confirmation.reference, confirmation.facts)


def fetch_licences(subject: Subject, type_names: Sequence[str]) -> LicencesFetched:
    """Fetch licences that other organs issued; those no longer valid are left out."""
    if not type_names:
        return LicencesFetched(available=True)
    number, name = Known(subject).named()
    with logged_calls() as calls:
        outcome = calls.make(
            "licence_store",
            "fetch",
            about=number,
            asked=type_names,
            call=lambda: gateways.licence_store().fetch(number, name, type_names),
        )
    if outcome.answer is None:
        return LicencesFetched(available=False, detail=_("电子证照库暂时连不上，可以先自己上传"))
    today = timezone.localdate()
    valid = {held.type_name: held for held in outcome.answer if held.is_valid_on(today)}
    return LicencesFetched(available=True, licences=valid)
