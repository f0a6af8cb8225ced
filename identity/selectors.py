"""Who somebody is today: what an account may do, for whom, in which departments."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils import timezone

from common.crypto import keyed_hash
from identity.models import Account, Authorisation, Department, Organisation, Person, Post, Representation
from identity.roles import GRANTS, Permission, Role
from identity.rules import credit_code, resident_number

__all__ = [
    "AuthorisationFact",
    "PostFact",
    "Standing",
    "authorisation_of",
    "demo_accounts",
    "departments",
    "desk_of",
    "organisation_by_code",
    "person_by_number",
    "person_known_as",
    "standing",
]


@dataclass(frozen=True, slots=True)
class PostFact:
    """A post held today."""

    role: Role
    department_id: int
    department_code: str
    department_name: str
    region_code: str | None


@dataclass(frozen=True, slots=True)
class AuthorisationFact:
    """An authorisation that holds today; no matter codes means no matter."""

    id: int
    principal_person_id: int | None
    principal_organisation_id: int | None
    matter_codes: frozenset[str]
    powers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything a rule may ask about the person who acts; plain values, so rules stay pure."""

    account_id: int | None = None
    person_id: int | None = None
    organisation_ids: frozenset[int] = frozenset()
    posts: tuple[PostFact, ...] = ()
    authorisations: tuple[AuthorisationFact, ...] = ()

    def may(self, permission: Permission) -> bool:
        """Whether any of today's posts grants it."""
        return any(permission in GRANTS[post.role] for post in self.posts)

    def departments(self, permission: Permission) -> frozenset[int]:
        """The departments in which today's posts grant it."""
        return frozenset(post.department_id for post in self.posts if permission in GRANTS[post.role])

    def speaks_for(self, principal: Person | Organisation) -> bool:
        """Whether this is the person, or represents the organisation; an agent does not speak for the principal."""
        if isinstance(principal, Person):
            return self.person_id is not None and principal.pk == self.person_id
        return principal.pk in self.organisation_ids

    @property
    def desk(self) -> str:
        """Where they work: at the window, in a department, or nowhere."""
        if self.may(Permission.RECEIVE) or self.may(Permission.HAND_OVER):
            return "counter"
        return "office" if self.posts else ""


def standing(account: Account | AnonymousUser | None) -> Standing:
    """Who `account` is today; read once for each account object, that is once a request."""
    if not isinstance(account, Account) or not account.is_active:
        return Standing()
    kept: Standing | None = getattr(account, "_standing", None)
    if kept is None:
        kept = account._standing = _read_standing(account, timezone.localdate())  # type: ignore[attr-defined]
    return kept


def desk_of(account: Account) -> str:
    """Where they work today, in one statement: the posts alone are read."""
    return Standing(posts=_posts(account, timezone.localdate())).desk


def _read_standing(account: Account, today: date) -> Standing:
    person_id = account.person_id
    return Standing(
        account_id=account.pk,
        person_id=person_id,
        organisation_ids=_represented(person_id, today) if person_id else frozenset(),
        posts=_posts(account, today),
        authorisations=_authorisations(person_id, today) if person_id else (),
    )


def _posts(account: Account, today: date) -> tuple[PostFact, ...]:
    held = Post.objects.on(today).filter(account=account).order_by("pk")
    columns = held.values_list(
        "role", "department_id", "department__code", "department__name", "region__code"
    )
    return tuple(
        PostFact(Role(role), department, code, name, region)
        for role, department, code, name, region in columns
    )


def _represented(person_id: int, today: date) -> frozenset[int]:
    representations = Representation.objects.on(today).filter(person_id=person_id)
    return frozenset(representations.values_list("organisation_id", flat=True))


def _authorisations(person_id: int, today: date) -> tuple[AuthorisationFact, ...]:
    held = Authorisation.objects.on(today).filter(agent_id=person_id, revoked_at__isnull=True).order_by("pk")
    return tuple(
        AuthorisationFact(pk, person, organisation, frozenset(codes), frozenset(powers))
        for pk, person, organisation, codes, powers in held.values_list(
            "pk", "principal_person_id", "principal_organisation_id", "matter_codes", "powers"
        )
    )


def person_by_number(id_number: str) -> Person | None:
    """The person with this 公民身份号码, if known; a number that is none finds nobody."""
    try:
        number = resident_number(id_number)
    except ValueError:
        return None
    return Person.objects.filter(id_number_hash=keyed_hash(number)).first()


def person_known_as(name: str, number: str) -> Person | None:
    """
    The person of this name with this 公民身份号码 or mobile number, if they have a real-name account.

    A wrong name, a wrong number and an account without 实名认证 look alike.
    """
    key = keyed_hash("".join(number.split()).upper())
    level = Account.AssuranceLevel.NUMBER_CHECKED
    known = Person.objects.filter(
        name=name.strip(), account__is_active=True, account__assurance_level__gte=level
    )
    return known.filter(Q(id_number_hash=key) | Q(mobile_hash=key)).first()


def authorisation_of(account: Account, authorisation_id: int) -> Authorisation | None:
    """The authorisation, to those who gave it and to whom it was given; None to everybody else."""
    who = standing(account)
    rows = Authorisation.objects.given_by(who) | Authorisation.objects.held_by(who)
    rows = rows.select_related("principal_person", "principal_organisation", "agent")
    return rows.filter(pk=authorisation_id).first()


def organisation_by_code(text: str) -> Organisation | None:
    """The organisation with this 统一社会信用代码, if known."""
    try:
        code = credit_code(text)
    except ValueError:
        return None
    return Organisation.objects.filter(credit_code=code).first()


#: How long a process may go on with the departments it knows.
DEPARTMENTS_SECONDS = 5.0
_known_departments: tuple[float, dict[int, Department]] = (float("-inf"), {})


def departments() -> Mapping[int, Department]:
    """Every department by id, kept in the process for a few seconds: fifty rows that every act needs."""
    global _known_departments  # noqa: PLW0603 - one value for the process, replaced whole
    read_at, known = _known_departments
    if time.monotonic() - read_at > DEPARTMENTS_SECONDS:
        known = Department.objects.in_bulk()
        _known_departments = (time.monotonic(), known)
    return known


def demo_accounts(usernames: list[str]) -> dict[str, tuple[str, str]]:
    """Name and department of the demo accounts that are loaded, for the page that lists them."""
    rows = Account.objects.filter(username__in=usernames, is_active=True).values_list(
        "username", "person__name", "posts__department__name"
    )
    return {username: (name or "", department or "") for username, name, department in rows}
