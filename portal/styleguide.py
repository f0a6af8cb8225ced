"""What the styleguide shows: one example of everything, with invented people."""

from datetime import UTC, date, datetime
from typing import Any

from django import forms

from portal.chains import Node
from workflow.states import ApplicationStatus, ReviewStatus

CHAIN = {
    "nodes": [
        Node("registration", "企业设立登记", "市市场监管局", 1, ReviewStatus.APPROVED, date(2026, 8, 3)),
        Node("seal", "公章刻制备案", "市公安局", 2, ReviewStatus.APPROVED, date(2026, 8, 4)),
        Node("licence", "食品经营许可证核发", "市市场监管局", 2, ReviewStatus.IN_PROGRESS, date(2026, 8, 12), url="#chain"),
        Node("sign", "户外招牌设置审批", "市城管局", 2, ReviewStatus.CORRECTING, date(2026, 8, 10)),
        Node("fire", "公众聚集场所投入使用、营业前消防安全检查", "市消防救援支队", 2, ReviewStatus.SPECIAL_PROCEDURE, date(2026, 8, 14)),
        Node("environment", "环境影响登记表备案", "市生态环境局", 2, ReviewStatus.WITHDRAWN),
        Node("insurance", "企业社会保险登记", "市人力资源社会保障局", 3, ReviewStatus.WAITING, date(2026, 8, 17)),
        Node("invoice", "发票领用", "市税务局", 3, ReviewStatus.ASSIGNED, date(2026, 8, 17)),
    ],
    "edges": [
        ("registration", "seal"), ("registration", "licence"), ("registration", "sign"), ("registration", "fire"),
        ("registration", "environment"), ("registration", "invoice"), ("seal", "insurance"), ("seal", "invoice"),
    ],
}  # fmt: skip

COMPARISON = {
    "nodes": [
        Node("authorise", "授权委托核验", "市政务服务管理局", 1, days=0),
        *(
            Node(f"check-{number}", f"{office}领域违法违规信息核查", f"市{office}局", 2, days=3)
            for number, office in enumerate(
                [
                    "市场监管",
                    "税务",
                    "人力资源",
                    "医保",
                    "住房公积金",
                    "消防",
                    "应急",
                    "生态环境",
                    "自然资源",
                    "住建",
                    "交通",
                ]
            )
        ),
        Node("report", "出具专项信用报告", "市发展改革委", 3, days=1),
    ],
    "edges": [
        *(("authorise", f"check-{number}") for number in range(11)),
        *((f"check-{number}", "report") for number in range(11)),
        ("authorise", "report"),
    ],
}

FIELDS: list[dict[str, Any]] = [
    {"key": "name", "label": "姓名", "type": "text"},
    {"key": "id_number", "label": "身份证号", "type": "resident_id"},
    {"key": "mobile", "label": "手机号", "type": "mobile"},
    {"key": "opened_on", "label": "计划开业日期", "type": "date"},
    {"key": "area", "label": "经营面积（平方米）", "type": "decimal", "validation": "按租赁合同上的面积填"},
    {"key": "seats", "label": "餐位数", "type": "integer", "required": False},
    {"key": "address", "label": "经营地址", "type": "address"},
    {"key": "district", "label": "所在区", "type": "region"},
    {"key": "has_fire", "label": "使用明火做菜吗？", "type": "boolean"},
    {
        "key": "form",
        "label": "以什么身份经营？",
        "type": "choice",
        "choices": [
            {"value": "company", "label": "公司", "hint": "以公司名义经营，承担有限责任"},
            {"value": "individual", "label": "个体工商户", "hint": "以个人或家庭名义经营"},
        ],
    },
    {
        "key": "foods",
        "label": "做哪些吃的？",
        "type": "multichoice",
        "choices": [("hot", "热食"), ("cold", "凉菜"), ("cake", "糕点"), ("drink", "自制饮品")],
    },
    {
        "key": "owners",
        "label": "全体股东",
        "type": "table",
        "columns": [
            {"key": "name", "label": "姓名", "type": "text"},
            {"key": "id_number", "label": "身份证号", "type": "resident_id"},
            {"key": "share", "label": "出资比例（%）", "type": "decimal"},
        ],
    },
    {"key": "lease", "label": "租赁合同", "type": "file"},
]

ANSWERS = {
    "name": "李明",
    "id_number": "990101199003070012",
    "mobile": "1380000",
    "opened_on": date(2026, 9, 1),
    "district": "990102",
    "has_fire": True,
    "form": "individual",
    "foods": ["hot", "drink"],
    "owners": [{"name": "李明", "id_number": "990101199003070012", "share": "60"}, {"name": "王芳"}],
}

ERRORS = {
    "mobile": ["手机号码应为 11 位，现在是 7 位"],
    "address": ["请填写经营地址，写到门牌号"],
    "owners.1.id_number": ["请填写身份证号"],
}

SOURCES = {"name": "自然人实名库", "id_number": "自然人实名库", "district": "不动产权证书"}

PAPERS: list[dict[str, Any]] = [
    {"name": "营业执照", "status": "awaited"},
    {"name": "居民身份证", "status": "fetched", "licence_type": "居民身份证"},
    {"name": "从业人员健康信息", "status": "shared"},
    {"name": "食品经营许可申请书", "status": "form"},
    {"name": "经营场所平面图", "status": "upload"},
    {"name": "租赁合同", "status": "upload", "deferrable": True, "deferrable_days": 10},
    {"name": "油烟净化设施安装承诺", "status": "promise"},
]

NOW = datetime(2026, 8, 1, 1, 30, tzinfo=UTC)

EVENTS: list[dict[str, Any]] = [
    {"at": NOW, "title": "您提交了申请", "actor": "李明"},
    {
        "at": NOW.replace(day=3),
        "title": "已受理",
        "actor": "综合窗口",
        "text": "5 个部门同时开始办理。",
        "documents": [{"title": "受理通知书", "url": "#"}],
    },
    {
        "at": NOW.replace(day=6),
        "title": "请补正一份材料",
        "actor": "市城管局",
        "text": "招牌效果图看不清尺寸，请重新上传。",
        "tone": "attention",
        "url": "#",
        "link": "去补正",
    },
    {"due": date(2026, 8, 12), "title": "核发食品经营许可证", "actor": "市市场监管局", "tone": "active"},
    {"due": date(2026, 8, 17), "title": "办理社保登记、领用发票", "actor": "2 个部门", "tone": "waiting"},
]


class ContactForm(forms.Form):
    """An ordinary Django form, drawn by the same component."""

    name = forms.CharField(label="怎么称呼您")
    text = forms.CharField(label="想说的话", widget=forms.Textarea(attrs={"rows": 3}), help_text="500 字以内")
    channel = forms.ChoiceField(
        label="怎么回复您", choices=[("phone", "电话"), ("text", "短信")], widget=forms.RadioSelect
    )
    agree = forms.BooleanField(label="可以把我的话转给办理部门")


DOORS = ("applicant", "counter", "office")


def context(door: str = "") -> dict[str, Any]:
    """The styleguide's context, behind one of the front doors."""
    form = ContactForm({"name": "李明"})
    form.is_valid()
    return {
        "door": door if door in DOORS else DOORS[0],
        "chain": CHAIN,
        "comparison": COMPARISON,
        "fields": FIELDS,
        "answers": ANSWERS,
        "errors": ERRORS,
        "sources": SOURCES,
        "regions": [("990101", "东城区"), ("990102", "河西区")],
        "papers": PAPERS,
        "events": EVENTS,
        "statuses": ApplicationStatus,
        "review_statuses": ReviewStatus,
        "form": form,
        "before": {"steps": 25, "materials": 41, "days": 59, "visits": 11},
        "after": {"steps": 4, "materials": 14, "days": 6, "visits": 0},
        "steps": ["回答问题", "填写表单", "准备材料", "核对提交"],
        "entries": [
            {"title": "回答 8 个问题", "url": "#", "tone": "done", "label": "已完成"},
            {"title": "填写申请表", "url": "#", "tone": "active", "label": "已填一半", "hint": "还差 6 处"},
            {"title": "核对并提交", "tone": "waiting", "label": "还不能开始", "hint": "先填完申请表"},
        ],
    }
