"""The proof of an erasure: a look of its own at every store, which can fail, and a certificate."""

from __future__ import annotations

import time
from dataclasses import asdict
from datetime import UTC
from functools import cached_property
from typing import TYPE_CHECKING, Any

from opsctl import errors
from opsctl.aws import certificates, neighbours, records
from opsctl.aws.erasure import ACCOUNT
from opsctl.aws.erasure_stores import count
from opsctl.aws.erasure_work import (
    DELETED,
    FAILED,
    HELD,
    UNKNOWN,
    VERIFIED,
    StoreOutcome,
    Work,
    told,
    total,
)
from opsctl.aws.gateway import Gateway
from opsctl.plan import Json, Progress, Report
from opsctl.state.subjects import Subjects

if TYPE_CHECKING:
    from opsctl.aws import Aws
    from opsctl.state import Store

LOOKS = 2
"""What a late writer puts back after the first look is seen by the second."""
METHOD = "listed anew from the names, twice, by a session that cannot change anything"


class ErasureProof(Gateway):
    """Looks again and certifies."""

    def look(self, case: str, report: Report | None = None) -> dict[str, Json]:
        """Looks through every store again, from the names and not from what was deleted.

        Raises nothing for what it finds: `holds` does, so that all of it is known by then.
        """
        work = self.aws.erasure.work(case)
        fresh = self._fresh()
        places = [place for place in work.outcomes if place != ACCOUNT]
        steps = LOOKS * (len(places) + 1)
        done = 0
        for number in range(1, LOOKS + 1):
            for place in [*places, ACCOUNT]:
                if place == ACCOUNT:
                    self._look_at_account(fresh, work)
                else:
                    self._look_at(fresh, work, place, number)
                done += 1
                if report:
                    report(Progress(False, f"look {number} of {LOOKS}", counted=(done, steps)))
            if number < LOOKS:
                time.sleep(self.aws.target.pause)
        self._look_beside(fresh, work)
        return {"stores": list(work.stores())}

    def holds(self, case: str) -> Progress:
        """Raises NotVerified when a store is not empty, or could not be looked through."""
        work = self.aws.erasure.work(case)
        wrong = work.in_state(FAILED, UNKNOWN, DELETED, "planned")
        if wrong or work.neighbour_note:
            lines = [f"{it.store}: {it.detail or it.state}" for it in wrong]
            raise errors.NotVerified(
                "\n".join([*lines, *filter(None, [work.neighbour_note])]),
                hint="The case stays open. Run the same command again: it goes on from here.",
            )
        return Progress(True, f"{len(work.outcomes)} stores looked through")

    def certify(self, case: str) -> dict[str, Json]:
        """Writes the certificate, signed when a key is configured, and closes the case.

        With something held by Object Lock the case stays open. Raises NotVerified when anything
        else is left: no certificate says what is not so.
        """
        self.holds(case)
        work = self.aws.erasure.work(case)
        cases = self.aws.erasure.cases
        found = certificates.document(work, self._run(), self._now(), METHOD)
        key = self.aws.target.certificate_key
        opened = next((it.opened for it in cases.all() if it.id == case), "")
        # The run that opens a case began just before it.
        found["requested"] = certificates.earlier(opened, str(found["decided"]))
        found["key"] = key or ""
        content = certificates.canonical(found)
        signature = asdict(self.aws.kms.sign(key, content)) if key else None
        cases.certify(
            case, {"certificate": found, "seal": cases.seal(content), "signature": signature}
        )
        if not work.in_state(HELD):
            cases.close(case)
            Subjects().forget(case)
        return {
            "certificate": case,
            "outcome": str(found["outcome"]),
            "signed_by": str(signature["key"]) if signature else "",
        }

    def nothing_held(self, case: str) -> Progress:
        """Raises NotVerified for what Object Lock or a legal hold keeps."""
        held = self.aws.erasure.work(case).in_state(HELD)
        if held:
            raise errors.NotVerified(
                told(held),
                hint="The certificate says so, and the case stays open. Run the same command "
                "again when the retention is over or the hold is lifted.",
            )
        return Progress(True, "nothing is held back")

    def _look_at(self, aws: Aws, work: Work, place: int, number: int) -> None:
        outcome = work.outcomes[place]
        former, lasting = outcome.state, number > 1
        try:
            left = count(aws, work, place)
        except errors.OpsctlError as error:
            outcome.state = UNKNOWN
            outcome.detail = work.subject.hidden(error.message, work.pseudonym)
            return
        if lasting and former == UNKNOWN:
            return
        again = lasting and former == VERIFIED and total(left) > 0
        outcome.left, outcome.verified_at = left, self._now()
        if not total(left):
            if former != FAILED or not lasting:
                outcome.state, outcome.detail = VERIFIED, ""
        elif former == HELD and total(left) <= outcome.held:
            outcome.state = HELD
        else:
            outcome.state = FAILED
            words = "came back after it was empty" if again else "still there"
            why = f" ({outcome.detail})" if outcome.detail and not lasting else ""
            outcome.detail = f"{total(left)} {words}{why}"

    def _look_at_account(self, aws: Aws, work: Work) -> None:
        """Whoever had no account must have none afterwards either."""
        if not work.pool:
            return
        method = "the account deleted from its user pool"
        made = StoreOutcome("cognito", method, earlier=work.earlier.get("cognito", {}))
        it = work.outcomes.setdefault(ACCOUNT, made)
        try:
            gone = aws.cognito_users.is_gone(work.pool, work.subject.user_id)
        except errors.OpsctlError as error:
            it.state = UNKNOWN
            it.detail = work.subject.hidden(error.message, work.pseudonym)
            return
        it.left, it.verified_at = {"accounts": 0 if gone else 1}, self._now()
        it.state, it.detail = (VERIFIED, "") if gone else (FAILED, "the account is still there")

    def _look_beside(self, aws: Aws, work: Work) -> None:
        """What lies beside the prefixes must be there as before."""
        notes = []
        for place, before in work.neighbours.items():
            data, prefix = work.bucket(place)
            try:
                gone = neighbours.missing(aws, data, prefix, before)
            except errors.OpsctlError as error:
                why = work.subject.hidden(error.message, work.pseudonym)
                notes.append(f"{data.name}: what lies beside it could not be examined: {why}")
                continue
            if gone:
                notes.append(
                    f"{data.name}: {gone} versions of others beside it are not there any more: "
                    "look who deleted them"
                )
        work.neighbour_note = "\n".join(notes)

    def _fresh(self) -> Aws:
        """A session of its own, in which nothing may change. Where signing in needs a code, the
        operator is not asked for another one: it is this session then."""
        from opsctl.aws import Aws

        if self.aws.target.mfa_serial:
            return self.aws
        return Aws(self.aws.target, command=self.aws.command)

    def _run(self) -> dict[str, Any]:
        """The run under way, as its own journal tells it; empty outside of one."""
        lines = self._store.newest_first(f"journal/{self.aws.target.env}")
        return certificates.run_of(lines)

    def _now(self) -> str:
        return self._store.now().astimezone(UTC).isoformat(timespec="seconds")

    @cached_property
    def _store(self) -> Store:
        return records.store(self.aws.target, lambda: self.aws)
