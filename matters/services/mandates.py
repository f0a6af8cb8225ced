"""授权书: a department lets a front clerk or its 首席事务代表 accept or decide in its name."""

from collections.abc import Collection
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import refuse_if
from identity.models import Account, Department
from matters.models import Mandate, Matter
from matters.states import MandatePower


def give_mandate(
    *,
    number: str,
    department: Department,
    matter_codes: Collection[str],
    powers: Collection[str],
    account: Account | None = None,
    role: str | None = None,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> Mandate:
    """Only the department's own matters, and only to somebody: an account or a role."""
    theirs = Matter.objects.filter(department=department, code__in=matter_codes).values_list(
        "code", flat=True
    )
    strangers = sorted(set(matter_codes) - set(theirs))
    objections = [_("%(code)s 不是本部门的事项") % {"code": code} for code in strangers]
    if (account is None) == (role is None):
        objections.append(_("请写明授权给哪个人员，或者哪个岗位"))
    if not powers or not set(powers) <= set(MandatePower.values):
        objections.append(_("权限只有受理、决定两种"))
    refuse_if(objections)
    return Mandate.objects.create(
        number=number,
        department=department,
        account=account,
        role=role,
        matter_codes=sorted(set(matter_codes)),
        powers=sorted(set(powers)),
        valid_from=valid_from or timezone.localdate(),
        valid_until=valid_until,
    )
