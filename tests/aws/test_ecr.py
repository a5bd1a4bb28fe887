"""Images in ECR through the emulator."""

from __future__ import annotations

import pytest

from opsctl import errors
from opsctl.aws import Aws
from opsctl.aws.ecr import parse, pinned
from opsctl.sandbox.emulator import Emulator

REPOSITORY = "image-caption-gen"
REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com"


def test_a_tag_and_its_digest_are_the_same_image(local: Aws) -> None:
    by_tag = local.ecr.image(REPOSITORY, "1.3.0")
    assert by_tag
    by_digest = local.ecr.image(REPOSITORY, by_tag.digest)
    assert by_digest
    assert by_digest.digest == by_tag.digest
    assert "1.3.0" in by_tag.tags


def test_the_processor_it_was_built_for_is_read(local: Aws) -> None:
    built, arm = local.ecr.image(REPOSITORY, "1.3.0"), local.ecr.image(REPOSITORY, "1.5.0-arm")
    assert built
    assert arm
    assert built.runs_on("X86_64")
    assert not arm.runs_on("X86_64")


def test_an_image_that_is_not_there_is_none(local: Aws) -> None:
    assert local.ecr.image(REPOSITORY, "9.9.9") is None
    assert local.ecr.image(REPOSITORY, "sha256:" + "0" * 64) is None


def test_tags_are_listed_with_the_newest_first(local: Aws) -> None:
    found = local.ecr.tags(REPOSITORY)
    assert "1.3.0" in [tag for tag, _ in found]
    pushed = [when for _, when in found]
    assert pushed == sorted(pushed, reverse=True)
    with pytest.raises(errors.NotFound):
        local.ecr.tags("nope")


def test_a_repository_that_is_not_there_is_not_found(local: Aws) -> None:
    with pytest.raises(errors.NotFound):
        local.ecr.image("nope", "1")


def test_a_label_names_the_tag_behind_a_digest(local: Aws) -> None:
    image = local.ecr.image(REPOSITORY, "1.2.0")
    assert image
    assert local.ecr.label(f"{REGISTRY}/{REPOSITORY}@{image.digest}") == "image-caption-gen:1.2.0"
    assert local.ecr.label(f"{REGISTRY}/{REPOSITORY}:1.2.0") == "image-caption-gen:1.2.0"
    gone = f"{REGISTRY}/{REPOSITORY}@sha256:{'0' * 64}"
    assert local.ecr.label(gone).startswith("image-caption-gen@sha256:0")


@pytest.mark.parametrize(
    ("reference", "tag", "digest"),
    [
        (f"{REGISTRY}/a/b:1.0", "1.0", None),
        (f"{REGISTRY}/a/b@sha256:{'1' * 64}", None, "sha256:" + "1" * 64),
        (f"{REGISTRY}/a/b:1.0@sha256:{'1' * 64}", "1.0", "sha256:" + "1" * 64),
        (f"{REGISTRY}/a/b", None, None),
    ],
)
def test_a_reference_is_taken_apart(reference: str, tag: str | None, digest: str | None) -> None:
    match = parse(reference)
    assert match
    assert (match["repository"], match["tag"], match["digest"]) == ("a/b", tag, digest)


@pytest.mark.parametrize("reference", ["nginx", "docker.io/library/nginx:1", "", f"{REGISTRY}/A:1"])
def test_what_is_not_of_ecr_is_none(reference: str) -> None:
    assert parse(reference) is None


def test_pinning_drops_the_tag() -> None:
    digest = "sha256:" + "2" * 64
    assert pinned(f"{REGISTRY}/a:1.0", digest) == f"{REGISTRY}/a@{digest}"
    with pytest.raises(errors.UsageProblem):
        pinned("nginx", digest)


def test_whether_tags_can_move_is_read(local: Aws) -> None:
    assert local.ecr.immutable(REPOSITORY) is True
    with local.changing():
        local.client("ecr").create_repository(repositoryName="loose", imageTagMutability="MUTABLE")
    assert local.ecr.immutable("loose") is False
    with pytest.raises(errors.NotFound):
        local.ecr.immutable("nope")


def test_an_image_that_was_not_scanned_has_no_findings(local: Aws) -> None:
    built = local.ecr.image(REPOSITORY, "1.3.0")
    assert built
    assert local.ecr.scan(REPOSITORY, built.digest) is None


def test_a_scan_tells_how_many_of_each_severity_were_found(local: Aws, emulator: Emulator) -> None:
    built = local.ecr.image(REPOSITORY, "1.3.0")
    assert built
    with local.changing():
        local.client("ecr").start_image_scan(
            repositoryName=REPOSITORY, imageId={"imageDigest": built.digest}
        )
    scan = local.ecr.scan(REPOSITORY, built.digest)
    assert scan
    assert scan.of("HIGH") == dict(scan.found)["HIGH"]
    assert scan.of("CRITICAL") == 0
