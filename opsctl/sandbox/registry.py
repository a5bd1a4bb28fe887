"""The image registry of the sandbox: images in moto's ECR, and what a task does that runs one."""

from __future__ import annotations

import functools
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from opsctl.sandbox import container
from opsctl.sandbox.world import World

MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
CONFIG = "application/vnd.docker.container.image.v1+json"
LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"
SECOND = 1_000_000_000


@dataclass(frozen=True)
class Image:
    """One release. `fault` is what is broken in it: empty, crash, sick, slow or oom."""

    tag: str
    fault: str = ""
    architecture: str = "amd64"

    @property
    def version(self) -> str:
        """What the service says it is."""
        return self.tag

    @functools.cache  # noqa: B019 - there are a dozen images
    def config(self) -> bytes:
        """The image's configuration blob."""
        document = {
            "architecture": self.architecture,
            "os": "linux",
            "created": "2025-01-01T00:00:00Z",
            "config": self._settings(),
            "rootfs": {"type": "layers", "diff_ids": [_sha(f"diff {self.tag}".encode())]},
        }
        return json.dumps(document, separators=(",", ":")).encode()

    def _settings(self) -> dict[str, Any]:
        """The settings of the container, as Docker writes them down. Times are in ns."""
        check = container.HEALTH_CHECK
        return {
            "User": container.USER,
            "ExposedPorts": {f"{container.PORT}/tcp": {}},
            "Env": [f"{key}={it}" for key, it in container.environment(self.version).items()],
            "Cmd": list(container.COMMAND),
            "Healthcheck": {
                "Test": ["CMD", *check.command],
                "Interval": check.interval * SECOND,
                "Timeout": check.timeout * SECOND,
                "StartPeriod": check.start_period * SECOND,
                "Retries": check.retries,
            },
            "WorkingDir": container.FOLDER,
            "Labels": container.labels(self.version),
        }

    def manifest(self) -> str:
        """The image's manifest, naming the configuration by digest."""
        config = self.config()
        layer = {"mediaType": LAYER, "size": 41_000_000, "digest": _sha(self.tag.encode())}
        document = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": {"mediaType": CONFIG, "size": len(config), "digest": _sha(config)},
            "layers": [layer],
        }
        return json.dumps(document, indent=3)

    @property
    def digest(self) -> str:
        """SHA-256 of the manifest, as ECR computes it."""
        return _sha(self.manifest().encode())


RELEASES = (
    Image("1.0.0"),
    Image("1.1.0"),
    Image("1.2.0"),
    Image("1.3.0"),
    Image("1.4.0-crash", fault="crash"),
    Image("1.4.1-sick", fault="sick"),
    Image("1.4.2-slow", fault="slow"),
    Image("1.4.3-oom", fault="oom"),
    Image("1.5.0-arm", architecture="arm64"),
)


@dataclass(frozen=True)
class Pulled:
    """An image that was found: where, and what it does."""

    digest: str
    image: Image


class Registry:
    """Pushes and pulls; what ECR no longer holds cannot be pulled."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._by_digest: dict[str, Image] = {}
        self._blobs: dict[str, bytes] = {}
        self.known_images: dict[str, Image] = {}
        """By tag: every image that was pushed through `push`."""

    @property
    def host(self) -> str:
        """The registry's host name, first part of an image's URI."""
        return f"{self._world.account}.dkr.ecr.{self._world.region}.amazonaws.com"

    def uri(self, tag: str) -> str:
        """`HOST/REPOSITORY:TAG`."""
        return f"{self.host}/{self._world.names.repository}:{tag}"

    def publish(self) -> None:
        """Make the repository and push the releases that the sandbox comes with."""
        ecr = self._world.backend("ecr")
        name = self._world.names.repository
        if name not in ecr.repositories:
            ecr.create_repository(name, None, None, None, "IMMUTABLE", None)
        for image in RELEASES:
            self.push(image)

    def push(self, image: Image) -> str:
        """Push an image under its tag and answer its digest."""
        ecr = self._world.backend("ecr")
        manifest = image.manifest()
        ecr.put_image(self._world.names.repository, manifest, image.tag, MANIFEST, image.digest)
        self._by_digest[image.digest] = image
        self._blobs[_sha(image.config())] = image.config()
        self.known_images[image.tag] = image
        return image.digest

    def blob(self, digest: str) -> bytes | None:
        """The content of a configuration blob."""
        return self._blobs.get(digest)

    def pull(self, uri: str) -> Pulled | None:
        """The image by `…/repository:tag` or `…/repository@sha256:…`; None when there is none."""
        host, _, rest = uri.partition("/")
        if host != self.host:
            return None
        stored = self._stored(rest)
        if stored is None:
            return None
        digest = stored.get_image_digest()
        tag = (stored.image_tags or [digest[7:19]])[0]
        return Pulled(digest, self._by_digest.get(digest) or Image(tag))

    def _stored(self, path: str) -> Any:
        name, _, digest = path.partition("@")
        name, _, tag = name.partition(":")
        repository = self._world.backend("ecr").repositories.get(name)
        for image in repository.images if repository else ():
            if digest == image.get_image_digest() or (
                not digest and (tag or "latest") in image.image_tags
            ):
                return image
        return None


def _sha(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
