"""What AWS would look for in the caller's policies: the actions of a call, each on a resource.

The sandbox itself allows everything, unless it is given a policy: `POST /_sandbox/policy`. Only
what a policy says of actions and resources counts; its conditions are taken to hold.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import parse_qs, unquote

from opsctl.aws.permissions.actions import FREE, action

Body = dict[str, Any]
Environ = dict[str, Any]
Wanted = tuple[str, str]
"""(action, ARN); "" where the request names no resource, or several: any will do then."""

_VERSIONED = {
    "DeleteObject": "s3:DeleteObjectVersion",
    "GetObject": "s3:GetObjectVersion",
    "HeadObject": "s3:GetObjectVersion",
}
_FIRST_KEY = re.compile(rb"<Key>(?P<key>[^<]*)</Key>")
_RESTORES = ("RestoreTableFromBackup", "RestoreTableToPointInTime")
_ON_NEW_TABLE = (
    "BatchWriteItem",
    "DeleteItem",
    "GetItem",
    "PutItem",
    "Query",
    "Scan",
    "UpdateItem",
)


def asks(service: str, operation: str, environ: Environ, body: bytes, where: str) -> list[Wanted]:
    """What a call needs to be allowed; `where` is `REGION:ACCOUNT`."""
    if f"{service}:{operation}" in FREE:
        return []
    if service == "s3":
        return list(_of_s3(operation, environ, body))
    words = _json(body) if environ.get("HTTP_X_AMZ_TARGET") else {}
    named = _RESOURCES[service](words) if service in _RESOURCES else ""
    head = f"arn:aws:{service}:{where}:"
    resource = named if not named or named.startswith("arn:") else head + named
    found = [(action(f"{service}:{operation}"), resource)]
    if operation == "RegisterTaskDefinition":
        roles = {words.get("taskRoleArn"), words.get("executionRoleArn")} - {None}
        found += [("iam:PassRole", role) for role in sorted(map(str, roles))]
    if operation in _RESTORES:
        found += [(f"dynamodb:{name}", resource) for name in _ON_NEW_TABLE]
    return found


def policy(body: bytes) -> Body:
    """A policy document. Raises ValueError for what is none."""
    found = json.loads(body)
    if not isinstance(found, dict) or not isinstance(found.get("Statement"), list):
        raise ValueError("a policy is an object with a list of statements")
    for each in found["Statement"]:
        if each.get("Effect") != "Allow" or not {"Action", "Resource"} <= each.keys():
            raise ValueError("a statement allows actions on resources")
    return found


def refusal(policy: Body, asked: list[Wanted]) -> Wanted | None:
    """The first thing asked for that a policy does not allow."""
    return next((each for each in asked if not allows(policy, *each)), None)


def allows(policy: Body, wanted: str, resource: str) -> bool:
    """Whether a statement allows an action on a resource."""
    return any(
        any(fnmatchcase(wanted.lower(), each.lower()) for each in _listed(it["Action"]))
        and (not resource or any(fnmatchcase(resource, each) for each in _listed(it["Resource"])))
        for it in policy["Statement"]
    )


def _of_s3(operation: str, environ: Environ, body: bytes) -> Iterator[Wanted]:
    bucket, _, key = unquote(environ.get("PATH_INFO", "")).lstrip("/").partition("/")
    place = f"arn:aws:s3:::{bucket}" + (f"/{key}" if key else "") if bucket else ""
    query = parse_qs(environ.get("QUERY_STRING", ""))
    if operation == "DeleteObjects":
        # One call deletes many, and AWS looks at each of them; here at the first.
        found = _FIRST_KEY.search(body)
        key = found["key"].decode("utf-8", "replace") if found else ""
        name = "s3:DeleteObjectVersion" if b"<VersionId>" in body else "s3:DeleteObject"
        yield name, f"{place}/{key}"
        return
    if operation in ("CopyObject", "UploadPartCopy"):
        source, _, version = environ.get("HTTP_X_AMZ_COPY_SOURCE", "").partition("?")
        read = "s3:GetObjectVersion" if version else "s3:GetObject"
        yield read, f"arn:aws:s3:::{unquote(source).lstrip('/')}"
    versioned = _VERSIONED.get(operation) if "versionId" in query else None
    yield versioned or action(f"s3:{operation}"), place


def _json(body: bytes) -> Body:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _table(body: Body) -> str:
    named = body.get("TargetTableName") or body.get("TableName")
    batch = body.get("RequestItems")
    if named is None and isinstance(batch, dict) and len(batch) == 1:
        named = next(iter(batch))
    if not named:
        return str(body.get("BackupArn", ""))
    index = f"/index/{body['IndexName']}" if body.get("IndexName") else ""
    return str(named) if str(named).startswith("arn:") else f"table/{named}{index}"


def _service(body: Body) -> str:
    if "family" in body and "containerDefinitions" in body:
        return f"task-definition/{body['family']}:1"
    name = str(body.get("service") or next(iter(body.get("services", ())), ""))
    cluster = str(body.get("cluster", "default")).rpartition("/")[2]
    return name if not name or name.startswith("arn:") else f"service/{cluster}/{name}"


def _secret(body: Body) -> str:
    named = str(body.get("SecretId", ""))
    return named if named.startswith("arn:") or not named else f"secret:{named}-Ab12Cd"


def _one(key: str, kind: str) -> Callable[[Body], str]:
    return lambda body: f"{kind}/{body[key]}" if key in body else ""


_RESOURCES: dict[str, Callable[[Body], str]] = {
    "cognito-idp": _one("UserPoolId", "userpool"),
    "dynamodb": _table,
    "ecr": _one("repositoryName", "repository"),
    "ecs": _service,
    "secretsmanager": _secret,
}
