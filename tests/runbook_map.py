"""Which section each command belongs to, and what became of the original runbook's sections."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from opsctl import procedures as package
from opsctl.procedure import Procedure

SECTION_OF = {
    "status": "See how the service stands",
    "watch": "Watch the service",
    "diagnose all": "Find out what is wrong",
    "diagnose errors": "High error rate",
    "diagnose latency": "High latency",
    "diagnose auth": "Authentication failures",
    "diagnose throttling": "DynamoDB throttling",
    "metrics": "See the metrics",
    "verify": "Verify a deployment",
    "checklist deploy": "Check before a deployment",
    "scale show": "Scale the service",
    "alarms list": "See the alarms",
    "security events": "See who did what",
    "security blocked-ips": "Block an address",
    "user show": "Erase a user's data",
    "user certificate": "Erase a user's data",
    "backup list": "Back up the bucket",
    "secrets list": "See how old the secrets are",
    "logs tail": "Watch the logs",
    "logs search": "Search the logs",
    "logs query": "Query the logs",
    "history": "Take back a run",
    "history show": "Take back a run",
    "incident start": "Run an incident",
    "incident note": "Run an incident",
    "incident close": "Run an incident",
    "incident show": "Run an incident",
    "incident list": "Run an incident",
    "incident report": "Run an incident",
    "lock show": "Freeze an environment",
    "lock take": "Freeze an environment",
    "lock release": "Freeze an environment",
    "windows": "Find out whether now is a time for changes",
    "contacts": "Find somebody",
    "open": "Open the dashboard",
    "iam policy": "Grant what a command needs",
}
"""The section of each command that runs no procedure; a procedure names its own."""

SET_UP = (
    "config init",
    "config show",
    "config path",
    "doctor",
    "whoami",
    "runbook list",
    "runbook show",
    "runbook do",
    "sandbox up",
    "sandbox down",
    "sandbox status",
    "sandbox demo",
    "sandbox break",
    "sandbox heal",
    "sandbox fill",
    "sandbox shell-env",
)
"""Commands that belong to no section: they set opsctl up, or are the runbook itself."""

COMING: tuple[str, ...] = ()
"""Sections that the map names and the runbook does not have yet, nor opsctl their commands."""


def every_procedure() -> dict[str, str]:
    """The section of each procedure that there is, by its name."""
    found: dict[str, str] = {}
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        it = getattr(importlib.import_module(module.name), "PROCEDURE", None)
        if isinstance(it, Procedure):
            found[it.name] = it.section
    return found


def astray(
    titles: Collection[str],
    procedures: Mapping[str, str],
    commands: Collection[str],
    section_of: Mapping[str, str] = SECTION_OF,
    set_up: Collection[str] = SET_UP,
    coming: Collection[str] = COMING,
) -> Iterator[str]:
    """What belongs to nothing, or to two things; each a sentence. `procedures`: name → section."""
    named = {**procedures, **section_of}
    for name, section in named.items():
        if section not in titles and section not in coming:
            yield f"{name} belongs to “{section}”, and the runbook has no such section"
    for title in titles:
        if title not in named.values():
            yield f"the section “{title}” belongs to no command: add it to SECTION_OF"
        if title in coming:
            yield f"the section “{title}” is there now: take it out of COMING"
    for command in commands:
        homes = [
            any(f"{it} ".startswith(f"{command} ") for it in procedures),
            command in section_of,
            command in set_up,
        ]
        if sum(homes) != 1:
            yield f"opsctl {command} belongs to {sum(homes)} of: a procedure, SECTION_OF, SET_UP"
    for command in (*section_of, *set_up):
        if command not in commands and section_of.get(command) not in coming:
            yield f"there is no command opsctl {command}"


@dataclass(frozen=True)
class Origin:
    """A part of the original runbook: what became of it."""

    heading: str
    part: str
    sections: tuple[str, ...]
    test: str
    """The journey, or where there is none the unit test, that drives its command."""
    why: str
    """The heading in docs/decisions/0005-what-the-seed-said.md; empty where nothing was changed."""
    changed: str


J = "tests/journeys/"
ORIGINAL = (
    "Overview",
    "Standard Deployment",
    "Rollback Procedure",
    "Rotate Secrets",
    "Security Incident Response",
    "Scale ECS Service",
    "Auto-scaling Adjustments",
    "Delete User Data",
    "Backup and Restore",
    "Check Service Health",
    "View Logs",
    "Alarm Management",
    "Issue: High Error Rate",
    "Issue: High Latency",
    "Issue: Authentication Failures",
    "Issue: DynamoDB Throttling",
    "Emergency Contacts",
    "Maintenance Windows",
    "Additional Resources",
)
"""Every heading of the original runbook that has a text of its own."""

COVERAGE = (
    Origin(
        "Overview",
        "",
        ("See how the service stands",),
        f"{J}test_peers.py::test_the_aws_cli_sees_through_shell_env_what_opsctl_says",
        "Where it acts",
        "account and region are compared before anything is changed",
    ),
    Origin(
        "Standard Deployment",
        "Pre-deployment checklist",
        ("Check before a deployment",),
        f"{J}test_checklist.py::test_a_deployment_shows_the_checklist_until_it_has_made_it_old",
        "Releases",
        "what can be checked is checked",
    ),
    Origin(
        "Standard Deployment",
        "Deploy via CI/CD",
        ("Release by a git tag",),
        f"{J}test_building.py::"
        "test_a_tag_is_pushed_and_the_deployment_of_its_pipeline_followed_to_its_end",
        "Releases",
        "the deployment that the pipeline makes is followed to its end",
    ),
    Origin(
        "Standard Deployment",
        "Manual deployment",
        ("Deploy a release", "Build and deploy an image", "Deploy with Terraform"),
        f"{J}test_releases.py::test_a_deployment_under_traffic_fails_no_request",
        "Releases",
        "images by digest, a saved plan, the deployment by its own id",
    ),
    Origin(
        "Standard Deployment",
        "Post-deployment verification",
        ("Verify a deployment", "Watch the service"),
        f"{J}test_safety.py::"
        "test_the_visit_of_the_smoke_user_leaves_no_version_no_item_and_no_upload",
        "Releases",
        "body and time limit, healthy targets, a user who signs in",
    ),
    Origin(
        "Rollback Procedure",
        "",
        ("Roll back a release",),
        f"{J}test_releases.py::"
        "test_a_rollback_skips_the_release_that_failed_and_its_undo_comes_back",
        "Releases",
        "to the last release that served, not to the revision before",
    ),
    Origin(
        "Rotate Secrets",
        "HuggingFace API key",
        ("Rotate the Hugging Face key", "See how old the secrets are", "Restart the service"),
        f"{J}test_rotation.py::"
        "test_a_rotation_under_traffic_loses_no_request_and_every_task_has_the_new_value",
        "Secrets",
        "the other keys stay, every task is proved new, a failure takes itself back",
    ),
    Origin(
        "Rotate Secrets",
        "Cognito client secret",
        ("Rotate the Cognito client secret",),
        f"{J}test_rotation.py::"
        "test_cognito_signs_in_at_every_moment_of_a_rotation_with_the_old_secret_too",
        "Secrets",
        "the option does not exist: two secrets side by side, then the old one ends",
    ),
    Origin(
        "Rotate Secrets",
        "IAM role credentials",
        ("Rotate an access key", "Grant what a command needs"),
        f"{J}test_rotation.py::test_an_access_key_is_rotated_in_three_runs",
        "Secrets",
        "in stages, each with its proof",
    ),
    Origin(
        "Security Incident Response",
        "Suspected unauthorized access",
        ("Run an incident", "See who did what", "Search the logs"),
        f"{J}test_containment.py::test_the_events_hold_the_calls_just_made_as_json_lines",
        "Security",
        "by principal, every page, in both regions",
    ),
    Origin(
        "Security Incident Response",
        "Block suspicious IP",
        ("Block an address", "Unblock an address"),
        f"{J}test_containment.py::"
        "test_a_block_keeps_every_other_address_while_another_writer_races",
        "Security",
        "the set keeps every other address",
    ),
    Origin(
        "Security Incident Response",
        "Disable compromised user",
        ("Disable a user", "Enable a user"),
        f"{J}test_containment.py::test_a_disabled_user_is_out_of_the_service_and_back_by_the_undo",
        "Security",
        "sessions are ended too",
    ),
    Origin(
        "Scale ECS Service",
        "Scale up, scale down",
        ("Scale the service", "Change the autoscaling bounds"),
        f"{J}test_safety.py::"
        "test_scaling_beyond_the_bounds_explains_itself_and_moves_both_when_asked",
        "Scaling",
        "aware of autoscaling; zero is an outage",
    ),
    Origin(
        "Scale ECS Service",
        "Update task size",
        ("Change the size of the tasks",),
        f"{J}test_terraform.py::test_a_task_size_is_written_into_the_file_and_stays",
        "Scaling",
        "through the tfvars file and a saved plan",
    ),
    Origin(
        "Auto-scaling Adjustments",
        "Modify CPU target",
        ("Change the CPU target",),
        "tests/procedures/test_every_plan.py::test_applied_it_is_done_and_undone_it_is_as_before",
        "Scaling",
        "one field is changed, the policy stays whole",
    ),
    Origin(
        "Delete User Data",
        "Via application",
        ("Erase a user's data",),
        f"{J}test_browser.py::test_the_data_is_deleted_for_the_right_word_only",
        "User data",
        "every version; it says what stays",
    ),
    Origin(
        "Delete User Data",
        "Manual deletion",
        ("Erase a user's data",),
        f"{J}test_purge.py::test_everything_of_a_big_user_is_gone",
        "User data",
        "every version in every store, looked for again, certified",
    ),
    Origin(
        "Backup and Restore",
        "S3 backup",
        ("Back up the bucket", "Restore the bucket", "Prune backups of the bucket"),
        f"{J}test_backup_bucket.py::"
        "test_what_was_spoilt_is_brought_back_byte_by_byte_by_versions_and_from_a_copy",
        "Backups",
        "a restore is one, and brings nobody back",
    ),
    Origin(
        "Backup and Restore",
        "DynamoDB backup",
        (
            "Back up the table",
            "Restore the table",
            "Switch to a restored table",
            "Prune backups of the table",
        ),
        f"{J}test_backup_table.py::test_what_was_corrupted_comes_back_and_who_was_erased_does_not",
        "Backups",
        "waited for, with its settings, and a switch of its own",
    ),
    Origin(
        "Check Service Health",
        "",
        ("See how the service stands",),
        f"{J}test_diagnosis.py::test_what_is_broken_is_named_first_and_shown_by_status",
        "Seeing",
        "a verdict, and stopped tasks",
    ),
    Origin(
        "View Logs",
        "Real-time",
        ("Watch the logs",),
        f"{J}test_logs.py::test_fifty_thousand_events_in_bursts_are_shown_once_each",
        "Seeing",
        "each event once, late ones too",
    ),
    Origin(
        "View Logs",
        "Search for errors",
        ("Search the logs",),
        f"{J}test_logs.py::test_a_search_ends_with_its_reader_and_shows_no_escapes",
        "Seeing",
        "in any case",
    ),
    Origin(
        "View Logs",
        "CloudWatch Insights query",
        ("Query the logs",),
        f"{J}test_logs.py::test_a_query_answers_as_json",
        "Seeing",
        "with groups, times and its price",
    ),
    Origin(
        "Alarm Management",
        "List active alarms",
        ("See the alarms",),
        f"{J}test_alarms.py::test_without_mute_rules_an_end_that_is_over_is_shouted_everywhere",
        "Alarms",
        "by suffix too; no alarm known is a failure",
    ),
    Origin(
        "Alarm Management",
        "Silence alarm, re-enable",
        ("Silence an alarm", "End a silence"),
        f"{J}test_alarms.py::test_a_silenced_alarm_calls_nobody_until_its_silence_is_ended",
        "Alarms",
        "silences end by themselves",
    ),
    Origin(
        "Issue: High Error Rate",
        "",
        ("Find out what is wrong", "High error rate"),
        f"{J}test_diagnosis.py::test_what_is_broken_is_named_first_and_shown_by_status",
        "Diagnosis",
        "no target is critical; the likeliest cause and the next command",
    ),
    Origin(
        "Issue: High Latency",
        "",
        ("High latency", "See the metrics"),
        f"{J}test_diagnosis.py::test_what_is_broken_is_named_first_and_shown_by_status",
        "Diagnosis",
        "percentiles in the order of time",
    ),
    Origin(
        "Issue: Authentication Failures",
        "",
        ("Authentication failures",),
        f"{J}test_diagnosis.py::test_a_user_is_told_about_by_name",
        "Diagnosis",
        "the app client too, and the user's state in words",
    ),
    Origin(
        "Issue: DynamoDB Throttling",
        "",
        ("DynamoDB throttling",),
        "tests/reports/diagnosis/test_rules_throttling.py::test_a_rule_finds_what_it_is_for",
        "Diagnosis",
        "throttle events by cause: `UserErrors` leaves them out",
    ),
    Origin(
        "Emergency Contacts",
        "",
        ("Find somebody",),
        "tests/cli/test_contacts.py::test_they_are_shown_in_the_order_of_the_file",
        "Where it acts",
        "from `opsctl.toml`",
    ),
    Origin(
        "Maintenance Windows",
        "",
        ("Find out whether now is a time for changes", "Freeze an environment"),
        f"{J}test_notices.py::"
        "test_outside_the_windows_a_change_is_refused_until_it_is_an_emergency",
        "Where it acts",
        "from `opsctl.toml`; a freeze is held against everybody",
    ),
    Origin(
        "Additional Resources",
        "",
        ("Open the dashboard", "Run an incident"),
        f"{J}test_incident.py::test_the_report_of_a_failed_release_tells_it_in_order",
        "Where it acts",
        "from `opsctl.toml`; reports of incidents are made from the journal",
    ),
)
