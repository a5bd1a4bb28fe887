"""The web application: its parts put together."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from opsctl.caption_service import api, health, pages
from opsctl.caption_service.connections import Connections
from opsctl.caption_service.embedded import EmbeddedCaptioner
from opsctl.caption_service.faults import Faults
from opsctl.caption_service.images import Images
from opsctl.caption_service.limits import BodyLimit, RequestLog
from opsctl.caption_service.records import Records
from opsctl.caption_service.sessions import Sessions
from opsctl.caption_service.settings import Settings
from opsctl.caption_service.user_pool import UserPool

WARM_UP_AFTER_SECONDS = 1.0
log = logging.getLogger("caption_service")


def create(settings: Settings, faults: Faults) -> FastAPI:
    """The application. It starts whatever the settings are; its health says what is missing."""
    connections = Connections(settings)
    captioner = EmbeddedCaptioner()
    problem = health.self_check(captioner) or health.key_problem(settings.hf_api_key)
    if problem or settings.missing:
        log.error("not healthy: %s", problem or f"missing settings {', '.join(settings.missing)}")

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        warming = asyncio.create_task(_warm_up(connections))
        yield
        warming.cancel()

    app = FastAPI(title="Image Caption Generator", version=settings.version, lifespan=lifespan)
    app.state.sessions = Sessions(UserPool(connections, settings), settings.session_key)
    captions = api.Captions(
        captioner,
        Images(connections, settings.bucket),
        Records(connections, settings.table, settings.retention_days),
    )
    readiness = health.Readiness(settings, connections)
    app.include_router(health.router(settings, faults, readiness, problem))
    app.include_router(api.router(captions))
    app.include_router(pages.router())
    app.add_exception_handler(Exception, _failed)
    app.add_middleware(BodyLimit)
    app.add_middleware(RequestLog, faults=faults)
    return app


async def _warm_up(connections: Connections) -> None:
    """Import boto3 once the port answers: a deployment that starts many tasks waits for it."""
    await asyncio.sleep(WARM_UP_AFTER_SECONDS)
    await asyncio.to_thread(connections.warm_up)


async def _failed(_request: Request, error: Exception) -> JSONResponse:
    log.error("unexpected failure: %s", type(error).__name__, exc_info=error)
    return JSONResponse({"detail": "something failed here; the request id finds it"}, 500)
