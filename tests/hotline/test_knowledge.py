"""What agents answer from: two people stand for it, what it rests on may change, and anybody may doubt it."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import InternalError, transaction
from django.db.utils import IntegrityError
from django.utils import timezone

from bundles.events import BundlePublished
from common.errors import BadInput, NotAllowed, NotFound, Refused, WrongState
from common.fixtures import read
from events import publish
from hotline import services
from hotline.events import OrderReplied
from hotline.models import Article, ArticleDoubt
from hotline.selectors import outages_for, search_articles, usable_article
from hotline.services import Wording
from hotline.states import ArticleKind, ArticleState, Confidentiality, OrderStatus, OrderType
from identity.models import Region
from identity.roles import Role
from matters.events import MattersRegistered
from matters.models import Matter
from tests.factories import hotline as at

pytestmark = pytest.mark.django_db
ARTICLES = Path(__file__).resolve().parents[2] / "fixtures" / "hotline" / "articles.yaml"


def wording(**facts) -> Wording:
    known = {
        "title": "老年卡怎么办",
        "questions": ["老人坐公交免费吗", "敬老卡在哪里办"],
        "answer": "年满65周岁的老人可以办理老年人优待公交卡，1个工作日办结，不收费。",
        "basis": "云澜市老年人优待规定",
        "owner": at.department("jiaotong"),
        "matter_code": "jt-bus-card",
    }
    return Wording(**{**known, **facts})


@pytest.fixture
def editor():
    return at.desk(Role.EDITOR)


@pytest.fixture
def owner():
    return at.desk(Role.REVIEWER, department="jiaotong")


def in_force(editor, owner, **facts) -> Article:
    """Written by an agent, confirmed by the owner, published by the editor."""
    draft = services.draft_article(wording(**facts), by=at.desk(Role.CALL_AGENT))
    services.confirm_article(draft.pk, by=owner)
    return services.publish_article(draft.pk, by=editor)


# H-180


def test_h_180_an_author_does_not_publish_alone(editor, owner):
    draft = services.draft_article(wording(), by=editor)
    services.confirm_article(draft.pk, by=owner)
    with pytest.raises(NotAllowed, match="起草人不能发布"):
        services.publish_article(draft.pk, by=editor)
    assert services.publish_article(draft.pk, by=at.desk(Role.EDITOR)).state == ArticleState.PUBLISHED


def test_h_180_nothing_is_published_that_the_owner_has_not_confirmed(editor):
    draft = services.draft_article(wording(), by=at.desk(Role.CALL_AGENT))
    with pytest.raises(WrongState):
        services.publish_article(draft.pk, by=editor)


def test_h_180_only_the_owner_confirms(editor):
    draft = services.draft_article(wording(), by=at.desk(Role.CALL_AGENT))
    with pytest.raises(NotFound):
        services.confirm_article(draft.pk, by=at.desk(Role.REVIEWER, department="gongan"))
    with pytest.raises(NotAllowed, match="责任部门"):
        services.confirm_article(draft.pk, by=editor)


def test_h_180_a_department_drafts_nothing_for_another():
    with pytest.raises(NotAllowed):
        services.draft_article(wording(), by=at.desk(Role.REVIEWER, department="gongan"))


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"questions": [" "]}, "常见问法"),
        ({"answer": "可以办。"}, "至少 20 个字"),
        ({"basis": ""}, "依据"),
        ({"review_due": timezone.localdate() + timedelta(days=181)}, "180 天"),
        ({"kind": ArticleKind.OUTAGE}, "开始和结束时间"),
    ],
)
def test_h_180_an_article_that_nobody_could_stand_for_is_refused(wrong, reason):
    with pytest.raises(Refused, match=reason):
        services.draft_article(wording(**wrong), by=at.desk(Role.CALL_AGENT))


def test_h_180_a_new_version_takes_the_place_of_the_old_one(editor, owner):
    first = in_force(editor, owner)
    second = services.revise_article(first.code, wording(title="老年卡在哪办"), by=owner)
    assert usable_article(first.code).version == 1
    services.confirm_article(second.pk, by=owner)
    services.publish_article(second.pk, by=editor)
    assert usable_article(first.code).version == 2
    first.refresh_from_db()
    assert (first.state, first.title) == (ArticleState.EXPIRED, "老年卡怎么办")


def test_h_180_the_words_of_a_version_are_never_rewritten(editor, owner):
    article = in_force(editor, owner)
    with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(answer="现在要收费了。")


# H-24


def test_h_24_an_expired_article_cannot_be_chosen(editor, owner, time_machine):
    today = timezone.localdate()
    article = in_force(editor, owner, valid_to=today + timedelta(days=30))
    assert usable_article(article.code) == article
    time_machine.move_to(timezone.now() + timedelta(days=31))
    with pytest.raises(Refused, match="已经失效"):
        usable_article(article.code)
    assert services.expire_articles() >= 1
    article.refresh_from_db()
    assert article.state == ArticleState.EXPIRED


def test_h_24_h_180_an_article_whose_review_was_missed_cannot_be_chosen(editor, owner, time_machine):
    article = in_force(editor, owner)
    time_machine.move_to(timezone.now() + timedelta(days=181))
    with pytest.raises(Refused, match="没有按期复核"):
        usable_article(article.code)


def test_h_24_a_draft_is_nobodys_answer():
    draft = services.draft_article(wording(), by=at.desk(Role.CALL_AGENT))
    with pytest.raises(NotFound):
        usable_article(draft.code)


# H-181


def test_h_181_a_changed_matter_makes_its_articles_stale_at_once(deliver_events):
    publish(MattersRegistered(codes=["ga-id-lost"]))
    deliver_events()
    with pytest.raises(Refused, match="已有变化"):
        usable_article("id-card-lost")
    assert usable_article("ebike-plate").matter_code == "jj-ebike"


def test_h_181_a_new_version_of_a_bundle_makes_its_articles_stale(deliver_events):
    publish(BundlePublished(kind="bundle", code="newborn", number=9, version_id=1))
    deliver_events()
    with pytest.raises(Refused, match="已有变化"):
        usable_article("newborn-bundle")


def test_h_181_an_article_published_after_the_change_knew_of_it(editor, owner, deliver_events):
    publish(MattersRegistered(codes=["jt-bus-card"]))
    article = in_force(editor, owner)
    deliver_events()
    assert usable_article(article.code) == article


# H-182


def test_h_182_a_doubt_is_answered_within_one_working_day(clock, editor):
    clock.set("2026-12-04 10:00")
    article = usable_article("ebike-plate")
    doubt = services.doubt_article(article.pk, "现在要带头盔了", by=at.desk(Role.CALL_AGENT))
    assert doubt.due_at == clock.set("2026-12-07 16:30")
    services.settle_doubt(doubt.pk, "核实有误，已通知交警支队修订", by=editor, wrong=True)
    with pytest.raises(Refused):
        usable_article("ebike-plate")
    with pytest.raises(WrongState):
        services.settle_doubt(doubt.pk, "再处理一次", by=editor, wrong=False)


def test_h_182_a_doubt_that_was_wrong_leaves_the_article_in_use(editor):
    article = usable_article("ebike-plate")
    doubt = services.doubt_article(
        article.pk, "是不是要收费", by=at.desk(Role.REVIEWER, department="jiaoguan")
    )
    services.settle_doubt(doubt.pk, "核实不收费", by=editor, wrong=False)
    assert usable_article("ebike-plate") == article
    assert ArticleDoubt.objects.get().settled_by == editor


def test_h_182_a_citizen_does_not_report_errors_at_the_desk(cast):
    with pytest.raises(NotAllowed):
        services.doubt_article(usable_article("ebike-plate").pk, "不对", by=cast.li)
    with pytest.raises(BadInput):
        services.doubt_article(usable_article("ebike-plate").pk, " ", by=at.desk(Role.CALL_AGENT))


def an_answered_inquiry(**facts):
    known = {
        "order_type": OrderType.INQUIRY,
        "title": "王小二问犬证年检",
        "result_text": "犬证每年年检一次，王小二可以带免疫证明到派出所办理，电话0990-5503151。",
        "legal_basis": "云澜市养犬管理规定",
        "category": "0806",
    }
    order = at.an_order(OrderStatus.CALLBACK, **{**known, **facts})
    order.host = at.department("gongan")
    order.save(update_fields=["host"])
    return order


def test_h_182_an_inquiry_answered_by_a_department_proposes_a_draft_without_the_person(deliver_events):
    order = an_answered_inquiry()
    for _again in range(2):
        publish(OrderReplied(order_id=order.pk, order_no=order.order_no, handle_result="explained"))
    deliver_events()
    draft = Article.objects.get(proposed_by_order=order)
    assert (draft.state, draft.owner.code, draft.category_l2) == (ArticleState.DRAFT, "gongan", "0806")
    assert "王小二" not in draft.title + draft.answer
    assert "5503151" not in draft.answer


@pytest.mark.parametrize(
    "facts",
    [
        {"order_type": OrderType.COMPLAINT},
        {"confidential": Confidentiality.SECRET},
        {"article_code": "dog-licence"},
    ],
)
def test_h_182_what_is_no_new_answer_proposes_nothing(facts):
    assert services.propose_article(an_answered_inquiry(**facts).pk) is None


# Searching


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("身份证掉了咋整", "id-card-lost"),
        ("老板跑路不发工资", "wage-arrears"),
        ("冬天出远门想把暖气停了", "heat-suspension"),
        ("租房子可以取公积金吗", "provident-fund-rent"),
        ("带爸妈去上海住院怎么报", "medical-elsewhere"),
        ("宝宝上户口", "newborn-bundle"),
    ],
)
def test_everyday_words_find_the_answer_in_one_statement(asked, code, statements):
    with statements(at_most=1):
        hits = search_articles(asked)
    assert hits[0].code == code


def test_h_24_what_may_not_be_used_is_not_found(editor, owner):
    Article.objects.filter(code="id-card-lost").update(state=ArticleState.STALE)
    assert "id-card-lost" not in {hit.code for hit in search_articles("身份证丢了")}


# H-171


def an_outage(editor, **facts) -> Article:
    starts = timezone.now() + timedelta(hours=12)
    known = {
        "title": "松风街道停水公告",
        "questions": ["松风街道为什么停水", "听松里什么时候来水"],
        "answer": "因更换主管道，松风街道明日8时至18时停水，请提前储水，供水后先放一会儿再用。",
        "basis": "市供水公司停水公告",
        "owner": at.department("gongshui"),
        "matter_code": "",
        "category_l2": "0601",
        "region": Region.objects.get(code="990103001"),
        "kind": ArticleKind.OUTAGE,
        "starts_at": starts,
        "ends_at": starts + timedelta(hours=10),
    }
    utility = at.desk(Role.REVIEWER, department="gongshui")
    draft = services.draft_article(wording(**{**known, **facts}), by=utility)
    services.confirm_article(draft.pk, by=at.desk(Role.CHIEF_REPRESENTATIVE, department="gongshui"))
    return services.publish_article(draft.pk, by=editor)


@pytest.mark.parametrize(
    ("region", "category", "shown"),
    [
        ("990103001001", "0601", True),
        ("990103001", "0601", True),
        ("990103002", "0601", False),
        ("990103001", "0602", False),
    ],
)
def test_h_171_a_call_from_the_region_about_the_supply_is_shown_the_notice(editor, region, category, shown):
    notice = an_outage(editor)
    order = at.an_order(category=category, region=Region.objects.get(code=region))
    assert (notice in outages_for(order)) is shown


def test_h_171_before_it_comes_near_and_after_it_is_over_it_is_not_shown(editor):
    notice = an_outage(editor)
    order = at.an_order(category="0601", region=notice.region)
    assert notice not in outages_for(order, at=notice.starts_at - timedelta(hours=49))
    assert notice in outages_for(order, at=notice.ends_at - timedelta(minutes=1))
    assert notice not in outages_for(order, at=notice.ends_at + timedelta(minutes=1))


def test_h_171_h_24_calls_are_answered_with_the_notice_until_it_is_over(editor, time_machine):
    notice = an_outage(editor)
    assert usable_article(notice.code) == notice
    assert search_articles("听松里停水了", region=notice.region)[0].code == notice.code
    time_machine.move_to(notice.ends_at + timedelta(minutes=1))
    with pytest.raises(Refused):
        usable_article(notice.code)


# The file


def test_loading_the_same_file_twice_changes_nothing():
    assert not services.load_articles(ARTICLES)
    assert Article.objects.usable(timezone.now(), timezone.localdate()).count() == len(read(ARTICLES))


def test_what_the_file_says_agrees_with_the_catalogue():
    for article in Article.objects.exclude(matter_code="").select_related("owner"):
        matter = Matter.objects.select_related("department").get(code=article.matter_code)
        assert article.owner == matter.department, article.code
        if matter.promised_days and article.code != "id-card-lost":
            assert f"{matter.promised_days}个工作日" in article.answer or "当天办结" in article.answer, (
                article.code
            )


def test_h_180_a_changed_row_of_the_file_is_a_new_version(tmp_path):
    path = tmp_path / "articles.yaml"
    path.write_text(ARTICLES.read_text().replace("工本费10元。身体条件", "不收费。身体条件"))
    assert services.load_articles(path).changed == {"driving-licence-renewal": ["answer"]}
    assert usable_article("driving-licence-renewal").version == 2


def test_h_181_loading_the_file_again_does_not_bring_a_stale_answer_back():
    Article.objects.filter(code="id-card-lost").update(state=ArticleState.STALE)
    assert not services.load_articles(ARTICLES)
    with pytest.raises(Refused):
        usable_article("id-card-lost")


def test_a_row_that_names_nobody_is_refused(tmp_path):
    path = tmp_path / "articles.yaml"
    path.write_text(ARTICLES.read_text().replace("owner: jiaoguan", "owner: nobody"))
    with pytest.raises(BadInput, match="没有代码为“nobody”的部门"):
        services.load_articles(path)


def test_valid_from_is_a_day_of_the_file():
    assert all(one.valid_from <= date.today() for one in Article.objects.all())
