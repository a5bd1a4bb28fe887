"""What every task loads, loaded once for a process that tasks are forked from."""

from __future__ import annotations

from typing import Any

_models: Any = None
"""botocore's loader with the models that it has read."""


def load() -> None:
    """Import and read whatever a task would, and leave no thread and no credentials behind."""
    import asyncio

    import boto3
    import uvicorn.lifespan.on
    import uvicorn.loops.auto
    import uvicorn.protocols.http.auto
    import uvicorn.protocols.websockets.auto  # noqa: F401

    from opsctl.caption_service import application, tokens
    from opsctl.caption_service.connections import Connections
    from opsctl.caption_service.faults import Faults
    from opsctl.caption_service.settings import Settings

    global _models
    own = Settings(endpoint_url="http://127.0.0.1:9", bucket="b", table="t")
    asyncio.run(_ask(application.create(own, Faults())))
    Connections(own).warm_up()
    tokens.warm_up()
    session: Any = boto3.DEFAULT_SESSION
    boto3.DEFAULT_SESSION = None  # A session keeps the credentials that it found.
    _models = session._session.get_component("data_loader")


def begin() -> None:
    """In a forked task: a session of its own, with the models that are already read."""
    import boto3
    import botocore.session

    session = botocore.session.Session()
    session.register_component("data_loader", _models)
    boto3.setup_default_session(botocore_session=session)


async def _ask(app: Any) -> None:
    """One health check, for what only a request imports."""

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(_message: Any) -> None:
        return None

    scope = {"type": "http", "method": "GET", "path": "/_stcore/health", "query_string": b""}
    await app({**scope, "headers": [], "http_version": "1.1", "scheme": "http"}, receive, send)
