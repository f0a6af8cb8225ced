"""The demo's cast as its file describes it: parsed and checked, not yet stored."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from common.fixtures import BadFile, Reader, Row, read, text, texts, understood, yes_or_no
from identity import rules
from identity.roles import Power, Role

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class CastPerson:
    """A person of the demo."""

    key: str
    name: str
    id_number: str
    mobile: str = ""
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class CastOrganisation:
    """An enterprise of the demo."""

    key: str
    name: str
    credit_code: str
    kind: str
    address: str
    legal_representative: str


@dataclass(frozen=True, kw_only=True)
class CastRepresentation:
    """Who acts for which enterprise."""

    person: str
    organisation: str
    capacity: str
    valid_from: date


@dataclass(frozen=True, kw_only=True)
class CastAccount:
    """A login of the demo, with at most one post."""

    username: str
    person: str
    group: str
    title: str
    department: str = ""
    role: Role | None = None
    superuser: bool = False
    staff: bool = False


@dataclass(frozen=True, kw_only=True)
class CastAuthorisation:
    """Whom the agent of the demo acts for, in every matter of the catalogue."""

    number: str
    principal_person: str
    principal_organisation: str
    agent: str
    powers: list[str]


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Everybody of the demo."""

    persons: list[CastPerson]
    organisations: list[CastOrganisation]
    representations: list[CastRepresentation]
    accounts: list[CastAccount]
    authorisations: list[CastAuthorisation]


#: The two officers every department has: what their user names begin with.
OFFICERS = {
    "rep_": (Role.CHIEF_REPRESENTATIVE, "首席事务代表"),
    "review_": (Role.REVIEWER, "部门审查"),
}


def read_cast(path: Path, departments: dict[str, str]) -> Cast:
    """The cast of the file; `departments` says which department (by its code) a known code stands for."""
    content = read(path)
    if not isinstance(content, Row):
        raise BadFile(f"{path}:1 应是“键: 值”的写法")
    officers = understood(content.get("officers", []), lambda row: _officer(row, departments))
    people = understood(content.get("persons", []), _person)
    return Cast(
        persons=people + [person for person, _account in officers],
        organisations=understood(content.get("organisations", []), _organisation),
        representations=understood(content.get("representations", []), _representation),
        accounts=understood(content.get("accounts", []), _account)
        + [account for _person, account in officers],
        authorisations=understood(content.get("authorisations", []), _authorisation),
    )


def _built(row: Row, made: Callable[..., T], /, **parsers: tuple[Any, ...] | Callable[[Any], Any]) -> T:
    reader = Reader(row)
    values = {
        key: reader.take(key, *parser) if isinstance(parser, tuple) else reader.take(key, parser)
        for key, parser in parsers.items()
    }
    reader.finish()
    return made(**values)


def _person(row: Row) -> CastPerson:
    return _built(
        row,
        CastPerson,
        key=text,
        name=text,
        id_number=rules.resident_number,
        mobile=rules.mobile_number,
        address=(text, ""),
    )


def _organisation(row: Row) -> CastOrganisation:
    return _built(
        row,
        CastOrganisation,
        key=text,
        name=text,
        credit_code=rules.credit_code,
        kind=text,
        address=text,
        legal_representative=text,
    )


def _representation(row: Row) -> CastRepresentation:
    return _built(
        row,
        CastRepresentation,
        person=text,
        organisation=text,
        capacity=text,
        valid_from=lambda value: date.fromisoformat(text(value)),
    )


def _account(row: Row) -> CastAccount:
    return _built(
        row,
        CastAccount,
        username=text,
        person=text,
        group=text,
        title=text,
        department=(text, ""),
        role=(Role, None),
        superuser=(yes_or_no, False),
        staff=(yes_or_no, False),
    )


def _authorisation(row: Row) -> CastAuthorisation:
    return _built(
        row,
        CastAuthorisation,
        number=text,
        principal_person=(text, ""),
        principal_organisation=(text, ""),
        agent=text,
        powers=lambda value: [Power(power).value for power in texts(value)],
    )


def _officer(row: Row, departments: dict[str, str]) -> tuple[CastPerson, CastAccount]:
    """An officer's user name says department and role: rep_gongan, review_gongan."""
    reader = Reader(row)
    username = reader.take("username", text, "")
    name = reader.take("name", text)
    number = reader.take("id_number", rules.resident_number)
    mobile = reader.take("mobile", rules.mobile_number, "")
    prefix = next((known for known in OFFICERS if username.startswith(known)), "")
    code = username.removeprefix(prefix)
    if not prefix or code not in departments:
        reader.fault("username", f"应是 rep_ 或 review_ 加部门代码，而不是 {username!r}")
    reader.finish()
    role, title = OFFICERS[prefix]
    person = CastPerson(key=username, name=name, id_number=number, mobile=mobile)
    return person, CastAccount(
        username=username,
        person=username,
        group="officers",
        title=title,
        department=departments[code],
        role=role,
    )
