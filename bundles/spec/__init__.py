"""
The shape of a bundle definition (一件事 as data), and how to read one.

Pure: what is read never changes afterwards. The public contract is docs/bundle-format.md.
"""

from bundles.spec.privacy import is_sensitive, sensitive_paths
from bundles.spec.reading import read, write
from bundles.spec.shapes import (
    Choice,
    Column,
    CommitmentNotice,
    Definition,
    Drawn,
    Field,
    FieldGroup,
    FieldType,
    Figures,
    FrequentQuestion,
    Kind,
    MaterialRequirement,
    MatterSpec,
    Question,
    ResultSpec,
    Scenario,
    Source,
    Specimen,
)

__all__ = [
    "Choice",
    "Column",
    "CommitmentNotice",
    "Definition",
    "Drawn",
    "Field",
    "FieldGroup",
    "FieldType",
    "Figures",
    "FrequentQuestion",
    "Kind",
    "MaterialRequirement",
    "MatterSpec",
    "Question",
    "ResultSpec",
    "Scenario",
    "Source",
    "Specimen",
    "is_sensitive",
    "read",
    "sensitive_paths",
    "write",
]
