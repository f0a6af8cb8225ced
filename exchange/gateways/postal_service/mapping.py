"""The post's codes as our words, and a parcel as it is asked about."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from common.workdays import SHANGHAI


class ParcelState(StrEnum):
    """Where a parcel is, as far as its receiver cares."""

    COLLECTED = "collected"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    SIGNED = "signed"
    RETURNED = "returned"


@dataclass(frozen=True, order=True)
class Parcel:
    """A waybill, and when it was handed to the post."""

    waybill: str
    posted_at: dt.datetime


@dataclass(frozen=True)
class Step:
    """One step of a parcel; ``signed_by`` says who took it in: 本人, a relation, a locker."""

    state: ParcelState
    at: dt.datetime
    place: str = ""
    signed_by: str = ""


#: 操作码 of the post's tracking interface; others are steps nobody waits for.
STATES: Mapping[str, ParcelState] = {
    "203": ParcelState.COLLECTED,
    "389": ParcelState.IN_TRANSIT,
    "954": ParcelState.IN_TRANSIT,
    "702": ParcelState.OUT_FOR_DELIVERY,
    "704": ParcelState.SIGNED,
    "748": ParcelState.SIGNED,
    "708": ParcelState.RETURNED,
    "711": ParcelState.RETURNED,
}


def steps_of(answer: Mapping[str, Any]) -> dict[str, tuple[Step, ...]]:
    """By waybill, in the order of time."""
    return {
        parcel["waybillNo"]: tuple(sorted(_steps(parcel["traces"]), key=lambda step: step.at))
        for parcel in answer["parcels"]
    }


def _steps(traces: list[dict[str, Any]]) -> list[Step]:
    return [
        Step(
            state=STATES[trace["opCode"]],
            at=dt.datetime.strptime(trace["opTime"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=SHANGHAI),
            place=str(trace.get("opOrgName") or ""),
            signed_by=str(trace.get("signer") or ""),
        )
        for trace in traces
        if trace["opCode"] in STATES
    ]
