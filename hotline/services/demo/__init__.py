"""Orders of the invented town, so that desks, figures and warnings have something to show (H-195)."""

from hotline.services.demo.loading import load_demo_orders

__all__ = ["load_demo_orders"]
