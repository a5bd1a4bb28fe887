"""The keys of opsctl.toml about when changes may be made, and who is told of them."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from opsctl import durations
from opsctl.targets import channels, freezes, windows
from opsctl.targets.config_forms import about
from opsctl.targets.config_releases import Releases

Text = Annotated[str, Meta(min_length=1)]


class FreezeEntry(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One freeze. `from` and `to` may be TOML's own dates, or texts."""

    begins: Any = msgspec.field(name="from")
    ends: Any = msgspec.field(name="to")
    reason: Text


class Changes(Releases, kw_only=True):
    """When they may be made, and who is told."""

    windows: (
        Annotated[
            list[Text],
            about(
                "When a protected environment may be changed: outside them what is moderate or "
                "severe is refused, but for `--emergency --reason TEXT`. A window whose end is not "
                "after its start goes over midnight; days may also be `daily`, `weekdays`, "
                "`weekends`. See `opsctl windows`.",
                windows.FORM,
                min_length=1,
            ),
        ]
        | UnsetType
    ) = UNSET
    freezes: (
        Annotated[
            list[FreezeEntry],
            about(
                "Periods in which a protected environment is not changed, windows or not: the same "
                "refusal. Days are UTC and the last one belongs to it; or moments, like "
                '`"2026-12-24T18:00+01:00"`.',
                freezes.FORM,
            ),
        ]
        | UnsetType
    ) = UNSET
    emergency_notice: (
        Annotated[
            str,
            about(
                "How long before an emergency change its notice is owed; the plan says so.",
                f"{durations.FORM}, in quotes",
            ),
        ]
        | UnsetType
    ) = UNSET
    notify: (
        Annotated[
            list[Text],
            about(
                "Who is told before and after each change. A webhook's address is a secret and "
                "never stands here.",
                channels.FORM,
            ),
        ]
        | UnsetType
    ) = UNSET
    contacts: (
        Annotated[
            dict[Annotated[str, Meta(pattern=r"^[^=\s][^=]*$")], Text],
            about(
                "Whom to call, for `opsctl contacts`.",
                'a table of texts, like { on-call = "PagerDuty: captions", security = '
                '"security@example.com" }',
            ),
        ]
        | UnsetType
    ) = UNSET
