"""Consoles: where a target can be looked at with a browser, as addresses made from its names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from opsctl.errors import NotFound
from opsctl.targets import Target

_DOMAINS = {"cn-": "console.amazonaws.cn", "us-gov-": "console.amazonaws-us-gov.com"}


@dataclass(frozen=True)
class Page:
    """A page, and the account that has to be signed in to see it; empty where anybody may."""

    url: str
    account: str = ""


def page(target: Target, what: str) -> Page:
    """The dashboard, logs, service or app of a target. Raises NotFound where there is none."""
    if what == "app":
        return _app(target)
    if target.is_sandbox or target.endpoint_url:
        where = "the sandbox" if target.is_sandbox else target.endpoint_url
        raise NotFound(
            f"{target.env} is {where}, which has no console: there is no page for “{what}”.",
            hint=f"opsctl {_INSTEAD[what]} -e {target.env}\nopsctl open app -e {target.env}",
        )
    return Page(f"https://{_host(target.region)}/{_PATHS[what](target)}", target.account)


def _app(target: Target) -> Page:
    if target.app_url:
        return Page(target.app_url)
    if target.is_sandbox:
        raise NotFound("The sandbox is not running.", hint="opsctl sandbox up")
    raise NotFound(
        f"opsctl.toml does not say where users reach {target.env}.",
        hint=f'Add app_url = "https://…" below [env.{target.env}]',
    )


def _host(region: str) -> str:
    domain = next((it for start, it in _DOMAINS.items() if region.startswith(start)), "")
    return f"{region}.{domain or 'console.aws.amazon.com'}"


def _dashboard(target: Target) -> str:
    name = quote(target.dashboard, safe="")
    return f"cloudwatch/home?region={target.region}#dashboards/dashboard/{name}"


def _logs(target: Target) -> str:
    # The console's own way to write a name into the part after #: quoted twice, with $ for %.
    name = quote(quote(target.log_group, safe=""), safe="").replace("%", "$")
    return f"cloudwatch/home?region={target.region}#logsV2:log-groups/log-group/{name}"


def _service(target: Target) -> str:
    cluster, service = (quote(it, safe="") for it in (target.cluster, target.service))
    place = f"ecs/v2/clusters/{cluster}/services/{service}/health"
    return f"{place}?region={target.region}"


_PATHS: dict[str, Callable[[Target], str]] = {
    "dashboard": _dashboard,
    "logs": _logs,
    "service": _service,
}
_INSTEAD = {"dashboard": "metrics", "logs": "logs tail", "service": "status"}
"""The command that shows the same in the terminal."""
