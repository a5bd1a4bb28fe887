"""What a container is; `caption_service/test_dockerfile.py` compares it with the Dockerfile."""

from __future__ import annotations

from opsctl.sandbox import container


def test_a_container_names_its_version() -> None:
    assert container.environment("1.2.3")["CAPTION_VERSION"] == "1.2.3"
    assert container.labels("1.2.3")["org.opencontainers.image.version"] == "1.2.3"
