"""The web application: its parts put together."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from opsctl.caption_service import api, health, me, pages, problems, rendering, tokens
from opsctl.caption_service.bedrock import Bedrock
from opsctl.caption_service.captioners import Provider
from opsctl.caption_service.chain import Chain
from opsctl.caption_service.connections import Connections
from opsctl.caption_service.embedded import EmbeddedCaptioner
from opsctl.caption_service.erasure import Erasure
from opsctl.caption_service.faults import Faults
from opsctl.caption_service.hugging_face import HuggingFace
from opsctl.caption_service.images import Images
from opsctl.caption_service.limits import BodyLimit, RequestLog
from opsctl.caption_service.rate_limit import RateLimit
from opsctl.caption_service.records import Records
from opsctl.caption_service.sagemaker import SageMaker
from opsctl.caption_service.sessions import Sessions
from opsctl.caption_service.settings import Settings
from opsctl.caption_service.user_pool import UserPool

WARM_UP_AFTER_SECONDS = 1.0
log = logging.getLogger("caption_service")


def create(settings: Settings, faults: Faults) -> FastAPI:
    """The application. It starts whatever the settings are; its health says what is missing."""
    connections = Connections(settings)
    embedded = EmbeddedCaptioner()
    problem = health.self_check(embedded) or health.key_problem(settings.hf_api_key)
    if problem or settings.missing:
        log.error("not healthy: %s", problem or f"missing settings {', '.join(settings.missing)}")

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        warming = asyncio.create_task(_warm_up(connections))
        yield
        warming.cancel()

    # The pages that show an API load their scripts from another host: /openapi.json must do.
    app = FastAPI(
        title="Image Caption Generator",
        version=settings.version,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.sessions = Sessions(UserPool(connections, settings), settings.session_key)
    app.state.rate_limit = RateLimit(settings.rate_per_minute, settings.rate_burst)
    captioner = Chain(_providers(settings, connections), embedded, seconds=settings.caption_seconds)
    images = Images(connections, settings.bucket)
    records = Records(connections, settings.table, settings.retention_days)
    captions = api.Captions(captioner, images, records, settings.link_seconds)
    erasure = Erasure(images, records)
    readiness = health.Readiness(settings, connections, captioner.states)
    app.include_router(health.router(settings, faults, readiness, problem))
    app.include_router(api.router(captions))
    app.include_router(me.router(erasure))
    app.include_router(pages.router(captions, erasure))
    app.add_exception_handler(405, problems.not_allowed)
    app.add_exception_handler(Exception, _failed)
    app.add_middleware(BodyLimit)
    app.add_middleware(RequestLog, faults=faults)
    return app


def _providers(settings: Settings, connections: Connections) -> list[Provider]:
    """The captioners that the settings name, in their order."""
    made: dict[str, Callable[[], Provider]] = {
        "bedrock": lambda: Bedrock(connections, settings.bedrock_model),
        "sagemaker": lambda: SageMaker(connections, settings.sagemaker_endpoint),
        "huggingface": lambda: HuggingFace(
            settings.hf_url, settings.hf_model, settings.hf_api_key, settings.caption_seconds
        ),
    }
    return [made[name]() for name in settings.captioners]


async def _warm_up(connections: Connections) -> None:
    """Import what is large once the port answers: a deployment of many tasks waits for it."""
    await asyncio.sleep(WARM_UP_AFTER_SECONDS)
    await asyncio.to_thread(connections.warm_up)
    await asyncio.to_thread(tokens.warm_up)


async def _failed(request: Request, error: Exception) -> Response:
    own_id = request.state.request_id
    fields = {"request_id": own_id}
    log.error(
        "unexpected failure: %s", type(error).__name__, exc_info=error, extra={"fields": fields}
    )
    headers = {"X-Request-ID": own_id}
    if "text/html" not in request.headers.get("accept", ""):
        detail = "something failed here; the request id finds it"
        return JSONResponse({"detail": detail}, 500, headers)
    found = f"Whoever runs the service finds it by {own_id}."
    answer = rendering.page("failed", 500, problem=f"Something failed here. {found}")
    answer.headers.update(headers)
    return answer
