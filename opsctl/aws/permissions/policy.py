"""A policy made of rows of the table: statements, grouped by what they are on and what they do."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from opsctl.aws.permissions.actions import Grant
from opsctl.aws.permissions.conditions import condition
from opsctl.aws.permissions.grants import grants
from opsctl.aws.permissions.needs import CHECK, UNDO, Need
from opsctl.aws.permissions.places import ANYWHERE, Given, arns
from opsctl.aws.reads import only_reads
from opsctl.targets import Target

MANAGED_POLICY_LIMIT = 6144
"""Characters of a managed policy, white space not counted."""
VERSION = "2012-10-17"

_KINDS = ("Change", "Look", "Undo", "Check")
"""What a statement is for; what is needed for the first ones is not told again in the others."""


@dataclass(frozen=True)
class Policy:
    """The document, and the places of it that the configuration names nothing for."""

    document: dict[str, Any]
    left_out: tuple[str, ...]

    @property
    def size(self) -> int:
        """Characters as IAM counts them."""
        return len(json.dumps(self.document, separators=(",", ":")))

    @property
    def actions(self) -> frozenset[str]:
        """Every action that it allows."""
        return frozenset(it for each in self.document["Statement"] for it in each["Action"])


def of(needs: Iterable[Need], target: Target, given: Given, *, reads_only: bool = False) -> Policy:
    """The least policy for these needs. The same needs in another order make the same text."""
    kinds: dict[Grant, str] = {}
    for need in needs:
        if reads_only and (need.serves == UNDO or not only_reads(need.service, need.operation)):
            continue
        for grant in grants(need):
            kind = _kind(need, grant)
            kinds[grant] = min(kinds.get(grant, kind), kind, key=_KINDS.index)
    statements, left_out = _statements(kinds, target, given)
    return Policy({"Version": VERSION, "Statement": statements}, left_out)


def _kind(need: Need, grant: Grant) -> str:
    service, _, name = grant.action.partition(":")
    if need.serves == UNDO:
        return "Undo"
    if need.serves == CHECK:
        return "Check"
    return "Look" if only_reads(service, name) else "Change"


def _statements(
    kinds: dict[Grant, str], target: Target, given: Given
) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """Actions that are for the same, on the same places, under the same condition, are one."""
    places: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for grant, kind in kinds.items():
        places[kind, grant.condition, grant.action].add(grant.place)
    groups: dict[tuple[int, str, tuple[str, ...]], set[str]] = defaultdict(set)
    for (kind, name, action), found in places.items():
        groups[_KINDS.index(kind), name, tuple(sorted(found))].add(action)
    made: list[dict[str, Any]] = []
    left_out: set[str] = set()
    for (rank, name, where), actions in sorted(groups.items()):
        resources = _widest({arn for place in where for arn in arns(place, target, given)})
        left_out |= {place for place in where if not arns(place, target, given)}
        if resources:
            made.append(_statement(_KINDS[rank], name, where, actions, resources, target))
    return made, tuple(sorted(left_out - {"own keys"}))


def _statement(
    kind: str, name: str, where: tuple[str, ...], actions: set[str], resources: list[str],
    target: Target,
) -> dict[str, Any]:  # fmt: skip
    made: dict[str, Any] = {
        "Sid": _sid(kind, name, where),
        "Effect": "Allow",
        "Action": sorted(actions),
        "Resource": resources,
    }
    if found := condition(name, target):
        made["Condition"] = found
    return made


def _widest(found: set[str]) -> list[str]:
    """Without those that another one covers: `service/C/S` beside `service/C/*`."""
    return sorted(
        each for each in found if not any(each != it and fnmatchcase(each, it) for it in found)
    )


def _sid(kind: str, name: str, where: tuple[str, ...]) -> str:
    """`ChangeService`, `LookAnywhere`: letters and digits only, as IAM takes them."""
    places = ["anywhere" if place == ANYWHERE else place for place in where]
    words = re.split(r"[^A-Za-z0-9]+", " ".join((*places, name)))
    return kind + "".join(word[:1].upper() + word[1:] for word in words)
