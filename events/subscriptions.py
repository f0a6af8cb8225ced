"""Who wants to be told of what: filled by `@subscribe` when the apps' handlers are loaded."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from events.facts import DomainEvent

Handler = Callable[[Any, int], None]
HandlerT = TypeVar("HandlerT", bound=Handler)

_handlers: dict[str, Handler] = {}
_listeners: dict[str, list[str]] = {}


def subscribe(*kinds: type[DomainEvent]) -> Callable[[HandlerT], HandlerT]:
    """
    Tell the function of these facts, after the commit, exactly once as far as the database goes.

    The function gets the event and the id of its record. Keep its name: facts not
    yet delivered are waiting for it.
    """

    def register(handler: HandlerT) -> HandlerT:
        name = f"{handler.__module__}.{handler.__qualname__}"
        _handlers[name] = handler
        for kind in kinds:
            listening = _listeners.setdefault(kind.name(), [])
            if name not in listening:
                listening.append(name)
        return handler

    return register


def unsubscribe(handler: Handler) -> None:
    """Tell the function of nothing more."""
    name = f"{handler.__module__}.{handler.__qualname__}"
    _handlers.pop(name, None)
    for listening in _listeners.values():
        if name in listening:
            listening.remove(name)


def listeners(names: Iterable[str]) -> list[tuple[str, str]]:
    """Each pair of event name and handler name for the named events."""
    return [(name, handler) for name in sorted(set(names)) for handler in _listeners.get(name, ())]


def handler_named(name: str) -> Handler:
    """The function behind a delivery; LookupError when the code no longer has it."""
    try:
        return _handlers[name]
    except KeyError:
        raise LookupError(f"no handler is named {name}") from None
