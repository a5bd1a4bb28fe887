"""Health checks of the load balancer: every target asked a few times a second."""

from __future__ import annotations

import asyncio

import httpx

from opsctl.sandbox.target import Checked, Target
from opsctl.sandbox.world import World


async def check_for_ever(world: World) -> None:
    """Check all targets, each interval, until cancelled."""
    limits = httpx.Limits(max_keepalive_connections=0)
    async with httpx.AsyncClient(
        timeout=world.pace.health_timeout, trust_env=False, limits=limits
    ) as client:
        running: dict[Target, asyncio.Task[None]] = {}
        while True:
            for target in world.fleet.targets:
                if target.state != "draining" and target not in running:
                    running[target] = asyncio.create_task(_check(client, world, target))
            running = {target: each for target, each in running.items() if not each.done()}
            await asyncio.sleep(world.pace.health_interval)


async def _check(client: httpx.AsyncClient, world: World, target: Target) -> None:
    seen = await look(client, target)
    target.observe(seen, world.pace)


async def look(client: httpx.AsyncClient, target: Target) -> Checked:
    """What one health check of a target sees."""
    try:
        answer = await client.get(
            f"http://127.0.0.1:{target.local_port}{target.path}",
            headers={"User-Agent": "ELB-HealthChecker/2.0"},
        )
    except httpx.ConnectError:
        return Checked(failure="refused")
    except httpx.TimeoutException:
        return Checked(failure="timeout")
    except httpx.HTTPError:
        return Checked(failure="error")
    return Checked(code=answer.status_code)
