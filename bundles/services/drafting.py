"""What catalogue editors do before they publish."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bundles.models import Bundle, BundleDraft
from bundles.services.editions import edition
from bundles.spec import Kind
from common.errors import NotFound, Refused
from identity.models import Account


@transaction.atomic
def save_draft(raw: Mapping[str, Any], *, by: Account, note: str = "") -> BundleDraft:
    """Keep an editor's work, sound or not, as long as it can be read; a new code begins a new bundle."""
    made = edition({**raw, "kind": raw.get("kind", Kind.BUNDLE)})
    if made.definition.kind is not Kind.BUNDLE:
        raise Refused(_("单个事项由所在的一件事或事项目录生成，不能单独起草"))
    bundle, _made = Bundle.objects.select_for_update(of=("self",)).get_or_create(
        kind=Kind.BUNDLE,
        code=made.definition.code,
        defaults={"name": made.definition.name, "changed_at": timezone.now()},
    )
    draft, _made = BundleDraft.objects.get_or_create(
        bundle=bundle, defaults={"definition": made.raw, "based_on": bundle.current}
    )
    draft.definition, draft.note = made.raw, note
    draft.edited_by, draft.edited_at = by, timezone.now()
    draft.save()
    return draft


def begin_draft(code: str, *, by: Account) -> BundleDraft:
    """The draft of a bundle: the one there is, or one that begins from the current version."""
    bundle = Bundle.objects.select_related("current").get(kind=Kind.BUNDLE, code=code)
    draft = BundleDraft.objects.filter(bundle=bundle).first()
    if draft is None and bundle.current is not None:
        draft = save_draft(bundle.current.definition, by=by)
    if draft is None:
        raise NotFound(_("%(code)s 还没有内容，请先上传定义文件") % {"code": code})
    return draft


def discard_draft(draft: BundleDraft) -> None:
    """Throw the draft away, and the bundle too when it was never published."""
    bundle = draft.bundle
    draft.delete()
    if bundle.current_id is None:
        bundle.delete()
