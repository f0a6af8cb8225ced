"""While an agent types: open orders that say the like, and what is known of the street right now (H-130, H-171)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hotline import services
from hotline.models import Article
from hotline.states import ArticleKind, ArticleState
from hotline.states import OrderStatus as S
from identity.models import Region
from tests.factories import hotline as at

pytestmark = pytest.mark.django_db

SAID = "小区门口每天都有人乱停车，停车位被占，车出不去。"


@pytest.fixture
def agent(cast):
    client = Client()
    client.force_login(at.desk("call_agent"))
    return client


def beside(client, **said) -> str:
    answer = client.post(reverse("hotline:intake_similar"), said)
    assert answer.status_code == 200
    return answer.content.decode()


def known(status: S = S.HANDLING, **facts):
    order = at.an_order(status, **{"title": "乱停车", "text": SAID, "redacted": SAID, **facts})
    services.index_words(order.pk)
    return order


def test_h130_open_orders_that_say_the_like_are_shown_with_whose_they_are(agent):
    order = known()
    told = beside(agent, text=SAID)
    assert order.order_no in told
    assert "市城市管理局" in told
    assert "王小二" not in told
    assert order.phone not in told


def test_what_is_over_secret_or_about_something_else_is_not(agent):
    over = known(S.ARCHIVED, archived_at=timezone.now())
    secret = known(confidential="secret")
    other = known(category="0602", title="停水", text="家里停水三天了。", redacted="家里停水三天了。")
    told = beside(agent, text=SAID)
    for order in (over, secret, other):
        assert order.order_no not in told


def an_outage(region: Region, **facts) -> Article:
    now = timezone.now()
    row = {
        "code": "OUT-1",
        "version": 1,
        "kind": ArticleKind.OUTAGE,
        "state": ArticleState.PUBLISHED,
        "title": "和平街道周三停水",
        "answer": "管网改造，预计晚八点恢复。",
        "basis": "停水公告〔2026〕18号",
        "owner": at.department("shuiwuju"),
        "region": region,
        "starts_at": now - timedelta(hours=1),
        "ends_at": now + timedelta(hours=8),
        "published_at": now,
        "valid_from": timezone.localdate(),
        "review_due": timezone.localdate() + timedelta(days=30),
    }
    return Article.objects.create(**{**row, **facts})


def test_h171_a_planned_stop_of_supply_is_beside_the_form_of_its_street_and_no_other(agent):
    here, there = Region.objects.filter(kind=Region.Kind.STREET).order_by("code")[:2]
    an_outage(here)
    assert "和平街道周三停水" in beside(agent, region=here.code)
    assert "和平街道周三停水" not in beside(agent, region=there.code)
    assert "和平街道周三停水" not in beside(agent, text="家里停水了")


def test_h171_one_that_is_over_is_gone(agent):
    here = Region.objects.filter(kind=Region.Kind.STREET).order_by("code").first()
    now = timezone.now()
    an_outage(here, starts_at=now - timedelta(days=2), ends_at=now - timedelta(days=1))
    assert "和平街道周三停水" not in beside(agent, region=here.code)


def test_only_agents_look_beside_the_form(cast):
    client = Client()
    client.force_login(cast.li)
    assert client.post(reverse("hotline:intake_similar"), {"text": SAID}).status_code == 403
