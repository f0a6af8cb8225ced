"""What bundles do when others have said something."""

from bundles.services import publish_single
from events import subscribe
from matters.events import MattersRegistered
from matters.models import Matter


@subscribe(MattersRegistered)
def publish_registered_matters(event: MattersRegistered, record_id: int) -> None:
    """A matter in the catalogue can be applied for by itself; publishing the same again changes nothing."""
    rows = Matter.objects.published().filter(code__in=event.codes)
    publish_single(*rows.select_related("department").order_by("code"))
