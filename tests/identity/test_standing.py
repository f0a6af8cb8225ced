"""Who somebody is today."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from common.errors import Refused
from identity.models import Account, Authorisation, Department, Post, Representation
from identity.roles import GRANTS, Permission, Role
from identity.selectors import Standing, standing
from identity.services import appoint, dismiss


def afresh(account: Account) -> Standing:
    """As the next request sees them."""
    return standing(Account.objects.get(pk=account.pk))


def test_every_role_says_what_it_may_do():
    assert set(GRANTS) == set(Role)
    assert all(GRANTS.values())


def test_nobody_stands_for_nothing(db):
    assert standing(AnonymousUser()) == standing(None) == Standing()
    assert not standing(None).may(Permission.DECIDE)


def test_a_stopped_account_stands_for_nothing(cast):
    Account.objects.filter(pk=cast.window1.pk).update(is_active=False)
    assert afresh(cast.window1) == Standing()


def test_a_citizen_stands_for_themself_alone(cast):
    li = standing(cast.li)
    assert li.person_id == cast.li.person_id
    assert li.speaks_for(cast.li.person)
    assert not li.speaks_for(cast.wang.person)
    assert not li.speaks_for(cast.company)
    assert li.posts == ()


def test_an_account_without_a_person_speaks_for_no_person(cast):
    machine = Account.objects.create(username="machine")
    assert not standing(machine).speaks_for(cast.li.person)


def test_a_clerk_stands_for_the_enterprise(cast):
    assert standing(cast.huarong).organisation_ids == {cast.company.pk}
    assert standing(cast.huarong).speaks_for(cast.company)


def test_an_agent_speaks_not_for_the_principal_but_holds_what_was_given(cast):
    cast.authorise_agent(["ga-id-lost"])
    agent = standing(cast.agent)
    assert not agent.speaks_for(cast.li.person)
    assert {fact.principal_person_id for fact in agent.authorisations} == {cast.li.person_id, None}
    assert all(fact.matter_codes == {"ga-id-lost"} for fact in agent.authorisations)


def test_a_reviewer_may_decide_in_their_own_department_only(cast):
    police = standing(cast.reviewer("gongan"))
    [post] = police.posts
    assert (post.department_code, post.department_name, post.role) == ("gongan", "市公安局", Role.REVIEWER)
    assert police.departments(Permission.DECIDE) == {post.department_id}
    assert police.departments(Permission.HAND_OVER) == frozenset()


@pytest.mark.parametrize(
    ("begins", "ends", "holds"),
    [
        pytest.param(0, None, True, id="from today, open"),
        pytest.param(-10, 0, True, id="until today"),
        pytest.param(-10, -1, False, id="until yesterday"),
        pytest.param(1, None, False, id="from tomorrow"),
    ],
)
def test_posts_representations_and_authorisations_hold_from_day_to_day(cast, begins, ends, holds):
    today = timezone.localdate()
    term = {
        "valid_from": today + timedelta(days=begins),
        "valid_until": None if ends is None else today + timedelta(days=ends),
    }
    Post.objects.filter(account=cast.window1).update(**term)
    Representation.objects.filter(person=cast.huarong.person).update(**term)
    Authorisation.objects.update(**term | {"valid_until": term["valid_until"] or date(2099, 1, 1)})
    assert bool(afresh(cast.window1).posts) is holds
    assert bool(afresh(cast.huarong).organisation_ids) is holds
    assert bool(afresh(cast.agent).authorisations) is holds


def test_a_day_ends_at_midnight_in_shanghai(cast, clock):
    Post.objects.filter(account=cast.window1).update(valid_until=date(2026, 3, 2))
    clock.set("2026-03-02 23:59:59")
    assert afresh(cast.window1).posts
    clock.set("2026-03-03 00:00:00")
    assert not afresh(cast.window1).posts


def test_a_revoked_authorisation_is_gone_at_once(cast):
    Authorisation.objects.update(revoked_at=timezone.now())
    assert afresh(cast.agent).authorisations == ()


def test_standing_costs_three_statements_once_a_request(cast, statements):
    agent = Account.objects.get(pk=cast.agent.pk)
    with statements(at_most=3):
        standing(agent)
    with statements(at_most=0):
        standing(agent)


def test_an_appointment_ends_at_once(cast, clock):
    clock.set("2026-03-02 09:00")
    post = appoint(cast.li, Department.objects.get(code="gongan"), Role.REVIEWER)
    assert afresh(cast.li).may(Permission.DECIDE)
    clock.set("2026-03-05 09:00")
    dismiss(post)
    assert not afresh(cast.li).may(Permission.DECIDE)
    assert Post.objects.get(pk=post.pk).valid_until == date(2026, 3, 4)


def test_an_appointment_ended_on_its_first_day_never_was(cast):
    post = appoint(cast.li, Department.objects.get(code="gongan"), Role.REVIEWER)
    dismiss(post)
    assert not Post.objects.filter(account=cast.li).exists()


def test_nobody_without_a_person_is_appointed_I_01(db):
    machine = Account.objects.create(username="machine")
    with pytest.raises(Refused, match="没有关联本人"):
        appoint(machine, Department.objects.get(code="gongan"), Role.REVIEWER)
