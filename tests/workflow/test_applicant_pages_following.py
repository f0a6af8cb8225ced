"""After submitting: the timeline, whose move it is, what an applicant may do, and what they may open."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from licences.models import Document
from licences.services import seal
from matters.selectors import calendar
from tests.factories import workflow as at
from tests.factories.files import a_pdf, sent
from workflow import services
from workflow.models import Application
from workflow.services import Handover
from workflow.states import ApplicationStatus, DeliveryMethod, MaterialMode, ReviewStatus

RECEIPT, RECORDS = "住院收费票据", "出院记录（病历资料）"
EXPENSE = "nb-maternity-expense"


def browser_of(account) -> Client:
    """A browser in which this person is logged in."""
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def li(cast):
    return browser_of(cast.li)


@pytest.fixture
def application(cast) -> Application:
    """李明's newborn, just submitted."""
    return at.filed(cast.li)


def text(answer) -> str:
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def opened(client, address) -> int:
    """The status of a file's address, read to its end."""
    answer = client.get(address)
    answer.getvalue()
    return answer.status_code


def url(name, *args) -> str:
    return reverse(f"workflow:{name}", args=args)


def page_of(application) -> str:
    return url("application", application.reference)


def corrections_asked(cast, application) -> None:
    """The one department that must look at papers names two defects."""
    defects = [at.a_defect(RECEIPT), at.a_defect(RECORDS)]
    review = at.review_of(application, EXPENSE)
    services.request_correction(review.pk, by=cast.reviewer(review.department.code), defects=defects)


# The timeline page


def test_the_page_shows_every_step_with_its_department_and_its_due_date(cast, li, application):
    page = text(li.get(page_of(application)))
    for said in (
        "提交了申请",
        "已收件",
        "市卫生健康委",
        "本市户口登记（申报出生登记）办好",
        "最迟",
        "承诺最迟",
    ):
        assert said in page
    nodes = li.get(page_of(application)).context["reviews"]
    assert all(node["due"] for node in nodes)


def test_the_page_costs_ten_statements_however_many_departments(cast, statements):
    small = at.filed(cast.li, "newborn", 1)
    large = at.filed(cast.wang, "newborn")
    calendar()
    for account, application in ((cast.li, small), (cast.wang, large)):
        client = browser_of(account)
        client.get("/search/")
        with statements(at_most=10):
            assert client.get(page_of(application)).status_code == 200


def test_it_says_whose_move_it_is(cast, li, application):
    assert "轮到部门" in text(li.get(page_of(application)))
    corrections_asked(cast, application)
    page = text(li.get(page_of(application)))
    assert "轮到您了：有 2 份材料要补正" in page
    assert url("supply_correction", application.reference) in page


def test_a_neighbour_finds_nothing(cast, application):
    wang = browser_of(cast.wang)
    for name in (
        "application",
        "submitted",
        "withdraw",
        "supply_correction",
        "supply_deferred",
        "revoke_commitment",
    ):
        assert wang.get(url(name, application.reference)).status_code == 404
    assert wang.post(url("confirm_delivery", application.reference)).status_code == 404


def test_a_department_sees_the_steps_but_does_not_act_for_the_applicant(cast, application):
    officer = browser_of(cast.reviewer("gongan"))
    assert officer.get(page_of(application)).status_code == 200
    assert officer.get(url("withdraw", application.reference)).status_code == 403


# Correcting


def test_corrections_say_what_is_wrong_and_how_to_mend_it_i31(cast, li, application):
    corrections_asked(cast, application)
    page = text(li.get(url("supply_correction", application.reference)))
    for said in (RECEIPT, RECORDS, "复印件不清楚", "请重新扫描，四角完整", "市医疗保障局", "可以分几次交"):
        assert said in page


def test_corrected_papers_come_in_several_goes_i35(cast, li, application):
    corrections_asked(cast, application)
    address = url("supply_correction", application.reference)
    first = {"materials.0.file": sent(a_pdf("票据"), "票据.pdf")}
    assert li.post(address, first).headers["Location"] == page_of(application)
    left = text(li.get(address))
    assert RECORDS in left
    assert RECEIPT not in left
    li.post(address, {"materials.0.file": sent(a_pdf("病历"), "病历.pdf")})
    assert at.review_of(application, EXPENSE).status == ReviewStatus.WAITING
    assert li.get(address).status_code == 409


def test_a_file_that_is_none_is_told_beside_its_paper_and_nothing_is_sent(cast, li, application):
    corrections_asked(cast, application)
    address = url("supply_correction", application.reference)
    bad = li.post(address, {"materials.1.file": sent(b"MZ\x90", "病历.pdf")})
    assert bad.status_code == 422
    assert 'href="#id_materials-1"' in text(bad)
    empty = li.post(address, {})
    assert "请至少选择一份材料" in text(empty)
    assert at.review_of(application, EXPENSE).status == ReviewStatus.CORRECTING


def test_deferred_papers_follow_i50(cast, li):
    application = at.filed(cast.li, modes={RECEIPT: MaterialMode.DEFERRED})
    at.confirm_all(cast, application)
    page = text(li.get(page_of(application)))
    assert "还有容缺材料要补交" in page
    address = url("supply_deferred", application.reference)
    assert "请在" in text(li.get(address))
    li.post(address, {"materials.0.file": sent(a_pdf("票据"), "票据.pdf")})
    application.refresh_from_db()
    assert application.deferred_open == 0
    assert li.get(address).status_code == 409


def test_a_promise_may_be_taken_back_before_the_decision_i59(cast):
    application = at.filed(cast.huarong, "restaurant-opening")
    promised = application.materials.filter(mode=MaterialMode.COMMITMENT, superseded=False).order_by("id")
    name = promised.first().name
    client = browser_of(cast.huarong)
    address = url("revoke_commitment", application.reference)
    assert address in text(client.get(page_of(application)))
    assert name in text(client.get(address))
    client.post(address, {"materials.0.file": sent(a_pdf("原件"), "原件.pdf")})
    assert application.materials.get(name=name, superseded=False).mode == MaterialMode.UPLOAD
    assert application.commitments.get(material=name).revoked_at is not None


def test_without_promises_there_is_nothing_to_take_back(cast, li, application):
    assert li.get(url("revoke_commitment", application.reference)).status_code == 409


# Withdrawing


def test_all_is_withdrawn_i137(cast, li, application):
    address = url("withdraw", application.reference)
    assert text(li.get(address)).count('name="matters"') == 7
    assert li.post(address, {"what": "all", "reason": "搬家了", "confirmed": "1"}).headers[
        "Location"
    ] == page_of(application)
    application.refresh_from_db()
    assert application.status == ApplicationStatus.WITHDRAWN
    assert li.get(address).headers["Location"] == page_of(application)


def test_chosen_matters_are_withdrawn_and_the_rest_goes_on(cast, li, application):
    li.post(
        url("withdraw", application.reference), {"matters": [EXPENSE, "no-such-matter"], "confirmed": "1"}
    )
    assert at.review_of(application, EXPENSE).status == ReviewStatus.WITHDRAWN
    application.refresh_from_db()
    assert application.status != ApplicationStatus.WITHDRAWN


def test_nothing_is_withdrawn_by_an_empty_form(cast, li, application):
    answer = li.post(url("withdraw", application.reference), {"reason": "手滑"})
    assert answer.status_code == 422
    assert "请选择撤回全部" in text(answer)


# Results


def test_results_are_handed_over_confirmed_and_the_person_is_asked_to_rate(cast, li):
    known = {"has_birth_cert": True, "birth_cert_no": "T340000001", "hukou_status": "already_here"}
    said = at.answers("newborn", **known, baby_id="340102202610280022")
    application = at.filed(cast.li, answers=said)
    at.approve_everything(cast, application)
    for document in Document.objects.exclude(status="sealed"):
        seal(document.pk)
    posted = Handover(
        method=DeliveryMethod.EMS, receiver="李明", waybill="EM123456789CN", identity_checked=True
    )
    services.hand_over(application.pk, by=cast.exit1, handover=posted)
    page = text(li.get(page_of(application)))
    assert "结果已经送出，收到后请在这里确认" in page
    assert 'value="李明"' in page
    refused = li.post(url("confirm_delivery", application.reference), {"receiver": " "})
    assert refused.status_code == 422
    assert 'id="id_receiver-error"' in text(refused)
    li.post(url("confirm_delivery", application.reference), {"receiver": "李明"})
    done = text(li.get(page_of(application)))
    assert f"/applications/{application.reference}/rate/" in done
    assert "全部事项已有结果" in done
    assert "PDF，已盖章" in done


def test_the_receipt_is_made_while_one_waits_and_then_opens(cast, li, application):
    row = application.application_documents.get(document__kind="receipt")
    address = url("document", row.document_id)
    waiting = li.get(address)
    assert (waiting.status_code, waiting.headers["Refresh"]) == (202, "5")
    assert "正在编号和盖章" in text(waiting)
    seal(row.document_id)
    ready = li.get(address)
    assert ready.getvalue().startswith(b"%PDF")
    assert ready.headers["Content-Type"] == "application/pdf"
    assert browser_of(cast.wang).get(address).status_code == 404
    assert Client().get(address).headers["Location"].startswith("/login/")


def test_a_paper_opens_for_those_who_may_see_it_and_for_nobody_else(cast, li, application):
    paper = application.materials.get(name=RECEIPT)
    address = url("material_file", paper.pk)
    assert opened(li, address) == 200
    assert opened(browser_of(cast.reviewer("yibao")), address) == 200
    for stranger in (cast.wang, cast.reviewer("gongan"), cast.reviewer("xiaofang")):
        assert browser_of(stranger).get(address).status_code == 404
    made = application.materials.filter(file=None).first()
    assert li.get(url("material_file", made.pk)).status_code == 404
