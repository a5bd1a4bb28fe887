"""Erasing one person: whom a case is about, what there is of them, and each store emptied.

A plan names only the case. The person is offered to this gateway in memory and, as soon as
something is changed, kept in one file on this machine until the case is closed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property

from opsctl import errors
from opsctl.aws import neighbours, records
from opsctl.aws.erasure_stores import bar, codes, count, ends_everything, method_of
from opsctl.aws.erasure_work import (
    DELETED,
    FAILED,
    HELD,
    UNKNOWN,
    StoreOutcome,
    Work,
    told,
    total,
)
from opsctl.aws.gateway import Gateway
from opsctl.aws.subject import Subject
from opsctl.plan import Json, Progress, Report
from opsctl.state.cases import Cases
from opsctl.state.subjects import Subjects
from opsctl.targets import data_map
from opsctl.targets.data_map import BucketData

NO_CASE = "case-0"
"""The case of a report: nothing is ever begun under it, and each report looks anew."""
ACCOUNT = -1
"""The place of the account among the outcomes: the stores of the data map count from 0."""


class Erasure(Gateway):
    """The inventory and the steps of an erasure."""

    def offer(self, case: str, subject: Subject, pool: str, has_account: bool) -> str:
        """Keeps in memory whom the case is about; answers the pseudonym.

        Offered again (the facts are gathered twice), what was found is still known.
        """
        pseudonym = f"user-{self.cases.fingerprint(subject.user_id)[:12]}"
        before = self._works.get(case)
        if before is None or before.subject != subject or case == NO_CASE:
            data = data_map.of(self.aws.target)
            kept = Subjects().read(case) or {}
            work = Work(case, subject, pseudonym, pool, has_account, data)
            work.earlier, work.goes_on = kept.get("deleted", {}), bool(kept)
            self._works[case] = work
        return pseudonym

    def found(self, case: str, store: int) -> dict[str, int]:
        """What a store holds of the person, by unit; each store is looked through once."""
        work = self.work(case)
        if store not in work.outcomes:
            data = work.data[store]
            with self._nameless(work):
                counts = count(self.aws, work, store)
            method = method_of(data)
            earlier = work.earlier.get(data.name, {})
            made = StoreOutcome(data.name, method, found=counts, earlier=earlier)
            work.outcomes.setdefault(store, made)
        return dict(work.outcomes[store].found)

    def told(
        self, case: str, unexamined: list[dict[str, Json]], residuals: list[dict[str, Json]]
    ) -> None:
        """Keeps for the certificate what was not examined, and what stays."""
        work = self.work(case)
        work.unexamined, work.residuals = tuple(unexamined), tuple(residuals)

    def block(self, case: str) -> dict[str, Json]:
        """Refuses every sign-in and ends every session, before anything is deleted.

        Where that is refused nothing was begun, and no restore leaves the person out for it.
        """
        work = self._begun(case, erasing=False)
        try:
            with self._nameless(work):
                self.aws.cognito_users.shut_out(work.pool, work.subject.user_id)
        except errors.NothingChanged:
            self._withdraw(case)
            raise
        return {"case": case}

    def unblock(self, case: str) -> None:
        """Lets the person sign in again; a case in which nothing was erased is withdrawn.

        Raises Forbidden when the account was erased.
        """
        work = self.work(case)
        with self._nameless(work):
            if self.aws.cognito_users.is_gone(work.pool, work.subject.user_id):
                raise errors.Forbidden(f"The account of {work.pseudonym} was erased.")
            self.aws.cognito_users.enable(work.pool, work.subject.sub)
        self._withdraw(case)

    def objects(self, case: str, store: int, report: Report | None = None) -> dict[str, Json]:
        """Empties the person's prefix of a bucket. What fails is noted, and decides the end."""
        work = self._begun(case)
        data, prefix = work.bucket(store)

        def erase(it: StoreOutcome) -> None:
            work.neighbours[store] = neighbours.near(self.aws, data, prefix)
            shown = bar(report, total(it.found))
            done = self.aws.object_versions.erase(data.bucket, prefix, data.region, shown)
            it.deleted = {unit: getattr(done, unit) for unit in ("versions", "markers", "uploads")}
            it.requests = tuple(done.requests)[:5]
            it.held = done.held + done.kept_markers
            if done.failed:
                it.state, it.detail = FAILED, codes(done.failed)
            elif done.held:
                it.state, it.detail = HELD, f"{done.held} versions are held by Object Lock"
            else:
                it.state, it.detail = DELETED, ""

        return self._emptied(work, store, erase)

    def items(self, case: str, store: int, report: Report | None = None) -> dict[str, Json]:
        """Deletes the person's items of a table. What fails is noted, and decides the end."""
        work = self._begun(case)
        data, key = work.table(store)

        def erase(it: StoreOutcome) -> None:
            shown = bar(report, total(it.found))
            done = self.aws.items.erase(data.table, key, data.index, data.region, shown)
            it.deleted = {"items": done.items}
            it.requests = tuple(done.requests)[:5]
            it.state, it.detail = DELETED, ""
            if done.failed:
                it.state, it.detail = FAILED, f"{done.failed} items stayed unprocessed"

        return self._emptied(work, store, erase)

    def indexes(self, case: str) -> Progress:
        """Whether the indexes by which items were found show none of them any more."""
        work = self.work(case)
        left = 0
        with self._nameless(work):
            for store in work.outcomes:
                if store == ACCOUNT or isinstance(work.data[store], BucketData):
                    continue
                data, key = work.table(store)
                if data.index:
                    left += self.aws.items.index_count(data.table, data.index, key, data.region)
        return Progress(not left, f"{left} items still in an index" if left else "none left")

    def delete_account(self, case: str) -> dict[str, Json]:
        """Deletes the account, the last of all: without it nobody could tell what is left.

        Raises StepFailed as long as a store could not be emptied.
        """
        work = self._begun(case)
        unfinished = work.in_state(FAILED, UNKNOWN)
        if unfinished:
            raise errors.StepFailed(
                f"The account stays, because a store is not empty: {told(unfinished)}.",
                hint="Sign-in is blocked. Run the same command again: it goes on from here.",
            )
        with self._nameless(work):
            self.aws.cognito_users.delete(work.pool, work.subject.user_id)
        method = "the account deleted from its user pool"
        work.outcomes[ACCOUNT] = StoreOutcome(
            "cognito", method, DELETED, {"accounts": 1}, {"accounts": 1}
        )
        self._keep(work)
        return {"stores": list(work.stores())}

    def work(self, case: str) -> Work:
        """What is known of a case. Raises NotFound when nobody was named for it."""
        if case not in self._works:
            kept = Subjects().read(case)
            if kept is None:
                raise errors.NotFound(
                    f"Whom {case} is about is not known on this machine.",
                    hint="It was closed, or begun on another machine.",
                )
            subject = Subject.from_json(kept)
            self.offer(case, subject, str(kept.get("pool", "")), bool(kept.get("account")))
        return self._works[case]

    def _begun(self, case: str, *, erasing: bool = True) -> Work:
        """Before a change: a run that is cut off can be finished from here on, and as soon as it
        is about to erase, no restore brings the person back."""
        work = self.work(case)
        if not work.begun:
            self._keep(work)
            subject = work.subject
            self.cases.open(case, subject.user_id, subject.identifiers, erasing=erasing)
            work.begun = erasing
        return work

    def _keep(self, work: Work) -> None:
        done = {it.store: it.all_deleted for it in work.outcomes.values()}
        deleted = {**work.earlier, **done}
        kept = {"pool": work.pool, "account": work.has_account, "deleted": deleted}
        Subjects().keep(work.case, {**work.subject.to_json(), **kept})

    def _withdraw(self, case: str) -> None:
        if self.cases.withdraw(case):
            Subjects().forget(case)

    def _emptied(
        self, work: Work, store: int, erase: Callable[[StoreOutcome], None]
    ) -> dict[str, Json]:
        """One store. The failure of one does not keep the others from being emptied."""
        self.found(work.case, store)
        outcome = work.outcomes[store]
        with self._nameless(work):
            try:
                erase(outcome)
            except errors.Interrupted:
                raise
            except errors.OpsctlError as error:
                if ends_everything(error):
                    raise
                outcome.state = FAILED
                outcome.detail = work.subject.hidden(error.message, work.pseudonym)
        self._keep(work)
        return {"stores": list(work.stores())}

    @contextmanager
    def _nameless(self, work: Work) -> Iterator[None]:
        """AWS quotes keys and prefixes in its errors: they are journaled, so names come out."""
        try:
            yield
        except errors.OpsctlError as error:
            error.message = work.subject.hidden(error.message, work.pseudonym)
            error.args = (error.message,)
            raise

    @cached_property
    def cases(self) -> Cases:
        """The cases of this environment."""
        return Cases(records.store(self.aws.target, lambda: self.aws), self.aws.target.env)

    @cached_property
    def _works(self) -> dict[str, Work]:
        return {}
