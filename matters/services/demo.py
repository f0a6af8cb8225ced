"""The demo's mandates: two front clerks and every department's representative, for all the matters there are."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db import transaction

from common.fixtures import Changes, synchronise
from identity.models import Account, Post
from identity.roles import Role
from identity.services import demo
from matters.models import Mandate, Matter
from matters.states import MandatePower


@transaction.atomic
def load_demo() -> list[Changes]:
    """The cast, and what its members may do in the departments' names."""
    codes_of: dict[int, list[str]] = defaultdict(list)
    for department, code in Matter.objects.order_by("code").values_list("department_id", "code"):
        codes_of[department].append(code)
    changes = demo.load_cast([code for codes in codes_of.values() for code in codes])
    wanted = dict(_mandates(codes_of))
    changes.append(synchronise(Mandate.objects.filter(number__in=wanted), "number", wanted))
    return changes


def _mandates(codes_of: dict[int, list[str]]) -> Iterator[tuple[str, dict[str, Any]]]:
    usernames = [account.username for account in demo.the_cast().accounts]
    clerks = Account.objects.filter(username__in=usernames, posts__role=Role.FRONT_CLERK)
    representatives = Post.objects.filter(account__username__in=usernames, role=Role.CHIEF_REPRESENTATIVE)
    for clerk in clerks.order_by("username"):
        for department, codes in codes_of.items():
            yield (
                f"窗授-{clerk.username}-{department}",
                _mandate(department, clerk.pk, codes, MandatePower.ACCEPT),
            )
    for post in representatives.select_related("account"):
        theirs = codes_of.get(post.department_id, [])
        if theirs:
            powers = (MandatePower.ACCEPT, MandatePower.DECIDE)
            yield (
                f"首授-{post.account.username}",
                _mandate(post.department_id, post.account_id, theirs, *powers),
            )


def _mandate(department: int, account: int, codes: list[str], *powers: MandatePower) -> dict[str, Any]:
    return {
        "department_id": department,
        "account_id": account,
        "matter_codes": codes,
        "powers": [power.value for power in powers],
        "valid_from": demo.SINCE,
    }
