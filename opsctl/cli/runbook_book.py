"""Which runbook counts, and a section of it with the names of the chosen environment."""

from __future__ import annotations

from opsctl import runbook, targets
from opsctl.cli.options import Common
from opsctl.errors import UsageProblem
from opsctl.runbook import Runbook, Section, filling
from opsctl.targets import Target, config_file

NAMES = ("cluster", "service", "family", "repository", "log_group", "secret", "table", "bucket")
EXAMPLE_ACCOUNT = "123456789012"


def environment(common: Common) -> str:
    """The environment that is named or the default; empty where there is none."""
    try:
        return str(targets.load(common.config).choose(common.env).value)
    except UsageProblem:
        if common.env:
            raise
        return ""


def book(common: Common) -> Runbook:
    """The runbook of the environment, of the whole opsctl.toml, or of opsctl itself."""
    there, env = targets.load(common.config), environment(common)
    own = there.resolve(env).runbook if env else ""
    if not own and there.file and there.file.runbook:
        own = config_file.placed({"runbook": there.file.runbook}, there.file.path)["runbook"]
    return runbook.load(own)


def text(section: Section, its_book: Runbook, target: Target) -> str:
    """The section's Markdown with the names of an environment."""
    written = targets.default_names(filling.WRITTEN_FOR, EXAMPLE_ACCOUNT)
    names = {written[it]: str(getattr(target, it)) for it in NAMES}
    names["image-caption-gen-backup-prod"] = target.backup_bucket
    variables = {
        "AWS_REGION": target.region,
        "APP_URL": target.app_url,
        "POOL": target.user_pool,
        "CLIENT": target.user_pool_client,
        "ALARMS": target.alarm_prefix,
        "SUFFIX": target.alarm_suffix,
    }
    alarm = f"{target.alarm_prefix}{{}}{target.alarm_suffix}"
    return filling.filled(
        section, its_book, target.env, names=names, variables=variables, alarm=alarm
    )
