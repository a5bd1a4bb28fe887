"""The registry holds releases in moto's ECR, and pulls only what is still there."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from opsctl.sandbox.registry import RELEASES, Image


def test_an_image_is_pulled_by_tag_and_by_digest(account: Any) -> None:
    registry = account.world.registry
    pulled = registry.pull(registry.uri("1.3.0"))
    again = registry.pull(registry.uri("1.3.0").replace(":1.3.0", f"@{pulled.digest}"))
    assert pulled == again
    assert pulled.image.version == "1.3.0"


def test_what_is_not_there_cannot_be_pulled(account: Any) -> None:
    registry = account.world.registry
    assert registry.pull(registry.uri("9.9.9")) is None
    assert registry.pull("docker.io/library/nginx:latest") is None
    assert registry.pull(f"{registry.host}/another:1.3.0") is None


def test_a_deleted_image_cannot_be_pulled_any_more(account: Any) -> None:
    registry, name = account.world.registry, account.world.names.repository
    account.world.backend("ecr").batch_delete_image(name, image_ids=[{"imageTag": "1.3.0"}])
    assert registry.pull(registry.uri("1.3.0")) is None


def test_the_digest_is_that_of_the_manifest_and_names_the_configuration() -> None:
    for image in RELEASES:
        content = image.manifest().encode()
        assert image.digest == f"sha256:{hashlib.sha256(content).hexdigest()}"
        wanted = json.loads(content)["config"]["digest"]
        assert wanted == f"sha256:{hashlib.sha256(image.config()).hexdigest()}"


def test_every_release_has_a_digest_of_its_own() -> None:
    assert len({image.digest for image in RELEASES}) == len(RELEASES)


def test_an_image_that_somebody_else_pushed_runs_as_its_tag(account: Any) -> None:
    ecr, registry = account.world.backend("ecr"), account.world.registry
    stranger = Image("2.0.0-beta")
    media = "application/vnd.docker.distribution.manifest.v2+json"
    ecr.put_image(account.world.names.repository, stranger.manifest(), "2.0.0-beta", media)
    assert registry.pull(registry.uri("2.0.0-beta")).image == Image("2.0.0-beta")


def test_ecr_describes_the_releases(account: Any) -> None:
    found = account.client("ecr").describe_images(repositoryName=account.world.names.repository)
    tags = {tag for image in found["imageDetails"] for tag in image["imageTags"]}
    assert tags == {image.tag for image in RELEASES} == set(account.world.registry.known_images)
