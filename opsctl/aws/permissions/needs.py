"""What a command needs to be allowed, as plain values: an operation, where, and what it serves."""

from __future__ import annotations

from dataclasses import dataclass

from opsctl.aws.reads import only_reads

READS = "reads"
WRITES = "writes"

WORK = "work"
"""Without it the command does not do what it is for."""
CHECK = "check"
"""It serves a check or a note: without it the command says what it did not look at, and goes on."""
UNDO = "undo"
"""Only taking the command back needs it."""
OWN_KEY = "own key"
"""Asked for behind another operation, where a KMS key of one's own encrypts what it reads."""


@dataclass(frozen=True)
class Need:
    """One operation of AWS. `at` says of what, where one service has several such things."""

    service: str
    """As boto3 names it: `elbv2`."""
    operation: str
    """As AWS names it: `DescribeTargetHealth`."""
    at: str = ""
    serves: str = WORK
    unseen: str = ""
    """Why no journey in the sandbox makes it; empty where one does."""

    @property
    def name(self) -> str:
        """`elbv2:DescribeTargetHealth`."""
        return f"{self.service}:{self.operation}"


@dataclass(frozen=True)
class Row:
    """A command of the table. `note` is what an administrator ought to know beside the actions."""

    needs: tuple[Need, ...] = ()
    note: str = ""
    """Markdown."""
    records: str = READS
    """Whether it reads or writes the journal, the lock, the incidents: they may lie in a bucket."""

    @property
    def changes(self) -> bool:
        """Whether it changes something at AWS."""
        return any(not only_reads(it.service, it.operation) for it in self.needs)

    @property
    def keeps(self) -> str:
        """`records`, but that whatever changes something at AWS writes it down."""
        return WRITES if self.changes else self.records


NOTHING = Row(records="")
"""A command that asks AWS nothing and keeps no records."""


def work(service: str, operations: str, at: str = "", unseen: str = "") -> tuple[Need, ...]:
    """Operations without which the command does not do what it is for: `work("ecs", "A B")`."""
    return _needs(service, operations, at, WORK, unseen)


def check(service: str, operations: str, at: str = "", unseen: str = "") -> tuple[Need, ...]:
    """Operations that only serve checks and notes."""
    return _needs(service, operations, at, CHECK, unseen)


def undo(service: str, operations: str, at: str = "", unseen: str = "") -> tuple[Need, ...]:
    """Operations that only taking the command back needs."""
    return _needs(service, operations, at, UNDO, unseen)


def own_key(through: str, operations: str) -> tuple[Need, ...]:
    """Operations of KMS that AWS asks for behind those of a service (`secretsmanager`)."""
    why = "asked for by AWS itself, where it encrypts with a key of one's own"
    return _needs("kms", operations, through, OWN_KEY, why)


def _needs(service: str, operations: str, at: str, serves: str, unseen: str) -> tuple[Need, ...]:
    return tuple(Need(service, name, at, serves, unseen) for name in operations.split())
