import pytest

from bundles.planning import MaterialStatus, clean, missing, plan, status_of
from bundles.spec import Figures, read
from tests.factories.bundles import FILES, bundle, material, matter, tea_house

EXAMPLES = [
    pytest.param(path, number, id=f"{path.stem}-{number + 1}") for path in FILES for number in range(2)
]
ANSWERS = tea_house()["scenarios"][0]["answers"]


@pytest.mark.parametrize(("path", "number"), EXAMPLES)
def test_every_public_scenario_gives_its_matters_in_their_order_and_is_complete(path, number):
    definition = bundle(path)
    scenario = definition.scenarios[number]

    cleaned = clean(definition, scenario.answers)
    planned = plan(definition, cleaned.answers)

    assert (cleaned.errors, cleaned.ignored) == ({}, ())
    assert planned.codes == set(scenario.expected_matters)
    assert [set(stage) for stage in planned.stages] == [
        set(stage) for stage in scenario.expected_parallel_stages
    ]
    assert planned.undetermined == ()
    assert missing(planned, cleaned.answers) == {}


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_the_first_scenario_saves_what_the_bundle_publishes(path):
    definition = bundle(path)
    before, after = definition.before, definition.after

    planned = plan(definition, clean(definition, definition.scenarios[0].answers).answers)

    assert planned.promised_days == after.days
    assert planned.saved == Figures(
        before.steps - after.steps,
        before.materials - after.materials,
        before.days - after.days,
        before.visits - after.visits,
    )


def test_savings_of_other_answers_are_reckoned_and_not_claimed():
    planned = plan(read(tea_house()), {**ANSWERS, "has_sign": False})

    # Two promised matters: 8 steps, 2 + 3 papers, 20 days by law, 4 visits; as one: 3 steps, 2 papers, 10 days.
    assert planned.saved == Figures(steps=5, materials=3, days=10, visits=4)


def test_nothing_to_do_saves_nothing():
    raw = tea_house(matters=[matter("only", applies_when="has_sign")], form=[], scenarios=[])

    assert plan(read(raw), {"has_sign": False}).saved == Figures()


def test_nobody_has_answered_anything():
    planned = plan(read(tea_house()), {})

    assert [one.code for one in planned.matters] == ["th-licence", "th-health"]
    assert planned.undetermined == ("has_sign", "seats")
    assert set(missing(planned, {})) == {"has_sign", "seats", "owner_id"}


def test_dependencies_outside_the_plan_are_waited_for_by_nobody():
    raw = tea_house()
    raw["matters"][0]["applies_when"] = "!has_sign"

    planned = plan(read(raw), ANSWERS)

    assert planned.stages == (("th-health", "th-sign"),)
    assert [one.depends_on for one in planned.matters] == [(), ()]


def test_the_promise_is_the_longest_chain_and_not_the_sum():
    planned = plan(read(tea_house()), ANSWERS)

    assert planned.promised_days == 10
    assert [(one.code, one.stage) for one in planned.matters] == [
        ("th-licence", 1),
        ("th-health", 2),
        ("th-sign", 2),
    ]


def test_a_paper_of_several_matters_is_asked_once_with_the_strictest_terms():
    contract = plan(read(tea_house()), ANSWERS).materials_by_name["租赁合同"]

    assert contract.needed_by == ("th-licence", "th-health")
    assert (contract.deferrable, contract.deferrable_days) == (True, 3)


def test_one_matter_that_cannot_wait_makes_the_paper_due_now():
    raw = tea_house()
    raw["matters"][1]["materials"][1] = material("租赁合同", commitment_allowed=True)

    contract = plan(read(raw), ANSWERS).materials_by_name["租赁合同"]

    assert (contract.deferrable, contract.deferrable_days, contract.commitment_allowed) == (False, 0, False)


def test_a_paper_required_only_sometimes_is_asked_only_then():
    names = lambda seats: plan(read(tea_house()), {**ANSWERS, "seats": seats}).materials_by_name  # noqa: E731

    assert "健康证明" in names(21)
    assert "健康证明" not in names(20)


def test_a_paper_nobody_requires_is_not_asked():
    raw = tea_house()
    raw["matters"][0]["materials"].append(material("店主照片", required=False))

    assert "店主照片" not in plan(read(raw), ANSWERS).materials_by_name


def test_the_result_of_an_earlier_step_is_awaited_also_by_its_licence_type():
    raw = tea_house()
    raw["matters"][1]["materials"][0] = material("营业凭证", "电子证照调取", licence_type="茶馆执照")

    paper = plan(read(raw), ANSWERS).materials_by_name["营业凭证"]

    assert paper.awaited_from == "th-licence"
    assert status_of(paper, held=(), shared_ok={}) is MaterialStatus.AWAITED


def test_a_result_awaited_two_steps_on_is_awaited_too():
    raw = tea_house()
    raw["matters"].append(
        matter(
            "th-last",
            depends_on=["th-health"],
            materials=[material("茶馆执照", "电子证照调取", licence_type="茶馆执照")],
        )
    )

    assert plan(read(raw), ANSWERS).materials_by_name["茶馆执照"].awaited_from == "th-licence"


def test_a_paper_somebody_needs_sooner_is_not_awaited():
    raw = tea_house()
    raw["matters"][2]["depends_on"] = []
    raw["matters"][2]["materials"].append(material("茶馆执照", "电子证照调取", licence_type="茶馆执照"))

    assert plan(read(raw), ANSWERS).materials_by_name["茶馆执照"].awaited_from is None


@pytest.mark.parametrize(
    ("source", "held", "shared", "status"),
    [
        ("表单生成", [], {}, "form"),
        ("告知承诺替代", [], {}, "promise"),
        ("申请人提交", ["纸"], {"纸": True}, "upload"),
        ("电子证照调取", ["证"], {}, "fetched"),
        ("电子证照调取", [], {}, "upload"),
        ("电子证照调取", None, None, "fetched"),
        ("数据共享核验", [], {"纸": True}, "shared"),
        ("数据共享核验", [], {"纸": False}, "upload"),
        ("数据共享核验", [], {}, "upload"),
        ("数据共享核验", None, None, "shared"),
    ],
)
def test_how_a_paper_will_be_there_I07(source, held, shared, status):
    raw = tea_house(matters=[matter("one", materials=[material("纸", source, licence_type="证")])], form=[])
    paper = plan(read(raw), {}).materials[0]

    assert status_of(paper, held=held, shared_ok=shared) == status


def test_the_form_shows_only_what_somebody_in_the_plan_needs():
    keys = lambda answers: [one.field.key for one in plan(read(tea_house()), answers).visible_fields]  # noqa: E731

    assert keys(ANSWERS) == ["owner_id", "sign_text"]
    assert keys({**ANSWERS, "has_sign": False}) == ["owner_id"]


def test_a_field_says_which_matters_of_the_plan_need_it():
    raw = tea_house()
    raw["form"][0]["fields"][0]["used_by"] = ["th-licence", "th-sign"]

    owner = plan(read(raw), {**ANSWERS, "has_sign": False}).visible_fields[0]

    assert owner.needed_by == ("th-licence",)


def test_a_box_that_decides_whether_another_shows_is_asked_even_if_no_matter_uses_it():
    raw = tea_house()
    raw["form"][0]["fields"][0]["visible_when"] = "by_owner"
    raw["form"][0]["fields"].append(
        {"key": "by_owner", "label": "本人经营", "type": "boolean", "used_by": ["th-sign"]}
    )

    planned = plan(read(raw), {"has_sign": False, "seats": 1})

    assert planned.undetermined == ("by_owner",)
    assert [one.field.key for one in planned.visible_fields] == ["by_owner"]


def test_nobody_is_asked_for_a_box_that_is_surely_hidden():
    raw = tea_house()
    raw["matters"][0]["materials"].append(
        material("招牌合同", required=False, required_when="sign_text == '租'")
    )

    planned = plan(read(raw), {"has_sign": False, "seats": 1})

    assert planned.undetermined == ()


def test_an_optional_box_is_never_missing():
    raw = tea_house()
    raw["form"][0]["fields"][1]["required"] = False
    answers = {key: value for key, value in ANSWERS.items() if key != "sign_text"}

    assert missing(plan(read(raw), answers), answers) == {}
