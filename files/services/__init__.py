"""Taking files in and giving them out; who may read one is for its owner to say."""

from files.services.serving import response
from files.services.taking_in import Taken, store, take_in

__all__ = ["Taken", "response", "store", "take_in"]
