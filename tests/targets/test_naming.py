"""The runbook's scheme of names."""

from __future__ import annotations

from opsctl.targets.naming import default_names


def test_names_follow_the_scheme_of_the_runbook() -> None:
    names = default_names("prod", "123456789012")
    assert names["cluster"] == "image-caption-gen-cluster-prod"
    assert names["dashboard"] == "image-caption-gen-prod"
    assert names["bucket"] == "image-caption-gen-prod-123456789012"


def test_what_cannot_be_guessed_is_empty() -> None:
    names = default_names("prod", "123456789012")
    assert [key for key, it in names.items() if not it] == [
        "user_pool",
        "user_pool_client",
        "app_url",
    ]
