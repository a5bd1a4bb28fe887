"""What changed meanwhile, told so that somebody understands it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from samples import arn, live, service

from opsctl import recheck


@dataclass(frozen=True)
class Facts:
    count: int = 2
    names: tuple[str, ...] = ("a",)
    breathing: int = field(default=0, compare=False)


def test_the_value_before_and_after_is_named_with_its_way() -> None:
    assert recheck.told(Facts(), Facts(count=3)) == "count: 2 → 3"
    before, after = live(), live(service=replace(service(), task_definition=arn(4)))
    assert recheck.told(before, after) == f"service.task_definition: {arn(3)} → {arn(4)}"


def test_what_came_or_went_is_named_by_its_place() -> None:
    assert recheck.told(Facts(), Facts(names=("a", "b"))) == "names[2]: none → b"


def test_what_only_breathes_is_no_difference() -> None:
    assert recheck.told(Facts(), Facts(breathing=1)) == ""


def test_many_differences_are_counted_and_long_ones_cut() -> None:
    many = Facts(names=tuple("uvwxyz"))
    assert recheck.told(Facts(), many).endswith("and 3 more")
    assert len(recheck.told(Facts(), Facts(names=("x" * 500,)))) < 120
