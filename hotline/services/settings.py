"""Setting a number: a new row from now on, never an edit (hotline.md, "Bold numbers")."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from common.errors import BadInput
from events import publish
from hotline.events import ParameterSet
from hotline.models import Parameter
from hotline.rules.ending import objections_to_heading_the_hotline
from hotline.rules.settings import objections_to_value
from hotline.selectors.parameters import forget_parameters
from hotline.services.acting import refuse_unless
from identity.models import Account
from identity.selectors import standing

__all__ = ["set_parameter"]


@transaction.atomic
def set_parameter(name: str, value: Any, *, by: Account | None, reason: str = "") -> Parameter:
    """
    From now on ``name`` is ``value``, by the hotline's head; ``by`` None is the command that loads the defaults.

    BadInput where the rules of the number forbid it (H-162, H-164).
    """
    if by is not None:
        refuse_unless(objections_to_heading_the_hotline(standing(by)))
    if not Parameter.objects.filter(name=name).exists():
        raise BadInput(f"没有名为 {name} 的参数")
    if objections := objections_to_value(name, value):
        raise BadInput(objections)
    row = Parameter.objects.create(
        name=name, value=value, valid_from=timezone.now(), set_by=by, reason=reason
    )
    publish(ParameterSet(parameter=name), by=by)
    transaction.on_commit(forget_parameters)
    forget_parameters()
    return row
