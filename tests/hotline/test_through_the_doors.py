"""What the spec lets people do has a door, from the first move to the last; what was typed there is never lost."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hotline.models import HotlineOrder, OrderFile
from hotline.selectors.queues import queues_for, tabs_for
from hotline.states import OrderStatus as S
from tests.factories import hotline as at
from tests.factories.files import a_jpeg
from tests.factories.hotline_team import SIX_POINTS, a_photo, a_result, contact
from tests.factories.identity import api as client_of

pytestmark = pytest.mark.django_db
SITE_CHECK = "0703"


def browser(account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def does(account, order, verb: str, **typed):
    """One verb at the desk, as the page sends it."""
    given = {f"{verb}-{name}": value for name, value in typed.items()}
    return browser(account).post(reverse("hotline:act", args=[order.order_no, verb]), given)


def page(account, order) -> str:
    return browser(account).get(reverse("hotline:one", args=[order.order_no])).content.decode()


def photos(*names: str) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(name, a_jpeg((9, 6 + n)), "image/jpeg") for n, name in enumerate(names)]


def status_of(order) -> str:
    return HotlineOrder.objects.get(pk=order.pk).status


# A place that had to be looked at (H-95)


def test_h_95_a_matter_that_is_looked_at_on_the_spot_is_finished_at_the_desk(team):
    order = at.an_order(S.HANDLING, category=SITE_CHECK)
    assert does(team.officer, order, "log_contact", outcome="reached", note="已通话").status_code == 302
    without = does(team.officer, order, "submit_result", **a_result())
    assert without.status_code in {400, 422}
    assert "请附上照片" in without.content.decode()
    told = does(team.officer, order, "submit_result", **a_result(), photos=photos("前.jpg", "后.jpg"))
    assert told.status_code == 302, told.content.decode()[-2000:]
    assert OrderFile.objects.filter(hotline_order=order, kind="evidence", by=team.officer).count() == 2
    assert does(team.inspector, order, "approve_result", checked=SIX_POINTS).status_code == 302
    said = {"responded": "yes", "solved": "yes", "level": "5"}
    assert does(team.caller, order, "answer_survey", **said).status_code == 302
    assert does(team.caller, order, "conclude_good").status_code == 302
    assert status_of(order) == S.ARCHIVED


def test_h_95_pictures_stay_when_the_words_are_refused(team):
    order = at.an_order(S.HANDLING, category=SITE_CHECK)
    contact(order, team)
    poor = a_result(result_text="已处理")
    assert does(team.officer, order, "submit_result", **poor, photos=photos("现场.jpg")).status_code in {
        400,
        422,
    }
    assert does(team.officer, order, "submit_result", **a_result()).status_code == 302


def test_h_95_evidence_is_added_by_itself_and_what_is_no_picture_is_refused(team):
    order = at.an_order(S.HANDLING)
    assert does(team.officer, order, "add_evidence").status_code == 422
    bad = SimpleUploadedFile("现场.jpg", b"MZ\x90\x00" * 100, "image/jpeg")
    assert does(team.officer, order, "add_evidence", photos=[bad]).status_code == 415
    assert does(team.officer, order, "add_evidence", photos=photos("现场.jpg")).status_code == 302
    assert "现场.jpg" in page(team.officer, order)


def test_h_95_evidence_by_the_api_is_ones_own_upload(team):
    order, stored = at.an_order(S.HANDLING), a_photo(team.officer)
    address = f"/api/v1/hotline/orders/{order.order_no}/add_evidence/"
    assert client_of(team.officer).post(address, {"upload_id": str(stored.pk)}).status_code == 200
    assert client_of(team.officer).post(address, {"upload_id": str(uuid.uuid4())}).status_code == 404
    others = a_photo(team.assistant)
    assert client_of(team.officer).post(address, {"upload_id": str(others.pk)}).status_code == 404


# 挂账 (H-106, H-107)


def ask_to_shelve(team, clock) -> HotlineOrder:
    clock.set("2026-11-23 10:00")
    order = at.an_order(S.HANDLING, category=SITE_CHECK)
    contact(order, team)
    asked = does(
        team.officer, order, "request_shelving",
        reason="funds", evidence="立项文件", plan_date="2027-03-02", citizen_told="电话告知并征得同意",
    )  # fmt: skip
    assert asked.status_code == 302, asked.content.decode()[-2500:]
    return order


def test_t_22_h_107_two_keys_are_turned_at_two_desks_and_the_ledger_is_looked_at(team, clock):
    order = ask_to_shelve(team, clock)
    assert "/shelve/" not in page(team.leader, order)
    assert does(team.manager, order, "shelve").status_code == 302
    assert status_of(order) == S.HANDLING
    assert "/shelve/" not in page(team.manager, order)
    assert "/shelve/" in page(team.leader, order)
    assert does(team.leader, order, "shelve").status_code == 302
    assert status_of(order) == S.SHELVED
    assert does(team.manager, order, "review_shelving", note="资金仍未到位").status_code == 302
    told = does(
        team.officer, order, "write_off",
        evidence="验收单", photos=photos("完工.jpg"),
        **{key: a_result()[key] for key in ("measures", "result_text")},
    )  # fmt: skip
    assert told.status_code == 302, told.content.decode()[-2500:]
    assert status_of(order) == S.CLOSE_REVIEW


def test_h_107_the_request_waits_in_the_queue_of_whoever_has_the_next_key(team, clock):
    order = ask_to_shelve(team, clock)

    def waiting(account) -> int:
        return {tab.queue.key: tab.count for tab in tabs_for(account)}["requests"]

    assert (waiting(team.manager), waiting(team.leader)) == (1, 0)
    does(team.manager, order, "shelve")
    assert (waiting(team.manager), waiting(team.leader)) == (0, 1)
    assert [one.key for one in queues_for(team.leader)] == ["requests"]
    assert order.order_no in browser(team.leader).get(reverse("hotline:inbox")).content.decode()


def test_t_22_both_keys_by_the_api(team, clock):
    order = ask_to_shelve(team, clock)
    address = f"/api/v1/hotline/orders/{order.order_no}/shelve/"
    assert client_of(team.manager).post(address).status_code == 200
    told = client_of(team.leader).post(address)
    assert (told.status_code, told.json()["status"]) == (200, "shelved")
    noted = client_of(team.manager).post(address.replace("shelve", "review_shelving"), {"note": "看过"})
    assert noted.status_code == 200, noted.json()


# Nothing typed is lost


def test_a_verb_that_a_timer_overtook_comes_back_with_what_was_typed(team):
    order = at.an_order(S.CLOSE_REVIEW)
    told = does(team.officer, order, "submit_result", **a_result(measures="执法队员今天又去了一次"))
    assert told.status_code == 409
    assert "执法队员今天又去了一次" in told.content.decode()
    assert "刚刚有了变化" in told.content.decode()


def test_a_mistyped_article_comes_back_beside_its_box(team):
    agent = at.desk("call_agent")
    order = at.an_order(S.ACCEPTED, order_type="inquiry")
    told = does(agent, order, "answer_directly", article_code="没有这一篇", answer="停车费标准见公示")
    assert told.status_code == 422
    assert "停车费标准见公示" in told.content.decode()


def test_a_mistyped_master_comes_back_beside_its_box(team):
    order = at.an_order(S.ACCEPTED, state_due_at=timezone.now())
    told = does(team.inspector, order, "merge", into="HL20991231000000")
    assert told.status_code == 400
    assert "HL20991231000000" in told.content.decode()
    assert "请核对主单的工单号" in told.content.decode()


def test_a_verb_nobody_knows_is_still_not_there(team):
    assert does(team.officer, at.an_order(S.HANDLING), "fly").status_code == 404
