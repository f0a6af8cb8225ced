"""Other systems deliver what their channels took in, and the switch tells of calls; each by a key of its own (H-10, H-16)."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from rest_framework.test import APIClient

from hotline import services
from hotline.models import Call, CallBackTask, HotlineOrder, NumberRestriction
from hotline.rules.channels import DELIVERED
from hotline.states import Confidentiality
from identity.roles import Role
from tests.factories import hotline as at
from tests.factories.files import a_stored_file

pytestmark = pytest.mark.django_db

SAID = {"title": "路灯不亮", "text": "和平路三号门口的路灯坏了一周，晚上看不见路。", "location": "和平路三号"}
#: The number of a delivery as each channel calls it, and what it cannot do without.
NUMBERED = {
    "mini": {"form_id": "m-1"},
    "wechat": {"msg_id": "w-1", "openid": "o-1"},
    "media": {"board_id": "b-1", "nickname": "路人"},
    "leader": {"mail_id": "l-1"},
    "petition": {"petition_no": "x-1"},
    "safety": {"report_id": "s-1"},
    "private_ent": {"case_id": "p-1", "credit_code": "91310000MA1FL4Y07X", "phone": "13911112222"},
    "p110": {"ticket_no": "110-1", "phone": "13911112222"},
}


def system(*channels: str) -> APIClient:
    _row, key = services.issue_key("市公安局", channels=channels)
    return APIClient(HTTP_X_API_KEY=key)


def deliver(client: APIClient, channel: str, **said):
    address = f"/api/v1/hotline/channels/{channel}/"
    return client.post(address, {**SAID, **NUMBERED.get(channel, {}), **said}, format="json")


@pytest.mark.parametrize("channel", sorted(DELIVERED))
def test_h10_every_channel_of_another_system_is_one_door_and_one_kind_of_order(channel):
    client = system(channel)
    first = deliver(client, channel)
    assert first.status_code == 201, first.json()
    order = HotlineOrder.objects.get()
    assert (order.channel, order.text) == (channel, SAID["text"])
    assert first.json()["order_no"] == order.order_no
    again = deliver(client, channel)
    assert (again.status_code, again.json()["order_no"], again.json()["how"]) == (
        200,
        order.order_no,
        "repeated",
    )
    assert HotlineOrder.objects.count() == 1


def test_a_key_opens_the_channel_it_was_issued_for_and_no_other():
    client = system("p110")
    assert deliver(client, "wechat").status_code == 403
    assert deliver(APIClient(), "p110").status_code == 403
    assert deliver(APIClient(HTTP_X_API_KEY="guessed"), "p110").status_code == 403
    services.revoke_key("市公安局")
    assert deliver(client, "p110").status_code == 403
    assert not HotlineOrder.objects.exists()


@pytest.mark.parametrize("channel", ["phone", "eval", "portal_case", "web", "nothing"])
def test_what_comes_from_our_own_pages_is_delivered_by_nobody_else(channel):
    assert deliver(system("p110"), channel).status_code == 404


def test_nobody_outside_names_our_people_or_our_files(cast):
    theirs = a_stored_file(cast.li)
    said = {"person_id": cast.li.person_id, "file_ids": [str(theirs.pk)]}
    assert deliver(system("media"), "media", **said).status_code == 201
    order = HotlineOrder.objects.get()
    assert order.person_id is None
    assert not order.files.exists()


def test_h17_danger_on_a_message_board_is_an_emergency(cast):
    answer = deliver(system("media"), "media", title="着火了", text="和平路三号楼道着火了，有人被困。")
    assert answer.status_code == 201
    assert HotlineOrder.objects.get().urgency == "emergency"


def test_a_report_of_danger_at_work_stays_secret():
    deliver(system("safety"), "safety", text="车间消防通道被锁，几十人在里面干活。")
    assert HotlineOrder.objects.get().confidential == Confidentiality.SECRET


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"text": ""}, "诉求内容"),
        ({"received_at": "昨天"}, "不是时间"),
        ({"lon": "东边"}, "不是数字"),
        ({"text": "坏\x00字"}, "不能保存"),
        ({"order_type": "nothing"}, "诉求类型"),
    ],
)
def test_what_cannot_be_read_is_told_and_nothing_is_kept(said, why):
    answer = deliver(system("media"), "media", **said)
    assert answer.status_code == 400
    assert why in str(answer.json())
    assert not HotlineOrder.objects.exists()


def test_something_that_is_no_object_is_refused():
    client = system("media")
    assert client.post("/api/v1/hotline/channels/media/", [1, 2], format="json").status_code == 400


def test_keys_are_issued_for_known_channels_only(capsys):
    with pytest.raises(CommandError, match="密钥不能用于渠道"):
        call_command("issue_open311_key", "市公安局", channels="p110,web")
    call_command("issue_open311_key", "市公安局", channels="p110, media")
    key = capsys.readouterr().out.strip()
    assert deliver(APIClient(HTTP_X_API_KEY=key), "media").status_code == 201


# The switch


def tell(client: APIClient, **said):
    now = timezone.now()
    known = {"call_ref": "c-1", "started_at": now.isoformat(), "seconds_rung": 0, "phone": "13911112222"}
    return client.post("/api/v1/hotline/calls/", {**known, **said}, format="json")


def test_h16_a_call_given_up_while_it_rang_is_to_be_called_back_once(cast):
    switch = system("phone")
    assert tell(switch).status_code == 200
    assert not CallBackTask.objects.exists()
    over = (timezone.now() + timedelta(seconds=12)).isoformat()
    for _ in range(2):
        assert tell(switch, seconds_rung=12, ended_at=over).status_code == 200
    assert (Call.objects.count(), CallBackTask.objects.get().missed) == (1, 1)


def test_a_call_that_is_put_through_leads_the_agent_to_its_page(cast):
    switch, agent = system("phone"), at.desk(Role.CALL_AGENT)
    ringing = tell(switch)
    assert ringing.json() == {"call_ref": "c-1", "popup": "/hotline/intake/?call=c-1", "let_through": True}
    tell(
        switch, seconds_rung=4, answered_at=timezone.now().isoformat(), agent=agent.username, recording="r-1"
    )
    call = Call.objects.get()
    assert (call.agent, call.recording, call.phone) == (agent, "r-1", "13911112222")
    assert not CallBackTask.objects.exists()


def test_h138_a_restricted_number_is_not_put_through(cast):
    now = timezone.now()
    NumberRestriction.objects.create(
        phone="13911112222", stage="restricted", since=now, until=now + timedelta(days=30), reason="骚扰"
    )
    assert tell(system("phone")).json()["let_through"] is False


@pytest.mark.parametrize(
    "wrong", [{"phone": "abc"}, {"started_at": "now"}, {"seconds_rung": -1}, {"call_ref": ""}]
)
def test_what_the_switch_says_wrongly_is_told(wrong):
    assert tell(system("phone"), **wrong).status_code == 400
    assert not Call.objects.exists()


def test_only_the_switch_tells_of_calls():
    assert tell(system("media")).status_code == 403
    assert tell(APIClient()).status_code == 403
