"""DynamoDB: BatchWriteItem keeps AWS's limits, and leaves items undone where a fault says so."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import flask
from moto.core.responses import ActionResult
from moto.dynamodb.exceptions import MockValidationException
from moto.dynamodb.responses import DynamoHandler

from opsctl.sandbox.faults import PASSED_ON
from opsctl.sandbox.moto_parts.originals import original

if TYPE_CHECKING:
    from opsctl.sandbox.world import World

MOST = 25
Requests = dict[str, list[dict[str, Any]]]


def install(_: World) -> None:
    """Put limits and faults before moto's BatchWriteItem."""
    DynamoHandler.batch_write_item = _limited(original(DynamoHandler, "batch_write_item"))


def _limited(write: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def batch_write_item(received: Any) -> Any:
        asked: Requests = received.body["RequestItems"]
        _check(received, asked)
        # moto also answers inside a process, without any HTTP request.
        fault = flask.request.environ.get(PASSED_ON) if flask.has_request_context() else None
        if fault is None:
            return write(received)
        now, later = _parted(asked, fault.of)
        if not now:
            return ActionResult({"UnprocessedItems": later})
        received.body["RequestItems"] = now
        answer = write(received)
        answer.result["UnprocessedItems"] = later
        return answer

    return batch_write_item


def _check(received: Any, asked: Requests) -> None:
    """Raise ValidationException as DynamoDB does."""
    if not asked or not all(asked.values()):
        raise MockValidationException(
            "1 validation error detected: Value at 'requestItems' failed to satisfy constraint: "
            "Member must have length greater than or equal to 1"
        )
    if sum(len(requests) for requests in asked.values()) > MOST:
        raise MockValidationException("Too many items requested for the BatchWriteItem call")
    for table, requests in asked.items():
        names = received.dynamodb_backend.get_table(table).table_key_attrs
        keys = [json.dumps(_key(each, names), sort_keys=True, default=repr) for each in requests]
        if len(set(keys)) < len(keys):
            raise MockValidationException("Provided list of item keys contains duplicates")


def _key(request: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """The key that a put or a delete is about; a delete with another key is refused."""
    if "DeleteRequest" in request:
        key: dict[str, Any] = request["DeleteRequest"]["Key"]
        if set(key) != set(names):
            raise MockValidationException("The provided key element does not match the schema")
        return key
    return {name: request["PutRequest"]["Item"].get(name) for name in names}


def _parted(asked: Requests, share: Callable[[int], int]) -> tuple[Requests, Requests]:
    """(what is done now, what is answered as unprocessed)."""
    now = {table: requests[share(len(requests)) :] for table, requests in asked.items()}
    later = {table: requests[: share(len(requests))] for table, requests in asked.items()}
    return (
        {table: requests for table, requests in now.items() if requests},
        {table: requests for table, requests in later.items() if requests},
    )
