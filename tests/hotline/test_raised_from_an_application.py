"""Raised from an application's page the number comes along, and the page shows what became of it (H-60)."""

import pytest
from django.test import Client
from django.urls import reverse

from bundles.models import BundleVersion
from bundles.selectors import offers
from hotline import services
from hotline.models import HotlineOrder, Supplement
from hotline.states import Channel
from hotline.states import OrderStatus as S
from notifications.models import Message
from tests.factories import hotline as at
from tests.factories import workflow as filings
from tests.factories.hotline_team import a_team
from workflow.models import Application

pytestmark = pytest.mark.django_db


def browser(account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def raise_it(client, reference: str, **changed):
    page = client.get(reverse("hotline:new"), {"about": reference})
    form = page.context["form"]
    kept = {name: form[name].value() or "" for name in ("form_id", "about", "contact_name", "phone")}
    said = {
        **kept,
        "order_type": "complaint",
        "text": "消防验收过了期限还没有答复，打电话也没有人接。",
    }
    return page, client.post(reverse("hotline:new"), {**said, **changed})


def test_h60_the_number_comes_along_and_the_page_shows_the_order(cast):
    application = filings.filed(cast.li)
    li = browser(cast.li)
    whole = li.get(reverse("workflow:application", args=[application.reference])).content.decode()
    assert f"/hotline/new/?about={application.reference}" in whole
    page, answer = raise_it(li, application.reference)
    assert f"关于办件 {application.reference}" in page.content.decode()
    assert answer.status_code == 302
    order = HotlineOrder.objects.get()
    assert (order.application, order.channel, order.bundle_code) == (
        application,
        Channel.PORTAL_CASE,
        "newborn",
    )
    shown = li.get(reverse("hotline:about", args=[application.reference])).content.decode()
    assert order.order_no in shown
    assert order.query_code not in shown


def test_h60_of_a_single_matter_its_code_comes_along(cast):
    code = offers("single")[0].definition.code
    application = filings.filed(cast.li)
    version = BundleVersion.objects.filter(bundle__code=code, bundle__kind="single").latest("pk")
    Application.objects.filter(pk=application.pk).update(bundle_version=version)
    raise_it(browser(cast.li), application.reference)
    assert HotlineOrder.objects.get().matter_code == code


def test_nobody_raises_anything_about_somebody_elses_application(cast):
    application = filings.filed(cast.li)
    wang = browser(cast.wang)
    _page, refused = raise_it(wang, application.reference, phone="13911112222")
    assert refused.status_code in {404, 422}
    assert "没有找到这个办件" in refused.content.decode()
    assert "消防验收过了期限" in refused.content.decode()
    assert not HotlineOrder.objects.exists()
    raise_it(browser(cast.li), application.reference)
    number = HotlineOrder.objects.get().order_no
    assert number not in wang.get(reverse("hotline:about", args=[application.reference])).content.decode()


# What the complainant hears


def test_h152_the_question_is_told_and_answered_where_it_is_asked(cast, deliver_events):
    team = a_team()
    order = at.an_order(S.HANDLING, person=cast.li.person, contact_name="李明")
    services.ask_supplement(order.pk, by=team.officer, question="车牌号后四位是多少？")
    deliver_events()
    assert Message.objects.filter(person=cast.li.person, template="hotline_question").exists()
    li = browser(cast.li)
    own = reverse("hotline:own", args=[order.order_no])
    assert "车牌号后四位是多少？" in li.get(own).content.decode()
    said = {"supplement-text": "后四位是 6Q32"}
    assert li.post(reverse("hotline:own_act", args=[order.order_no, "supplement"]), said).status_code == 302
    assert Supplement.objects.filter(hotline_order=order).exists()
    assert "承办单位请您补充" not in li.get(own).content.decode()


def test_h21_whoever_is_guided_elsewhere_hears_of_it_without_a_word_of_the_matter(cast, deliver_events):
    agent = at.desk("call_agent")
    order = at.an_order(S.REGISTERED, person=cast.li.person, contact_name="李明")
    services.guide_elsewhere(order.pk, by=agent, reason="litigation", channel="请向云澜市人民法院申请再审。")
    deliver_events()
    told = Message.objects.filter(person=cast.li.person, template="hotline_guided")
    assert told.exists()
    assert all("法院" not in one.text for one in told)
