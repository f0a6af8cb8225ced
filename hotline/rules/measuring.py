"""Who may read which figures, and what may be ranked against what (H-161)."""

from collections.abc import Collection, Mapping
from statistics import median

__all__ = ["CLASSES", "class_of", "objections_to_ranking", "objections_to_reading"]

#: 分档分类: departments are compared inside a class only.
CLASSES: Mapping[str, str] = {
    "direct": "直接承担服务的部门",
    "coordinating": "综合协调部门",
    "enterprise": "公共服务企业",
    "street_busy": "街道（工单较多）",
    "street_quiet": "街道（工单较少）",
}


def class_of(code: str, kind: str, co_ordinating: Collection[str], volumes: Mapping[str, int]) -> str:
    """The class of a department; streets by whether they have more orders than the street in the middle."""
    if kind == "street":
        of_streets = [count for name, count in volumes.items() if name.startswith("street")]
        return "street_busy" if volumes.get(code, 0) > median(of_streets or [0]) else "street_quiet"
    if kind == "utility":
        return "enterprise"
    return "coordinating" if code in co_ordinating else "direct"


def objections_to_ranking(klass: str) -> list[str]:
    """No ranking across classes (国办函〔2025〕66号)."""
    known = "、".join(CLASSES)
    return [] if klass in CLASSES else [f"排名只能在同一类单位之间进行，请写明 class：{known}"]


def objections_to_reading(department: str, readable: Collection[str] | None) -> list[str]:
    """A department reads its own figures; the city's are for whoever oversees."""
    if readable is None or (department and department in readable):
        return []
    return ["只能查看本部门的指标"]
