"""Section 15: a document with an empty mandatory element is not even prepared."""

from copy import deepcopy
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection

from common.errors import Refused
from licences import services
from licences.models import Document
from licences.rules import ELEMENTS, elements_of
from licences.states import DocumentKind, ResultKind
from tests.factories.licences import NINE, application_facts, complete_draft, result_draft, row_of

KINDS = [pytest.param(kind, id=row_of(kind)) for kind in DocumentKind]

ONE_ELEMENT_EACH = [
    pytest.param(kind, element, id=f"{row_of(kind)}-{element.label}")
    for kind in DocumentKind
    for element in elements_of(kind)
    if not element.optional
]
ONE_COLUMN_EACH = [
    pytest.param(kind, table, column, id=f"{row_of(kind)}-{column.label}")
    for kind in DocumentKind
    for table in ELEMENTS[kind]
    for column in table.columns
    if not column.optional
]


@pytest.mark.parametrize("kind", KINDS)
def test_a_complete_document_is_prepared(kind, police):
    (document,) = services.prepare(complete_draft(kind, police))
    assert (document.status, document.number, document.kind) == ("preparing", None, kind)


@pytest.mark.parametrize(("kind", "element"), ONE_ELEMENT_EACH)
def test_one_element_left_blank_is_refused_by_its_name(kind, element, police):
    draft = complete_draft(kind, police)
    draft.snapshot[element.key] = "  " if isinstance(draft.snapshot[element.key], str) else []
    with pytest.raises(Refused) as refused:
        services.prepare(draft)
    assert refused.value.reasons == [f"《{draft.title}》缺少必备要素：{element.label}"]
    assert not Document.objects.exists()


@pytest.mark.parametrize(("kind", "table", "column"), ONE_COLUMN_EACH)
def test_one_cell_left_blank_is_refused_with_its_row(kind, table, column, police):
    draft = complete_draft(kind, police)
    draft.snapshot[table.key] = deepcopy(draft.snapshot[table.key])
    draft.snapshot[table.key][-1][column.key] = ""
    row = len(draft.snapshot[table.key])
    with pytest.raises(Refused, match=f"{table.label}第{row}行的{column.label}"):
        services.prepare(draft)


def test_a_document_without_a_title_is_refused(police):
    with pytest.raises(Refused, match="标题"):
        services.prepare(replace(complete_draft(DocumentKind.RECEIPT, police), title=" "))


def test_every_gap_of_every_document_is_told_at_once(police):
    receipt = complete_draft(DocumentKind.RECEIPT, police, application_facts(applicant_name=""))
    notice = complete_draft(DocumentKind.CORRECTION_NOTICE, police)
    notice.snapshot["ways"] = notice.snapshot["deadline"] = ""
    with pytest.raises(Refused) as refused:
        services.prepare(receipt, notice)
    assert [reason.rpartition("：")[2] for reason in refused.value.reasons] == [
        "申请人",
        "补正期限",
        "提交方式",
    ]


def test_a_right_organ_is_named_only_where_there_is_one(police):
    draft = complete_draft(DocumentKind.DECLINE_NOTICE, police)
    draft.snapshot["right_organ"] = ""
    assert services.prepare(draft)


def test_an_application_without_papers_says_so_on_its_receipt(police):
    draft = services.receipt_draft(
        application_facts(),
        police,
        materials=[],
        received_at=NINE,
        receiver="系统",
        channel="网上申报",
        last_day=date(2026, 11, 27),
        query_code="7K4M2P",
    )
    assert draft.snapshot["materials"][0]["name"] == "本次办理无须提交材料"


def test_preparing_ten_documents_is_one_statement(police, statements):
    drafts = [complete_draft(kind, police) for kind in list(DocumentKind)[:10]]
    with statements(at_most=1):
        services.prepare(*drafts)


def test_what_a_document_says_lies_encrypted_value_by_value(police):
    (document,) = services.prepare(complete_draft(DocumentKind.RECEIPT, police))
    with connection.cursor() as cursor:
        cursor.execute("SELECT snapshot FROM licences_document WHERE id = %s", [document.pk])
        (stored,) = cursor.fetchone()
    assert "李明" not in stored
    assert '"applicant_name": "enc:' in stored
    assert Document.objects.get().snapshot["applicant_name"] == "李明"


def test_refusing_what_is_no_licence_is_titled_accordingly(police):
    draft = services.denial_decision_draft(
        application_facts(),
        police,
        services.MatterFacts("居住证申领", "edu-residence-permit"),
        facts="居住未满半年",
        reasons="不符合条件",
        legal_basis="《居住证暂行条例》第二条",
        licence=False,
    )
    assert draft.title == "不予办理决定书"


@pytest.mark.parametrize("kind", list(ResultKind))
def test_a_result_is_numbered_by_its_own_kind(kind, market):
    draft = result_draft(market, application_facts(), kind)
    assert draft.snapshot["result_kind"] == kind.value
