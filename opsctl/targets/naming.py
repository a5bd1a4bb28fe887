"""What the things of an environment are called where its file says nothing else."""

from __future__ import annotations


def default_names(env: str, account: str) -> dict[str, str]:
    """The names of the runbook's scheme. What cannot be guessed is empty."""
    app = "image-caption-gen"
    return {
        "cluster": f"{app}-cluster-{env}",
        "service": f"{app}-service-{env}",
        "family": f"{app}-{env}",
        "container": "app",
        "repository": app,
        "log_group": f"/ecs/{app}-{env}",
        "secret": f"{app}-secrets-{env}",
        "table": "image_captions",
        "bucket": f"{app}-{env}-{account}",
        "user_pool": "",
        "user_pool_client": "",
        "alarm_prefix": f"{app}-",
        "alarm_suffix": f"-{env}",
        "key_prefix": "images/{user_id}/",
        "blocked_ips": "blocked-ips",
        "blocked_ips_v6": "blocked-ips-v6",
        "app_url": "",
        "dashboard": f"{app}-{env}",
    }
