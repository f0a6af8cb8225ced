"""What a document must say before it may be sealed, how it is numbered, and where to complain."""

from licences.rules.elements import ELEMENTS, Element, elements_of, objections_to_preparing
from licences.rules.naming import answering_to, licence_type_name, masked_number
from licences.rules.numbering import number_word, printed_number
from licences.rules.remedies import Remedy, official_name, remedy_against
from licences.rules.wording import chinese_date, chinese_moment, days

__all__ = [
    "ELEMENTS",
    "Element",
    "Remedy",
    "answering_to",
    "chinese_date",
    "chinese_moment",
    "days",
    "elements_of",
    "licence_type_name",
    "masked_number",
    "number_word",
    "objections_to_preparing",
    "official_name",
    "printed_number",
    "remedy_against",
]
