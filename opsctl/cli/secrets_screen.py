"""The screen of `opsctl secrets list`: the secret, its keys, and the app client's secrets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from opsctl.reports.secrets import Key, Listed
from opsctl.terminal.blocks import Block, Fields, Heading, Table, bad, good, warn


def screen(found: Listed, only: str = "", now: datetime | None = None) -> Iterator[Block]:
    """The whole list, or with `only` that key and what reads it."""
    now = now or datetime.now(UTC)
    keys = [key for key in found.keys if only in ("", key.name)]
    if not only:
        yield Heading(found.secret.name)
        yield Fields(list(_about(found)))
    if keys:
        yield Heading("Keys")
        yield Table(
            ("KEY", "CALLED", "SINCE (UTC)", "AGE", "READ BY", "TASKS WITH A FORMER VALUE"),
            [_row(key, now) for key in keys],
        )
    if not only:
        yield Heading("Versions")
        newest = sorted(found.secret.versions, key=lambda it: it.created, reverse=True)
        yield Table(
            ("VERSION", "WRITTEN (UTC)", "LABELS"),
            [(it.id, f"{it.created:%Y-%m-%d %H:%M:%S}", ", ".join(it.stages)) for it in newest],
        )
    if found.client_secrets and (not only or any(key.called == "cognito" for key in keys)):
        yield Heading("Secrets of the Cognito app client")
        rows = [(it.id, f"{it.created:%Y-%m-%d %H:%M:%S}") for it in found.client_secrets]
        yield Table(("ID", "MADE (UTC)"), rows)
        if len(rows) > 1:
            yield "Two live. To revoke the older one: opsctl secrets revoke-old cognito"
    if found.client_problem and not only:
        yield f"The app client's secrets could not be listed: {found.client_problem}"


def _about(found: Listed) -> Iterator[tuple[str, str]]:
    secret = found.secret
    yield "rotation", warn("managed by AWS") if secret.rotation else "by opsctl"
    yield "replicas", ", ".join(secret.replicas) or "none"
    if secret.primary:
        yield "replica of", warn(secret.primary)
    if secret.owner:
        yield "belongs to", secret.owner
    if secret.deleted:
        yield "deletion", bad(f"on {secret.deleted}")


def _row(key: Key, now: datetime) -> tuple[str, ...]:
    if key.since is None:
        since = age = "?"
    else:
        mark = "" if key.sure else " or before"
        since = f"{key.since:%Y-%m-%d %H:%M:%S}{mark}"
        age = _age((now - key.since).total_seconds())
    readers = ", ".join(
        f"{it.task_definition} as {it.variable}{f' (pins {it.pin})' if it.pin else ''}"
        for it in key.consumers
    )
    old = f"{key.old_tasks} of {key.tasks}" if key.consumers else ""
    return (
        key.name,
        key.called,
        since,
        age,
        readers or "nobody",
        warn(old) if key.old_tasks else good(old),
    )


def _age(seconds: float) -> str:
    for size, word in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size:.0f} {word}"
    return f"{max(seconds, 0):.0f} s"
