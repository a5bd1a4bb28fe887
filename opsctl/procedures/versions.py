"""Versions of releases as semver.org counts them, behind a v."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeAlias

_NUMBER = r"(0|[1-9]\d*)"
_WORD = r"(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)"
_VERSION = re.compile(rf"v{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-({_WORD}(?:\.{_WORD})*))?", re.ASCII)

Rank: TypeAlias = tuple[tuple[int, ...], bool, tuple[tuple[bool, int, str], ...]]


def rank(text: str) -> Rank | None:
    """What orders versions: `v1.2.3-rc.1` below `v1.2.3`; None for what is no version.

    Build metadata is none here: no tag of an image holds a plus.
    """
    match = _VERSION.fullmatch(text)
    if not match:
        return None
    words = match[4].split(".") if match[4] else []
    # Numbers come before words, and a version before release comes before it.
    ranked = tuple((False, int(it), "") if it.isdigit() else (True, 0, it) for it in words)
    return tuple(int(it) for it in match.group(1, 2, 3)), not words, ranked


def above(text: str, others: Iterable[str]) -> str:
    """The highest of the others that lies above a version; empty where none does."""
    mine = rank(text)
    ranked = [(found, it) for it in others if (found := rank(it)) is not None]
    highest, name = max(ranked, default=(None, ""))
    return name if mine and highest and highest > mine else ""
