"""What every gateway has: the door it belongs to, and AWS's errors in opsctl's words."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from opsctl.errors import OpsctlError

if TYPE_CHECKING:
    from opsctl.aws import Aws


class Gateway:
    """One service of AWS. Its methods take and answer JSON values or frozen dataclasses.

    Every public method of a subclass, generators too, raises only opsctl errors for what AWS
    or botocore refuses; inside a method the errors are still botocore's own. A mistake in the
    gateway itself (KeyError, TypeError) comes out as it is.
    """

    def __init__(self, aws: Aws) -> None:
        self.aws = aws

    def __init_subclass__(cls, **words: Any) -> None:
        super().__init_subclass__(**words)
        for name, member in list(vars(cls).items()):
            if not name.startswith("_") and inspect.isfunction(member):
                setattr(cls, name, _in_our_words(member))


def _in_our_words(method: Callable[..., Any]) -> Callable[..., Any]:
    fallback = f"{method.__module__.rpartition('.')[2]}.{method.__name__}"
    if inspect.isgeneratorfunction(method):

        @functools.wraps(method)
        def generated(self: Gateway, *args: Any, **kwargs: Any) -> Iterator[Any]:
            with _translated(self.aws, fallback):
                yield from method(self, *args, **kwargs)

        return generated

    @functools.wraps(method)
    def called(self: Gateway, *args: Any, **kwargs: Any) -> Any:
        with _translated(self.aws, fallback):
            return method(self, *args, **kwargs)

    return called


@contextmanager
def _translated(aws: Aws, operation: str) -> Iterator[None]:
    try:
        yield
    except OpsctlError:
        raise
    except Exception as error:
        from opsctl.aws import failures

        if not failures.is_from_aws(error):
            raise
        # `from None`: botocore's own text may echo a secret, and --debug prints what is chained.
        raise failures.translate(
            error,
            operation=operation,
            caller_arn=aws.known_caller_arn,
            target=aws.target,
            command=aws.command,
        ) from None
