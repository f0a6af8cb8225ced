"""授权委托: given by the principal, at most for half a year, revoked at once (I-39, I-170)."""

import secrets
from collections.abc import Collection
from datetime import date

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import NotFound, Refused, TooOften, WrongState, refuse_if
from events import publish
from identity import rules
from identity.events import AuthorisationGiven, AuthorisationRevoked
from identity.models import Account, Authorisation, Organisation, Person
from identity.selectors import person_known_as, standing


@transaction.atomic
def authorise(
    *,
    principal: Person | Organisation,
    agent: Person,
    matter_codes: Collection[str],
    powers: Collection[str],
    by: Account,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> Authorisation:
    """Let `agent` act for `principal` in these matters with these powers, six months if no end is named."""
    begins = valid_from or timezone.localdate()
    ends = valid_until or rules.months_after(begins, rules.LONGEST_TERM_MONTHS)
    refuse_if(
        rules.objections_to_authorising(
            principal, agent, standing(by), matter_codes=matter_codes, powers=powers, term=(begins, ends)
        )
    )
    given = Authorisation.objects.create(
        number=_new_number(begins),
        principal_person=principal if isinstance(principal, Person) else None,
        principal_organisation=principal if isinstance(principal, Organisation) else None,
        agent=agent,
        matter_codes=sorted(set(matter_codes)),
        powers=sorted(set(powers)),
        valid_from=begins,
        valid_until=ends,
    )
    publish(AuthorisationGiven(authorisation_id=given.pk, number=given.number), by=by)
    return given


@transaction.atomic
def revoke(authorisation_id: int, *, by: Account) -> Authorisation:
    """End it now; the principal may, and so may the agent who no longer wants it. Strangers are told it is not there."""
    held = Authorisation.objects.select_for_update(of=("self",)).filter(pk=authorisation_id).first()
    if held is None or not _is_party(held, by):
        raise NotFound(_("没有这份授权委托"))
    if held.revoked_at is not None:
        raise WrongState(_("授权委托已经撤销"))
    held.revoke(at=timezone.now())
    held.save(update_fields=["revoked_at"])
    publish(AuthorisationRevoked(authorisation_id=held.pk, number=held.number), by=by)
    return held


#: Looks for an agent by name and number in a quarter of an hour: enough for slips of the hand, too few to try out.
SEARCHES = 10
REST_SECONDS = 15 * 60


def find_agent(name: str, number: str, *, by: Account) -> Person:
    """
    The person to authorise, by name and 公民身份号码 or mobile number.

    They must be known here by their real name; whoever is not is answered like a slip of the hand.
    """
    key = f"identity:agents-sought:{by.pk}"
    cache.add(key, 0, timeout=REST_SECONDS)
    if _counted(key) > SEARCHES:
        raise TooOften(_("查找次数过多，请 15 分钟后再试"))
    found = person_known_as(name, number)
    if found is None:
        reason = _("没有找到这个人。请核对姓名和号码；对方要先在本平台登录并完成实名认证")
        raise Refused(reason, fields={"number": [reason]})
    return found


def _counted(key: str) -> int:
    try:
        return int(cache.incr(key))
    except ValueError:  # the quarter of an hour ended between the two
        return 1


def _is_party(held: Authorisation, by: Account) -> bool:
    who = standing(by)
    persons = {held.principal_person_id, held.agent_id} - {None}
    return who.person_id in persons or held.principal_organisation_id in who.organisation_ids


def _new_number(day: date) -> str:
    return f"WT{day:%Y%m%d}{secrets.randbelow(10**8):08d}"
