"""Which categories the classifier gets wrong too often (H-57)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from hotline.models import ClassCorrection, HotlineOrder
from hotline.selectors.parameters import parameter
from hotline.selectors.tree import current_tree
from hotline.states import ClassifiedBy

__all__ = ["CorrectedCategory", "often_corrected"]


@dataclass(frozen=True)
class CorrectedCategory:
    """A category, how often it was chosen by itself, how often a person chose another, and which ones."""

    code: str
    name: str
    classified: int
    corrected: int
    instead: tuple[str, ...]

    @property
    def share(self) -> float:
        """Of what was classified, how much was corrected."""
        return self.corrected / self.classified


def often_corrected(begins: datetime, ends: datetime) -> list[CorrectedCategory]:
    """Categories to look over of the orders registered from ``begins`` to before ``ends``, the worst first."""
    orders = HotlineOrder.objects.filter(registered_at__gte=begins, registered_at__lt=ends)
    left = orders.filter(class_by=ClassifiedBy.AUTO).values_list("category_l2").annotate(Count("pk"))
    rows = ClassCorrection.objects.filter(
        hotline_order__registered_at__gte=begins, hotline_order__registered_at__lt=ends
    )
    wrong: dict[str, list[str]] = {}
    for code, final in rows.order_by("pk").values_list("auto_code", "final_code"):
        wrong.setdefault(code, []).append(final)
    kept = dict(left)
    found = [_row(code, finals, kept.get(code, 0)) for code, finals in wrong.items()]
    most = parameter("correction_share")
    return sorted((one for one in found if one.share > most), key=lambda one: (-one.share, one.code))


def _row(code: str, finals: Sequence[str], kept: int) -> CorrectedCategory:
    category = current_tree().categories.get(code)
    name = category.name if category else code
    instead = tuple(sorted(set(finals), key=lambda one: (-finals.count(one), one)))
    return CorrectedCategory(code, name, kept + len(finals), len(finals), instead)
