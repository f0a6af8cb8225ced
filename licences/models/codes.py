"""Codes under which anyone may check a document or a licence."""

import secrets

#: No 0 O 1 I L U: what is read aloud over the telephone must not be mistaken.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12


def new_verify_code() -> str:
    """Twelve unguessable characters (59 bits)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def grouped(code: str) -> str:
    """ABCDEFGHJKMN → ABCD-EFGH-JKMN, as printed."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def normalised(typed: str) -> str:
    """What somebody typed, without the dashes, spaces and lower case of people."""
    return "".join(character for character in typed.upper() if character in ALPHABET)[: LENGTH + 1]
