"""Documents and licences for tests: every kind drafted in full, and a town with seals."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from identity.models import Department
from licences import services
from licences.models import Document
from licences.services import (
    AcceptedMatter,
    ApplicationFacts,
    ClosedMatter,
    Correction,
    DeferredMaterial,
    DeliveredDocument,
    DocumentDraft,
    MatterFacts,
    ReceivedMaterial,
)
from licences.states import DocumentKind, ResultKind

NINE = datetime(2026, 11, 20, 9, 5, tzinfo=ZoneInfo("Asia/Shanghai"))
HUKOU = MatterFacts("出生登记（户口登记）", "nb-birth-hukou")
FOOD = MatterFacts("食品经营许可", "food-licence")


def application_facts(**changed: str) -> ApplicationFacts:
    """What is printed of 李明's application for his newborn child."""
    facts = {
        "reference": "2026112000000427",
        "applicant_name": "李明",
        "applicant_id_tail": "0021",
        "subject": "application:42",
        "bundle_name": "新生儿出生“一件事”",
        "bundle_code": "newborn",
        "contact": "0990-12345　云澜市云澜大道12号",
    }
    return ApplicationFacts(**(facts | changed))


def _receipt(organ: Department, facts: ApplicationFacts) -> DocumentDraft:
    return services.receipt_draft(
        facts,
        organ,
        materials=[
            ReceivedMaterial("《出生医学证明》首次签发登记表", "电子件"),
            ReceivedMaterial("父母双方居民身份证", "共享数据", 2),
            ReceivedMaterial("居民户口簿（拟落户一方）", "原件"),
        ],
        received_at=NINE,
        receiver="综合窗口　王芳",
        channel="网上申报",
        last_day=date(2026, 11, 27),
        query_code="7K4M2P",
    )


def _acceptance(organ: Department, facts: ApplicationFacts) -> DocumentDraft:
    day = date(2026, 11, 20)
    return services.acceptance_notice_draft(
        facts,
        organ,
        matters=[
            AcceptedMatter("出生医学证明首次签发", "市卫生健康委", day, None, 1, NINE),
            AcceptedMatter("出生登记（户口登记）", "市公安局", day, 20, 3, NINE, deemed=True),
            AcceptedMatter("城乡居民基本医疗保险参保登记", "市医疗保障局", day, 20, 0, NINE),
        ],
        delivery="电子证照，同时在综合窗口领取纸质件",
    )


def _correction(organ: Department, facts: ApplicationFacts) -> DocumentDraft:
    return services.correction_notice_draft(
        facts,
        organ,
        corrections=[
            Correction(
                "结婚证",
                "照片模糊，登记日期无法辨认",
                "《办事指南》申请材料第3项",
                "重新拍摄内页并上传，四角完整、字迹清楚",
                "出生登记（户口登记）",
            ),
            Correction(
                "《出生医学证明》",
                "新生儿姓名与申请表不一致（“子萱”“子暄”）",
                "《中华人民共和国户口登记条例》第七条",
                "到签发机构更正后上传，或者修改申请表中的姓名",
                "出生登记（户口登记）、社会保障卡申领",
            ),
        ],
        deadline=date(2026, 12, 11),
    )


def _decline(organ: Department, facts: ApplicationFacts) -> DocumentDraft:
    return services.decline_notice_draft(
        facts,
        organ,
        ground="申请事项依法不属于本机关职权范围：所申请的道路位于云澜市澜江区行政区域内。",
        article="《中华人民共和国行政许可法》第三十二条第一款第二项。",
        right_organ="云澜市澜江区城市管理局（云澜市澜江路8号，0990-5511024）。",
        returned=["施工方案一份", "道路平面图两份"],
        matter=MatterFacts("占用、挖掘城市道路许可", "road-excavation-permit"),
    )


def _grant(organ: Department, facts: ApplicationFacts) -> DocumentDraft:
    return services.grant_decision_draft(
        facts,
        organ,
        FOOD,
        content="准予从事食品经营（餐饮服务经营者，含网络经营）",
        scope="热食类食品制售，冷食类食品制售",
        legal_basis="《中华人民共和国食品安全法》第三十五条；《食品经营许可和备案管理办法》第十五条",
        certificate="2026112000000018",
        valid_until=date(2031, 11, 19),
    )


def _denial(organ: Department, facts: ApplicationFacts) -> DocumentDraft:
    return services.denial_decision_draft(
        facts,
        organ,
        FOOD,
        facts="2026年11月18日现场核查记录载明：加工操作区与卫生间直接相通，未设置独立的食品处理区；申请人到场并签字确认。",
        reasons="经营场所的布局不符合食品安全要求，存在交叉污染的可能，且在核查后的期限内未能改正。",
        legal_basis="《中华人民共和国食品安全法》第三十三条第一款第一项、《中华人民共和国行政许可法》第三十八条第二款。",
    )


def _deferral(organ: Department, facts: ApplicationFacts) -> DocumentDraft:
    return services.deferral_notice_draft(
        facts,
        organ,
        received=["《食品经营许可申请书》", "营业执照", "经营场所平面图"],
        deferred=[
            DeferredMaterial("从业人员健康证明", date(2026, 12, 4)),
            DeferredMaterial("食品安全管理制度文本", date(2026, 12, 4)),
        ],
        promise="申请人于2026年11月20日签署的容缺承诺（附于本次申请）",
        matter=FOOD,
    )


def _commitment(organ: Department, facts: ApplicationFacts) -> DocumentDraft:
    return services.commitment_draft(
        facts,
        organ,
        MatterFacts("公众聚集场所投入使用、营业前消防安全检查", "fire-check-commitment"),
        basis="《中华人民共和国消防法》第十五条",
        proved="场所符合消防技术标准，消防设施完好有效，疏散通道和安全出口畅通",
        signature="李明（电子签名）",
        signed_at=NINE,
        check_plan="作出许可之日起20个工作日内进行现场核查",
    )


def _delivery(organ: Department, facts: ApplicationFacts) -> DocumentDraft:
    return services.delivery_receipt_draft(
        facts,
        organ,
        documents=[DeliveredDocument("居民户口簿", "gongan〔2026〕照000018号")],
        addressee="李明",
        way="窗口直接送达",
        place="云澜市政务服务中心三楼出件窗口",
        delivered_at=NINE,
        receiver="李明（电子签名）",
        relation="本人",
        deliverer="出件窗口　陈静",
    )


def _closing(organ: Department, facts: ApplicationFacts) -> DocumentDraft:
    day = date(2026, 11, 24)
    return services.closing_notice_draft(
        facts,
        organ,
        results=[
            ClosedMatter("出生医学证明首次签发", "准予", day, "《出生医学证明》"),
            ClosedMatter("出生登记（户口登记）", "准予", day, "《居民户口簿》"),
            ClosedMatter("生育医疗费用报销", "撤回", day),
        ],
        delivery="2026年11月24日，电子证照送达“我的证照”，纸质件由本人在窗口领取",
        rating_url="http://localhost:8000/rate/2026112000000427/",
        archive_number="YL-2026-ZW-0000427",
    )


def _special(organ: Department, facts: ApplicationFacts) -> DocumentDraft:
    return services.special_procedure_notice_draft(
        facts,
        organ,
        FOOD,
        procedure="检验检测（油烟排放）",
        basis="《中华人民共和国行政许可法》第四十五条",
        organiser="云澜市产品质量检验研究院",
        starts=date(2026, 11, 23),
        expected_end=date(2026, 12, 4),
    )


def _extension(organ: Department, facts: ApplicationFacts) -> DocumentDraft:
    return services.extension_notice_draft(
        facts,
        organ,
        FOOD,
        reason="需要会同有关部门核实经营场所的规划用途，原定期限内不能办结",
        approver="本机关负责人",
        extra_days=10,
        new_due_at=datetime(2026, 12, 25, 16, 30, tzinfo=ZoneInfo("Asia/Shanghai")),
    )


def _termination(organ: Department, facts: ApplicationFacts) -> DocumentDraft:
    return services.termination_notice_draft(
        facts,
        organ,
        ground="逾期未补正。",
        facts="本机关于2026年11月20日送达《补正材料告知书》，至2026年12月11日24时期限届满，所列材料未提交；其间已于12月8日、12月11日两次提醒。",
    )


def _withdrawal(organ: Department, facts: ApplicationFacts) -> DocumentDraft:
    return services.withdrawal_confirmation_draft(
        facts, organ, request="撤回“生育医疗费用报销”一项，其余事项继续办理", requested_at=NINE
    )


def result_draft(organ: Department, facts: ApplicationFacts, kind: ResultKind) -> DocumentDraft:
    """A result of this kind, complete."""
    title, rows, until = RESULTS[kind]
    return services.result_draft(
        facts,
        organ,
        FOOD,
        kind=kind,
        title=title,
        facts=rows,
        valid_from=date(2026, 11, 20),
        valid_until=until,
    )


RESULTS: dict[ResultKind, tuple[str, list[tuple[str, str]], date | None]] = {
    ResultKind.LICENCE: (
        "食品经营许可证",
        [
            ("经营者名称", "云澜市澜江区李记面馆"),
            ("统一社会信用代码", "92990102MA0A1B2C3D"),
            ("法定代表人（负责人）", "李明"),
            ("经营场所", "云澜市澜江区书院街道望湖路88号一层"),
            ("主体业态", "餐饮服务经营者（网络经营）"),
            ("经营项目", "热食类食品制售；冷食类食品制售"),
        ],
        date(2031, 11, 19),
    ),
    ResultKind.PROOF: (
        "无未结涉税事项证明",
        [("核查范围", "增值税、消费税、企业所得税"), ("核查结论", "截至出具之日无未结事项（含分支机构）")],
        None,
    ),
    ResultKind.VOUCHER: (
        "户外招牌设置备案回执",
        [("设置地点", "云澜市澜江区望湖路88号"), ("规格", "6.0米×1.2米"), ("设置期限", "二年")],
        date(2028, 11, 19),
    ),
    ResultKind.REGISTRATION: (
        "城乡居民基本医疗保险参保登记信息",
        [("参保人", "李子萱"), ("参保险种", "城乡居民基本医疗保险"), ("待遇起始", "2026年11月18日")],
        None,
    ),
    ResultKind.APPROVAL: (
        "关于准予设置户外广告的决定",
        [("设置位置", "云澜市澜江区望湖路88号楼顶"), ("规格", "12米×3米"), ("内容", "“云澜好物”公益宣传")],
        date(2028, 11, 19),
    ),
}

DRAFTS: dict[DocumentKind, Callable[[Department, ApplicationFacts], DocumentDraft]] = {
    DocumentKind.RECEIPT: _receipt,
    DocumentKind.ACCEPTANCE_NOTICE: _acceptance,
    DocumentKind.CORRECTION_NOTICE: _correction,
    DocumentKind.DECLINE_NOTICE: _decline,
    DocumentKind.GRANT_DECISION: _grant,
    DocumentKind.DENIAL_DECISION: _denial,
    DocumentKind.DEFERRAL_NOTICE: _deferral,
    DocumentKind.COMMITMENT: _commitment,
    DocumentKind.DELIVERY_RECEIPT: _delivery,
    DocumentKind.CLOSING_NOTICE: _closing,
    DocumentKind.SPECIAL_PROCEDURE_NOTICE: _special,
    DocumentKind.EXTENSION_NOTICE: _extension,
    DocumentKind.TERMINATION_NOTICE: _termination,
    DocumentKind.WITHDRAWAL_CONFIRMATION: _withdrawal,
    DocumentKind.RESULT: lambda organ, facts: result_draft(organ, facts, ResultKind.LICENCE),
}


#: The rows of the rules' section 15.
ROW_OF: dict[DocumentKind, str] = {
    DocumentKind.RECEIPT: "D-01",
    DocumentKind.ACCEPTANCE_NOTICE: "D-02",
    DocumentKind.CORRECTION_NOTICE: "D-03",
    DocumentKind.DECLINE_NOTICE: "D-04",
    DocumentKind.GRANT_DECISION: "D-05",
    DocumentKind.DENIAL_DECISION: "D-06",
    DocumentKind.DEFERRAL_NOTICE: "D-07",
    DocumentKind.COMMITMENT: "D-08",
    DocumentKind.DELIVERY_RECEIPT: "D-09",
    DocumentKind.CLOSING_NOTICE: "D-10",
    DocumentKind.SPECIAL_PROCEDURE_NOTICE: "D-11",
    DocumentKind.EXTENSION_NOTICE: "D-12",
    DocumentKind.TERMINATION_NOTICE: "D-13",
    DocumentKind.WITHDRAWAL_CONFIRMATION: "D-14",
}


def row_of(kind: DocumentKind) -> str:
    """How a test case about this kind is called."""
    return f"{ROW_OF.get(kind, 'result')} {kind.label}"


def complete_draft(
    kind: DocumentKind, organ: Department, facts: ApplicationFacts | None = None
) -> DocumentDraft:
    """A document of this kind with every element filled in."""
    return DRAFTS[kind](organ, facts or application_facts())


def content_of(document: Document) -> bytes:
    """The sealed file."""
    assert document.file is not None
    with document.file.file.open("rb") as stored:
        return stored.read()


def give_seals(organs: Iterable[Department]) -> None:
    """Test seals for these organs, in the folder that settings name."""
    services.set_up_test_seals(organs)
