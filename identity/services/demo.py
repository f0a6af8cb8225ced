"""The cast of the demo: storing it, listing it, finding one of them. Nothing here runs unless the demo is loaded."""

from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import models, transaction
from django.utils import timezone

from common.crypto import keyed_hash
from common.fixtures import BadFile, Changes, read_rows, synchronise
from identity import rules
from identity.models import Account, Authorisation, Department, Organisation, Person, Post, Representation
from identity.selectors import demo_accounts
from identity.spec import Cast, CastAccount, CastAuthorisation, read_cast

#: Written on the demo page; the accounts exist only where somebody ran `load_demo`.
PASSWORD = "one-stop-demo"

#: Posts and representations of the demo hold since before any date a demonstration would travel to.
SINCE = date(2024, 1, 1)

GROUPS = {
    "citizen": "市民",
    "enterprise": "企业和代办人",
    "hall": "政务服务大厅",
    "officers": "部门：首席事务代表和审查",
    "hotline": "12345 热线",
    "oversight": "督办、统计、审计、目录和系统管理",
}


@dataclass(frozen=True)
class Member:
    """One line of the demo page."""

    username: str
    title: str
    name: str
    department: str


@dataclass(frozen=True)
class Group:
    """One section of the demo page."""

    title: str
    members: list[Member]


def cast_file() -> Path:
    return Path(settings.BASE_DIR) / "fixtures" / "demo" / "cast.yaml"


@lru_cache(maxsize=1)
def the_cast() -> Cast:
    """The cast as its file says it; the file does not change while the portal runs."""
    return read_cast(cast_file(), _codes_of_departments())


def _codes_of_departments() -> dict[str, str]:
    """Every code a department is known by, and the one its row has."""
    folder = Path(settings.BASE_DIR) / "fixtures" / "departments"
    rows = [row for path in sorted(folder.glob("*.yaml")) for row in read_rows(path)]
    return {code: row["code"] for row in rows for code in [row["code"], *row.get("also_known_as", [])]}


def groups() -> list[Group]:
    """The demo page's sections, with those accounts that are loaded."""
    listed = the_cast().accounts
    loaded = demo_accounts([account.username for account in listed])
    return [
        Group(
            title,
            [
                _member(account, loaded)
                for account in listed
                if account.group == key and account.username in loaded
            ],
        )
        for key, title in GROUPS.items()
    ]


def _member(account: CastAccount, loaded: dict[str, tuple[str, str]]) -> Member:
    name, department = loaded[account.username]
    return Member(account.username, account.title, name, department)


def member(username: str) -> Account | None:
    """The account, if it belongs to the cast; an account of a real person is never entered this way."""
    if not any(account.username == username for account in the_cast().accounts):
        return None
    return Account.objects.filter(username=username, is_active=True).first()


@transaction.atomic
def load_cast(matter_codes: Collection[str]) -> list[Changes]:
    """Bring the cast into the database; the agent's authorisations cover `matter_codes`."""
    cast = the_cast()
    changes = [_load_persons(cast)]
    persons = _keys(cast.persons, Person, "id_number_hash", lambda one: keyed_hash(one.id_number))
    changes.append(_load_organisations(cast, persons))
    organisations = _keys(cast.organisations, Organisation, "credit_code", lambda one: one.credit_code)
    changes.append(_load_accounts(cast, persons))
    changes.append(_load_posts(cast))
    changes.append(_load_representations(cast, persons, organisations))
    changes.append(_load_authorisations(cast, persons, organisations, matter_codes))
    return changes


def _keys(
    listed: Iterable[Any], model: type[models.Model], column: str, value: Callable[[Any], str]
) -> dict[str, int]:
    """Primary keys by the cast's own keys."""
    wanted = {value(one): one.key for one in listed}
    rows = model._default_manager.filter(**{f"{column}__in": wanted}).values_list(column, "pk")
    return {wanted[stored]: pk for stored, pk in rows}


def _load_persons(cast: Cast) -> Changes:
    wanted = {
        keyed_hash(person.id_number): {
            "name": person.name,
            "id_number": person.id_number,
            "birth_date": rules.birth_date_of(person.id_number),
            "mobile": person.mobile,
            "mobile_hash": keyed_hash(person.mobile) if person.mobile else "",
            "address": person.address,
        }
        for person in cast.persons
    }
    return synchronise(Person.objects.filter(id_number_hash__in=wanted), "id_number_hash", wanted)


def _load_organisations(cast: Cast, persons: dict[str, int]) -> Changes:
    wanted = {
        organisation.credit_code: {
            "name": organisation.name,
            "kind": Organisation.Kind(organisation.kind),
            "address": organisation.address,
            "legal_representative_id": persons[organisation.legal_representative],
        }
        for organisation in cast.organisations
    }
    return synchronise(Organisation.objects.filter(credit_code__in=wanted), "credit_code", wanted)


def _load_accounts(cast: Cast, persons: dict[str, int]) -> Changes:
    wanted: dict[str, dict[str, Any]] = {
        account.username: {
            "person_id": persons[account.person],
            "is_staff": account.superuser or account.staff,
            "is_superuser": account.superuser,
            "assurance_level": Account.AssuranceLevel.FACE_CHECKED,
        }
        for account in cast.accounts
    }
    here = Account.objects.filter(username__in=wanted)
    fresh = wanted.keys() - set(here.values_list("username", flat=True))
    if fresh:
        same_for_all = make_password(PASSWORD)
        for username in fresh:
            wanted[username]["password"] = same_for_all
    return synchronise(here, "username", wanted)


def _load_posts(cast: Cast) -> Changes:
    departments = dict(Department.objects.values_list("code", "pk"))
    holders = [account for account in cast.accounts if account.role]
    if missing := {account.department for account in holders} - departments.keys():
        raise BadFile([f"演示账号所在的部门 {code} 不存在，请先载入部门" for code in sorted(missing)])
    accounts = dict(
        Account.objects.filter(username__in=[a.username for a in holders]).values_list("username", "pk")
    )
    wanted = {
        (accounts[account.username], departments[account.department], str(account.role)): account.username
        for account in holders
    }
    held = Post.objects.filter(account__in=accounts.values())
    present = set(held.values_list("account_id", "department_id", "role"))
    Post.objects.bulk_create(
        Post(account_id=account, department_id=department, role=role, valid_from=SINCE)
        for account, department, role in wanted.keys() - present
    )
    return _counted(Post, wanted, present)


def _load_representations(cast: Cast, persons: dict[str, int], organisations: dict[str, int]) -> Changes:
    wanted = {
        (persons[one.person], organisations[one.organisation], one.capacity, one.valid_from): one.person
        for one in cast.representations
    }
    held = Representation.objects.filter(organisation__in=organisations.values())
    present = set(held.values_list("person_id", "organisation_id", "capacity", "valid_from"))
    Representation.objects.bulk_create(
        Representation(person_id=person, organisation_id=organisation, capacity=capacity, valid_from=since)
        for person, organisation, capacity, since in wanted.keys() - present
    )
    return _counted(Representation, wanted, present)


def _counted(model: type[models.Model], wanted: dict[Any, str], present: set[Any]) -> Changes:
    fresh: set[Hashable] = wanted.keys() - present
    changes = Changes(str(model._meta.verbose_name), created=[wanted[key] for key in wanted if key in fresh])
    changes.unchanged = len(wanted) - len(fresh)
    return changes


def _load_authorisations(
    cast: Cast, persons: dict[str, int], organisations: dict[str, int], matter_codes: Collection[str]
) -> Changes:
    """Those of the file that hold today stay, with today's catalogue; one that is over is followed by a new one."""
    codes = sorted(matter_codes)
    today = timezone.localdate()
    wanted: dict[str, dict[str, Any]] = {}
    for one in cast.authorisations:
        number, fresh = _number_today(one.number, today)
        wanted[number] = {
            **_parties(one, persons, organisations),
            "powers": one.powers,
            "matter_codes": codes,
            **(_term(today) if fresh else {}),
        }
    return synchronise(Authorisation.objects.filter(number__in=wanted), "number", wanted)


def _parties(
    one: CastAuthorisation, persons: dict[str, int], organisations: dict[str, int]
) -> dict[str, Any]:
    return {
        "principal_person_id": persons.get(one.principal_person),
        "principal_organisation_id": organisations.get(one.principal_organisation),
        "agent_id": persons[one.agent],
    }


def _term(today: date) -> dict[str, date]:
    return {"valid_from": today, "valid_until": rules.months_after(today, rules.LONGEST_TERM_MONTHS)}


def _number_today(number: str, today: date) -> tuple[str, bool]:
    """The number of the row that holds today, or the next one in its series and that it is new."""
    series = Authorisation.objects.filter(number__startswith=number).order_by("pk")
    live = series.on(today).filter(revoked_at__isnull=True).last()
    if live is not None:
        return live.number, False
    past = series.count()
    return (f"{number}-{past + 1}" if past else number), True
