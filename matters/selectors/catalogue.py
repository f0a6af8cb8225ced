"""Matters, places, and who may act for which of them."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils import timezone

from identity.models import Account
from identity.roles import Role
from identity.selectors import standing
from matters.models import Mandate, Matter, Place
from matters.states import Level

#: Which kinds of place serve a matter that is handled at a level.
KINDS_AT = {
    Level.PROVINCE: [],
    Level.CITY: [Place.Kind.CITY_HALL],
    Level.COUNTY: [Place.Kind.DISTRICT_HALL],
    Level.TOWNSHIP: [Place.Kind.STREET_CENTRE],
    Level.VILLAGE: [Place.Kind.COMMUNITY_STATION],
}


def matter(code: str) -> Matter | None:
    """A published matter with its department."""
    return Matter.objects.published().select_related("department").filter(code=code).first()


def places(kinds: Iterable[str] | None = None) -> QuerySet[Place]:
    """Where people can go."""
    found = Place.objects.select_related("region", "department")
    return found if kinds is None else found.filter(kind__in=list(kinds))


def places_offering(*matters: Matter) -> QuerySet[Place]:
    """
    Where these matters can be handled: the halls of their levels, and their departments' own; one query.

    Several are handled together where the widest of them is: at the city's hall, unless every one has its levels.
    """
    own = Q(department__in={matter.department_id for matter in matters})
    kinds = {kind for matter in matters for level in matter.levels for kind in KINDS_AT[Level(level)]}
    if len(matters) > 1 and not all(matter.levels for matter in matters):
        kinds = set()
    return places().filter(own | Q(kind__in=sorted(kinds) or [Place.Kind.CITY_HALL]))


def mandated(account: Account, matter_codes: Iterable[str], power: str) -> set[str]:
    """
    Which of these matters the account may accept or decide under a 授权书 that holds today; one query.

    A mandate names an account, or a role: 综窗 clerks hold a role's mandate wherever they are posted,
    everybody else only in the department that gave it.
    """
    asked = set(matter_codes)
    rows = Mandate.objects.on(timezone.localdate()).filter(
        _held_by(account), powers__contains=[power], matter_codes__overlap=sorted(asked)
    )
    return {code for codes in rows.values_list("matter_codes", flat=True) for code in codes} & asked


def _held_by(account: Account) -> Q:
    held = Q(account=account)
    for post in standing(account).posts:
        by_role = Q(role=post.role)
        held |= by_role if post.role == Role.FRONT_CLERK else by_role & Q(department=post.department_id)
    return held
