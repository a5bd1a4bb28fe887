"""The few questions of `config init`: what the options left open, chosen from what exists."""

from __future__ import annotations

import dataclasses
import os

from opsctl.errors import NeedsAnswer
from opsctl.reports import config as report
from opsctl.reports.config import Answers, Choices
from opsctl.targets import default_names
from opsctl.terminal import prompts
from opsctl.terminal.screen import Screen

OTHER = "\0other"
NONE = "\0none"


def complete(said: Answers, screen: Screen, *, no_input: bool) -> Answers:
    """The answers with nothing required left open.

    Raises NeedsAnswer, naming the options, when there is nobody to ask; AWS is not asked then.
    """
    missing = [f"--{key}" for key in ("name", "account", "region") if not getattr(said, key)]
    if no_input or not screen.can_ask:
        if missing:
            raise NeedsAnswer(
                f"{', '.join(missing)} must be said, and there is nobody to ask.",
                hint="opsctl config init --name prod --account 123456789012 --region eu-west-1",
            )
        return said
    if not missing and said.bucket and said.user_pool:
        return said
    return _asked(said, screen)


def _asked(said: Answers, screen: Screen) -> Answers:
    name = said.name or _line(screen, "What is the environment called?", "prod")
    profile = said.profile or _line(
        screen, "Which AWS profile? (empty: AWS's own chain)", os.environ.get("AWS_PROFILE", "")
    )
    usual = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "eu-west-1"
    region = said.region or _line(screen, "Which region?", usual)
    screen.say("Looking at what the account holds…", "dim")
    found = report.choices(name, region, profile)
    account = said.account or _account(screen, found)
    return dataclasses.replace(
        said,
        name=name,
        profile=profile,
        region=region,
        account=account,
        bucket=said.bucket or _bucket(screen, found, default_names(name, account)["bucket"]),
        user_pool=said.user_pool or _user_pool(screen, found),
    )


def _account(screen: Screen, found: Choices) -> str:
    if not found.account:
        screen.say("No credentials answered, so the account has to be typed.", "dim")
    while True:
        account = _line(screen, "Which account?", found.account)
        if account:
            return account


def _bucket(screen: Screen, found: Choices, usual: str) -> str:
    """Empty for the default name."""
    if not found.buckets:
        typed = _line(screen, "Which bucket holds the images?", usual)
    else:
        first = [(usual, usual)] if usual in found.buckets else []
        others = [(name, name) for name in found.buckets if name != usual]
        titles = [*first, *others, ("another, which I type", OTHER)]
        typed = prompts.choice(screen, "Which bucket holds the images?", titles)
        if typed == OTHER:
            typed = _line(screen, "Its name?", usual)
    return "" if typed == usual else typed


def _user_pool(screen: Screen, found: Choices) -> str:
    """Empty when it is left for later."""
    if not found.user_pools:
        return _line(screen, "Which Cognito user pool, by id? (empty: later)", "")
    titles = [(f"{name} ({pool})", pool) for pool, name in found.user_pools]
    chosen = prompts.choice(screen, "Which user pool?", [*titles, ("none, for now", NONE)])
    return "" if chosen == NONE else chosen


def _line(screen: Screen, words: str, usual: str) -> str:
    shown = f"{words} [{usual}]" if usual else words
    return prompts.line(screen, shown) or usual
