"""An erasure under way: whom it is about, what was found in each store, how each store ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from opsctl.aws.neighbours import Neighbours
from opsctl.aws.subject import Subject
from opsctl.errors import BadConfig, OpsctlError
from opsctl.plan import Json
from opsctl.targets.data_map import BucketData, Data, LogData, TableData

VERIFIED, HELD, NOT_EXAMINED, UNKNOWN, FAILED = (
    "verified",
    "held",
    "not examined",
    "unknown",
    "failed",
)
DELETED = "deleted"
WORST_FIRST = (FAILED, UNKNOWN, DELETED, "planned", HELD, NOT_EXAMINED, VERIFIED)
UNITS = ("objects", "versions", "markers", "uploads", "items")
THINGS = ("versions", "markers", "uploads", "items")
"""What is deleted one by one: `objects` are counted among the versions."""


@dataclass
class StoreOutcome:
    """How one store ended. Nothing in it names the user; counts are by unit."""

    store: str
    method: str
    state: str = "planned"
    found: Mapping[str, int] = field(default_factory=dict)
    deleted: dict[str, int] = field(default_factory=dict)
    earlier: Mapping[str, int] = field(default_factory=dict)
    """What former runs of the same case deleted here, as far as they came to their end."""
    held: int = 0
    """Versions that Object Lock or a legal hold keeps."""
    left: Mapping[str, int] = field(default_factory=dict)
    detail: str = ""
    requests: tuple[str, ...] = ()
    """A sample of AWS's request ids."""
    verified_at: str = ""

    @property
    def all_deleted(self) -> dict[str, Json]:
        """What this run and the former ones of the case deleted."""
        return _sum(self.deleted, self.earlier)

    def to_json(self) -> dict[str, Json]:
        """For the journal, the document and the certificate."""
        return {
            "store": self.store,
            "method": self.method,
            "state": self.state,
            "found": _sum(self.found, self.earlier),
            "deleted": self.all_deleted,
            "held": self.held,
            "left": dict(self.left),
            "detail": self.detail,
            "requests": list(self.requests),
            "verified_at": self.verified_at,
        }


@dataclass
class Work:
    """What one process knows of one case; the subject is only ever held in memory."""

    case: str
    subject: Subject = field(repr=False)
    pseudonym: str
    pool: str
    has_account: bool
    data: tuple[Data, ...]
    outcomes: dict[int, StoreOutcome] = field(default_factory=dict)
    """By the store's place in the data map; the account is -1."""
    begun: bool = False
    neighbours: dict[int, Neighbours] = field(default_factory=dict, repr=False)
    unexamined: tuple[dict[str, Json], ...] = ()
    residuals: tuple[dict[str, Json], ...] = ()
    neighbour_note: str = ""
    earlier: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """By store: what former runs of the case deleted."""
    goes_on: bool = False
    """A former run of the case was cut off or failed."""

    def bucket(self, store: int) -> tuple[BucketData, str]:
        """A bucket with the user's prefix in it."""
        data = self.data[store]
        if not isinstance(data, BucketData):
            raise OpsctlError(f"a bug in opsctl: {data.name} is no bucket")
        return data, bounded(data, self.subject)

    def table(self, store: int) -> tuple[TableData, dict[str, str]]:
        """A table with the user's key in it."""
        data = self.data[store]
        if not isinstance(data, TableData):
            raise OpsctlError(f"a bug in opsctl: {data.name} is no table")
        return data, data.key_of(self.subject.names)

    def stores(self) -> list[dict[str, Json]]:
        """How every store stands, for `result`."""
        return [self.outcomes[place].to_json() for place in sorted(self.outcomes)]

    @property
    def worst(self) -> str:
        """The state that decides."""
        states = [it.state for it in self.outcomes.values()]
        states += [NOT_EXAMINED] * bool(self.unexamined)
        return min(states, key=WORST_FIRST.index, default=FAILED)

    def in_state(self, *states: str) -> list[StoreOutcome]:
        """The stores that ended so."""
        return [it for it in self.outcomes.values() if it.state in states]


def bounded(data: BucketData, subject: Subject) -> str:
    """The user's prefix. Raises BadConfig for one that would hold other users too."""
    prefix = data.prefix_of(subject.names)
    if prefix == data.prefix or not prefix.endswith("/") or prefix.startswith("/"):
        raise BadConfig(
            f"The prefix {data.prefix!r} of {data.bucket} does not single out one user.",
            hint="It must hold a placeholder and end in a slash: images/{user_id}/",
        )
    return prefix


def why_not(data: Data, subject: Subject) -> str:
    """Why the store cannot be examined for this user; "" when it can."""
    if isinstance(data, LogData):
        return "log lines cannot be deleted one by one"
    try:
        if isinstance(data, BucketData):
            bounded(data, subject)
        else:
            data.key_of(subject.names)
    except KeyError as error:
        return f"the user's {error.args[0]} is not known"
    return ""


def _sum(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, Json]:
    return {unit: one.get(unit, 0) + other.get(unit, 0) for unit in {**one, **other}}


def total(counts: Mapping[str, int]) -> int:
    """How many things there are to delete."""
    return sum(counts.get(unit, 0) for unit in THINGS)


def told(outcomes: list[StoreOutcome]) -> str:
    """Stores and why, in one line."""
    return "; ".join(f"{it.store}: {it.detail or it.state}" for it in outcomes)
