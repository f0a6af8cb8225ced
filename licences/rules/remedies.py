"""
Where somebody turned down can go (救济途径, D-R): who reconsiders, which court hears it.

I-190: the people's government of the same level reconsiders; for customs, finance,
foreign exchange, tax and state security it is the superior organ; over a department
of justice the applicant may choose. The columns of the department override all of it.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from identity.models import Department, Region

#: Organs under vertical leadership by code, and the superior that reconsiders (FY27).
SUPERIORS: dict[str, str] = {
    "shuiwuju": "省税务局",
    "haiguan": "上一级海关",
    "waihui": "国家外汇管理局省分局",
    "renhang": "中国人民银行省分行",
    "jinrong": "省金融监督管理机构",
    "guoan": "省国家安全厅",
}

JUSTICE = "sifa"


@dataclass(frozen=True)
class Remedy:
    """The two names that a remedy clause must fill in."""

    reconsideration_organ: str
    court: str


def official_name(organ: "Department") -> str:
    """市公安局 as it stands on paper and seal: 云州市公安局."""
    if organ.region.kind == "city" and organ.name.startswith("市"):
        return organ.region.name + organ.name[1:]
    return organ.name


def remedy_against(organ: "Department") -> Remedy:
    """Who reconsiders what this organ decided, and which court hears the suit."""
    return Remedy(
        reconsideration_organ=organ.reconsideration_organ or _reconsidering(organ),
        court=organ.court or f"{_seat(organ).name}人民法院",
    )


def _reconsidering(organ: "Department") -> str:
    if superior := SUPERIORS.get(organ.code):
        return superior
    if organ.kind == "vertical":
        return f"{organ.name}的上一级主管部门"
    government = f"{_seat(organ).name}人民政府"
    return f"{government}或者省司法厅" if organ.code == JUSTICE else government


def _seat(organ: "Department") -> "Region":
    """The district or city whose government is of the same level; above a street, its district."""
    region = organ.region
    while region.kind in ("street", "community") and region.parent is not None:
        region = region.parent
    return region
