"""Personal registers of an invented city."""

import datetime as dt
from collections.abc import Collection
from random import Random
from typing import Any

from django.utils import timezone

from exchange.gateways import registers

MARRIAGEABLE, OLD = 24, 65


class FakePopulation:
    """Stands in for PopulationClient: the demo's people, and steady made-up facts about anybody else."""

    def facts(self, id_number: str, name: str, wanted: Collection[str]) -> dict[str, Any]:
        """The wanted attributes the registers know; one that is missing is not known."""
        registers.refuse_when_out("population")
        facts = {**_anybody(id_number, name), **registers.known("persons", id_number)}
        return {key: facts[key] for key in wanted if facts.get(key) is not None}


def _anybody(id_number: str, name: str) -> dict[str, Any]:
    chance = registers.dice(id_number, "population")
    born, female = registers.birth_date(id_number), registers.is_female(id_number)
    age = (timezone.localdate() - born).days // 365
    return {
        "gender": "female" if female else "male",
        "ethnicity": "han",
        "birth_date": born.isoformat(),
        **_home(chance, name),
        **_card(chance, name),
        **_work(chance, born),
        **_family(chance, id_number, name, age=age, female=female),
        "transit_discount": "elderly" if age >= OLD else "none",
    }


def _home(chance: Random, name: str) -> dict[str, Any]:
    address = registers.some_address(chance)
    return {
        "hukou_address": address,
        "living_address": address,
        "hukou_move_in_date": dt.date(2015, chance.randint(1, 12), 1).isoformat(),
        "householder_name": name,
        "police_station": "澜江公安分局桥头派出所",
        "community": "990102001001",
        "district": "990102",
        "family_members": chance.randint(2, 5),
        "school.district": "云澜市实验小学",
    }


def _card(chance: Random, name: str) -> dict[str, Any]:
    return {
        "card.number": f"99A{chance.randint(0, 999999):06d}",
        "card.bank": chance.choice(["icbc", "abc", "boc", "ccb", "psbc"]),
        "card.bank_account": f"62179900{chance.randint(0, 10**11 - 1):011d}",
        "card.account_name": name,
        "card.outlet": "云澜市社会保障卡澜江服务网点",
        "medical_insurance_type": "employee",
    }


def _work(chance: Random, born: dt.date) -> dict[str, Any]:
    months = chance.randint(12, 180)
    return {
        "employer.name": "云澜市望江实业有限公司",
        "employer.credit_code": "91990102MA7A0B1C7K",
        "post_type": chance.choice(["manager", "worker"]),
        "first_work_date": dt.date(born.year + 22, 7, 1).isoformat(),
        "pension_paid_months": months + 120,
        "social_insurance_months": months,
        "fund_center": "云澜市住房公积金管理中心",
    }


def _family(chance: Random, id_number: str, name: str, *, age: int, female: bool) -> dict[str, Any]:
    if age < MARRIAGEABLE:
        return {"marital_status": "single"}
    born = registers.birth_date(id_number)
    spouse_name = registers.some_name(chance)
    spouse_number = registers.some_id_number(chance, born + dt.timedelta(days=200), female=not female)
    own, other = ("mother", "father") if female else ("father", "mother")
    return {
        "marital_status": "married",
        "marriage_date": dt.date(born.year + MARRIAGEABLE, 5, 20).isoformat(),
        "spouse.name": spouse_name,
        "spouse.id_number": spouse_number,
        f"{own}.name": name,
        f"{own}.id_number": id_number,
        f"{own}.ethnicity": "han",
        f"{other}.name": spouse_name,
        f"{other}.id_number": spouse_number,
        f"{other}.ethnicity": "han",
    }
