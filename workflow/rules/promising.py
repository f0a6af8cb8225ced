"""Promises (承诺): their words, I-47 for deferral and I-59 for 告知承诺; and until when one may be taken back."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common.speaking import local_text
from workflow.states import DECISIONS, ReviewStatus

if TYPE_CHECKING:
    from bundles.planning import PlannedMaterial
    from workflow.models import DepartmentReview


def objections_to_revoking(reviews: Sequence["DepartmentReview"]) -> list[str]:
    """A promise is taken back before the decision, and not while a special procedure relies on it (I-59)."""
    if reviews and all(review.is_final for review in reviews):
        return [_("用到这项承诺的事项都已经结束，承诺不能再撤回")]
    objections = []
    for review in reviews:
        if review.status in DECISIONS:
            objections.append(_("“%(name)s”已经有了决定，承诺不能再撤回") % {"name": local_text(review.name)})
        if review.status == ReviewStatus.SPECIAL_PROCEDURE:
            objections.append(
                _("“%(name)s”正在特别程序中，请待程序结束后再撤回承诺") % {"name": local_text(review.name)}
            )
    return objections


def deferral_text(material: "PlannedMaterial") -> str:
    """Each paper, its limit, the way and the consequence (I-47)."""
    return (
        f"本人（单位）申请容缺受理，承诺在受理后{material.deferrable_days}个工作日内，"
        f"在线或者到综合窗口补交“{material.name}”。逾期未补交的，同意终止办理、退还材料，"
        "并记入容缺失信记录；补齐以前不发放决定和证照。"
    )


def commitment_text(material: "PlannedMaterial") -> str:
    """Knows the notice, meets the conditions, accepts the liability, true intention (I-59)."""
    return (
        f"本人（单位）已经阅读并知晓“{material.name}”的告知内容，承诺已经符合告知的条件，"
        "所填写和提交的内容真实、准确，愿意承担不实承诺的法律责任，接受行政机关核查。"
        "上述承诺是本人（单位）真实意思的表示。"
    )
