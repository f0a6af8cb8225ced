"""
开便利店: five matters of five departments, small enough to see through.

Nobody of the loaded thirteen has so few: one paper that three departments need,
one that may follow later, one that is promised, one that data fetches, one
that an earlier step makes, and one matter that is done on the spot.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from bundles.selectors import forget_offers
from bundles.services import Outcome, load
from identity.models import Account
from tests.factories import workflow as at
from tests.factories.bundles import material, matter
from tests.factories.identity import Cast
from workflow import services
from workflow.models import Application
from workflow.services import Filing
from workflow.states import MaterialMode

LEASE, PLAN, PHOTO, HYGIENE = "租赁合同", "平面图", "店面照片", "卫生承诺"
RECORD, IDENTITY, PERMIT, SIGN = "无犯罪记录", "居民身份证", "便利店执照", "招牌效果图"

#: department code by matter
DEPARTMENT = {
    "cs-licence": "shichang",
    "cs-fire": "xiaofang",
    "cs-police": "gongan",
    "cs-sign": "chengguan",
    "cs-tax": "shuiwuju",
}
#: Matters with uploaded papers: their departments are asked in the joint review.
UPLOADS = ("cs-licence", "cs-fire", "cs-police", "cs-sign")
OWNER_ID, OWNER_MOBILE, CLERK_ID = "420101198503120319", "13912345678", "110105197505234334"


def published(**extra: Any) -> None:
    """The bundle is on offer."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "corner-shop.yaml"
        path.write_text(yaml.safe_dump(corner_shop(**extra), allow_unicode=True), encoding="utf-8")
        report = load([path])
    assert report.files[0].outcome is not Outcome.REFUSED, str(report)


def with_users() -> Iterator[None]:
    """
    Published with the matters that use each box named, for as long as a test lasts.

    The shop's name is the market and the sign office's, the mobile number the police's;
    `wants_sign` decides a matter, and bad names are refused.
    """
    definition = corner_shop()
    fields = {field["key"]: field for field in definition["form"][0]["fields"]}
    fields["shop_name"] |= {
        "used_by": ["cs-licence", "cs-sign"],
        "valid_when": "shop_name != '坏店'",
        "validation": "不能叫坏店",
    }
    fields["owner_mobile"]["used_by"] = ["cs-police"]
    wants_sign = {"key": "wants_sign", "label": "挂招牌", "type": "boolean", "required": False}
    definition["form"][0]["fields"].append(wants_sign | {"used_by": ["cs-sign"]})
    for one in definition["matters"]:
        if one["code"] == "cs-sign":
            one["applies_when"] = "has_sign && wants_sign"
    said = definition["scenarios"][0]["answers"]
    said["wants_sign"] = True
    published(**definition)
    yield
    forget_offers()


def answers(**changed: Any) -> dict[str, Any]:
    said = {
        "has_sign": True,
        "shop_name": "云上便利店",
        "owner_id": OWNER_ID,
        "owner_mobile": OWNER_MOBILE,
        "staff": [{"name": "孙店员", "id_number": CLERK_ID}],
    }
    return {key: value for key, value in (said | changed).items() if value is not None}


def filing(by: Account, modes: dict[str, MaterialMode] | None = None, **more: Any) -> Filing:
    """A complete filing; `answers` changes what is said."""
    said = answers(**more.pop("answers", {}))
    return Filing(
        "bundle", "corner-shop", said, at.offers(by, at.planned("corner-shop", said), modes), **more
    )


def filed(by: Account, modes: dict[str, MaterialMode] | None = None, **more: Any) -> Application:
    """Submitted; online it is received at once."""
    return services.submit(filing(by, modes, **more), by=by)


def officer(cast: Cast, code: str) -> Account:
    """Whoever reviews this matter."""
    return cast.reviewer(DEPARTMENT[code])


def complete(cast: Cast, application: Application, *codes: str) -> None:
    """These departments say that their papers are complete."""
    for code in codes:
        services.confirm_complete(at.review_of(application, code).pk, by=officer(cast, code))


def ask(cast: Cast, application: Application, code: str, *materials: str) -> None:
    """This department finds these papers defective."""
    defects = [at.a_defect(name) for name in materials]
    services.request_correction(at.review_of(application, code).pk, by=officer(cast, code), defects=defects)


def bring(by: Account, application: Application, *names: str) -> None:
    """Corrected papers are handed in."""
    services.supply_correction(application.pk, by=by, supplies=at.supplies(by, *names))


def in_correction(cast: Cast, by: Account, *materials: str, code: str = "cs-licence") -> Application:
    """One department has asked for these papers, the others are content: the notice is out."""
    application = filed(by)
    complete(cast, application, *(set(UPLOADS) - {code}))
    ask(cast, application, code, *(materials or (PHOTO,)))
    return at.now(application)


def corner_shop(**extra: Any) -> dict[str, Any]:
    """The definition as a file holds it."""
    return {
        "code": "corner-shop",
        "name": "开便利店一件事",
        "audience": "enterprise",
        "life_stage": "准入准营",
        "lead_department": "市市场监管局",
        "cooperating_departments": ["市消防救援支队", "市公安局", "市城市管理局", "市税务局"],
        "summary": "办执照、消防、备案、招牌，一次办好。",
        "keywords": ["开便利店"],
        "before": {"steps": 12, "materials": 9, "days": 30, "visits": 6},
        "after": {"steps": 3, "materials": 5, "days": 10, "visits": 0},
        "questions": [{"key": "has_sign", "text": "要挂招牌吗？", "type": "boolean", "help": ""}],
        "matters": [_licence(), _fire(), _police(), _sign(), _tax()],
        "form": [{"group": "经营者", "fields": _fields()}],
        "scenarios": [
            {
                "name": "有招牌的便利店",
                "answers": answers(),
                "expected_matters": list(DEPARTMENT),
                "expected_parallel_stages": [["cs-licence", "cs-fire", "cs-police", "cs-tax"], ["cs-sign"]],
            }
        ],
        **extra,
    }


def _licence() -> dict[str, Any]:
    papers = [
        material("设立申请书", "表单生成"),
        material(LEASE),
        material(PHOTO, commitment_allowed=True),
        material(HYGIENE, "告知承诺替代", commitment_allowed=True),
    ]
    result = {"name": PERMIT, "kind": "证照"}
    return matter(
        "cs-licence",
        department="市市场监管局",
        type="行政许可",
        statutory_days=20,
        promised_days=3,
        result=result,
        materials=papers,
    )


def _fire() -> dict[str, Any]:
    papers = [material(LEASE), material(PLAN, deferrable=True, deferrable_days=3)]
    return matter("cs-fire", department="市消防救援支队", promised_days=5, materials=papers)


def _police() -> dict[str, Any]:
    papers = [
        material(LEASE),
        material(IDENTITY, "电子证照调取", licence_type=IDENTITY),
        material(RECORD, "数据共享核验"),
    ]
    return matter("cs-police", department="市公安局", promised_days=2, materials=papers)


def _sign() -> dict[str, Any]:
    papers = [material(PERMIT, "电子证照调取", licence_type=PERMIT), material(SIGN)]
    return matter(
        "cs-sign",
        department="市城市管理局",
        promised_days=2,
        applies_when="has_sign",
        depends_on=["cs-licence"],
        materials=papers,
    )


def _tax() -> dict[str, Any]:
    return matter(
        "cs-tax", department="市税务局", handling="即办件", statutory_days=None, promised_days=0, materials=[]
    )


def _fields() -> list[dict[str, Any]]:
    columns = [
        {"key": "name", "label": "姓名", "type": "text"},
        {"key": "id_number", "label": "身份证号", "type": "resident_id"},
    ]
    return [
        {"key": "shop_name", "label": "店名", "type": "text"},
        {"key": "owner_id", "label": "经营者身份证号", "type": "resident_id"},
        {"key": "owner_mobile", "label": "手机号码", "type": "mobile"},
        {"key": "staff", "label": "从业人员", "type": "table", "required": False, "columns": columns},
    ]
