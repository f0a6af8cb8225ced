"""Who puts rows of the catalogue of dispatch in force."""

from typing import TYPE_CHECKING

from identity.roles import Permission

if TYPE_CHECKING:
    from identity.selectors import Standing

__all__ = ["objections_to_approving", "objections_to_proposing"]


def objections_to_proposing(who: "Standing") -> list[str]:
    """Dispatchers see what is missing, the management rules on it (H-80, H-91)."""
    may = who.may(Permission.DISPATCH) or who.may(Permission.RULE_DISPUTES)
    return [] if may else ["派单目录由派单员或热线管理机构提出"]


def objections_to_approving(who: "Standing", proposer_person: int | None) -> list[str]:
    """The hotline's management approves, and never what it proposed itself (H-80, H-05)."""
    if not who.may(Permission.RULE_DISPUTES):
        return ["派单目录由热线管理机构批准"]
    if proposer_person is not None and proposer_person == who.person_id:
        return ["不能批准自己提出的目录"]
    return []
