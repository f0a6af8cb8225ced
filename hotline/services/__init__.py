"""Every way an order can change; one lock, the order's row (H-191)."""

from hotline.services.loading import load_parameters, load_tree
from hotline.services.measuring import freeze_facts
from hotline.services.settings import set_parameter

__all__ = ["freeze_facts", "load_parameters", "load_tree", "set_parameter"]
