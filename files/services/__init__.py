"""Taking files in, whole or piece by piece, putting pages together, giving files out; who may read is for owners to say."""

from files.services.arriving import announce, append, arrival_of, forget_arrivals, give_up, received_piece
from files.services.pages import Leaf, combined, look_at, picture_of, rearranged
from files.services.scanning import scan_waiting
from files.services.serving import page_response, response
from files.services.sweeping import sweep_leftovers, sweep_unreferenced
from files.services.taking_in import Taken, keep_made, store, take_in

__all__ = [
    "Leaf",
    "Taken",
    "announce",
    "append",
    "arrival_of",
    "combined",
    "forget_arrivals",
    "give_up",
    "keep_made",
    "look_at",
    "page_response",
    "picture_of",
    "rearranged",
    "received_piece",
    "response",
    "scan_waiting",
    "store",
    "sweep_leftovers",
    "sweep_unreferenced",
    "take_in",
]
