"""The standing cast: a citizen, an enterprise, an agent, window clerks, and officers of any department on demand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import count

from django.contrib.auth.hashers import make_password
from django.utils import timezone
from rest_framework.test import APIClient
from stdnum.cn import ric, uscc

from identity.models import (
    Account,
    Authorisation,
    Department,
    Organisation,
    Person,
    Post,
    Representation,
)
from identity.roles import Power, Role
from identity.rules import months_after

PASSWORD = "one-stop-demo"
SINCE = date(2020, 1, 1)

_numbers = count(1)


def an_id_number(born: date = date(1990, 7, 16), birthplace: str = "340102") -> str:
    """A number nobody has had before in this run."""
    running = next(_numbers) % 999 + 1
    born = date.fromordinal(born.toordinal() + next(_numbers) // 999)
    body = f"{birthplace}{born:%Y%m%d}{running:03d}"
    return body + ric.calc_check_digit(body + "0")


def a_credit_code() -> str:
    body = f"91340102MA{next(_numbers):07d}"
    return body + uscc.calc_check_digit(body + "0")


def a_person(name: str = "张三", **facts: object) -> Person:
    """A person in the database."""
    number = facts.pop("id_number", None) or an_id_number()
    return Person.objects.create(name=name, id_number=number, birth_date=ric.get_birth_date(number), **facts)


def an_account(username: str, person: Person | None = None) -> Account:
    """A login, with a person of its own unless one is given."""
    person = person or a_person(f"用户{username}"[:60])
    return Account.objects.create(username=username, person=person, password=make_password(PASSWORD))


def api(account: Account | None = None) -> APIClient:
    """A client of the API as this account; as nobody without one."""
    client = APIClient()
    if account is not None:
        client.force_authenticate(account)
    return client


@dataclass
class Cast:
    """
    Who plays in the tests. The accounts named here exist at once; officers appear when they are asked for.

    `li` the citizen, `wang` another citizen, `huarong` the enterprise's clerk (`company`), `boss` its legal
    representative, `agent` 赵, who holds authorisations of `li` and of `company` for `agent_codes`,
    `window1` and `window2` front clerks, `exit1` at the exit window.
    """

    accounts: dict[str, Account]
    company: Organisation
    officers: dict[tuple[str, Role], Account] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Account:
        accounts = self.__dict__.get("accounts", {})
        if name not in accounts:
            raise AttributeError(name)
        return accounts[name]

    def reviewer(self, department: str) -> Account:
        """部门审查 of the department with this code."""
        return self._officer(department, Role.REVIEWER)

    def rep(self, department: str) -> Account:
        """首席事务代表 of the department with this code."""
        return self._officer(department, Role.CHIEF_REPRESENTATIVE)

    def reviewers(self, departments: Iterable[str]) -> dict[str, Account]:
        """Reviewers of several departments, made together."""
        codes = list(departments)
        self._appoint([(code, Role.REVIEWER) for code in codes])
        return {code: self.officers[code, Role.REVIEWER] for code in codes}

    def _officer(self, department: str, role: Role) -> Account:
        self._appoint([(department, role)])
        return self.officers[department, role]

    def _appoint(self, wanted: list[tuple[str, Role]]) -> None:
        missing = [pair for pair in wanted if pair not in self.officers]
        if not missing:
            return
        names = [f"{role}_{code}" for code, role in missing]
        accounts = _accounts({name: _person(f"{name}"[:60]) for name in names})
        departments = {
            one.code: one for one in Department.objects.filter(code__in=[code for code, _ in missing])
        }
        Post.objects.bulk_create(
            Post(
                account=accounts[f"{role}_{code}"], department=departments[code], role=role, valid_from=SINCE
            )
            for code, role in missing
        )
        self.officers |= {(code, role): accounts[f"{role}_{code}"] for code, role in missing}

    def api(self, account: Account | None = None) -> APIClient:
        return api(account)

    def authorise_agent(self, codes: Iterable[str], *, powers: Iterable[str] = Power.values) -> None:
        """Let the agent act in these matters for both principals, in every power."""
        Authorisation.objects.filter(agent=self.agent.person).update(
            matter_codes=sorted(codes), powers=list(powers)
        )
        self.agent.__dict__.pop("_standing", None)


def cast(agent_codes: Iterable[str] = ()) -> Cast:
    """Everybody, in seven statements."""
    people = {
        "li": _person("李明", mobile="19900000001", address="云澜市澜江区桥头街道老码头社区18号"),
        "wang": _person("王建国"),
        "huarong": _person("周岩"),
        "boss": _person("陈华荣"),
        "agent": _person("赵雪梅"),
        "window1": _person("窗口甲"),
        "window2": _person("窗口乙"),
        "exit1": _person("出件丙"),
    }
    accounts = _accounts(people)
    company = Organisation.objects.create(
        name="云澜华荣餐饮管理有限公司", credit_code=a_credit_code(), legal_representative=people["boss"]
    )
    capacities = Representation.Capacity
    Representation.objects.bulk_create(
        Representation(person=people[name], organisation=company, capacity=capacity, valid_from=SINCE)
        for name, capacity in (("huarong", capacities.CLERK), ("boss", capacities.LEGAL_REPRESENTATIVE))
    )
    _post_at_the_centre(accounts)
    _authorise(people, company, sorted(agent_codes))
    return Cast(accounts, company)


def _person(name: str, **facts: str) -> Person:
    number = an_id_number()
    return Person(name=name, id_number=number, birth_date=ric.get_birth_date(number), **facts)


def _accounts(people: dict[str, Person]) -> dict[str, Account]:
    password = make_password(PASSWORD)
    Person.objects.bulk_create(people.values())
    level = Account.AssuranceLevel.FACE_CHECKED
    accounts = {
        name: Account(username=name, person=person, password=password, assurance_level=level)
        for name, person in people.items()
    }
    Account.objects.bulk_create(accounts.values())
    return accounts


def _post_at_the_centre(accounts: dict[str, Account]) -> None:
    centre = Department.objects.get(code="govservice")
    roles = {"window1": Role.FRONT_CLERK, "window2": Role.FRONT_CLERK, "exit1": Role.EXIT_CLERK}
    Post.objects.bulk_create(
        Post(account=accounts[name], department=centre, role=role, valid_from=SINCE)
        for name, role in roles.items()
    )


def _authorise(people: dict[str, Person], company: Organisation, codes: list[str]) -> None:
    today = timezone.localdate()
    common = {
        "agent": people["agent"],
        "matter_codes": codes,
        "powers": Power.values,
        "valid_from": today,
        "valid_until": months_after(today, 6),
    }
    Authorisation.objects.bulk_create(
        [
            Authorisation(number=f"WT-{next(_numbers)}", principal_person=people["li"], **common),
            Authorisation(number=f"WT-{next(_numbers)}", principal_organisation=company, **common),
        ]
    )
