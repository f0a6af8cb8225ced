"""What a catalogue editor does with bundles in the admin, from the file to the people who apply."""

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile

from bundles import services
from bundles.forms import seen_of
from bundles.models import Bundle, BundleDraft, BundleVersion
from bundles.selectors import current
from matters.models import SearchEntry
from tests.factories.admin import catalogue_editor, logged_in, page
from tests.factories.bundles import tea_house

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return catalogue_editor()


@pytest.fixture
def browser(editor):
    return logged_in(editor)


@pytest.fixture
def tea(editor) -> Bundle:
    """The tea house, as it is offered."""
    return services.publish(services.save_draft(tea_house(), by=editor), by=editor).bundle


@pytest.fixture
def draft(editor, tea) -> BundleDraft:
    """One that offers more than the tea house does."""
    return services.save_draft(tea_house(name="开大茶馆一件事"), by=editor)


def uploaded(browser, content: dict | str, **more: str):
    text = content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True)
    file = SimpleUploadedFile("茶馆.yaml", text.encode())
    return browser.post(page("bundles_bundle", "add"), {"file": file, **more})


def saved(browser, draft: BundleDraft, definition: dict | str, seen: str | None = None):
    text = definition if isinstance(definition, str) else yaml.safe_dump(definition, allow_unicode=True)
    sent = {"definition": text, "note": "改", "seen": seen_of(draft) if seen is None else seen}
    return browser.post(page("bundles_bundle", "save", draft.bundle_id), sent, follow=True)


def pressed(browser, verb: str, bundle: Bundle, **sent: str):
    return browser.post(page("bundles_bundle", verb, bundle.pk), sent, follow=True)


def test_an_editor_uploads_checks_and_publishes_a_fourteenth_bundle(browser, editor):
    uploaded(browser, tea_house(), note="第十四件事")
    draft = BundleDraft.objects.get(bundle__code="tea-house")
    assert draft.note == "第十四件事"
    assert "这是第一次发布" in browser.get(page("bundles_bundle", "draft", draft.bundle_id)).content.decode()

    pressed(browser, "publish", draft.bundle, seen=seen_of(draft))

    assert current("bundle", "tea-house").number == 1
    assert BundleVersion.objects.get(bundle__code="tea-house").published_by == editor
    assert SearchEntry.objects.filter(kind="bundle", code="tea-house").exists()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("code: [", "不是有效的 YAML"),
        ("- 一\n- 二", "应是“键: 值”的写法"),
        ("code: tea-house\nname: 茶", "缺少必要的键"),
        ("code: tea-house\ncode: tea-house", "同一个键写了两次"),
    ],
)
def test_an_editor_is_told_what_is_wrong_with_a_file(browser, content, told):
    answer = uploaded(browser, content)

    assert told in answer.content.decode()
    assert "茶馆.yaml:" in answer.content.decode()
    assert not BundleDraft.objects.exists()


def test_an_upload_replaces_a_colleagues_draft_only_when_told_to(browser, draft):
    assert "已有草稿" in uploaded(browser, tea_house(name="另一个名字")).content.decode()

    uploaded(browser, tea_house(name="另一个名字"), replace="on")

    draft.refresh_from_db()
    assert draft.definition["name"] == "另一个名字"


def test_an_editor_reads_what_would_change(browser, draft):
    text = browser.get(page("bundles_bundle", "draft", draft.bundle_id)).content.decode()

    assert "名称：开茶馆一件事 → 开大茶馆一件事" in text
    assert "没有错误" in text


def test_an_editor_begins_from_what_is_offered_and_has_nothing_to_publish_yet(browser, tea):
    text = pressed(browser, "begin", tea).content.decode()

    assert BundleDraft.objects.filter(bundle=tea).exists()
    assert "与现行版本完全一样" in text
    assert "发布这份草稿" not in text


def test_a_draft_with_faults_is_kept_shown_and_not_published(browser, draft):
    text = saved(browser, draft, tea_house(lead_department="市月球局")).content.decode()
    draft.refresh_from_db()

    assert "市月球局" in text
    assert "发布这份草稿" not in text
    assert "市月球局" in pressed(browser, "publish", draft.bundle, seen=seen_of(draft)).content.decode()
    assert current("bundle", "tea-house").number == 1


def test_what_cannot_be_read_is_shown_again_and_nothing_is_lost(browser, draft):
    text = saved(browser, draft, "code: [我打了很多字").content.decode()

    assert "不是有效的 YAML" in text
    assert "我打了很多字" in text
    assert BundleDraft.objects.get().definition["name"] == "开大茶馆一件事"


def test_a_bundle_keeps_its_code(browser, draft):
    assert "编码不能改" in saved(browser, draft, tea_house(code="tea-garden")).content.decode()


def test_of_two_editors_the_second_is_told_and_overwrites_nothing(browser, draft):
    on_the_screen = seen_of(draft)
    services.save_draft(tea_house(name="同事改过的"), by=catalogue_editor("a_colleague"))

    text = saved(browser, draft, tea_house(name="我改过的"), seen=on_the_screen).content.decode()

    assert "a_colleague 已改过这份草稿" in text
    assert BundleDraft.objects.get().definition["name"] == "同事改过的"


def test_an_editor_publishes_only_the_draft_that_was_on_the_screen(browser, draft):
    on_the_screen = seen_of(draft)
    services.save_draft(tea_house(name="同事改过的"), by=catalogue_editor("a_colleague"))

    assert "改过" in pressed(browser, "publish", draft.bundle, seen=on_the_screen).content.decode()

    assert current("bundle", "tea-house").number == 1


def test_a_draft_is_thrown_away(browser, draft):
    pressed(browser, "discard", draft.bundle)

    assert not BundleDraft.objects.exists()
    assert current("bundle", "tea-house").number == 1


def test_a_bundle_that_was_never_published_goes_with_its_draft(browser, editor):
    draft = services.save_draft(tea_house(), by=editor)

    assert pressed(browser, "discard", draft.bundle).status_code == 200

    assert not Bundle.objects.filter(code="tea-house").exists()


def test_an_editor_withdraws_with_a_reason_and_offers_again(browser, tea):
    pressed(browser, "withdraw", tea, reason=" ")
    assert current("bundle", "tea-house")

    pressed(browser, "withdraw", tea, reason="政策调整")
    assert current("bundle", "tea-house") is None
    assert not SearchEntry.objects.filter(kind="bundle", code="tea-house").exists()

    pressed(browser, "resume", tea)
    assert current("bundle", "tea-house").number == 1
    assert SearchEntry.objects.filter(kind="bundle", code="tea-house").exists()


def test_every_version_is_told_apart_from_the_one_before(browser, editor, draft):
    version = services.publish(draft, by=editor)

    text = browser.get(page("bundles_bundleversion", "change", version.pk)).content.decode()

    assert "名称：开茶馆一件事 → 开大茶馆一件事" in text
    assert "code: tea-house\nname: 开大茶馆一件事" in text


@pytest.mark.parametrize("verb", ["begin", "save", "publish", "discard", "withdraw", "resume"])
def test_a_window_clerk_does_none_of_it(cast, draft, verb):
    cast.window1.is_staff = True
    cast.window1.save(update_fields=["is_staff"])

    assert pressed(logged_in(cast.window1), verb, draft.bundle, reason="不许").status_code == 403

    assert current("bundle", "tea-house").number == 1
    assert BundleDraft.objects.filter(pk=draft.pk).exists()


@pytest.mark.parametrize("verb", ["begin", "save", "publish", "discard", "resume"])
def test_looking_changes_nothing(browser, draft, verb):
    assert browser.get(page("bundles_bundle", verb, draft.bundle_id)).status_code == 405


def test_what_was_done_is_in_the_log_of_the_admin(browser, editor, draft):
    pressed(browser, "publish", draft.bundle, seen=seen_of(draft))

    assert [entry.get_change_message() for entry in editor.logentry_set.all()] == ["已发布新版本"]
