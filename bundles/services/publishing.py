"""Publishing: a new version where the content changed, nothing where it did not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bundles.events import BundlePublished, BundleWithdrawn
from bundles.models import Bundle, BundleDraft, BundleVersion
from bundles.selectors import forget_offers
from bundles.services.catalogue import enter_in_catalogue, remove_from_search
from bundles.services.checking import check, check_in, surroundings
from bundles.services.editions import Edition, edition
from bundles.services.singles import single_from_catalogue, singles_of_bundles
from bundles.spec import Kind
from common.errors import NotFound, Refused, WrongState, refuse_if
from events import publish as tell
from identity.models import Account
from matters.models import Matter

#: One publisher at a time, so that versions are numbered without gaps and never twice.
_PUBLISHING = 7_204_001


@dataclass(frozen=True)
class Published:
    """What became of one edition."""

    edition: Edition
    version: BundleVersion
    is_new: bool


@transaction.atomic
def publish_editions(editions: Sequence[Edition], *, by: Account | None) -> list[Published]:
    """
    Make these what people apply for; the same number of statements for one as for three hundred.

    The caller has checked them. An edition whose content is that of the current version changes nothing.
    """
    _one_publisher_at_a_time()
    rows = _bundles(editions)
    changed = [made for made in editions if _is_changed(rows[made.key], made)]
    versions = BundleVersion.objects.bulk_create(_version(rows[made.key], made, by) for made in changed)
    _point_to(versions, changed)
    _announce(versions, by)
    enter_in_catalogue([made.definition for made in changed])
    fresh = {made.key for made in changed}
    return [Published(made, rows[made.key].current, made.key in fresh) for made in editions]  # type: ignore[arg-type]


def _one_publisher_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_PUBLISHING])


def _bundles(editions: Iterable[Edition]) -> dict[tuple[str, str], Bundle]:
    """The bundle rows of these editions, made where there is none."""
    wanted = {made.key: made for made in editions}
    known = Bundle.objects.select_related("current").defer("current__definition")
    rows = {(row.kind, row.code): row for row in known.filter(code__in={code for _, code in wanted})}
    fresh = [
        Bundle(kind=kind, code=code, name=made.definition.name, changed_at=timezone.now())
        for (kind, code), made in wanted.items()
        if (kind, code) not in rows
    ]
    return rows | {(row.kind, row.code): row for row in Bundle.objects.bulk_create(fresh)}


def _is_changed(row: Bundle, made: Edition) -> bool:
    return row.current is None or row.current.sha256 != made.sha256


def _version(row: Bundle, made: Edition, by: Account | None) -> BundleVersion:
    return BundleVersion(
        bundle=row,
        number=row.current.number + 1 if row.current else 1,
        definition=made.raw,
        sha256=made.sha256,
        published_at=timezone.now(),
        published_by=by,
    )


def _point_to(versions: Iterable[BundleVersion], editions: Iterable[Edition]) -> None:
    rows = []
    for version, made in zip(versions, editions, strict=True):
        row = version.bundle
        row.current, row.name = version, made.definition.name
        row.withdrawn_at, row.changed_at = None, version.published_at
        rows.append(row)
    if rows:
        Bundle.objects.bulk_update(rows, ["current", "name", "withdrawn_at", "changed_at"])
    forget_offers()
    transaction.on_commit(forget_offers)


def _announce(versions: Iterable[BundleVersion], by: Account | None) -> None:
    facts = [
        BundlePublished(
            kind=version.bundle.kind,
            code=version.bundle.code,
            number=version.number,
            version_id=version.pk,
        )
        for version in versions
    ]
    tell(*facts, by=by)


@transaction.atomic
def publish(draft: BundleDraft, *, by: Account) -> BundleVersion:
    """Publish a draft and the single matters it changes; Refused with every finding when it is not sound."""
    _one_publisher_at_a_time()
    bundle = Bundle.objects.get(pk=draft.bundle_id)
    if bundle.current_id != draft.based_on_id:
        raise WrongState(_("起草以后已经有人发布了新版本，请在新版本上重新修改"), allowed=["discard"])
    made = edition(draft.definition)
    if made.key != (bundle.kind, bundle.code):
        raise Refused(_("编码和种类不能改：这里只能是 %(code)s") % {"code": bundle.code})
    refuse_if([str(finding) for finding in check(made.definition) if finding.blocking])
    published = publish_editions([made], by=by)[0]
    publish_editions(singles_of_bundles(made.definition.matters_by_code), by=by)
    draft.delete()
    return published.version


@transaction.atomic
def withdraw(kind: Kind, code: str, *, reason: str, by: Account) -> None:
    """Offer it no longer; applications under way keep their version."""
    row = Bundle.objects.offered().select_for_update().filter(kind=kind, code=code).first()
    if row is None:
        raise NotFound(_("没有在办的 %(code)s") % {"code": code})
    refuse_if([] if reason.strip() else [_("请写明停办的原因")])
    row.withdrawn_at = row.changed_at = timezone.now()
    row.save(update_fields=["withdrawn_at", "changed_at"])
    remove_from_search(kind, code)
    forget_offers()
    transaction.on_commit(forget_offers)
    tell(BundleWithdrawn(kind=kind, code=code, reason=reason), by=by)


@transaction.atomic
def resume(kind: Kind, code: str, *, by: Account) -> BundleVersion:
    """Offer a withdrawn one again, in the version it had; Refused when that no longer fits the city."""
    rows = Bundle.objects.select_for_update(of=("self",)).select_related("current")
    row = rows.filter(kind=kind, code=code, withdrawn_at__isnull=False).first()
    if row is None or row.current is None:
        raise NotFound(_("没有停办的 %(code)s") % {"code": code})
    made = edition(row.current.definition)
    refuse_if([str(finding) for finding in check(made.definition) if finding.blocking])
    row.withdrawn_at, row.changed_at = None, timezone.now()
    row.save(update_fields=["withdrawn_at", "changed_at"])
    forget_offers()
    transaction.on_commit(forget_offers)
    enter_in_catalogue([made.definition], by=by)
    version: BundleVersion = row.current
    tell(BundlePublished(kind=kind, code=code, number=version.number, version_id=version.pk), by=by)
    return version


def publish_single(*matters: Matter, by: Account | None = None) -> list[Published]:
    """
    Publish each matter for itself: from the bundle it is part of, else from its row in the catalogue.

    Refused, with every finding, when one is not sound.
    """
    made = singles_of_bundles([matter.code for matter in matters])
    done = {one.definition.code for one in made}
    made += [single_from_catalogue(matter) for matter in matters if matter.code not in done]
    around = surroundings()
    found = [finding for one in made for finding in check_in(one.definition, around)]
    refuse_if([str(finding) for finding in found if finding.blocking])
    return publish_editions(made, by=by)
