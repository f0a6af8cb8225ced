"""Who is refused something while reading English or Russian is told why in that language (decision 15)."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from common.errors import WrongState
from common.speaking import in_chinese, kept, listed_text, local_text, written_day, written_down
from identity.services import authorise
from portal.languages import CHINESE_SIGN, local
from tests.factories import drafts as with_draft
from tests.factories import workflow as at
from tests.factories.files import a_pdf, sent
from tests.factories.reading import unmarked_chinese
from workflow import services
from workflow.models import Application
from workflow.states import MaterialMode

RECEIPT, RECORDS, EXPENSE = "住院收费票据", "出院记录（病历资料）", "nb-maternity-expense"

pytestmark = pytest.mark.parametrize("language", ["en", "ru"])


class Reader(Client):
    """Somebody who chose a language."""

    def __init__(self, language: str, account=None) -> None:
        super().__init__()
        self.cookies["language"] = language
        if account is not None:
            self.force_login(account)


@pytest.fixture
def li(cast, language) -> Reader:
    return Reader(language, cast.li)


def url(name, *args) -> str:
    return reverse(f"workflow:{name}", args=args)


def told(answer, status: int, **reasons: str) -> None:
    """The page answers with this status and these words, and speaks no Chinese that does not say so."""
    language = answer.headers["Content-Language"]
    page = answer.content.decode()
    words = unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page)))
    assert answer.status_code == status
    assert reasons[language] in words
    assert not CHINESE_SIGN.search(reasons[language])
    assert unmarked_chinese(page) == []


def place(draft, name) -> int:
    return [paper.name for paper in draft.papers].index(name)


def papers_form(draft, **changed) -> dict[str, object]:
    form: dict[str, object] = {}
    for number, paper in enumerate(draft.papers):
        if paper.is_open:
            form |= {f"materials.{number}.name": paper.name, f"materials.{number}.mode": paper.mode}
    return form | changed


# A draft


def test_on_the_page_of_a_question(cast, li):
    answer = li.post(url("question", with_draft.begun(cast.li).pk, "baby_age_months"), {})
    told(answer, 422, en="Please answer this question", ru="Ответьте на этот вопрос")


def test_on_the_form(cast, li):
    draft = with_draft.filled(cast.li, "retirement")
    answer = li.post(url("form", draft.pk), {"delivery.method": "ems", "delivery.address": ""})
    told(
        answer,
        422,
        en="For delivery by post, please enter the address",
        ru="Для отправки по почте укажите адрес",
    )


def test_about_a_paper_that_is_missing(cast, li):
    draft = with_draft.filled(cast.li)
    told(
        li.post(url("materials", draft.pk), papers_form(draft)),
        422,
        en="If you do not have it yet, you can choose to let it follow (working days: 5).",
        ru="Если документа пока нет, выберите «донести позже» (рабочих дней: 5).",
    )


def test_about_a_file_of_an_unknown_kind(cast, li):
    draft = with_draft.filled(cast.li)
    file = {f"materials.{place(draft, RECEIPT)}.file": sent(b"MZ\x90", "receipt.pdf")}
    told(
        li.post(url("materials", draft.pk), papers_form(draft, **file)),
        422,
        en="Only PDF, OFD, JPG, PNG and HEIC files are taken",
        ru="Принимаются только PDF, OFD, JPG, PNG и HEIC",
    )


def test_about_a_file_too_large(cast, li, monkeypatch):
    monkeypatch.setattr("files.services.taking_in.LARGEST", 10)
    draft = with_draft.filled(cast.li)
    file = {f"materials.{place(draft, RECEIPT)}.file": sent(a_pdf(), "receipt.pdf")}
    told(
        li.post(url("materials", draft.pk), papers_form(draft, **file)),
        422,
        en="please compress it or upload it in parts",
        ru="сожмите его или загрузите по частям",
    )


def test_without_the_declaration_nothing_is_submitted(cast, li):
    draft = with_draft.ready(cast.li)
    told(
        li.post(url("check", draft.pk), {"version": with_draft.version_of(draft)}),
        422,
        en="Please tick the box to confirm that what you filled in is true",
        ru="Поставьте отметку, что указанные сведения верны",
    )


def test_a_draft_that_is_not_there(li):
    told(
        li.get(url("tasks", 4_000_000)),
        404,
        en="This draft was not found; it may have been submitted or deleted",
        ru="Черновик не найден; возможно, он подан или удалён",
    )


# After submission


@pytest.mark.parametrize("name", ["withdraw", "supply_correction"])
def test_what_cannot_be_done_any_more(cast, li, name):
    application = at.filed(cast.li)
    at.approve_everything(cast, application)
    told(
        li.get(url(name, application.reference)),
        409,
        en="This cannot be done with the application now; please look at its progress",
        ru="Сейчас это сделать нельзя; посмотрите ход рассмотрения",
    )


def test_what_was_decided_is_not_withdrawn_any_more(cast, language):
    """I-137, in the service itself: the reason is given in the language of who asks."""
    application = at.filed(cast.li)
    at.approve_everything(cast, application)
    with translation.override(language), pytest.raises(WrongState) as refused:
        services.withdraw(application.pk, by=cast.li)
    assert refused.value.reasons == [
        {
            "en": "This application has been decided and can no longer be withdrawn",
            "ru": "По заявлению уже принято решение, отозвать его нельзя",
        }[language]
    ]


def test_a_correction_without_a_file(cast, li):
    application = at.filed(cast.li)
    review = at.review_of(application, EXPENSE)
    services.request_correction(
        review.pk, by=cast.reviewer(review.department.code), defects=[at.a_defect(RECEIPT)]
    )
    told(
        li.post(url("supply_correction", application.reference), {}),
        422,
        en="Please choose at least one document",
        ru="Выберите хотя бы один документ",
    )


def test_a_wrong_enquiry_code(language, db):
    told(
        Reader(language).post(url("track"), {"reference": "2026112300000017", "code": "ABCDEF"}),
        404,
        en="Please check the application number and the enquiry code",
        ru="Проверьте номер заявления и код",
    )


# Who may


def test_an_authorisation_without_powers(cast, li):
    typed = {
        "principal": "self", "name": cast.wang.person.name, "number": cast.wang.person.id_number,
        "scope": ["bundle:newborn"], "powers": [], "valid_until": "2099-01-01",
    }  # fmt: skip
    told(
        li.post(url("give_authorisation"), typed),
        422,
        en="Please choose at least one",
        ru="Выберите хотя бы одно",
    )


def test_an_agent_outside_the_authorisation(cast, language):
    authorise(
        principal=cast.li.person,
        agent=cast.wang.person,
        matter_codes={EXPENSE},
        powers=["receive"],
        by=cast.li,
    )
    reference = at.filed(cast.li).reference
    told(
        Reader(language, cast.wang).get(url("withdraw", reference)),
        404,
        en="This application was not found",
        ru="Такое заявление не найдено",
    )


def test_a_wrong_password(cast, language):
    answer = Reader(language).post(reverse("identity:login"), {"username": "li", "password": "wrong"})
    told(
        answer,
        200,
        en="The user name or the password is not right",
        ru="Неверное имя пользователя или пароль",
    )


# What was written down in Chinese is told in the page's language


def test_what_is_kept_with_the_application_is_chinese_and_told_again(cast, li, language):
    """I-42: the hints are stored once, whoever files, and read in every language."""
    with translation.override(language):
        application = at.filed(cast.li, modes={RECEIPT: MaterialMode.DEFERRED})
    application = Application.objects.get(pk=application.pk)
    assert any(hint.startswith(f"“{RECEIPT}”要在受理后5个工作日内补交") for hint in application.advice)
    told(
        li.get(url("application", application.reference)),
        200,
        en="must follow after acceptance, within this many working days: 5",
        ru="нужно донести после принятия, рабочих дней: 5",
    )


def test_what_changed_in_the_requirements_is_told_with_its_names(language):
    with translation.override(language):
        said = local_text(f"新增材料：{RECEIPT}、{RECORDS}")
        days = local_text("“住院收费票据”的有效期到2026年12月3日，已经过期，请尽早换证或者延期")
    assert not CHINESE_SIGN.search(said + days)
    assert ("3 December 2026" if language == "en" else "3 декабря 2026") in days


def test_a_sentence_nobody_keeps_is_left_alone(language):
    kept("一句还没有译过的话：%(name)s")
    with translation.override(language):
        assert local_text("一句还没有译过的话：甲") == "一句还没有译过的话：甲"
        assert local_text("谁也不认识的话") == "谁也不认识的话"


def test_only_the_chinese_names_of_a_foreign_sentence_are_marked(language):
    with translation.override(language):
        assert local("See 云澜市 <now>") == 'See <span lang="zh-Hans">云澜市</span> &lt;now&gt;'
        assert local("云澜市1号") == '<span lang="zh-Hans">云澜市1号</span>'


def test_whoever_reads_it_is_written_down_in_chinese(language):
    from datetime import date

    with translation.override(language):
        assert written_day(date(2026, 3, 2)) == "2026年3月2日"
        assert in_chinese(translation.gettext_lazy("请先登录。")) == "请先登录。"
        with written_down():
            assert listed_text(["母亲", "父亲"]) == "母亲、父亲"
