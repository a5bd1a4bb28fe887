"""The versions of each key, and what was current at a time."""

from copies import entry

from opsctl.aws.object_history import History, histories, is_left_out, merged

THREE, FOUR, FIVE = (f"2026-11-24T0{hour}:00:00.000Z" for hour in (3, 4, 5))


def test_versions_of_one_key_are_together_also_across_pages() -> None:
    pages = [
        (entry("a", "2", latest=True, at=FOUR), entry("a", "1", at=THREE)),
        (entry("a", "0", at=THREE), entry("b", "1", latest=True)),
    ]
    found = [(it.key, [each.version for each in it.entries]) for it in histories(pages)]
    assert found == [("a", ["2", "1", "0"]), ("b", ["1"])]


def test_markers_that_a_page_tells_after_the_versions_come_where_they_belong() -> None:
    page = (
        entry("a", "1", at=THREE),
        entry("b", "1", latest=True),
        entry("a", "m", latest=True, marker=True, at=FOUR),
    )
    (first, _) = histories([page])
    assert [it.version for it in first.entries] == ["m", "1"]
    assert first.current is None
    assert first.former == first.entries[1]


def test_what_was_current_at_a_time_is_the_newest_that_is_not_later() -> None:
    of_key = History(
        "a",
        (
            entry("a", "3", latest=True, at=FIVE),
            entry("a", "m", marker=True, at=FOUR),
            entry("a", "1", at=THREE),
        ),
    )
    assert of_key.at("2026-11-24T02:59:59") is None
    first = of_key.at("2026-11-24T03:00:00")
    assert first is not None
    assert first.version == "1"
    assert of_key.at("2026-11-24T04:30:00") is None
    assert of_key.at("2026-11-24T05:00:00") == of_key.current
    assert of_key.touched_since("2026-11-24T05:00:00")
    assert not of_key.touched_since("2026-11-24T05:00:01")


def test_two_streams_are_walked_in_step() -> None:
    found = list(merged(["a", "c"], ["b", "c", "d"], str, str))
    assert found == [
        ("a", "a", None),
        ("b", None, "b"),
        ("c", "c", "c"),
        ("d", None, "d"),
    ]


def test_opsctls_own_keys_are_known() -> None:
    assert is_left_out(".opsctl/manifests/x.json", (".opsctl/",))
    assert not is_left_out("opsctl/x", (".opsctl/",))
