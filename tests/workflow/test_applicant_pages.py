"""From the guide to the submit button, page by page, without a line of JavaScript."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import drafts as with_draft
from tests.factories import workflow as at
from tests.factories.files import a_pdf, sent
from workflow.models import Application
from workflow.selectors import own_drafts
from workflow.services import Offer, drafts
from workflow.states import ApplicationStatus, DeliveryMethod, MaterialMode

RULES = "食品安全自查、从业人员健康管理、进货查验、事故处置等规章制度目录清单"


def browser_of(account) -> Client:
    """A browser in which this person is logged in."""
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def li(cast):
    return browser_of(cast.li)


def text(answer) -> str:
    """What a person reads, and what a button would send."""
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def summary(answer) -> list[tuple[str, str]]:
    """The error summary: where each line links to, and what it says."""
    found = re.findall(
        r'<a href="#([^"]+)">([^<]+)</a>', text(answer).split('class="error-summary"')[-1].split("</ul>")[0]
    )
    return [(address, words.strip()) for address, words in found]


def opened(client, address) -> int:
    """The status of a file's address, read to its end."""
    answer = client.get(address)
    answer.getvalue()
    return answer.status_code


def url(name, *args) -> str:
    return reverse(f"workflow:{name}", args=args)


def as_typed(answers) -> dict[str, object]:
    """Answers as the inputs of a page send them."""
    sent_: dict[str, object] = {}
    for key, value in answers.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            rows = enumerate(value)
            sent_ |= {f"{key}.{n}.{column}": cell for n, row in rows for column, cell in row.items()}
        else:
            sent_[key] = str(value).lower() if isinstance(value, bool) else value
    return sent_


# The guide


def test_anybody_reads_the_guide_and_logs_in_to_begin(db, statements):
    at.definition("newborn")
    with statements(at_most=3):
        page = text(Client().get("/bundles/newborn/"))
    for said in (
        "新生儿出生一件事",
        "本市户口登记",
        "住院收费票据",
        "不超过 10 个工作日",
        "没有规定",
        "不收费",
    ):
        assert said in page
    assert "登录后开始办理" in page
    answer = Client().get("/bundles/newborn/start/")
    assert answer.headers["Location"] == "/login/?next=/bundles/newborn/start/"


def test_the_guide_shows_what_it_saves_and_another_situation(db):
    page = Client().get("/bundles/newborn/")
    assert "<s><span" in page.content.decode()
    other = Client().get("/bundles/newborn/?example=1")
    assert page.context["guide"].plan.codes != other.context["guide"].plan.codes
    unknown = Client().get("/bundles/newborn/?example=99")
    assert unknown.context["guide"].plan.codes == page.context["guide"].plan.codes


def test_every_guide_can_be_read(db):
    from bundles.selectors import offers

    codes = [one.definition.code for one in offers("bundle")]
    assert len(codes) == 13
    for code in codes:
        assert Client().get(f"/bundles/{code}/").status_code == 200
    for one in offers("single")[::25]:
        assert Client().get(f"/matters/{one.definition.code}/").status_code == 200


def test_what_is_not_offered_has_no_guide(db):
    assert Client().get("/bundles/no-such-thing/").status_code == 404
    assert Client().get("/matters/newborn/").status_code == 404


# Beginning


def test_with_one_possible_applicant_and_nothing_begun_the_questions_come_at_once(cast, li):
    answer = li.post("/bundles/newborn/start/")
    draft = own_drafts(cast.li).get()
    assert answer.headers["Location"] == url("questions", draft.pk)
    assert draft.applicant_name == "李明"


def test_who_has_begun_is_shown_the_draft_before_another_is_made(cast, li):
    draft = with_draft.filled(cast.li)
    page = li.post("/bundles/newborn/start/")
    assert url("tasks", draft.pk) in text(page)
    assert own_drafts(cast.li).count() == 1


def test_an_agent_chooses_for_whom_and_a_made_up_choice_is_refused(cast):
    agent = browser_of(cast.agent)
    page = agent.get("/bundles/newborn/start/")
    assert all(name in text(page) for name in ("赵雪梅", "李明", cast.company.name))
    refused = agent.post("/bundles/newborn/start/", {"applicant": "authorisation-999"})
    assert summary(refused) == [("id_applicant", "请选择为谁办理")]
    grant = next(one for one in drafts.principals(cast.agent) if one.name == "李明")
    agent.post("/bundles/newborn/start/", {"applicant": grant.value})
    assert own_drafts(cast.agent).get().applicant_person == cast.li.person


# Questions


def test_one_question_a_page_there_and_back_without_loss(cast, li):
    draft = with_draft.begun(cast.li)
    first = li.get(url("questions", draft.pk)).headers["Location"]
    assert first == url("question", draft.pk, "birth_place")
    second = li.get(li.post(first, {"birth_place": "abroad"}).headers["Location"]).headers["Location"]
    assert second != first
    back = text(li.get(second))
    assert f'href="{first}"' in back
    assert re.search(r'value="abroad"\s+checked', text(li.get(first)))


def test_an_unanswered_question_is_asked_again_with_its_error_beside_it(cast, li):
    draft = with_draft.begun(cast.li)
    address = url("question", draft.pk, "baby_age_months")
    empty = li.post(address, {})
    assert empty.status_code == 422
    assert summary(empty) == [("id_baby_age_months", "请回答这个问题")]
    wrong = li.post(address, {"baby_age_months": "三个月"})
    assert "请填写整数" in text(wrong)
    assert 'value="三个月"' in text(wrong)


def test_after_the_last_question_the_plan_says_what_is_to_be_done(cast, li):
    draft = with_draft.filled(cast.li)
    assert li.get(url("questions", draft.pk)).headers["Location"] == url("plan", draft.pk)
    page = text(li.get(url("plan", draft.pk)))
    assert "要办 7 个事项，受理后承诺 10 个工作日内全部办好" in page
    assert "孩子是在哪里出生的？" in page
    assert url("question", draft.pk, "birth_place") in page


def test_the_plan_is_not_shown_before_the_questions_are_answered(cast, li):
    draft = with_draft.begun(cast.li)
    assert li.get(url("plan", draft.pk)).headers["Location"] == url("questions", draft.pk)
    assert li.get(url("materials", draft.pk)).headers["Location"] == url("questions", draft.pk)


def test_a_question_nobody_asks_is_not_found(cast, li):
    assert li.get(url("question", with_draft.begun(cast.li).pk, "shoe_size")).status_code == 404


# The list of what is to do


def test_the_list_says_what_is_left(cast, li):
    page = text(li.get(url("tasks", with_draft.begun(cast.li).pk)))
    assert re.search(r"还有 \d+ 题", page)
    assert "先完成前面的步骤" in page
    ready = text(li.get(url("tasks", with_draft.ready(cast.li).pk)))
    assert ready.count("已完成") == 3
    assert "可以提交了" in ready


def test_a_draft_is_its_owners_alone(cast):
    draft = with_draft.filled(cast.li)
    for name in ("tasks", "plan", "form", "materials", "promises", "check"):
        assert browser_of(cast.wang).get(url(name, draft.pk)).status_code == 404
    assert browser_of(cast.wang).post(url("discard", draft.pk)).status_code == 404


def test_a_draft_is_thrown_away_by_a_button_not_by_a_link(cast, li):
    draft = with_draft.filled(cast.li)
    assert li.get(url("discard", draft.pk)).status_code == 405
    assert li.post(url("discard", draft.pk)).headers["Location"] == "/my/"
    assert not own_drafts(cast.li).exists()


# The one form


def test_the_form_comes_prefilled_and_says_from_where(cast, li):
    draft = with_draft.begun(cast.li)
    questions = {one.key for one in draft.definition.questions}
    said = {key: value for key, value in at.answers("newborn").items() if key in questions}
    drafts.save_answers(draft.pk, by=cast.li, typed=said)
    page = text(li.get(url("form", draft.pk)))
    assert 'value="李明"' in page
    assert "来自：自然人实名库" in page


def test_a_form_filled_in_leads_on_to_the_papers(cast, li):
    draft = with_draft.filled(cast.li)
    answer = li.post(url("form", draft.pk), as_typed(draft.typed))
    assert answer.headers["Location"] == url("materials", draft.pk)


def test_errors_link_to_their_boxes_and_nothing_typed_is_lost(cast, li):
    draft = with_draft.filled(cast.li)
    typed = as_typed(draft.typed) | {"mother_id": "2301011995", "baby_name": ""}
    answer = li.post(url("form", draft.pk), typed)
    assert answer.status_code == 422
    lines = dict(summary(answer))
    assert "身份证号应为18位" in lines["id_mother_id"]
    assert "请填写" in lines["id_baby_name"]
    assert 'id="id_mother_id-error"' in text(answer)
    assert 'value="2301011995"' in text(answer)
    assert 'value="2301011995"' in text(li.get(url("form", draft.pk)))


def test_a_form_may_be_left_half_done(cast, li):
    draft = with_draft.filled(cast.li)
    typed = as_typed(draft.typed) | {"mother_id": "2301011995", "later": "1"}
    assert li.post(url("form", draft.pk), typed).headers["Location"] == url("tasks", draft.pk)
    assert drafts.draft_of(draft.pk, by=cast.li).typed["mother_id"] == "2301011995"


def test_an_answer_that_asks_for_more_shows_the_new_boxes_without_scolding(cast, li):
    draft = with_draft.filled(cast.li, delivery_method="pickup")
    answer = li.post(
        url("form", draft.pk), as_typed(draft.typed) | {"delivery_method": "mail", "delivery_address": ""}
    )
    assert answer.status_code == 200
    assert "下面多了几项，请填写或者核对" in text(answer)
    assert 'name="delivery_address"' in text(answer)
    assert not summary(answer)


def test_rows_are_added_and_removed_without_javascript(cast, li):
    draft = with_draft.filled(cast.li, "restaurant-opening")
    typed = as_typed(draft.typed)
    more = text(li.post(url("form", draft.pk), typed | {"add_row": "shareholders"}))
    rows = len(draft.typed["shareholders"])
    assert f'name="shareholders.{rows}.name"' in more
    fewer = text(li.post(url("form", draft.pk), typed | {"remove_row": "shareholders.0"}))
    assert f'name="shareholders.{rows - 1}.name"' not in fewer.split("<template>")[0]
    kept = drafts.draft_of(draft.pk, by=cast.li).typed["shareholders"]
    assert kept == draft.typed["shareholders"][1:] or rows == 1


def test_a_wrong_cell_says_its_row_and_stays(cast, li):
    draft = with_draft.filled(cast.li, "restaurant-opening")
    typed = as_typed(draft.typed) | {"shareholders.0.amount_wan": "很多"}
    answer = li.post(url("form", draft.pk), typed)
    assert "第1行“认缴出资额（万元）”：请填写数字" in dict(summary(answer))["id_shareholders-0-amount_wan"]
    assert 'value="很多"' in text(answer)


def test_how_results_arrive_is_asked_once(cast, li):
    asked_by_form = text(li.get(url("form", with_draft.filled(cast.li).pk)))
    assert 'name="delivery.method"' not in asked_by_form
    draft = with_draft.filled(cast.li, "retirement")
    assert 'name="delivery.method"' in text(li.get(url("form", draft.pk)))
    by_post = as_typed(draft.typed) | {"delivery.method": "ems", "delivery.address": ""}
    refused = li.post(url("form", draft.pk), by_post)
    assert summary(refused) == [("id_delivery-address", "选择邮寄的，请填写收件地址")]
    li.post(url("form", draft.pk), by_post | {"delivery.address": "桥头街道18号"})
    row = Application.objects.get(pk=draft.pk)
    assert (row.delivery_method, row.delivery_address) == (DeliveryMethod.EMS, "桥头街道18号")


def test_a_place_a_register_calls_by_name_stays_chosen(cast, li):
    draft = with_draft.filled(cast.li)
    page = text(li.get(url("form", draft.pk)))
    assert re.search(r'<option value="示例市江北区" ?selected', page)
    assert "澜江区" in page


def test_a_photo_in_the_form_is_stored_and_can_be_looked_at(cast, li):
    draft = with_draft.filled(cast.li, "social-security-card", 1)
    assert "photo" in {box.field.key for box in draft.plan.visible_fields}
    li.post(url("form", draft.pk), as_typed(draft.typed) | {"photo": sent(a_pdf("照片"), "照片.pdf")})
    page = text(li.get(url("form", draft.pk)))
    address = re.search(r'href="(/drafts/\d+/files/[^"]+)"', page)[1]
    assert "照片.pdf" in page
    assert opened(li, address) == 200
    assert opened(browser_of(cast.wang), address) == 404
    again = li.post(url("form", draft.pk), as_typed(draft.typed) | {"photo": sent(b"#!/bin/sh", "照片.png")})
    assert "photo" in again.context["errors"]
    assert drafts.draft_of(draft.pk, by=cast.li).typed["photo"]


# Papers


def papers_form(draft, **changed) -> dict[str, object]:
    """What the papers' page sends; `changed` by the paper's place: a mode or a file."""
    form: dict[str, object] = {}
    for number, paper in enumerate(draft.papers):
        if paper.is_open:
            form[f"materials.{number}.name"] = paper.name
            form[f"materials.{number}.mode"] = paper.mode
    return form | changed


def place(draft, name) -> int:
    return [paper.name for paper in draft.papers].index(name)


def test_only_what_nobody_else_has_is_asked_for(cast, li):
    page = text(li.get(url("materials", with_draft.filled(cast.li).pk)))
    for said in ("免交，自动调取", "免交，数据核验", "免交，自动生成", "免交，前一步的结果", "需要上传"):
        assert said in page
    assert len(re.findall(r'name="materials\.\d+\.file"', page)) == 3
    assert "“《出生医学证明》办理（首次签发）”办好后自动带过来" in page


def test_papers_are_uploaded_and_a_bad_one_does_not_lose_the_good_one(cast, li):
    draft = with_draft.filled(cast.li)
    receipt, records = place(draft, "住院收费票据"), place(draft, "出院记录（病历资料）")
    files = {
        f"materials.{receipt}.file": sent(a_pdf("票据"), "票据.pdf"),
        f"materials.{records}.file": sent(b"MZ\x90", "病历.pdf"),
    }
    answer = li.post(url("materials", draft.pk), papers_form(draft, **files))
    assert answer.status_code == 422
    assert f"id_materials-{records}" in dict(summary(answer))
    kept = drafts.draft_of(draft.pk, by=cast.li)
    assert kept.papers[receipt].mode == MaterialMode.UPLOAD
    assert not kept.papers[records].upload_id
    address = re.search(r'href="(/drafts/\d+/files/[^"]+)">票据.pdf', text(answer))[1]
    assert opened(li, address) == 200


def test_every_missing_paper_is_told_at_once(cast, li):
    draft = with_draft.filled(cast.li)
    answer = li.post(url("materials", draft.pk), papers_form(draft))
    assert len(summary(answer)) == 3
    assert "可以选择容缺后补（5个工作日内补交）" in text(answer)


def test_the_ordinary_way_is_offered_beside_the_promise_i60(cast, li):
    """Both are shown, and neither is chosen for anybody."""
    draft = with_draft.ready(cast.li, "restaurant-opening")
    number = place(draft, RULES)
    drafts.drop_paper(draft.pk, by=cast.li, name=RULES)
    page = text(li.get(url("materials", draft.pk)))
    ways = re.findall(rf'<input type="radio" name="materials\.{number}\.mode" value="(\w+)"( checked)?', page)
    assert {"upload", "commitment"} <= {way for way, _ in ways}
    assert not any(checked for _, checked in ways)


def test_a_promise_is_read_and_signed_before_it_counts_i59(cast, li):
    draft = with_draft.ready(cast.li, "restaurant-opening")
    number = place(draft, RULES)
    form = papers_form(draft) | {f"materials.{number}.mode": "commitment"}
    assert li.post(url("materials", draft.pk), form).headers["Location"] == url("promises", draft.pk)
    page = text(li.get(url("promises", draft.pk)))
    for said in ("告知书", "不实承诺的责任", "愿意承担不实承诺的法律责任", "我已阅读，同意签署"):
        assert said in page
    assert li.post(url("promises", draft.pk), {}).status_code == 422
    assert li.post(url("promises", draft.pk), {"signed": [RULES]}).headers["Location"] == url(
        "check", draft.pk
    )
    assert li.get(url("promises", draft.pk)).headers["Location"] == url("check", draft.pk)


def test_a_deferral_is_signed_too_i47(cast, li):
    draft = with_draft.filled(cast.li)
    number = place(draft, "住院收费票据")
    li.post(url("materials", draft.pk), papers_form(draft) | {f"materials.{number}.mode": "deferred"})
    page = text(li.get(url("promises", draft.pk)))
    assert "在受理后5个工作日内" in page
    assert "逾期未补交的，同意终止办理" in page


def test_a_way_that_is_not_allowed_is_not_taken(cast, li):
    draft = with_draft.filled(cast.li)
    number = place(draft, "住院收费票据")
    li.post(url("materials", draft.pk), papers_form(draft) | {f"materials.{number}.mode": "commitment"})
    assert not drafts.draft_of(draft.pk, by=cast.li).papers[number].mode


def test_a_file_is_taken_back_and_registers_are_asked_again(cast, li, settings):
    settings.EXCHANGE_OUTAGES = ["shared_registers"]
    draft = with_draft.ready(cast.li)
    assert "没有查到，可以自己上传" in text(li.get(url("materials", draft.pk)))
    settings.EXCHANGE_OUTAGES = []
    li.post(url("materials", draft.pk), {"again": "1"})
    assert "没有查到，可以自己上传" not in text(li.get(url("materials", draft.pk)))
    li.post(url("materials", draft.pk), {"drop": "住院收费票据"})
    assert drafts.draft_of(draft.pk, by=cast.li).papers[place(draft, "住院收费票据")].needs_answer


def test_papers_may_be_left_for_later(cast, li):
    draft = with_draft.filled(cast.li)
    answer = li.post(url("materials", draft.pk), papers_form(draft) | {"later": "1"})
    assert answer.headers["Location"] == url("tasks", draft.pk)


# Check and submit


def test_everything_is_shown_once_more_with_a_way_to_change_it(cast, li):
    draft = with_draft.ready(cast.li)
    page = text(li.get(url("check", draft.pk)))
    for said in ("周予宁", "2026-10-28", "已上传", "前一步办好后自动带来", "我确认以上声明"):
        assert said in page
    assert f"{url('form', draft.pk)}?back=check#id_baby_name" in page
    assert f"{url('materials', draft.pk)}#id_materials-{place(draft, '住院收费票据')}" in page


def test_an_unfinished_draft_cannot_be_checked(cast, li):
    draft = with_draft.filled(cast.li)
    answer = li.get(url("check", draft.pk), follow=True)
    assert answer.redirect_chain[-1][0] == url("tasks", draft.pk)
    assert "还有内容没有填完" in text(answer)


def test_the_declaration_is_asked_for_beside_its_box(cast, li):
    draft = with_draft.ready(cast.li)
    answer = li.post(url("check", draft.pk), {"version": with_draft.version_of(draft)})
    assert answer.status_code == 422
    assert summary(answer) == [("id_declared", "请勾选，确认所填内容真实")]
    assert Application.objects.get().status == ApplicationStatus.DRAFT


def test_a_page_looked_at_under_older_requirements_sends_nothing(cast, li):
    draft = with_draft.ready(cast.li)
    answer = li.post(url("check", draft.pk), {"version": "1", "declared": "true"})
    assert "办理要求刚刚有变化" in text(answer)
    assert Application.objects.get().status == ApplicationStatus.DRAFT


def test_submitted_twice_and_once_more_after_going_back_is_one_application(cast, li):
    draft = with_draft.ready(cast.li)
    form = {"version": with_draft.version_of(draft), "declared": "true"}
    first = li.post(url("check", draft.pk), form).headers["Location"]
    assert li.post(url("check", draft.pk), form).headers["Location"] == first
    for name in ("tasks", "form", "materials", "check"):
        assert li.get(url(name, draft.pk)).headers["Location"] == first
    assert Application.objects.count() == 1
    done = text(li.get(first))
    reference = Application.objects.get().reference
    assert reference in done
    assert Application.objects.get().query_code in done
    assert "收件凭证" in done
    assert url("application", reference) in done


def test_what_was_offered_for_a_paper_goes_with_the_application(cast, li):
    draft = with_draft.ready(cast.li)
    stored = at.upload(cast.li)
    drafts.offer_papers(draft.pk, by=cast.li, offers=[Offer("住院收费票据", MaterialMode.UPLOAD, stored.pk)])
    li.post(url("check", draft.pk), {"version": with_draft.version_of(draft), "declared": "true"})
    assert Application.objects.get().materials.get(name="住院收费票据").file == stored
