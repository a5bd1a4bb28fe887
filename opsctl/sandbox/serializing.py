"""moto's serializer, where a third of the server's time went: it keeps what it works out.

For each member of each answer it derives the names under which an object may hold the member. They
depend on the object's type and the model alone.
"""

from __future__ import annotations

import functools
from typing import Any

from moto.core import serialize
from moto.core.serialize import AttributePickerContext
from moto.core.utils import get_value

MISSING = serialize.MISSING
_general = serialize.ResponseSerializer.get_value


@functools.cache
def install() -> None:
    """Make every serializer of this process quick."""
    serialize.ResponseSerializer.get_value = _value


def _value(self: Any, value: Any, key: str, shape: Any) -> Any:
    """`ResponseSerializer.get_value`."""
    picker = self._value_picker
    if getattr(picker, "alias_providers", None) is not serialize.DEFAULT_ALIAS_PROVIDERS:
        return _general(self, value, key, shape)
    found = None
    for name in _names(picker, value, key, shape):
        there = get_value(value, name, MISSING)
        if there is not MISSING:
            found = there
            break
    if picker.response_transformers:
        place = ".".join((*self.path, key))
        for end, transform in picker.response_transformers.items():
            if place.endswith(end):
                return transform(found)
    return found


def _names(picker: Any, value: Any, key: str, shape: Any) -> tuple[str, ...]:
    """The names under which an object of this type may hold a member, in moto's order.

    They are kept on the shape, which is one object for each member of an operation.
    """
    kept = shape.__dict__.setdefault("sandbox_names", {})
    place = type(value), key
    if place not in kept:
        context = AttributePickerContext(obj=value, key=key, shape=shape)
        kept[place] = tuple(dict.fromkeys(picker.get_possible_keys(context)))
    return kept[place]  # type: ignore[no-any-return]
