"""A target: one environment with its account, region, names and limits."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where a command acts. Every name is resolved: no field is guessed later.

    Times are seconds. `account` is the twelve-digit id that `sts:GetCallerIdentity` must answer.
    `local` targets are the sandbox: `endpoint_url` is set, and credentials are the sandbox's own.
    """

    env: str
    account: str
    region: str
    cluster: str
    service: str
    family: str
    container: str
    repository: str
    log_group: str
    secret: str
    table: str
    bucket: str
    user_pool: str
    user_pool_client: str
    alarm_prefix: str
    alarm_suffix: str
    key_prefix: str
    blocked_ips: str
    app_url: str
    dashboard: str
    protected: bool = False
    profile: str = ""
    role_arn: str = ""
    mfa_serial: str = ""
    endpoint_url: str = ""
    state: str = ""
    """Where the journal and the lock lie: empty for this machine, or `s3://bucket/prefix`."""
    deploy_timeout: float = 1200.0
    health_path: str = "/_stcore/health"
    max_tasks: int = 20
    """A count above it needs the limit raised in opsctl.toml: the blast radius of a typo."""
    explicit: bool = field(default=False, compare=False)
    """The operator named the environment in this command, rather than by default."""

    @property
    def is_sandbox(self) -> bool:
        """Whether this is the small AWS on this machine."""
        return self.env == "local"
