"""What an applicant does after submitting, page by page: correct, change, choose another way, take back, apply again."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from common.crypto import decrypt_values
from matters.selectors import calendar
from tests.factories import shop
from tests.factories import workflow as at
from workflow import services
from workflow.models import Application
from workflow.services import Handover
from workflow.states import ApplicationStatus, DeliveryMethod, ReviewStatus

D = DeliveryMethod


def browser_of(account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def text(answer) -> str:
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def url(name, application) -> str:
    return reverse(f"workflow:{name}", args=[application.reference])


@pytest.fixture
def on_offer(cast):
    yield from shop.with_users()


@pytest.fixture
def li(cast):
    return browser_of(cast.li)


@pytest.fixture
def filed(on_offer, cast, clock) -> Application:
    clock.set("2026-11-23 10:00")
    application = shop.filed(cast.li, answers={"wants_sign": True}, delivery_method=D.WINDOW)
    shop.complete(cast, application, *shop.UPLOADS)
    return at.now(application)


def facts(**changed) -> dict:
    """The boxes as the page sends them."""
    return {
        "shop_name": "云上便利店",
        "owner_id": shop.OWNER_ID,
        "owner_mobile": shop.OWNER_MOBILE,
        "staff.0.name": "孙店员",
        "staff.0.id_number": shop.CLERK_ID,
        "wants_sign": "true",
    } | changed


# Whose move it is


def test_the_page_says_who_is_at_work_what_comes_next_and_when(li, filed):
    page = text(li.get(url("application", filed)))
    for said in (
        "现在轮到",
        "市市场监管局、市消防救援支队、市公安局",
        "最先办好的是“事项cs-tax”",
        "承诺最迟",
    ):
        assert said in page


def test_a_correction_stands_at_the_top_with_what_is_wrong_and_how_to_mend_it_i31(on_offer, cast, li):
    application = shop.filed(cast.li, answers={"wants_sign": True})
    shop.complete(cast, application, *(set(shop.UPLOADS) - {"cs-licence"}))
    shop.ask(cast, application, "cs-licence", shop.PHOTO)
    page = text(li.get(url("application", application)))
    assert page.index("有 1 份材料要补正") < page.index("现在轮到") < page.index("各部门办到哪一步了")
    assert all(said in page for said in (shop.PHOTO, "复印件不清楚", "请重新扫描，四角完整", "去补正"))


def test_provisional_dates_are_marked_i73(on_offer, cast, li, clock):
    clock.set("2026-12-28 10:00")
    application = shop.filed(cast.li, answers={"wants_sign": True})
    shop.complete(cast, application, *shop.UPLOADS)
    page = text(li.get(url("application", application)))
    assert "暂定：涉及还没有公布放假安排的年份" in page
    assert "日期是暂定的，放假安排公布后可能调整" in page


# Changing a fact


def test_the_form_is_shown_as_it_stands_without_the_delivery(li, filed):
    page = li.get(url("change_facts", filed))
    assert 'value="云上便利店"' in page.content.decode()
    assert "delivery" not in "".join(re.findall(r'name="([^"]+)"', page.content.decode()))


def test_what_the_change_means_is_shown_before_it_counts_i112(li, filed):
    page = text(li.post(url("change_facts", filed), facts(shop_name="云下便利店")))
    for said in ("云上便利店", "云下便利店", "按新内容重新办理", "事项cs-licence", "其他 3 个事项不受影响"):
        assert said in page
    assert decrypt_values(at.now(filed).answers)["shop_name"] == "云上便利店"
    li.post(url("change_facts", filed), facts(shop_name="云下便利店", confirmed="1"))
    assert decrypt_values(at.now(filed).answers)["shop_name"] == "云下便利店"
    assert at.review_of(filed, "cs-licence").round == 1


def test_the_confirmation_sends_exactly_what_was_typed(li, filed):
    page = li.post(url("change_facts", filed), facts(shop_name="云下便利店")).content.decode()
    hidden = dict(re.findall(r'<input type="hidden"\s+name="([^"]+)"\s+value="([^"]*)"', page))
    sent = {key: unescape(value) for key, value in hidden.items() if key in facts()}
    assert sent == facts(shop_name="云下便利店")


def test_confirmed_twice_it_is_one_change(li, filed):
    for _ in range(2):
        answer = li.post(url("change_facts", filed), facts(shop_name="云下便利店", confirmed="1"))
        assert answer.status_code == 302
    assert at.review_of(filed, "cs-licence").round == 1


def test_a_mistake_is_told_beside_its_box_and_nothing_typed_is_lost(li, filed):
    answer = li.post(url("change_facts", filed), facts(owner_id="123", shop_name="云下便利店"))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'id="id_owner_id-error"' in page
    assert 'value="123"' in page
    assert 'value="云下便利店"' in page


def test_a_row_is_added_without_javascript(li, filed):
    page = li.post(url("change_facts", filed), facts(add_row="staff")).content.decode()
    assert 'name="staff.1.name"' in page


def test_where_a_decision_rests_on_it_the_page_says_what_to_do_instead(cast, li, filed):
    at.approve(cast, filed, "cs-licence")
    answer = li.post(url("change_facts", filed), facts(shop_name="云下便利店"))
    assert answer.status_code == 409
    assert "请在拿到结果后向市市场监管局申请变更" in text(answer)


def test_a_neighbour_and_a_department_find_no_way_in(cast, filed):
    for account, status in ((cast.wang, 404), (cast.reviewer("shichang"), 403)):
        for name in ("change_facts", "change_delivery", "withdraw", "apply_again"):
            assert browser_of(account).get(url(name, filed)).status_code == status


# Another way of delivery


def test_the_region_is_picked_and_the_street_typed_i125(li, filed):
    said = {"method": "ems", "region": "990102001001", "street": "和平街 18 号", "together": "false"}
    assert li.post(url("change_delivery", filed), said).status_code == 302
    row = at.now(filed)
    assert row.delivery_address.endswith("和平街 18 号")
    assert not row.deliver_together
    page = li.get(url("change_delivery", filed)).content.decode()
    assert re.search(r'value="990102001001"\s+selected', page)
    assert 'value="和平街 18 号"' in page


def test_a_window_is_picked_and_shown_with_its_hours(li, filed):
    li.post(url("change_delivery", filed), {"method": "window", "window": "lanjiang-hall"})
    page = text(li.get(url("application", filed)))
    assert "澜江区政务服务大厅" in page
    assert "周六上午延时服务" in page


def test_by_post_nowhere_is_told_beside_the_box(li, filed):
    answer = li.post(url("change_delivery", filed), {"method": "ems", "street": " "})
    assert answer.status_code == 422
    assert 'id="id_street-error"' in answer.content.decode()


def handed_over(cast, clock, method, **more) -> Application:
    clock.set("2026-11-23 10:00")
    application = shop.filed(
        cast.li, answers={"wants_sign": True}, delivery_method=method, delivery_address="澜江区18号"
    )
    at.approve_everything(cast, application)
    at.seal(application)
    services.hand_over(application.pk, by=cast.exit1, handover=Handover(method, **more))
    return at.now(application)


def test_the_parcel_is_seen_step_by_step_i128(on_offer, cast, li, clock):
    application = handed_over(cast, clock, D.EMS, waybill="EM123456789CN")
    clock.set("2026-11-24 13:00")
    services.follow_parcels()
    page = text(li.get(url("application", application)))
    assert all(said in page for said in ("EM123456789CN", "交给邮政", "已收寄", "派送中", "澜江区投递部"))


def test_the_code_of_the_locker_is_seen_by_the_applicant_alone_i127(on_offer, cast, li, clock):
    application = handed_over(cast, clock, D.LOCKER)
    code = application.deliveries.get().locker_code
    assert code in text(li.get(url("application", application)))
    for account in (cast.reviewer("shichang"), cast.exit1):
        assert code not in text(browser_of(account).get(url("application", application)))


# Taking back


def test_what_goes_with_it_is_shown_before_it_counts_i138(li, filed):
    assert "有 1 个事项要用它的结果，会一起撤回" in text(li.get(url("withdraw", filed)))
    page = text(li.post(url("withdraw", filed), {"matters": ["cs-licence"]}))
    assert all(
        said in page for said in ("确认撤回吗", "会一起撤回：", "事项cs-sign", "不影响信用", "原件退还")
    )
    assert at.statuses(filed)["cs-licence"] == ReviewStatus.ASSIGNED
    li.post(url("withdraw", filed), {"matters": ["cs-licence"], "confirmed": "1"})
    assert at.statuses(filed) == at.statuses(filed) | {
        "cs-licence": ReviewStatus.WITHDRAWN,
        "cs-sign": ReviewStatus.WITHDRAWN,
        "cs-fire": ReviewStatus.ASSIGNED,
    }


def test_confirmed_twice_everything_is_taken_back_once_i137(li, filed):
    for _ in range(2):
        answer = li.post(url("withdraw", filed), {"what": "all", "confirmed": "1"})
        assert (answer.status_code, answer.url) == (302, url("application", filed))
    assert at.now(filed).status == ApplicationStatus.WITHDRAWN
    assert len(at.documents(filed, "withdrawal_confirmation")) == 1


def test_nothing_chosen_is_told(li, filed):
    answer = li.post(url("withdraw", filed), {"reason": "不开了"})
    assert answer.status_code == 422
    assert 'value="不开了"' in answer.content.decode()


# Again


@pytest.fixture
def withdrawn(cast, filed) -> Application:
    services.withdraw(filed.pk, by=cast.li)
    return at.now(filed)


def test_what_is_taken_over_and_what_is_not_is_said_first_i144(li, withdrawn):
    assert "用原来的材料重新申请" in text(li.get(url("application", withdrawn)))
    page = text(li.get(url("apply_again", withdrawn)))
    for said in ("接着用", shop.LEASE, shop.PLAN, "要重新签", shop.HYGIENE, "系统重新查"):
        assert said in page
    answer = li.post(url("apply_again", withdrawn))
    draft = Application.objects.get(status=ApplicationStatus.DRAFT)
    assert answer.url == reverse("workflow:tasks", args=[draft.pk])


def test_each_page_has_its_price_in_statements(cast, li, filed, statements):
    calendar()
    li.get("/search/")
    for name, most in (("application", 12), ("change_facts", 10), ("change_delivery", 12), ("withdraw", 10)):
        with statements(at_most=most):
            assert li.get(url(name, filed)).status_code == 200
