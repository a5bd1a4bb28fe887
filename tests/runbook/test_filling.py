"""A section in the words of one environment."""

from __future__ import annotations

from opsctl import runbook
from opsctl.runbook import filling

BOOK = runbook.parse(
    "# R\n\n```bash\nCLUSTER=image-caption-gen-cluster-prod\nAPP_URL=https://a.example\n```\n\n"
    "## S\n\n**Command** `opsctl status --env prod`, `opsctl alarms list -e prod`; not production\n"
    "\n**By hand** first\n\n```bash\n"
    "aws x --cluster image-caption-gen-cluster-prod --alarm image-caption-gen-high-latency-prod\n"
    "POOL=eu-west-1_a CLIENT=abc TABLE=image_captions NEW=image_captions-restored\n```\n\n"
    "```bash\nsecond\n```\n",
    "",
)
NAMES = {
    "image-caption-gen": "captions",
    "image-caption-gen-cluster-prod": "blue",
    "image_captions": "",
}
VARIABLES = {"APP_URL": "https://b.example", "POOL": r"eu-west-1_\1", "CLIENT": ""}


def filled(env: str = "stage") -> str:
    (section,) = BOOK.sections
    return filling.filled(
        section, BOOK, env, names=NAMES, variables=VARIABLES, alarm="our-{}-stage"
    )


def test_command_lines_name_the_environment() -> None:
    assert "`opsctl status --env stage`, `opsctl alarms list -e stage`; not production" in filled()


def test_names_are_those_of_the_environment_the_longest_first() -> None:
    assert "aws x --cluster blue --alarm our-high-latency-stage" in filled()


def test_what_is_not_known_stays_as_it_is_written() -> None:
    assert "CLIENT=abc TABLE=image_captions NEW=image_captions-restored" in filled()


def test_by_hand_begins_with_the_variables_that_it_expects() -> None:
    made = filled()
    assert "**By hand** first\n\n```bash\nCLUSTER=blue\nAPP_URL=https://b.example\n```\n" in made
    assert made.count("CLUSTER=") == 1
    assert made.endswith("```bash\nsecond\n```\n")


def test_a_value_is_text_and_no_pattern() -> None:
    assert r"POOL=eu-west-1_\1 " in filled()
