"""
Three people who have never seen the portal, each with what makes it hard for them.

退休: an old man in 长辈模式 who uses no mouse. 企业信息变更: an agent (代办) for a company. 新生儿出生: a
parent on a phone whose line breaks again and again.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, expect

from tests.factories import identity as cast_of
from tests.factories import workflow as at
from tests.stories.keyboards import KeyboardApplicant
from tests.stories.keystrokes import Effort
from tests.stories.networks import ApplicantOnABadLine
from tests.stories.people import Applicant, Somebody, hand_over, kept
from workflow.models import Application

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

#: Pages, taps and files of 新生儿出生 on a phone, from the login to the press that submits; and keys.
MOST = (23, 101, 3)
MOST_KEYS = 426


@pytest.fixture
def cast(browser: Browser) -> cast_of.Cast:
    """The cast, committed; 赵雪梅 may do everything of 企业信息变更 for the company."""
    return cast_of.cast(agent_codes=[one.code for one in at.definition("enterprise-info-change").matters])


@pytest.fixture
def departments(cast: cast_of.Cast, start_worker: Callable[..., Any]) -> Callable[[str], None]:
    """Every department approves what lies before it; then a real worker seals and hands over."""

    def work(reference: str) -> None:
        application = Application.objects.get(reference=reference)
        at.approve_everything(cast, application)
        assert application.decided_at, dict(application.reviews.values_list("code", "status"))
        start_worker()

    return work


def test_an_old_man_retires_by_keyboard_in_large_print(browser, site, cast, departments):
    grandfather = KeyboardApplicant(browser, site, "wang")
    grandfather.go("/")
    grandfather.press("长辈模式")
    assert (
        grandfather.page.locator("body").evaluate("body => parseFloat(getComputedStyle(body).fontSize)") >= 22
    )
    finds(grandfather, "退休")
    definition, answers = at.definition("retirement"), at.answers("retirement")
    grandfather.starts("retirement", definition, answers)
    kept(grandfather.page, "elder-plan")
    grandfather.fills_in(definition, answers)
    kept(grandfather.page, "elder-materials", for_the_guide=1350)
    grandfather.brings_the_papers()
    grandfather.signs()
    reference = grandfather.submits()
    kept(grandfather.page, "elder-submitted")
    departments(reference)

    grandfather.follows(reference, "已完成")
    kept(grandfather.page, "elder-results")
    grandfather.rates(reference, "满意")
    grandfather.leave()


def finds(somebody: Applicant, words: str) -> None:
    """Type what one wants and open the first answer that fits."""
    box = somebody.page.locator("main [name=q], .hero [name=q]").first
    somebody.write(box, words)
    answer = somebody.page.locator(".hero").get_by_role("link", name=re.compile(words)).first
    answer.wait_for()
    somebody.follow(answer)
    assert "/bundles/" in somebody.path


def test_an_agent_changes_a_companys_particulars_and_always_sees_for_whom(browser, site, cast, departments):
    agent = Applicant(browser, site, "agent")
    agent.on_behalf_of = "华荣"
    definition, answers = at.definition("enterprise-info-change"), at.answers("enterprise-info-change")
    agent.starts("enterprise-info-change", definition, answers)
    sees_whom(agent)
    agent.fills_in(definition, answers)
    sees_whom(agent)
    agent.brings_the_papers()
    sees_whom(agent)
    agent.signs()
    agent.page.wait_for_url("**/check/")
    kept(agent.page, "agent-check", for_the_guide=700)
    reference = agent.submits()
    departments(reference)

    agent.follows(reference, "已完成")
    sees_whom(agent)
    kept(agent.page, "agent-results")
    agent.leave()

    company = Applicant(browser, site, "huarong")
    company.go(f"/applications/{reference}/")
    assert company.sees("赵雪梅"), "the company reads who filed for it"
    company.rates(reference, "非常满意")
    company.leave()


def sees_whom(agent: Applicant) -> None:
    """The bar that says for whom one acts."""
    expect(agent.page.get_by_text(re.compile("您正在为.*华荣.*办事")).first).to_be_visible()


def test_a_parent_on_a_train_files_once_and_loses_nothing(browser, site, cast, departments):
    parent = ApplicantOnABadLine(browser, site, "li")
    definition, answers = at.definition("newborn"), at.answers("newborn", delivery_method="pickup")
    parent.starts("newborn", definition, answers)
    kept(parent.page, "phone-plan", for_the_guide=1500)
    parent.press("填写申请表")
    kept(parent.page, "phone-form", for_the_guide=1300)
    in_a_tunnel(parent)
    parent.go(parent.path.removesuffix("form/"))
    parent.fills_in(definition, answers)
    parent.brings_the_papers()
    kept(parent.page, "phone-check", for_the_guide=900)
    parent.signs()
    parent.submits_and_never_hears()
    in_less_than_ten_minutes(parent.effort)
    parent.go("/my/")
    kept(parent.page, "phone-my-space", for_the_guide=1250)
    [application] = Application.objects.exclude(status="draft")
    assert parent.page.get_by_text(application.reference).count()
    departments(application.reference)
    clerk = Somebody(browser, site, "exit1")
    hand_over(clerk, application.reference, receiver="李明")
    clerk.leave()

    parent.follows(application.reference, "已完成")
    kept(parent.page, "phone-results", for_the_guide=1400)
    parent.rates(application.reference, "满意")
    assert parent.lost >= 3, "the line was good after all"
    parent.leave()


def in_less_than_ten_minutes(effort: Effort) -> None:
    """
    The least a phone asks for, by the keystroke-level model; what is over is for reading (docs/performance.md).

    The counts are what the pages asked for when this was written: a page, a tap or a box more has to be meant.
    """
    said = f"{effort} {effort.seconds:.0f} s"
    (settings.BASE_DIR / ".data" / "pictures" / "phone-effort.txt").write_text(said)
    assert effort.seconds < 600, said
    counted = zip((effort.pages, effort.taps, effort.files), MOST, strict=True)
    assert all(counts <= most for counts, most in counted), said
    assert effort.keys + effort.code_keys <= MOST_KEYS, said


def in_a_tunnel(parent: ApplicantOnABadLine) -> None:
    """What is typed without a network is kept on the page and saved when it is back."""
    box = parent.page.locator("main form input[type=text]").first
    before = box.input_value()
    saved = parent.page.locator("[data-saved]")
    parent.is_cut_off()
    box.fill(f"{before}（在隧道里）")
    expect(saved).to_contain_text("暂时连不上网络", timeout=15_000)
    kept(parent.page, "phone-no-network")
    parent.is_back()
    expect(saved).to_contain_text("已自动保存", timeout=45_000)
    parent.page.reload()
    assert (
        parent.page.locator(f'[name="{box.get_attribute("name")}"]')
        .first.input_value()
        .endswith("（在隧道里）")
    )
    box.fill(before)
    expect(saved).to_contain_text("已自动保存", timeout=45_000)
