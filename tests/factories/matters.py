"""Matters and mandates for tests; the catalogue itself is loaded."""

from collections.abc import Iterable
from datetime import date
from itertools import count

from identity.models import Account, Department
from matters.models import Mandate, Matter
from matters.services import MatterFacts
from matters.states import MandatePower

SINCE = date(2020, 1, 1)
_numbers = count(1)


def matter_facts(**facts: object) -> MatterFacts:
    """A plain matter of the police, to be varied."""
    plain = {
        "code": "test-matter",
        "name": "测试事项办理",
        "department": "市公安局",
        "type": "行政确认",
        "audience": "个人",
        "handling": "承诺件",
        "statutory_days": 20,
        "promised_days": 5,
        "result_name": "测试证明",
        "result_kind": "证明",
    }
    return MatterFacts(**{**plain, **facts})


def mandate(
    account: Account | None,
    department: str,
    codes: Iterable[str],
    *powers: MandatePower,
    role: str | None = None,
    valid_from: date = SINCE,
    valid_until: date | None = None,
) -> Mandate:
    """授权书 of the department (by its code) over the matters."""
    return Mandate.objects.create(
        number=f"授-{next(_numbers)}",
        department=Department.objects.get(code=department),
        account=account,
        role=role,
        matter_codes=list(codes),
        powers=[power.value for power in powers or (MandatePower.ACCEPT,)],
        valid_from=valid_from,
        valid_until=valid_until,
    )


def mandate_for_everything(account: Account, *powers: MandatePower) -> None:
    """Every department lets the account accept (or what is named) all its matters; one statement."""
    codes_of: dict[int, list[str]] = {}
    for department, code in Matter.objects.values_list("department_id", "code"):
        codes_of.setdefault(department, []).append(code)
    Mandate.objects.bulk_create(
        Mandate(
            number=f"授-{next(_numbers)}",
            department_id=department,
            account=account,
            matter_codes=codes,
            powers=[power.value for power in powers or (MandatePower.ACCEPT,)],
            valid_from=SINCE,
        )
        for department, codes in codes_of.items()
    )
