from io import StringIO

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from bundles import services
from bundles.models import Bundle, BundleVersion
from bundles.selectors import current
from bundles.services import Outcome
from events.models import EventRecord
from matters.models import Matter, SearchEntry
from tests.factories.bundles import material, matter, tea_house

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf(tmp_path):
    """Writes a definition to a file of its own and gives the path."""

    def put(raw, name="tea-house.yaml"):
        path = tmp_path / name
        path.write_text(yaml.safe_dump(raw, allow_unicode=True, sort_keys=False), encoding="utf-8")
        return path

    return put


def only(report):
    return report.files[0]


def test_a_fourteenth_bundle_costs_one_file(shelf):
    loaded = only(services.load([shelf(tea_house())]))

    assert (loaded.outcome, loaded.number, loaded.reasons) == (Outcome.PUBLISHED, 1, [])
    assert current("bundle", "tea-house").definition.name == "开茶馆一件事"
    assert Matter.objects.get(code="th-sign").department.name == "市公安局"
    assert SearchEntry.objects.filter(kind="bundle", code="tea-house").exists()
    assert current("single", "th-health").definition.matters[0].depends_on == ()


def test_the_same_file_again_changes_nothing(shelf):
    path = shelf(tea_house())
    services.load([path])
    before = (BundleVersion.objects.count(), EventRecord.objects.count())

    report = services.load([path])

    assert only(report).outcome is Outcome.UNCHANGED
    assert report.singles_published == 0
    assert (BundleVersion.objects.count(), EventRecord.objects.count()) == before


def test_another_order_of_keys_is_the_same_content(shelf):
    raw = tea_house()
    services.load([shelf(raw)])

    assert only(services.load([shelf(dict(reversed(raw.items())))])).outcome is Outcome.UNCHANGED


def test_a_changed_file_makes_the_next_version_and_leaves_the_first_as_it_was(shelf):
    services.load([shelf(tea_house())])
    first = current("bundle", "tea-house")

    loaded = only(services.load([shelf(tea_house(summary="更快了。"))]))

    second = current("bundle", "tea-house")
    assert (loaded.number, second.number) == (2, 2)
    assert second.definition.summary == "更快了。"
    assert (
        BundleVersion.objects.get(pk=first.version_id).definition["summary"]
        == "办执照、卫生许可、挂招牌，一次办好。"
    )
    assert Bundle.objects.get(code="tea-house").versions.count() == 2


def test_publishing_is_told(shelf):
    services.load([shelf(tea_house())])

    told = EventRecord.objects.about("bundle:tea-house").get()
    assert told.name == "bundles.BundlePublished"
    assert told.payload["number"] == 1


def test_the_thirteen_are_already_there_and_load_again_unchanged():
    report = services.load()

    assert [loaded.outcome for loaded in report.files] == [Outcome.UNCHANGED] * 13
    assert (report.singles_published, report.refused_singles) == (0, [])


def test_every_published_matter_can_be_applied_for_by_itself():
    assert all(current("single", code) for code in Matter.objects.published().values_list("code", flat=True))


@pytest.mark.parametrize(
    "change", ["UPDATE bundles_bundleversion SET number = number + 100", "DELETE FROM bundles_bundleversion"]
)
def test_the_database_refuses_to_change_what_was_published(change):
    with (
        pytest.raises(DatabaseError, match="never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)


def test_a_misspelt_key_is_refused_with_file_line_and_key(shelf):
    raw = tea_house()
    raw["matters"][1]["promissed_days"] = 3

    loaded = only(services.load([shelf(raw)]))

    assert loaded.outcome is Outcome.REFUSED
    assert "tea-house.yaml:" in loaded.reasons[0]
    assert "promissed_days" in loaded.reasons[0]
    assert current("bundle", "tea-house") is None


def test_a_wrong_value_is_refused_at_its_line(shelf):
    raw = tea_house()
    raw["matters"][2]["promised_days"] = "两天"
    path = shelf(raw)
    lines = path.read_text(encoding="utf-8").splitlines()

    reason = only(services.load([path])).reasons[0]

    line = int(reason.split("tea-house.yaml:")[1].split(" ")[0])
    assert lines[line - 1].strip() == "promised_days: 两天"


def test_a_finding_names_the_line_of_its_offender(shelf):
    raw = tea_house()
    raw["matters"][1]["department"] = "市月球局"
    path = shelf(raw)
    lines = path.read_text(encoding="utf-8").splitlines()

    reason = only(services.load([path])).reasons[0]

    line = int(reason.split("tea-house.yaml:")[1].split("：")[0])
    assert lines[line - 1].strip() == "- code: th-health"
    assert reason.endswith("th-health：部门 市月球局 不存在")


@pytest.mark.parametrize("text", ["- 一", "code: [", "", "code: a\ncode: b", "一句话"])
def test_what_is_no_definition_is_refused(tmp_path, text):
    path = tmp_path / "odd.yaml"
    path.write_text(text, encoding="utf-8")

    assert only(services.load([path])).outcome is Outcome.REFUSED


def test_bytes_that_are_no_text_are_refused(tmp_path):
    path = tmp_path / "odd.yaml"
    path.write_bytes(b"\xff\xfe\x00")

    assert only(services.load([path])).outcome is Outcome.REFUSED


def test_one_bad_file_does_not_keep_the_others_out(shelf):
    good = shelf(tea_house())
    bad = shelf({**tea_house(), "code": "bad-house", "matters": []}, "bad.yaml")

    report = services.load([bad, good])

    assert [loaded.outcome for loaded in report.files] == [Outcome.REFUSED, Outcome.PUBLISHED]


def test_two_files_of_one_code_are_not_both_taken(shelf):
    report = services.load([shelf(tea_house(), "a.yaml"), shelf(tea_house(summary="另一个"), "b.yaml")])

    assert [loaded.outcome for loaded in report.files] == [Outcome.PUBLISHED, Outcome.REFUSED]
    assert "a.yaml" in report.files[1].reasons[0]


def second_house(**changes):
    raw = tea_house(code="coffee-house", name="开咖啡馆一件事", scenarios=[])
    raw["matters"][0] |= changes
    return raw


def test_a_shared_matter_must_agree_with_what_is_published(shelf):
    services.load([shelf(tea_house())])

    loaded = only(services.load([shelf(second_house(promised_days=4), "coffee.yaml")]))

    assert loaded.outcome is Outcome.REFUSED
    assert "tea-house" in loaded.reasons[0]
    assert "承诺时限" in loaded.reasons[0]


def test_both_bundles_of_a_shared_matter_may_change_at_once(shelf):
    services.load([shelf(tea_house()), shelf(second_house(), "coffee.yaml")])
    quicker = tea_house()
    quicker["matters"][0]["promised_days"] = 4
    quicker["after"]["days"] = 9

    report = services.load([shelf(quicker), shelf(second_house(promised_days=4), "coffee.yaml")])

    assert [loaded.outcome for loaded in report.files] == [Outcome.PUBLISHED] * 2
    assert Matter.objects.get(code="th-licence").promised_days == 4


def test_a_clamped_deferral_is_stored_clamped_and_warned_of_I48(shelf):
    raw = tea_house()
    raw["matters"][0]["materials"][1]["deferrable_days"] = 9

    loaded = only(services.load([shelf(raw)]))

    assert (loaded.outcome, len(loaded.warnings)) == (Outcome.PUBLISHED, 1)
    assert "I-48" in loaded.warnings[0]
    assert current("bundle", "tea-house").definition.matters[0].materials[1].deferrable_days == 5


def test_a_prefill_nobody_can_serve_is_a_warning(shelf):
    raw = tea_house()
    raw["form"][0]["fields"][1]["prefill"] = "月球登记库"

    loaded = only(services.load([shelf(raw)]))

    assert loaded.outcome is Outcome.PUBLISHED
    assert "月球登记库" in loaded.warnings[0]


def test_what_editors_said_of_a_matter_survives_a_new_version(shelf):
    services.load([shelf(tea_house())])
    Matter.objects.filter(code="th-health").update(high_risk=True, visits_required=1, plain_name="卫生证")
    raw = tea_house()
    raw["matters"][1]["promised_days"] = 4

    services.load([shelf(raw)])

    row = Matter.objects.get(code="th-health")
    assert (row.promised_days, row.high_risk, row.visits_required, row.plain_name) == (4, True, 1, "卫生证")


def test_a_matter_marked_risky_keeps_its_bundle_from_enabling_commitment_I57(shelf):
    services.load([shelf(tea_house())])
    Matter.objects.filter(code="th-sign").update(high_risk=True)

    loaded = only(services.load([shelf(tea_house(summary="新的。"))]))

    assert loaded.outcome is Outcome.REFUSED
    assert "I-57" in loaded.reasons[0]


def test_publishing_many_costs_as_many_statements_as_publishing_few(shelf, statements):
    def cost(number):
        codes = [f"th-{number}-{one}" for one in range(number)]
        matters = [matter(code, materials=[material("纸")]) for code in codes]
        raw = tea_house(code=f"house-{number}", matters=matters, form=[], questions=[], scenarios=[])
        with statements() as sent:
            services.load([shelf(raw, f"{number}.yaml")])
        return len(sent)

    assert cost(3) == cost(12)


def test_the_command_reports_and_succeeds(shelf):
    out = StringIO()

    call_command("load_bundles", str(shelf(tea_house())), stdout=out)

    assert "tea-house.yaml tea-house：已发布 第1版" in out.getvalue()


def test_the_command_fails_when_a_file_is_refused_and_says_why(shelf):
    out = StringIO()
    raw = tea_house(lead_department="市月球局")

    with pytest.raises(CommandError, match="1 个文件被拒绝"):
        call_command("load_bundles", str(shelf(raw)), stdout=out)

    assert "市月球局" in out.getvalue()


def test_the_command_says_when_there_is_no_such_file():
    with pytest.raises(CommandError, match="没有这个文件"):
        call_command("load_bundles", "/nowhere/at/all.yaml")


def test_all_of_a_folder_is_loaded(shelf, tmp_path):
    shelf(tea_house())
    shelf(second_house(), "coffee.yml")

    assert {loaded.code for loaded in services.load([tmp_path]).files} == {"tea-house", "coffee-house"}
