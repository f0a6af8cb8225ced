"""
Desks of staff: who may come in, and acts as forms on a page.

Whoever builds a desk names its verbs (`Verb`), draws them with `offered` and `desks/_verbs.html`,
and does the one that was posted with `attempt`; rules say what stands against each.
"""

from identity.desks.acts import INCOMPLETE, Offered, Verb, Words, account_of, attempt, known, offered, staff
from identity.desks.boxes import Plain, VerbForm, day, long_text, one_of

__all__ = [
    "INCOMPLETE",
    "Offered",
    "Plain",
    "Verb",
    "VerbForm",
    "Words",
    "account_of",
    "attempt",
    "day",
    "known",
    "long_text",
    "offered",
    "one_of",
    "staff",
]
