"""What the commands about a user's data show."""

from __future__ import annotations

from holding_samples import BUCKET, CASE, PSEUDONYM, RESIDUAL, TABLE, holdings

from opsctl.cli import user_screen
from opsctl.outcome import Outcome
from opsctl.plan import Plan
from opsctl.procedures.holdings import NotExamined
from opsctl.reports.certificate import Certificate, Finding
from opsctl.reports.user_data import Store, UserData
from opsctl.terminal import layout

ROW = {
    "store": BUCKET.name,
    "state": "verified",
    "found": dict(BUCKET.counts),
    "deleted": {"versions": 7},
    "left": {"versions": 0},
    "detail": "",
}


def text(blocks: object, *, colour: bool = False) -> str:
    return "\n".join(layout.lines(blocks, colour=colour))  # type: ignore[arg-type]


def test_an_inventory_names_each_store_what_is_not_examined_and_what_lasts() -> None:
    stores = tuple(Store(it.name, dict(it.counts)) for it in (BUCKET, TABLE))
    missing = (NotExamined("s3://other", "it is not in the data map"),)
    shown = text(user_screen.holdings(UserData(holdings().account, stores, missing, (RESIDUAL,))))
    assert "1 account (enabled, CONFIRMED)" in shown
    assert "3 objects, 7 versions, 2 delete markers, 1 unfinished upload, 19.5 KiB" in shown
    assert "s3://other: it is not in the data map" in shown
    assert "until 2026-12-29 00:00 UTC" in shown


def test_after_an_erasure_each_store_is_shown_with_its_state() -> None:
    outcome = Outcome("user purge", "done", plan=Plan("Erase", pseudonym=PSEUDONYM))
    outcome.result = {"stores": [ROW], "outcome": "erased"}
    shown = text(user_screen.ended(outcome, "prod"))
    assert "verified" in shown
    assert f"Erased: {PSEUDONYM}" in shown


def test_the_counts_of_a_full_store_fit_into_a_terminal() -> None:
    many = {"objects": 20_000, "versions": 60_000, "markers": 999}
    outcome = Outcome("user purge", "done", plan=Plan("Erase", pseudonym=PSEUDONYM))
    outcome.result = {"stores": [{**ROW, "found": many, "deleted": many}], "outcome": "erased"}
    shown = text(user_screen.ended(outcome, "prod"))
    assert "found    20,000 objects, 60,000 versions" in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_what_was_only_shown_says_how_to_do_it_without_the_name() -> None:
    outcome = Outcome("user purge", "planned", plan=Plan("Erase", pseudonym=PSEUDONYM))
    shown = text(user_screen.ended(outcome, "prod"))
    assert f"opsctl user purge --env prod --confirm {PSEUDONYM}" in shown


def test_nothing_to_do_says_nothing_more() -> None:
    outcome = Outcome("user purge", "nothing_to_do", plan=Plan("Nothing", pseudonym=PSEUDONYM))
    assert text(user_screen.ended(outcome, "prod")) == ""


def test_a_certificate_shows_what_it_says_and_whether_it_holds() -> None:
    document = {
        "case": CASE,
        "subject": PSEUDONYM,
        "outcome": "erased",
        "stores": [{**ROW, "state": "held", "detail": "3 versions are held by Object Lock"}],
        "not_examined": [{"store": "s3://other", "why": "not mapped"}],
        "residuals": [{**vars(RESIDUAL), "until": ""}],
    }
    findings = (Finding("seal", False, "it was changed"), Finding("signature", None, "none"))
    shown = text(user_screen.certificate(Certificate(document, findings)))
    for words in (CASE, PSEUDONYM, "held by Object Lock", "s3://other", "✗ seal", "no end"):
        assert words in shown
    assert "✓" not in shown
