"""Single matters in the admin: every save is published, searched and told."""

import pytest

from bundles.models import BundleVersion
from bundles.selectors import current
from events.models import EventRecord
from matters.models import Matter, SearchEntry
from matters.services import register
from tests.factories.admin import catalogue_editor, logged_in, page, typed
from tests.factories.matters import matter_facts

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser():
    return logged_in(catalogue_editor())


@pytest.fixture
def matter() -> Matter:
    """In the catalogue, in no bundle."""
    register(matter_facts())
    return Matter.objects.get(code="test-matter")


def form_of(browser, matter: Matter | None = None):
    address = page("matters_matter", "change", matter.pk) if matter else page("matters_matter", "add")
    return browser.get(address).context["adminform"].form


def changed(browser, matter: Matter, **fields: object):
    sent = typed(form_of(browser, matter), **fields)
    return browser.post(page("matters_matter", "change", matter.pk), sent, follow=True)


def test_what_an_editor_changes_is_what_people_apply_for_next(browser, matter):
    changed(browser, matter, promised_days=3, keywords="办证明\n开证明")

    offered = current("single", "test-matter").definition.matters[0]
    assert (offered.promised_days, offered.keywords) == (3, ("办证明", "开证明"))
    assert SearchEntry.objects.get(kind="matter", code="test-matter").promised_days == 3
    told = EventRecord.objects.filter(name="matters.MattersRegistered").latest("id")
    assert told.actor.username == "an_editor"


def test_saving_without_a_change_publishes_no_version(browser, matter):
    changed(browser, matter, promised_days=3)
    changed(browser, matter)

    assert BundleVersion.objects.filter(bundle__code="test-matter").count() == 1


def test_an_editor_adds_a_matter_with_its_papers(browser):
    department = Matter.objects.select_related("department").first().department
    materials = "- name: 申请书\n  source: 表单生成\n- name: 照片\n  source: 申请人提交\n"
    sent = typed(
        form_of(browser), code="new-matter", name="新事项", department=department.pk, type="public_service",
        audience="personal", handling="promised", promised_days=4, result_name="新证明", result_kind="proof",
        materials=materials, levels=["city"],
    )  # fmt: skip

    browser.post(page("matters_matter", "add"), sent)

    offered = current("single", "new-matter").definition.matters[0]
    assert [material.name for material in offered.materials] == ["申请书", "照片"]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"promised_days": 30}, "承诺时限不能长于法定时限"),
        ({"promised_days": 0}, "承诺件的承诺时限至少是 1 个工作日"),
        ({"materials": "- name: 照片"}, "缺少这一项"),
        ({"materials": "- 照片"}, "应是材料的列表"),
        ({"materials": "- name: 照片\n  source: 天上掉的"}, "不在"),
        ({"keywords": "长" * 41}, "超过 40 字"),
        ({"deemed_acceptance": False}, "要写明理由"),
    ],
    ids=["I-48", "no-promise", "no-source", "no-name", "no-such-source", "long-word", "no-reason"],
)
def test_what_is_refused_is_said_on_the_form_and_nothing_typed_is_lost(browser, matter, fields, told):
    text = changed(browser, matter, plain_name="我刚打的字", **fields).content.decode()

    assert told in text
    assert "我刚打的字" in text
    assert Matter.objects.get(code="test-matter").plain_name == ""


def test_what_a_bundle_says_is_changed_in_the_bundle(browser):
    matter = Matter.objects.get(code="licence-verify")

    answer = browser.get(page("matters_matter", "change", matter.pk))

    assert "这个事项属于一件事" in answer.content.decode()
    offered_here = answer.context["adminform"].form.fields
    assert "promised_days" not in offered_here
    assert "plain_name" in offered_here


def test_an_editor_takes_a_matter_down_with_a_reason_and_puts_it_up_again(browser, matter):
    changed(browser, matter, promised_days=3)
    take_down = page("matters_matter", "take_down", matter.pk)

    browser.post(take_down, {"reason": ""})
    assert current("single", "test-matter")

    browser.post(take_down, {"reason": "机构改革"})
    assert current("single", "test-matter") is None
    assert not SearchEntry.objects.filter(kind="matter", code="test-matter").exists()
    assert EventRecord.objects.filter(name="matters.MatterTakenDown", payload__reason="机构改革").exists()

    browser.post(page("matters_matter", "put_up", matter.pk))
    assert current("single", "test-matter").number == 1
    assert SearchEntry.objects.filter(kind="matter", code="test-matter").exists()


def test_a_matter_taken_down_stays_down_when_it_is_edited(browser, matter, deliver_events):
    changed(browser, matter, promised_days=3)
    browser.post(page("matters_matter", "take_down", matter.pk), {"reason": "机构改革"})

    changed(browser, matter, promised_days=2)
    deliver_events()

    assert current("single", "test-matter") is None
    assert not SearchEntry.objects.filter(kind="matter", code="test-matter").exists()


def test_taking_down_twice_is_told(browser, matter):
    for _again in range(2):
        answer = browser.post(page("matters_matter", "take_down", matter.pk), {"reason": "改革"}, follow=True)

    assert "没有在办" in answer.content.decode()


def test_a_clerk_takes_nothing_down(cast, matter):
    answer = logged_in(cast.window1).post(
        page("matters_matter", "take_down", matter.pk), {"reason": "x"}, follow=True
    )

    assert answer.status_code in (403, 405)
    assert Matter.objects.get(pk=matter.pk).published


def test_a_matter_is_found_by_its_everyday_name(browser, matter):
    Matter.objects.filter(pk=matter.pk).update(plain_name="开个证明")

    assert "测试事项办理" in browser.get(page("matters_matter"), {"q": "开个证明"}).content.decode()
