"""The bench's own bundle: eight matters of eight departments in three stages, nothing to upload, results no licences."""

from typing import Any

#: Department of each matter, by stage: three, then three that need the first, then two that need the fourth.
STAGES = (
    (("b1", "市公安局"), ("b2", "市市场监管局"), ("b3", "市税务局")),
    (("b4", "市医疗保障局"), ("b5", "市民政局"), ("b6", "市教育局")),
    (("b7", "市残联"), ("b8", "市交通运输局")),
)
NEEDS = {"b4": ["b1"], "b5": ["b1", "b2"], "b6": ["b3"], "b7": ["b4"], "b8": ["b4", "b5"]}
CODES = tuple(code for stage in STAGES for code, _ in stage)
#: The order in which they are approved.
ANSWERS = {"applicant_name": "李明", "purpose": "比较用时"}


def _matter(code: str, department: str) -> dict[str, Any]:
    return {
        "code": f"bench-{code}",
        "name": f"比较事项{code}",
        "department": department,
        "type": "公共服务",
        "handling": "承诺件",
        "statutory_days": 20,
        "promised_days": 3,
        "applies_when": None,
        "depends_on": [f"bench-{one}" for one in NEEDS.get(code, [])],
        "depends_reason": "前一步的结果是后一步的前提",
        "legal_basis": ["《示例条例》第一条"],
        "materials": [
            {"name": f"比较事项{code}登记表", "source": "表单生成", "required": True},
            {"name": "登记信息", "source": "数据共享核验", "required": True},
        ],
        "result": {"name": f"比较事项{code}办理凭证", "kind": "凭证", "validity_years": None},
        "fee": 0,
        "site_inspection": False,
    }


def bundle() -> dict[str, Any]:
    """The definition, in the files' own format."""
    codes = [f"bench-{code}" for code in CODES]
    return {
        "code": "bench-eight",
        "name": "八个部门一件事",
        "audience": "personal",
        "life_stage": "出生",
        "lead_department": "市公安局",
        "cooperating_departments": [name for stage in STAGES for _, name in stage][1:],
        "summary": "八个部门分三步办理，用来比较用时。",
        "before": {"steps": 32, "materials": 16, "days": 160, "visits": 16},
        "after": {"steps": 3, "materials": 0, "days": 9, "visits": 0},
        "basis": "只用于比较。",
        "questions": [],
        "matters": [_matter(code, department) for stage in STAGES for code, department in stage],
        "form": [
            {
                "group": "申请人信息",
                "fields": [
                    {
                        "key": "applicant_name",
                        "label": "申请人姓名",
                        "type": "text",
                        "required": True,
                        "used_by": codes,
                    },
                    {"key": "purpose", "label": "用途", "type": "text", "required": True, "used_by": codes},
                ],
            }
        ],
        "common_mistakes": [],
        "uncertain": [],
        "scenarios": [
            {
                "name": "八项全办",
                "answers": ANSWERS,
                "expected_matters": codes,
                "expected_parallel_stages": [[f"bench-{code}" for code, _ in stage] for stage in STAGES],
                "notes": "",
            }
        ],
    }
