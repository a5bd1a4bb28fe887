"""A Dockerfile is read as Docker reads it, as far as the service's own goes."""

from __future__ import annotations

import dockerfile
from dockerfile import Instruction

from opsctl.sandbox.container import HealthCheck

TEXT = """
ARG BASE=python
FROM ${BASE} AS packages
RUN one \\
    # no
    && two
FROM ${BASE}
WORKDIR /app
ARG VERSION=dev
ENV A="${VERSION}" \\
    B="two words"
LABEL version="${VERSION}"
USER 1:1
EXPOSE 80
HEALTHCHECK --interval=1m --timeout=5s --start-period=60s --retries=3 CMD ["ask", "it"]
CMD ["serve", "--now"]
"""
READ = dockerfile.read(TEXT)


def test_a_continued_line_and_a_comment_inside_are_read() -> None:
    assert READ.instructions[:3] == (
        Instruction("ARG", "BASE=python", -1),
        Instruction("FROM", "${BASE} AS packages", 0),
        Instruction("RUN", "one && two", 0),
    )


def test_stages_have_names_and_the_last_one_is_what_starts() -> None:
    assert READ.stages() == {"packages": 0}
    assert READ.last == 1
    assert (READ.command, READ.folder) == (("serve", "--now"), "/app")
    assert (READ.user, READ.port) == ("1:1", 80)


def test_arguments_are_filled_in_and_have_defaults() -> None:
    assert READ.environment({"VERSION": "1.2.3"}) == {"A": "1.2.3", "B": "two words"}
    assert READ.environment({})["A"] == "dev"
    assert READ.labels({"VERSION": "1.2.3"}) == {"version": "1.2.3"}


def test_a_health_check_is_read_in_seconds() -> None:
    assert READ.health_check == HealthCheck(("ask", "it"), 60, 5, 60, 3)
