"""The banner: where a plan would act, and as whom."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Banner:
    """Where a plan would act and as whom: shown before every change."""

    command: str
    env: str
    account: str
    region: str
    caller: str
    """The caller's ARN."""
    protected: bool = False
