"""A store of licences for an invented province."""

import datetime as dt
from collections.abc import Sequence
from random import Random
from typing import Any

from exchange.gateways import registers
from exchange.gateways.licence_store.mapping import HeldLicence, built


class FakeLicenceStore:
    """Stands in for LicenceStoreClient: everybody has the common papers, the demo's people have theirs."""

    def fetch(self, number: str, name: str, type_names: Sequence[str]) -> list[HeldLicence]:
        """The licences in force that the store has for the holder."""
        registers.refuse_when_out("licence_store")
        own = registers.known("licences", number)
        common = registers.listed("common_licences")["organisation" if _is_organisation(number) else "person"]
        return [
            _licence(number, name, type_name, common.get(type_name), own.get(type_name, {}))
            for type_name in dict.fromkeys(type_names)
            if type_name in own or type_name in common
        ]


def _is_organisation(number: str) -> bool:
    return not number[6:10].startswith(("19", "20"))  # where a person's number has the year of birth


def _licence(number: str, name: str, type_name: str, issuer: str | None, own: dict[str, Any]) -> HeldLicence:
    chance = registers.dice(number, type_name)
    issued_on = dt.date(chance.randint(2018, 2024), chance.randint(1, 12), chance.randint(1, 28)).isoformat()
    attributes = {
        "type_name": type_name,
        "number": number
        if type_name in ("居民身份证", "营业执照")
        else f"云澜{chance.randint(0, 10**8 - 1):08d}",
        "holder_name": name,
        "issuer": issuer or "云澜市人民政府",
        "issued_on": issued_on,
        "valid_from": issued_on,
        **{key: value for key, value in own.items() if key != "facts"},
    }
    return built(attributes, {**_face(chance, type_name), **own.get("facts", {})})


def _face(chance: Random, type_name: str) -> dict[str, Any]:
    if type_name != "不动产权证书":
        return {}
    return {"address": registers.some_address(chance), "building_area_sqm": chance.randint(60, 180)}
