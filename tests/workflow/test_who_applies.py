"""For oneself, for one's company, for a principal, for the person at the window: by which right, and not otherwise."""

from datetime import timedelta

import pytest
from django.utils import timezone

from common.errors import BadInput, DomainError, NotAllowed
from identity.models import Authorisation, Person
from identity.roles import Power
from notifications.models import Message
from tests.factories import identity as people
from tests.factories import shop
from workflow import services
from workflow.services import OnBehalfOf
from workflow.states import Channel, DeliveryMethod

pytestmark = pytest.mark.usefixtures("on_offer")


def of(person: Person) -> OnBehalfOf:
    return OnBehalfOf(id_number=person.id_number)


def test_a_citizen_applies_for_themself(cast):
    application = shop.filed(cast.li)
    assert (application.applicant_person, application.applicant_organisation) == (cast.li.person, None)
    assert (application.applicant_name, application.applicant_id_tail) == (
        "李明",
        cast.li.person.id_number[-4:],
    )
    assert application.agent is None


def test_who_represents_a_company_applies_for_it(cast):
    """Enterprise things are the enterprise's; the clerk is no agent."""
    application = shop.filed(cast.huarong)
    assert (application.applicant_organisation, application.applicant_person) == (cast.company, None)
    assert application.agent is None
    assert cast.huarong.person_id in application.front_persons


def test_who_represents_two_companies_says_for_which(cast):
    second = people.Organisation.objects.create(
        name="云澜第二商贸有限公司", credit_code=people.a_credit_code()
    )
    people.Representation.objects.create(
        person=cast.huarong.person, organisation=second, capacity="clerk", valid_from=people.SINCE
    )
    with pytest.raises(BadInput, match="请选择申请人"):
        shop.filed(cast.huarong)
    named = shop.filed(cast.huarong, on_behalf_of=OnBehalfOf(credit_code=second.credit_code))
    assert named.applicant_organisation == second


def test_an_agent_applies_inside_the_authorisation(cast):
    """I-39, I-170: principal, agent and authorisation are all on the application."""
    cast.authorise_agent(shop.DEPARTMENT)
    application = shop.filed(cast.agent, on_behalf_of=of(cast.li.person))
    assert (application.applicant_person, application.agent) == (cast.li.person, cast.agent.person)
    assert application.authorisation.principal_person == cast.li.person
    assert set(application.front_persons) == {cast.li.person_id, cast.agent.person_id}


def test_an_agent_applies_for_the_company_that_authorised_them(cast):
    cast.authorise_agent(shop.DEPARTMENT)
    application = shop.filed(cast.agent, on_behalf_of=OnBehalfOf(credit_code=cast.company.credit_code))
    assert application.applicant_organisation == cast.company
    assert application.authorisation.principal_organisation == cast.company


@pytest.mark.parametrize(
    ("codes", "powers"),
    [
        pytest.param(list(shop.DEPARTMENT)[1:], Power.values, id="one matter is not named"),
        pytest.param(list(shop.DEPARTMENT), [Power.FILL], id="may fill in, not submit"),
    ],
)
def test_an_agent_cannot_go_beyond_the_authorisation(cast, codes, powers):
    """I-170."""
    cast.authorise_agent(codes, powers=powers)
    with pytest.raises(NotAllowed, match="授权"):
        shop.filed(cast.agent, on_behalf_of=of(cast.li.person))


def test_without_any_authorisation_there_is_no_agent(cast):
    """I-39: agent without mandate is bad input; whether the principal exists is not told."""
    for stranger in (cast.wang.person.id_number, people.an_id_number()):
        with pytest.raises(BadInput, match="没有找到委托人") as refused:
            shop.filed(cast.agent, on_behalf_of=OnBehalfOf(id_number=stranger))
        assert refused.value.fields == {"on_behalf_of": ["没有有效的授权委托"]}


def test_a_revoked_or_expired_authorisation_is_none(cast):
    """I-170: at once."""
    cast.authorise_agent(shop.DEPARTMENT)
    mine = Authorisation.objects.filter(agent=cast.agent.person)
    yesterday = timezone.localdate() - timedelta(days=1)
    for change in (
        {"revoked_at": timezone.now()},
        {"revoked_at": None, "valid_from": yesterday, "valid_until": yesterday},
    ):
        mine.update(**change)
        cast.agent.__dict__.pop("_standing", None)
        with pytest.raises(BadInput, match="没有找到委托人"):
            shop.filed(cast.agent, on_behalf_of=of(cast.li.person))


def test_an_agent_whose_authorisation_ended_acts_no_more_on_what_they_filed(cast):
    cast.authorise_agent(shop.DEPARTMENT)
    application = shop.filed(cast.agent, on_behalf_of=of(cast.li.person))
    Authorisation.objects.update(revoked_at=timezone.now())
    cast.agent.__dict__.pop("_standing", None)
    with pytest.raises(NotAllowed, match="没有有效的授权委托"):
        services.withdraw(application.pk, by=cast.agent)


def test_at_the_window_a_clerk_files_for_who_stands_there(cast):
    """C-01: a stranger is registered, a known person found; the clerk is of the front from now on (I-01)."""
    said = OnBehalfOf(name="钱大爷", id_number=people.an_id_number(), mobile="13912345678")
    application = shop.filed(cast.window1, channel=Channel.COUNTER, on_behalf_of=said)
    assert application.applicant_name == "钱大爷"
    assert set(application.front_persons) == {application.applicant_person_id, cast.window1.person_id}
    known = OnBehalfOf(name="李明", id_number=cast.li.person.id_number)
    again = shop.filed(cast.window1, channel=Channel.COUNTER, on_behalf_of=known)
    assert again.applicant_person == cast.li.person


def test_at_the_window_a_clerk_files_for_a_company(cast):
    said = OnBehalfOf(name=cast.company.name, credit_code=cast.company.credit_code)
    application = shop.filed(cast.window1, channel=Channel.POST, on_behalf_of=said)
    assert application.applicant_organisation == cast.company


@pytest.mark.parametrize(
    ("said", "why"),
    [
        pytest.param(None, "请填写申请人", id="nobody named"),
        pytest.param(
            OnBehalfOf(name="钱大爷", id_number="110105197505234335"),
            "公民身份号码不正确",
            id="a number that is none",
        ),
        pytest.param(OnBehalfOf(name="", id_number="110105197505234334"), "姓名", id="no name"),
    ],
)
def test_at_the_window_the_applicant_must_be_known(cast, said, why):
    with pytest.raises(DomainError, match=why) as refused:
        shop.filed(cast.window1, channel=Channel.COUNTER, on_behalf_of=said)
    assert refused.value.status_code in (400, 422)


def test_nobody_else_files_as_if_at_the_window(cast):
    """I-01."""
    with pytest.raises(NotAllowed, match="只有综合窗口"):
        shop.filed(cast.li, channel=Channel.COUNTER, on_behalf_of=of(cast.wang.person))


def test_without_a_real_name_nobody_applies(cast):
    """C-01: real-name."""
    nameless = people.Account.objects.create(username="nameless")
    filing = shop.filing(cast.li)
    with pytest.raises(NotAllowed, match="实名认证"):
        services.submit(filing, by=nameless)


def test_a_principal_who_is_a_person_hears_of_it_themself(cast, deliver_events):
    """I-43."""
    cast.authorise_agent(shop.DEPARTMENT)
    shop.filed(cast.agent, on_behalf_of=of(cast.li.person), delivery_method=DeliveryMethod.ELECTRONIC)
    deliver_events()
    told = set(Message.objects.filter(template="received").values_list("person__name", flat=True))
    assert told == {"李明"}
