"""
The mandatory elements of every kind of document, as data (文书必备要素).

The keys are those of `Document.snapshot`; the labels are printed beside the values
and named when one is missing. A document with an empty one is not even prepared.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from licences.states import DocumentKind


@dataclass(frozen=True)
class Element:
    """One thing a document says; a table has columns, of which some may stay empty."""

    key: str
    label: str
    columns: tuple["Element", ...] = ()
    optional: bool = False


COMMON: tuple[Element, ...] = (
    Element("applicant_name", "申请人"),
    Element("applicant_id_tail", "证件号码末四位"),
    Element("matter_name", "事项名称"),
    Element("matter_code", "事项编码"),
    Element("reference", "申办编号"),
    Element("organ_name", "出具机关"),
    Element("dated", "日期"),
    Element("contact", "联系方式"),
)

REMEDY: tuple[Element, ...] = (
    Element("reconsideration_organ", "行政复议机关"),
    Element("court", "管辖法院"),
)

#: What each kind says beyond COMMON, in the order in which it is printed.
ELEMENTS: Mapping[DocumentKind, tuple[Element, ...]] = {
    DocumentKind.RECEIPT: (
        Element("received_at", "收件时间"),
        Element("channel", "收件渠道"),
        Element("receiver", "收件人"),
        Element("last_day", "受理决定最晚日期"),
        Element("query_code", "查询码"),
        Element(
            "materials",
            "收到的材料",
            (Element("name", "材料名称"), Element("form", "形式"), Element("count", "份数")),
        ),
    ),
    DocumentKind.ACCEPTANCE_NOTICE: (
        Element(
            "matters",
            "受理事项",
            (
                Element("name", "事项"),
                Element("department", "办理部门"),
                Element("accepted", "受理日期"),
                Element("statutory", "法定时限"),
                Element("promised", "承诺时限"),
                Element("due", "办结期限"),
            ),
        ),
        Element("special_procedures", "特别程序"),
        Element("fee", "收费"),
        Element("delivery", "结果送达方式"),
    ),
    DocumentKind.CORRECTION_NOTICE: (
        Element(
            "corrections",
            "需要补正的材料",
            (
                Element("material", "材料"),
                Element("defect", "存在的问题"),
                Element("basis", "依据"),
                Element("how_to_fix", "补正办法"),
                Element("needed_by", "涉及事项", optional=True),
            ),
        ),
        Element("deadline", "补正期限"),
        Element("ways", "提交方式"),
        Element("only_notice", "一次性告知"),
        Element("consequence", "逾期后果"),
    ),
    DocumentKind.DECLINE_NOTICE: (
        Element("ground", "不予受理的理由"),
        Element("article", "法律依据"),
        Element("right_organ", "应当申请的机关", optional=True),
        Element("returned", "退还材料"),
        *REMEDY,
    ),
    DocumentKind.GRANT_DECISION: (
        Element("content", "许可内容"),
        Element("scope", "许可范围"),
        Element("conditions", "许可条件"),
        Element("validity", "有效期限"),
        Element("legal_basis", "法律依据"),
        Element("certificate", "证照编号"),
        Element("duties", "持续义务"),
        Element("renewal", "延续申请"),
    ),
    DocumentKind.DENIAL_DECISION: (
        Element("facts", "查明的事实"),
        Element("reasons", "理由"),
        Element("legal_basis", "法律依据"),
        Element("heard", "听证及利害关系人意见"),
        *REMEDY,
    ),
    DocumentKind.DEFERRAL_NOTICE: (
        Element("received", "已收主审材料"),
        Element(
            "deferred",
            "容缺材料",
            (Element("name", "材料名称"), Element("limit", "补交期限")),
        ),
        Element("limit", "最后期限"),
        Element("way", "补交方式"),
        Element("consequence", "逾期后果"),
        Element("promise", "容缺承诺"),
    ),
    DocumentKind.COMMITMENT: (
        Element("basis", "设定依据"),
        Element("proved", "证明内容或者许可条件"),
        Element("promise_form", "承诺方式"),
        Element("liability", "不实承诺的责任"),
        Element("right_to_check", "行政机关的核查权"),
        Element("check_plan", "核查安排"),
        Element("publication", "承诺书公开"),
        Element("statements", "承诺内容"),
        Element("signature", "承诺人签名"),
        Element("signed_on", "签署日期"),
    ),
    DocumentKind.DELIVERY_RECEIPT: (
        Element(
            "documents",
            "送达文书",
            (Element("title", "文书名称"), Element("number", "文书编号")),
        ),
        Element("addressee", "受送达人"),
        Element("way", "送达方式"),
        Element("place", "送达地点"),
        Element("delivered_at", "送达时间"),
        Element("receiver", "签收人"),
        Element("relation", "与受送达人关系"),
        Element("deliverer", "送达人"),
        Element("note", "备注"),
    ),
    DocumentKind.CLOSING_NOTICE: (
        Element(
            "results",
            "办理结果",
            (
                Element("matter", "事项"),
                Element("outcome", "结果"),
                Element("result", "结果文书", optional=True),
                Element("ended_on", "办结日期"),
            ),
        ),
        Element("delivery", "送达情况"),
        Element("rating_url", "评价入口"),
        Element("archive_number", "档案号"),
    ),
    DocumentKind.SPECIAL_PROCEDURE_NOTICE: (
        Element("procedure", "特别程序"),
        Element("basis", "法律依据"),
        Element("organiser", "组织单位"),
        Element("expected", "预计所需时间"),
        Element("excluded", "期限计算"),
    ),
    DocumentKind.EXTENSION_NOTICE: (
        Element("reason", "延长理由"),
        Element("approver", "批准层级"),
        Element("extension", "延长时间"),
        Element("new_due", "新的办结期限"),
    ),
    DocumentKind.TERMINATION_NOTICE: (
        Element("ground", "终止事由"),
        Element("facts", "有关事实"),
        Element("returned", "退还材料"),
        Element("reapply", "重新申请"),
        *REMEDY,
    ),
    DocumentKind.WITHDRAWAL_CONFIRMATION: (
        Element("request", "撤回请求"),
        Element("requested_on", "撤回日期"),
        Element("returned", "退还材料"),
    ),
    DocumentKind.RESULT: (
        Element("result_kind", "结果种类"),
        Element("facts", "登载内容", (Element("label", "项目"), Element("value", "内容"))),
        Element("validity", "有效期限"),
    ),
}


def elements_of(kind: DocumentKind) -> tuple[Element, ...]:
    """Everything a document of this kind says, the common things first."""
    return COMMON + ELEMENTS[kind]


def objections_to_preparing(kind: DocumentKind, title: str, snapshot: Mapping[str, Any]) -> list[str]:
    """Every mandatory element that is empty, by its name on the paper."""
    missing = [] if title.strip() else ["标题"]
    for element in elements_of(kind):
        missing += _missing(element, snapshot.get(element.key))
    return [f"《{title or kind.label}》缺少必备要素：{name}" for name in missing]


def _missing(element: Element, value: Any) -> Iterator[str]:
    if element.optional:
        return
    if _blank(value):
        yield element.label
    elif element.columns:
        yield from _missing_in_rows(element, value)


def _missing_in_rows(table: Element, rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for position, row in enumerate(rows, start=1):
        for column in table.columns:
            if not column.optional and _blank(row.get(column.key)):
                yield f"{table.label}第{position}行的{column.label}"


def _blank(value: Any) -> bool:
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, list | tuple):
        return not value or all(_blank(part) for part in value)
    return value is None
