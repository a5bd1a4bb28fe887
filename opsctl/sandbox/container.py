"""What a container of the caption service is: the Dockerfile's words, as a task needs them here.

A test compares each with the Dockerfile.
"""

from __future__ import annotations

from dataclasses import dataclass

MODULE = "opsctl.caption_service"
PRELOADING = f"{MODULE}.preloading"
COMMAND = ("python", "-m", MODULE)
FOLDER = "/app"
USER = "10001:10001"
PORT = 8501


@dataclass(frozen=True)
class HealthCheck:
    """HEALTHCHECK. Times are seconds."""

    command: tuple[str, ...]
    interval: int
    timeout: int
    start_period: int
    retries: int


HEALTH_CHECK = HealthCheck(
    command=(
        "python",
        "-c",
        "import urllib.request as it; "
        f"it.urlopen('http://127.0.0.1:{PORT}/_stcore/health', timeout=4)",
    ),
    interval=30,
    timeout=5,
    start_period=60,
    retries=3,
)


def environment(version: str) -> dict[str, str]:
    """ENV of the image of a version."""
    return {
        "CAPTION_VERSION": version,
        "HOST": "0.0.0.0",  # noqa: S104 - what the image says; a task here listens on 127.0.0.1
        "PATH": "/venv/bin:/usr/local/bin:/usr/bin:/bin",
        "PORT": str(PORT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
    }


def labels(version: str) -> dict[str, str]:
    """LABEL of the image of a version."""
    return {
        "org.opencontainers.image.title": "image-caption-gen",
        "org.opencontainers.image.version": version,
    }
