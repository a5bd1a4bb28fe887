"""ECR: which image a tag or digest means, and for which processor it was built."""

from __future__ import annotations

import json
import re
import urllib.request
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from opsctl import errors
from opsctl.aws.gateway import Gateway

ARCHITECTURES = {"amd64": "X86_64", "arm64": "ARM64"}
REFERENCE = re.compile(
    r"^(?P<registry>(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?)/"
    r"(?P<repository>[a-z0-9._/-]+?)(:(?P<tag>[\w][\w.-]{0,127}))?(@(?P<digest>sha256:[0-9a-f]{64}))?\Z",
    re.ASCII,
)
TAG_OR_DIGEST = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}|sha256:[0-9a-f]{64}")


@dataclass(frozen=True)
class Image:
    """An image in ECR. `architectures` are ECS's words; empty where the manifest does not tell."""

    repository: str
    digest: str
    tags: tuple[str, ...]
    architectures: tuple[str, ...]

    def runs_on(self, architecture: str) -> bool:
        """Whether it can run there, as far as is known."""
        return not self.architectures or architecture in self.architectures


@dataclass(frozen=True)
class Scan:
    """What ECR's scan of an image found: how many of each severity, like (("CRITICAL", 1),)."""

    found: tuple[tuple[str, int], ...]

    def of(self, severity: str) -> int:
        """How many there are of one severity."""
        return dict(self.found).get(severity, 0)


class Ecr(Gateway):
    """Reads images of this account's registry in the target's region."""

    @property
    def _client(self) -> Any:
        return self.aws.client("ecr")

    def image(self, repository: str, reference: str) -> Image | None:
        """The image of a tag or `sha256:…` digest; None where the repository has none such.

        Raises NotFound where there is no such repository.
        """
        kind = "imageDigest" if reference.startswith("sha256:") else "imageTag"
        answer = self._client.batch_get_image(
            repositoryName=repository, imageIds=[{kind: reference}]
        )
        if not answer["images"]:
            return None
        digest = answer["images"][0]["imageId"]["imageDigest"]
        tags = {it["imageId"].get("imageTag", "") for it in answer["images"]} - {""}
        document = json.loads(answer["images"][0].get("imageManifest") or "{}")
        return Image(
            repository, digest, tuple(sorted(tags)), self._architectures(repository, document)
        )

    def immutable(self, repository: str) -> bool | None:
        """Whether a tag of the repository never moves; None where that may not be read.

        Raises NotFound where there is no such repository.
        """
        client = self._client
        try:
            answer = client.describe_repositories(repositoryNames=[repository])
        except client.exceptions.RepositoryNotFoundException:
            raise
        except client.exceptions.ClientError:
            return None
        return str(answer["repositories"][0].get("imageTagMutability")).startswith("IMMUTABLE")

    def scan(self, repository: str, digest: str) -> Scan | None:
        """What its scan found; None where the image was not scanned, or not to the end."""
        client = self._client
        try:
            answer = client.describe_image_scan_findings(
                repositoryName=repository, imageId={"imageDigest": digest}, maxResults=1
            )
        except client.exceptions.ScanNotFoundException:
            return None
        if answer["imageScanStatus"]["status"] not in ("COMPLETE", "ACTIVE"):
            return None
        counts = answer.get("imageScanFindings", {}).get("findingSeverityCounts", {})
        return Scan(tuple(sorted(counts.items())))

    def tags(self, repository: str) -> list[tuple[str, datetime]]:
        """Every tag and when its image was pushed, the newest first.

        Raises NotFound where there is no such repository.
        """
        pages = self._client.get_paginator("describe_images").paginate(
            repositoryName=repository,
            filter={"tagStatus": "TAGGED"},
            PaginationConfig={"PageSize": 1000},
        )
        found = [
            (tag, it["imagePushedAt"])
            for page in pages
            for it in page["imageDetails"]
            for tag in it.get("imageTags", ())
        ]
        return sorted(found, key=lambda it: (it[1], it[0]), reverse=True)

    def label(self, image: str) -> str:
        """An image for human eyes: `repository:tag` where its digest has a tag, else as it is.

        A missing permission or image changes only the words, so it is no error here.
        """
        match = parse(image)
        if not match or not match["digest"]:
            return image.rpartition("/")[2] or image
        client = self._client
        try:
            answer = client.describe_images(
                repositoryName=match["repository"], imageIds=[{"imageDigest": match["digest"]}]
            )
        except client.exceptions.ClientError:
            return f"{match['repository']}@{match['digest'][:19]}"
        tags = sorted(answer["imageDetails"][0].get("imageTags", ()))
        return f"{match['repository']}:{tags[-1]}" if tags else image.rpartition("/")[2]

    def _architectures(self, repository: str, manifest: dict[str, Any]) -> tuple[str, ...]:
        """From an index the platforms; from a single image what its config blob says."""
        if manifest.get("manifests"):
            names = {it.get("platform", {}).get("architecture", "") for it in manifest["manifests"]}
        else:
            config = manifest.get("config", {}).get("digest", "")
            names = {self._config(repository, config).get("architecture", "")}
        return tuple(sorted(ARCHITECTURES[name] for name in names if name in ARCHITECTURES))

    def _config(self, repository: str, digest: str) -> dict[str, Any]:
        """An image's config blob; empty where it may not be read, which tells nothing."""
        if not digest:
            return {}
        try:
            url = self._client.get_download_url_for_layer(
                repositoryName=repository, layerDigest=digest
            )["downloadUrl"]
            with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - AWS names it
                document = json.load(answer)
        except (self._client.exceptions.ClientError, OSError, ValueError):
            return {}
        return document if isinstance(document, dict) else {}


def parse(reference: str) -> re.Match[str] | None:
    """An ECR reference taken apart: registry, account, region, repository, tag, digest."""
    return REFERENCE.match(reference)


def pinned(image: str, digest: str) -> str:
    """An image reference that means just this digest: `registry/repository@sha256:…`."""
    match = parse(image)
    if not match:
        raise errors.UsageProblem(f"“{image}” is not an image in ECR.")
    return f"{match['registry']}/{match['repository']}@{digest}"
