"""Whose look each of the desk's tasks needs."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from hotline.states import DeskTaskKind
from identity.roles import Permission

if TYPE_CHECKING:
    from identity.selectors import Standing

__all__ = ["kinds_of", "objections_to_finishing"]

_NEEDED: Mapping[str, Permission] = {
    DeskTaskKind.EMERGENCY_OUTCOME: Permission.TAKE_CALLS,
    DeskTaskKind.EMERGENCY_CONFIRM: Permission.DISPATCH,
    DeskTaskKind.GUIDED_REFUSED: Permission.RULE_DISPUTES,
    DeskTaskKind.SOURCE_FEEDBACK: Permission.TAKE_CALLS,
}


def kinds_of(who: "Standing") -> list[str]:
    """The kinds of task that somebody's posts look at."""
    return [kind for kind, needed in _NEEDED.items() if who.may(needed)]


def objections_to_finishing(kind: str, who: "Standing") -> list[str]:
    """The agent checks what became of a transfer, the dispatcher an emergency's host, the head a refused guidance."""
    return [] if who.may(_NEEDED[kind]) else ["这个事项不归您的岗位核查"]
