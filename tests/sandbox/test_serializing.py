"""The quick serializer answers what moto's own does."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from moto.core import serialize
from moto.core.model import StructureShape
from moto.core.serialize import XFormedAttributePicker

from opsctl.sandbox import serializing

MODEL = {
    "type": "structure",
    "members": {
        "NameOfOne": {"shape": "Text"},
        "OneSize": {"shape": "Text", "locationName": "size"},
    },
}


class One:
    """Holds members under moto's shortened and its snake case names."""

    def __init__(self, **members: object) -> None:
        self.__dict__.update(members)


class Aliased(One):
    class Meta:
        serialization_aliases = {"NameOfOne": "label"}  # noqa: RUF012 - as moto's models have it


class Resolver:
    def resolve_shape_ref(self, reference: dict[str, Any]) -> StructureShape:
        return StructureShape("Text", {**reference, "type": "string"}, self)

    get_shape_by_name = resolve_shape_ref


def values(picker: Any, held: object, quick: bool) -> dict[str, Any]:
    shape = StructureShape("One", MODEL, Resolver())
    operation = SimpleNamespace(service_model=None)
    own = SimpleNamespace(_value_picker=picker, path=["Op", "One"], operation_model=operation)
    take = serializing._value if quick else serializing._general
    for member in shape.members.values():
        member.parent = shape
    return {key: take(own, held, key, it) for key, it in shape.members.items()}


@pytest.fixture(params=[None, {"One.NameOfOne": lambda it: f"<{it}>"}])
def picker(request: pytest.FixtureRequest) -> XFormedAttributePicker:
    return XFormedAttributePicker(response_transformers=request.param)


@pytest.mark.parametrize(
    "held",
    [
        {"NameOfOne": "a", "OneSize": 3},
        {"name_of_one": "a"},
        {},
        One(name_of_one="a", size=3),
        One(NameOfOne=None),
        Aliased(label="a", one_size=0),
    ],
)
def test_every_way_to_hold_a_member_is_found(picker: XFormedAttributePicker, held: object) -> None:
    expected = values(picker, held, quick=False)
    assert values(picker, held, quick=True) == expected
    assert values(picker, held, quick=True) == expected


def test_pickers_of_another_kind_are_left_to_moto() -> None:
    assert values(serialize.DefaultAttributePicker(), {"NameOfOne": "a"}, quick=True) == {
        "NameOfOne": "a",
        "OneSize": None,
    }
