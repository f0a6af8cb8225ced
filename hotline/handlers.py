"""What the hotline does when something has happened."""

from events import subscribe
from hotline import services
from hotline.events import OrderClosed


@subscribe(OrderClosed)
def freeze_facts(event: OrderClosed, record_id: int) -> None:
    """An archived order counts as it stood (H-117, H-160)."""
    services.freeze_facts(event.order_id)
