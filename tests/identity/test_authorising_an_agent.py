"""授权委托: I-39, I-170."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from common.errors import NotFound, Refused, WrongState
from events.models import EventRecord
from identity.models import Account
from identity.rules import months_after
from identity.selectors import standing
from identity.services import authorise, revoke

TODAY = date(2026, 3, 2)


@pytest.fixture
def give(cast, clock):
    """李明 lets 赵 act, with what the test changes."""
    clock.set("2026-03-02 09:00")

    def given(**changes):
        plain = {
            "principal": cast.li.person,
            "agent": cast.agent.person,
            "matter_codes": ["ga-id-lost"],
            "powers": ["fill", "submit"],
            "by": cast.li,
        }
        return authorise(**plain | changes)

    return given


def test_a_citizen_lets_an_agent_act_for_half_a_year_I_170(give, cast):
    held = give()
    assert held.valid_until == date(2026, 9, 2)
    facts = {fact.id: fact for fact in standing(Account.objects.get(pk=cast.agent.pk)).authorisations}
    assert facts[held.pk].powers == {"fill", "submit"}
    assert EventRecord.objects.about(f"authorisation:{held.pk}").count() == 1


def test_a_clerk_lets_an_agent_act_for_the_enterprise(give, cast):
    held = give(principal=cast.company, by=cast.huarong)
    assert held.principal_organisation == cast.company
    assert held.principal_person is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        pytest.param({"matter_codes": []}, "至少选择一个", id="no-matter"),
        pytest.param({"powers": []}, "委托权限", id="no-power"),
        pytest.param({"powers": ["decide"]}, "委托权限", id="a-power-nobody-can-give"),
        pytest.param({"valid_until": date(2026, 9, 3)}, "最长 6 个月", id="longer-than-half-a-year"),
        pytest.param({"valid_until": TODAY - timedelta(days=1)}, "早于", id="ends-before-it-begins"),
    ],
)
def test_an_authorisation_says_what_and_how_long_I_170(give, changes, reason):
    with pytest.raises(Refused, match=reason):
        give(**changes)


def test_nobody_authorises_for_somebody_else_I_39(give, cast):
    with pytest.raises(Refused, match="只有委托人本人"):
        give(by=cast.wang)
    with pytest.raises(Refused, match="只有委托人本人"):
        give(by=cast.agent)


def test_nobody_authorises_themself(give, cast):
    with pytest.raises(Refused, match="不能授权给自己"):
        give(agent=cast.li.person)


@pytest.mark.parametrize("who", ["li", "agent"])
def test_it_is_revoked_at_once_by_either_side_I_170(give, cast, who):
    held = give()
    revoke(held.pk, by=getattr(cast, who))
    assert held.pk not in {fact.id for fact in standing(Account.objects.get(pk=cast.agent.pk)).authorisations}
    with pytest.raises(WrongState, match="已经撤销"):
        revoke(held.pk, by=cast.li)


def test_a_stranger_is_told_it_is_not_there(give, cast):
    held = give()
    with pytest.raises(NotFound):
        revoke(held.pk, by=cast.wang)
    with pytest.raises(NotFound):
        revoke(10**9, by=cast.li)


def test_an_enterprise_s_clerk_revokes_what_another_gave(give, cast):
    held = give(principal=cast.company, by=cast.huarong)
    assert revoke(held.pk, by=cast.boss).revoked_at == timezone.now()


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 30), date(2028, 2, 29)),
        (date(2026, 1, 15), date(2026, 7, 15)),
        (date(2026, 7, 1), date(2027, 1, 1)),
    ],
)
def test_six_months_end_on_the_same_day_or_the_month_s_last_I_76(day, end):
    assert months_after(day, 6) == end
