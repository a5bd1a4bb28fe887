"""The registry: every command of opsctl, where it lives and what it does, without importing it."""

from __future__ import annotations

COMMANDS: dict[str, tuple[str, str]] = {
    "status": ("opsctl.cli.status", "One screen: service, deployments, tasks, health, alarms."),
    "watch": ("opsctl.cli.watch", "A live screen: verdict, tasks, numbers, newest errors."),
    "diagnose": ("opsctl.cli.diagnose", "What is wrong, why, and the command to run next."),
    "metrics": ("opsctl.cli.metrics", "Latency, requests, errors and load of the last hours."),
    "verify": ("opsctl.cli.verify", "Check that the intended release is live and healthy."),
    "checklist": ("opsctl.cli.checklist", "What has to hold before a deployment."),
    "deploy": ("opsctl.cli.deploy", "Bring a new image into service and follow it."),
    "rollback": ("opsctl.cli.rollback", "Go back to the last successful release, or a named one."),
    "restart": ("opsctl.cli.restart", "Replace every task by a fresh one and follow it."),
    "scale": ("opsctl.cli.scale", "Show or change how many tasks run, and the autoscaling."),
    "alarms": ("opsctl.cli.alarms", "List alarms; silence them for a time, and end a silence."),
    "security": ("opsctl.cli.security", "Who did what; block and unblock addresses."),
    "user": ("opsctl.cli.user", "Keep a user out or let them in; show or erase their data."),
    "backup": ("opsctl.cli.backup", "Copy, list, restore and prune the bucket and the table."),
    "secrets": ("opsctl.cli.secrets", "How old secrets are, who reads them; rotate them."),
    "logs": ("opsctl.cli.logs", "What the service says: follow it, search it, query it."),
    "history": ("opsctl.cli.history", "What was run, by whom, and how it ended."),
    "undo": ("opsctl.cli.undo", "Take back a run of the journal."),
    "incident": ("opsctl.cli.incident", "Group what is done in an incident; write its report."),
    "runbook": ("opsctl.cli.runbook", "Show the runbook, or walk through one of its sections."),
    "lock": ("opsctl.cli.lock", "Show, take or release the lock of an environment."),
    "windows": ("opsctl.cli.windows", "Is now a time for changes, and when is the next one."),
    "contacts": ("opsctl.cli.contacts", "Whom to call."),
    "open": ("opsctl.cli.open", "The dashboard, logs, service or app, in a browser."),
    "config": ("opsctl.cli.config", "Make opsctl.toml, or show it with the source of each value."),
    "doctor": ("opsctl.cli.doctor", "Check the set-up against the live account, with fixes."),
    "iam": ("opsctl.cli.iam", "The least-privilege IAM policy that commands need."),
    "whoami": ("opsctl.cli.whoami", "Which account, region and identity a command would use."),
    "sandbox": ("opsctl.cli.sandbox", "A small AWS on this machine, to try everything on."),
}
"""Name → (module, short help). Each module holds a Typer app called `app`."""
