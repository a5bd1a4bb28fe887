"""What every gateway has."""

from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError

from opsctl import errors, plan
from opsctl.aws import Aws
from opsctl.aws.gateway import Gateway

MISSING = ClientError({"Error": {"Code": "NoSuchBucket", "Message": "gone"}}, "HeadBucket")


class Cupboard(Gateway):
    """A gateway for these tests."""

    def look(self, shelf: str, *, deep: bool = False) -> str:
        """What is on a shelf."""
        raise MISSING

    def each(self) -> Iterator[int]:
        yield 1
        raise MISSING

    def tidy(self) -> str:
        try:
            self._raw()
        except ClientError:
            return "tidied"
        return "untouched"

    def again(self) -> str:
        return self.look("top")

    def slip(self) -> int:
        return {}["nothing"]

    def _raw(self) -> None:
        raise MISSING


@pytest.fixture
def cupboard(aws: Aws) -> Cupboard:
    return Cupboard(aws)


def test_an_error_of_aws_comes_out_as_opsctls(cupboard: Cupboard) -> None:
    with pytest.raises(errors.NotFound, match="gone") as raised:
        cupboard.look("top")
    assert raised.value.__suppress_context__


def test_a_generator_is_translated_where_it_fails(cupboard: Cupboard) -> None:
    each = cupboard.each()
    assert next(each) == 1
    with pytest.raises(errors.NotFound):
        next(each)


def test_inside_a_gateway_the_errors_are_botocores_own(cupboard: Cupboard) -> None:
    assert cupboard.tidy() == "tidied"


def test_an_error_is_translated_once(cupboard: Cupboard) -> None:
    with pytest.raises(errors.NotFound, match=r"^test_gateway\.look: gone$"):
        cupboard.again()


def test_a_mistake_of_the_gateway_stays_what_it_is(cupboard: Cupboard) -> None:
    with pytest.raises(KeyError):
        cupboard.slip()


def test_a_plan_can_bind_a_wrapped_method() -> None:
    bound = plan.call(Cupboard.look, "top", deep=True)
    assert bound == plan.Call("test_gateway", "look", {"shelf": "top", "deep": True})
    with pytest.raises(TypeError):
        plan.call(Cupboard.look)  # type: ignore[call-arg]
