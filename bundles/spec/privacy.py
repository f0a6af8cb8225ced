"""Which answers are personal: encrypted one by one at rest, and read by no condition."""

from bundles.spec.shapes import Definition, FieldType

#: Types whose values are personal numbers: encrypted at rest, never read by a condition.
PERSONAL_TYPES = frozenset({FieldType.RESIDENT_ID, FieldType.MOBILE})

#: A person types these; a choice or a yes/no under such a name is not a number.
TYPED_TYPES = frozenset({FieldType.TEXT, FieldType.INTEGER, FieldType.RESIDENT_ID, FieldType.MOBILE})


def sensitive_paths(definition: Definition) -> frozenset[str]:
    """The answers to encrypt: "key", or "table.column"."""
    asked = definition.inputs.values()
    cells = (
        f"{table.key}.{column.key}"
        for table in asked
        for column in table.columns
        if is_sensitive(column.key, column.type)
    )
    return frozenset(one.key for one in asked if is_sensitive(one.key, one.type)).union(cells)


def is_sensitive(key: str, type_: FieldType) -> bool:
    """Identity and mobile numbers, account numbers, and where a parcel is sent."""
    if type_ in PERSONAL_TYPES:
        return True
    if type_ is FieldType.ADDRESS:
        return key.startswith(("delivery", "mail"))
    return type_ in TYPED_TYPES and key.endswith(("_id", "id_no", "account", "account_no"))
