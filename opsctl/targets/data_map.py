"""The data map: where the data of one user lies, as templates of prefixes and keys."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from opsctl.targets import Target

PLACEHOLDERS = ("user_id", "sub", "email")
"""What a template may hold: the username, the `sub` and the e-mail address of Cognito."""
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class BucketData:
    """Objects of a user in a bucket: every key that begins with `prefix`, which ends in `/`."""

    bucket: str
    prefix: str
    """`images/{user_id}/`"""
    region: str = ""
    """Empty: the target's."""

    @property
    def name(self) -> str:
        """How the store is called in inventories and certificates; it tells nobody's name."""
        return f"s3://{self.bucket}/{self.prefix}"

    def prefix_of(self, names: Mapping[str, str]) -> str:
        """The prefix of one user. Raises KeyError for a placeholder that `names` lacks."""
        return filled(self.prefix, names)

    def owner(self, key: str) -> str | None:
        """The placeholder's value in an object's key; None for a key of nobody."""
        found = _matcher(self.prefix, open_end=True).match(key)
        return found[1] if found else None


@dataclass(frozen=True)
class TableData:
    """Items of a user in a table: those whose key attributes are filled from the templates.

    `key` is (attribute, template) for the partition key, and perhaps the sort key, of the table,
    or of `index`, by which the items are only found: they are deleted by the table's own keys.
    """

    table: str
    key: tuple[tuple[str, str], ...]
    """`(("PK", "USER#{user_id}"),)`"""
    index: str = ""
    region: str = ""

    @property
    def name(self) -> str:
        """How the store is called in inventories and certificates; it tells nobody's name."""
        by = f" by {self.index}" if self.index else ""
        return f"dynamodb:{self.table}{by}"

    def key_of(self, names: Mapping[str, str]) -> dict[str, str]:
        """The key values of one user. Raises KeyError for a placeholder that `names` lacks."""
        return {attribute: filled(template, names) for attribute, template in self.key}

    def owner(self, item: Mapping[str, Mapping[str, Any]]) -> str | None:
        """The placeholder's value in an item as DynamoDB writes it (`{"PK": {"S": "…"}}`)."""
        for attribute, template in self.key:
            value = item.get(attribute, {}).get("S")
            found = _matcher(template).match(value) if isinstance(value, str) else None
            if found:
                return found[1]
        return None


@dataclass(frozen=True)
class LogData:
    """A log group that may name users: it cannot be erased, and is a residual until it expires."""

    log_group: str
    region: str = ""

    @property
    def name(self) -> str:
        """How the store is called in inventories and certificates."""
        return f"logs:{self.log_group}"


Data: TypeAlias = BucketData | TableData | LogData


def from_file(entries: Iterable[Mapping[str, Any]]) -> tuple[Data, ...]:
    """The entries `[[env.NAME.data]]` of opsctl.toml. Raises ValueError for what is none."""
    return tuple(_entry(each) for each in entries)


def of(target: Target) -> tuple[Data, ...]:
    """The target's data map: what opsctl.toml says, else the layout of the service itself."""
    return target.data or default(target)


def default(target: Target) -> tuple[Data, ...]:
    """The layout of the service: pictures, their copies in the backup bucket, captions, logs."""
    buckets = [each for each in (target.bucket, target.backup_bucket) if each]
    return (
        *(BucketData(bucket, target.key_prefix) for bucket in buckets),
        TableData(target.table, (("PK", "USER#{user_id}"),)),
        LogData(target.log_group),
    )


def filled(template: str, names: Mapping[str, str]) -> str:
    """A template with its placeholders filled in; the values are not looked into again."""
    return _PLACEHOLDER.sub(lambda found: names[found[1]], template)


def placeholders(template: str) -> tuple[str, ...]:
    """The placeholders of a template, in order."""
    return tuple(_PLACEHOLDER.findall(template))


def _entry(entry: Mapping[str, Any]) -> Data:
    region = entry.get("region", "")
    kinds = [kind for kind in ("bucket", "table", "log_group") if kind in entry]
    if kinds == ["log_group"] and not {"prefix", "key", "index"} & entry.keys():
        return LogData(entry["log_group"], region)
    if kinds == ["bucket"] and not {"key", "index"} & entry.keys():
        return BucketData(entry["bucket"], _bounded(entry.get("prefix", "")), region)
    if kinds == ["table"] and "prefix" not in entry and entry.get("key"):
        key = tuple((name, _named(text)) for name, text in entry["key"].items())
        return TableData(entry["table"], key, entry.get("index", ""), region)
    raise ValueError("a store is a bucket with its prefix, a table with its key, or a log_group")


def _bounded(prefix: str) -> str:
    """A prefix that ends at a boundary: `users/1` would be the beginning of `users/10` too."""
    if not prefix.endswith("}/") or prefix.startswith("/"):
        raise ValueError(f"the prefix {prefix!r} does not end in a placeholder and a slash")
    return _named(prefix)


def _named(template: str) -> str:
    found = placeholders(template)
    if len(found) != 1 or found[0] not in PLACEHOLDERS:
        raise ValueError(f"{template!r} does not hold one of {{user_id}}, {{sub}}, {{email}}")
    return template


def _matcher(template: str, *, open_end: bool = False) -> re.Pattern[str]:
    """What takes the placeholder's value out of a filled template."""
    before, _, after = _PLACEHOLDER.sub("\0", template).partition("\0")
    value = "([^/]+)" if open_end else "(.+)"
    end = "" if open_end else r"\Z"
    return re.compile(re.escape(before) + value + re.escape(after) + end, re.DOTALL)
