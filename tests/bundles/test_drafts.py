import pytest

from bundles import services
from bundles.models import Bundle, BundleDraft, BundleVersion
from bundles.selectors import current, definition_of
from bundles.spec import Kind, read
from common.errors import BadInput, NotFound, Refused, WrongState
from events.models import EventRecord
from identity.models import Account
from matters.models import SearchEntry
from tests.factories.bundles import FILES, bundle, tea_house

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return Account.objects.create(username="an-editor")


@pytest.fixture
def published(editor):
    """The tea house, published by the editor."""
    return services.publish(services.save_draft(tea_house(), by=editor), by=editor)


def test_an_editor_drafts_and_publishes_a_new_bundle(editor):
    draft = services.save_draft(tea_house(), by=editor, note="新的一件事")
    assert current("bundle", "tea-house") is None

    version = services.publish(draft, by=editor)

    assert (version.number, version.published_by) == (1, editor)
    assert current("bundle", "tea-house").version_id == version.pk
    assert current("single", "th-sign").number == 1
    assert not BundleDraft.objects.exists()


def test_an_unsound_draft_is_kept_and_not_published(editor):
    draft = services.save_draft(tea_house(lead_department="市月球局"), by=editor)

    with pytest.raises(Refused, match="市月球局"):
        services.publish(draft, by=editor)

    assert BundleDraft.objects.get() == draft
    assert not BundleVersion.objects.filter(bundle__code="tea-house").exists()


def test_what_cannot_be_read_is_not_even_kept(editor):
    with pytest.raises(BadInput):
        services.save_draft({"code": "tea-house"}, by=editor)


def test_a_single_matter_is_not_drafted(editor):
    with pytest.raises(Refused):
        services.save_draft(tea_house(kind="single"), by=editor)


def test_a_draft_begins_from_the_current_version(editor, published):
    draft = services.begin_draft("tea-house", by=editor)

    assert draft.based_on == published
    assert read(draft.definition) == definition_of(published.pk)
    assert services.begin_draft("tea-house", by=editor) == draft


def test_an_editor_is_told_when_somebody_published_in_between(editor, published):
    newer = services.save_draft(tea_house(summary="快一步。"), by=editor)
    services.publish(newer, by=editor)
    draft = BundleDraft.objects.create(bundle=published.bundle, definition=tea_house(), based_on=published)

    with pytest.raises(WrongState, match="新版本"):
        services.publish(draft, by=editor)


def test_a_draft_may_not_take_another_code(editor, published):
    draft = services.begin_draft("tea-house", by=editor)
    draft.definition = tea_house(code="tea-palace")

    with pytest.raises(Refused, match="tea-house"):
        services.publish(draft, by=editor)


def test_a_discarded_draft_of_a_new_bundle_leaves_nothing(editor):
    services.discard_draft(services.save_draft(tea_house(), by=editor))

    assert not Bundle.objects.filter(code="tea-house").exists()


def test_a_discarded_draft_leaves_what_is_published(editor, published):
    services.discard_draft(services.begin_draft("tea-house", by=editor))

    assert current("bundle", "tea-house").version_id == published.pk


def test_nothing_to_begin_from_is_said(editor):
    Bundle.objects.create(kind="bundle", code="empty", name="空", changed_at="2026-01-01T00:00:00Z")

    with pytest.raises(NotFound, match="empty"):
        services.begin_draft("empty", by=editor)


def test_a_withdrawn_bundle_is_offered_no_longer_and_keeps_its_versions(editor, published):
    services.withdraw(Kind.BUNDLE, "tea-house", reason="政策调整", by=editor)

    assert current("bundle", "tea-house") is None
    assert definition_of(published.pk).name == "开茶馆一件事"
    assert not SearchEntry.objects.filter(kind="bundle", code="tea-house").exists()
    assert EventRecord.objects.about("bundle:tea-house").filter(name="bundles.BundleWithdrawn").exists()


def test_withdrawing_needs_a_reason_and_something_on_offer(editor, published):
    with pytest.raises(Refused, match="原因"):
        services.withdraw(Kind.BUNDLE, "tea-house", reason=" ", by=editor)
    with pytest.raises(NotFound):
        services.withdraw(Kind.BUNDLE, "no-such-house", reason="政策调整", by=editor)


def test_a_new_version_brings_a_withdrawn_bundle_back(editor, published):
    services.withdraw(Kind.BUNDLE, "tea-house", reason="政策调整", by=editor)
    services.publish(services.save_draft(tea_house(summary="重新开办。"), by=editor), by=editor)

    assert current("bundle", "tea-house").number == 2


# Comparing


def test_a_bundle_does_not_differ_from_itself():
    assert services.compare(bundle(FILES[0]), bundle(FILES[0])) == []


def test_differences_are_sentences():
    raw = tea_house(lead_department="市公安局")
    raw["matters"][1] |= {"promised_days": 3, "depends_on": []}
    raw["matters"][0]["materials"][1]["deferrable_days"] = 2
    raw["matters"].pop()
    raw["questions"][1]["text"] = "几个座位？"
    raw["form"][0]["fields"][0]["required"] = False
    raw["after"]["days"] = 8

    assert services.compare(read(tea_house()), read(raw)) == [
        "牵头部门：市市场监管局 → 市公安局",
        "办理后：3个环节、3份材料、10天、跑0次 → 3个环节、3份材料、8天、跑0次",
        "问题 seats 问题：有多少座位？ → 几个座位？",
        "事项删去 th-sign",
        "事项 th-health 承诺时限：5 → 3",
        "事项 th-health 前置事项：th-licence → 无",
        "材料删去 th-sign/安全承诺",
        "材料 th-licence/租赁合同 补交期限：3 → 2",
        "表单 owner_id 必填：是 → 否",
    ]


def test_versions_are_compared_as_they_were_published(editor, published):
    second = services.publish(services.save_draft(tea_house(summary="更快了。"), by=editor), by=editor)

    assert services.compare_versions(published, second) == [
        "简介：办执照、卫生许可、挂招牌，一次办好。 → 更快了。"
    ]
