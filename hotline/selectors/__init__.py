"""What the hotline's pages, rules and services read."""

from hotline.selectors.classifying import (
    Candidate,
    Classification,
    classify,
)
from hotline.selectors.knowledge import (
    outages_at,
    outages_for,
    search_articles,
    usable_article,
)
from hotline.selectors.parameters import (
    forget_parameters,
    parameter,
)
from hotline.selectors.tree import (
    Tree,
    current_tree,
    forget_tree,
)

__all__ = [
    "Candidate",
    "Classification",
    "Tree",
    "classify",
    "current_tree",
    "forget_parameters",
    "forget_tree",
    "outages_at",
    "outages_for",
    "parameter",
    "search_articles",
    "usable_article",
]
