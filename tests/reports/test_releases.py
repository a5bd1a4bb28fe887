"""Releases, and the one that a rollback would take."""

from __future__ import annotations

from opsctl.aws import Aws
from opsctl.reports import releases


def test_the_live_release_and_the_choice_are_marked(local: Aws) -> None:
    found = releases.gather(local)
    assert [it.image for it in found[:3]] == [
        "image-caption-gen:1.2.0",
        "image-caption-gen:1.1.0",
        "image-caption-gen:1.0.0",
    ]
    assert [it.live for it in found[:3]] == [True, False, False]
    assert [it.choice for it in found[:3]] == [False, True, False]
    assert all(it.digest.startswith("sha256:") for it in found)
