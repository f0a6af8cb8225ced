"""授权委托 as its two sides see it: what it covers in words, how it stands, and what was filed under it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bundles.selectors import bundles, offered_codes
from bundles.spec import Kind
from events.models import EventRecord
from identity.models import Account, Authorisation, Representation
from identity.roles import Power
from identity.selectors import Standing, authorisation_of, standing
from matters.models import Matter
from workflow.models import Application
from workflow.states import APPLICATION_FINAL, ApplicationStatus

__all__ = [
    "ALL",
    "Clerks",
    "Granted",
    "clerks_of",
    "codes_of",
    "granted",
    "scope_choices",
    "whole_authorisation",
]

#: The choice that stands for every matter on offer today.
ALL = "all"
_SAID = {
    "identity.AuthorisationGiven": gettext_noop("给出了这份委托"),
    "identity.AuthorisationRevoked": gettext_noop("撤销了这份委托，立即生效"),
}


@dataclass(frozen=True)
class Granted:
    """One authorisation in words."""

    row: Authorisation
    is_giver: bool
    bundles: tuple[str, ...]
    matters: tuple[str, ...]
    covers_all: bool

    @property
    def powers(self) -> list[str]:
        return [str(Power(power).label) for power in self.row.powers]

    @property
    def holds(self) -> bool:
        return self.row.holds_on(timezone.localdate())

    @property
    def state(self) -> str:
        """How it stands today."""
        today = timezone.localdate()
        if self.row.revoked_at:
            return _("已撤销")
        if self.row.valid_until < today:
            return _("已到期")
        return _("有效") if self.row.valid_from <= today else _("还没有开始")

    @property
    def tone(self) -> str:
        return "done" if self.holds else "ended"


@dataclass(frozen=True)
class Whole:
    """One authorisation with what has happened to it and under it."""

    granted: Granted
    history: Sequence[tuple[datetime, str, str]]
    applications: Sequence[Application]
    drafts: int
    open: int


def granted(account: Account) -> tuple[list[Granted], list[Granted]]:
    """What the account (and its organisations) gave, and what was given to it; those that hold come first."""
    who = standing(account)
    rows = Authorisation.objects.given_by(who) | Authorisation.objects.held_by(who)
    rows = rows.select_related("principal_person", "principal_organisation", "agent")
    found = list(rows.order_by("-valid_from", "-pk"))
    names = _names_of({code for row in found for code in row.matter_codes})
    told = sorted((_in_words(row, who, names) for row in found), key=lambda one: not one.holds)
    return [one for one in told if one.is_giver], [one for one in told if not one.is_giver]


def whole_authorisation(account: Account, authorisation_id: int) -> Whole | None:
    """The authorisation with its facts and the applications under it, to its two sides alone."""
    row = authorisation_of(account, authorisation_id)
    if row is None:
        return None
    filed = Application.objects.filter(authorisation=row)
    counts = filed.aggregate(
        drafts=Count("id", filter=Q(status=ApplicationStatus.DRAFT)),
        open=Count("id", filter=~Q(status__in=[ApplicationStatus.DRAFT, *APPLICATION_FINAL])),
    )
    submitted = filed.exclude(status=ApplicationStatus.DRAFT).defer("answers", "draft").order_by("-pk")
    return Whole(
        granted=_in_words(row, standing(account), _names_of(row.matter_codes)),
        history=_history(row),
        applications=list(submitted[:50]),
        **counts,
    )


def _history(row: Authorisation) -> list[tuple[datetime, str, str]]:
    facts = (
        EventRecord.objects.about(f"authorisation:{row.pk}").select_related("actor__person").order_by("id")
    )
    return [
        (fact.at, fact.actor.display_name if fact.actor else _("本平台"), _(_SAID[fact.name]))
        for fact in facts
        if fact.name in _SAID
    ]


def _in_words(row: Authorisation, who: Standing, names: dict[str, str]) -> Granted:
    codes = set(row.matter_codes)
    whole = [one.definition for one in bundles() if one.definition.matters_by_code.keys() <= codes]
    told = {code for one in whole for code in one.matters_by_code}
    mine = row.principal_organisation_id in who.organisation_ids
    return Granted(
        row=row,
        is_giver=mine or (row.principal_person_id is not None and row.principal_person_id == who.person_id),
        bundles=tuple(one.name for one in whole),
        matters=tuple(sorted(names.get(code, code) for code in codes - told)),
        covers_all=codes_of([ALL]) <= codes,
    )


def _names_of(codes: Collection[str]) -> dict[str, str]:
    if not codes:
        return {}
    return dict(Matter.objects.filter(code__in=codes).values_list("code", "name"))


def codes_of(chosen: Iterable[str]) -> set[str]:
    """The matters behind `all`, `bundle:<code>` and `matter:<code>`, of those on offer."""
    wanted = set(chosen)
    of_bundles = {
        code
        for one in bundles()
        if ALL in wanted or f"bundle:{one.definition.code}" in wanted
        for code in one.definition.matters_by_code
    }
    single = offered_codes(Kind.SINGLE)
    named = {one.removeprefix("matter:") for one in wanted if one.startswith("matter:")}
    return of_bundles | (single if ALL in wanted else named & single)


def scope_choices(found: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Everything, each bundle, and the single matters that were looked for."""
    whole = [(f"bundle:{one.definition.code}", one.definition.name) for one in bundles()]
    names = _names_of([code for code in found if code in offered_codes(Kind.SINGLE)])
    single = [(f"matter:{code}", name) for code, name in sorted(names.items())]
    return [(ALL, _("全部事项（现在能办的都包括）")), *whole, *single]


@dataclass(frozen=True)
class Clerks:
    """An organisation one leads, and its clerks of today."""

    organisation_id: int
    name: str
    clerks: Sequence[Representation]


def clerks_of(account: Account, today: date | None = None) -> list[Clerks]:
    """The organisations whose legal representative the account is; nobody else names clerks."""
    day = today or timezone.localdate()
    capacity = Representation.Capacity
    leads = Representation.objects.on(day).filter(
        person_id=account.person_id or 0, capacity=capacity.LEGAL_REPRESENTATIVE
    )
    organisations = {one.organisation_id: one.organisation for one in leads.select_related("organisation")}
    if not organisations:
        return []
    rows = Representation.objects.on(day).filter(organisation__in=organisations, capacity=capacity.CLERK)
    clerks = list(rows.select_related("person").order_by("pk"))
    return [
        Clerks(pk, one.name, [clerk for clerk in clerks if clerk.organisation_id == pk])
        for pk, one in organisations.items()
    ]
