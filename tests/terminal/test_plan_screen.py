"""The plan as the operator reads it: nothing left out, and what matters most at the end."""

from __future__ import annotations

from dataclasses import replace

from opsctl.banner import Banner
from opsctl.plan import Call, Do, Plan
from opsctl.terminal.layout import lines
from opsctl.terminal.plan_screen import notes, screenful, taken_back

SCREEN = """\
go back to revision 42

Steps
  1. Set revision 42
       undo: Set revision 43
  2. Delete the note
       no undo: a note is not kept
  3. Wait for the deployment (at most 20 min)
  4. Tell the users
       Write to #users
       and wait for an answer

Verified afterwards
  The health page answers

Differences
  image  sha256:aaa → sha256:bbb

Notes
  - 43 was deployed by alice

Reasons not to
  ✗ a freeze is on
    wait until 18:00
    To do it all the same: --emergency

Where
  account      123456789012
  region       us-east-1
  as           arn:aws:sts::123456789012:assumed-role/ops/alice
  environment  prod (protected)
  danger       moderate: can be undone, but users notice it
"""


def test_a_whole_plan_reads_like_this(banner: Banner, plan: Plan) -> None:
    assert "\n".join(lines(screenful(banner, plan), colour=False)) + "\n" == SCREEN


def test_the_protected_environment_is_red(banner: Banner, plan: Plan) -> None:
    shown = list(lines(screenful(banner, plan), colour=True))
    assert "\x1b[1;31mprod (protected)\x1b[0m" in shown[-2]


def test_an_environment_without_protection_does_not_cry_wolf(banner: Banner, plan: Plan) -> None:
    shown = list(lines(screenful(replace(banner, protected=False), plan), colour=False))
    assert shown[-2].split() == ["environment", "prod"]


def test_an_empty_part_has_no_heading(banner: Banner) -> None:
    shown = list(lines(screenful(banner, Plan("nothing")), colour=False))
    assert [line for line in shown if line in ("Steps", "Notes", "Differences")] == []


def test_a_long_arn_is_shown_whole(banner: Banner, plan: Plan) -> None:
    who = "arn:aws:sts::123456789012:assumed-role/" + "x" * 120
    shown = list(lines(screenful(replace(banner, caller=who), plan), colour=False))
    assert any(who in line for line in shown)


def test_a_name_from_aws_cannot_forge_a_line(banner: Banner) -> None:
    step = Do("Set x\n  environment  test\x1b[2K", Call("ecs", "update"), no_undo="-")
    shown = "\n".join(lines(screenful(banner, Plan("p", steps=(step,))), colour=False))
    assert "\x1b" not in shown
    assert "\n  environment  test" not in shown


def test_taking_back_names_the_undo_or_says_why_there_is_none(plan: Plan) -> None:
    assert [taken_back(step) for step in plan.steps] == [
        "Set revision 43",
        "a note is not kept",
        "",
        "",
    ]


def test_notes_alone_can_be_shown(plan: Plan) -> None:
    assert list(lines(notes(plan), colour=False)) == ["", "Notes", "  - 43 was deployed by alice"]


def test_whom_it_is_about_stands_with_where_it_acts(banner: Banner, plan: Plan) -> None:
    shown = list(
        lines(screenful(banner, replace(plan, whom=("username al", "sub 5"))), colour=False)
    )
    assert shown[-3].split() == ["whom", "username", "al"]
    assert shown[-2].split() == ["sub", "5"]
