"""A person with a browser: signs in, has pictures described, deletes one, deletes everything."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import looking
import pytest
from browsing import Window, chromium, kept, photograph, window
from PIL import Image
from playwright.sync_api import Browser, Route, expect
from running import RunningSandbox

pytestmark = pytest.mark.journey
USER, PASSWORD = "wilhelmina.featherstonehaugh", "Only-For-This-1"
PAGES = ("", "history", "data")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def person(sandbox: RunningSandbox, browser: Browser) -> Iterator[str]:
    """Somebody whom only these tests know; nothing of her is left afterwards."""
    cognito, who = sandbox.client("cognito-idp"), {"Username": USER}
    who["UserPoolId"] = sandbox.found["names"]["user_pool"]
    sandbox.settle()
    cognito.admin_create_user(**who, MessageAction="SUPPRESS")
    cognito.admin_set_user_password(**who, Password=PASSWORD, Permanent=True)
    yield USER
    with window(browser, sandbox.app_url) as own:
        own.sign_in(USER, PASSWORD)
        own.erase()
    cognito.admin_delete_user(**who)


@pytest.fixture
def own(sandbox: RunningSandbox, browser: Browser, person: str) -> Iterator[Window]:
    """Her window, signed in. It may neither complain nor ask another host."""
    with window(browser, sandbox.app_url) as opened:
        opened.sign_in(person, PASSWORD)
        yield opened
        assert opened.complaints == []
        assert opened.foreign == []


@pytest.fixture
def stranger(sandbox: RunningSandbox, browser: Browser) -> Iterator[Window]:
    with window(browser, sandbox.app_url) as opened:
        yield opened


def test_a_picture_gets_two_captions_is_kept_and_all_of_it_is_deleted(
    sandbox: RunningSandbox, own: Window
) -> None:
    for colour in ((40, 90, 205), (200, 40, 30)):
        out = io.BytesIO()
        Image.new("RGB", (80, 60), colour).save(out, "PNG")
        own.describe(out.getvalue())
        expect(own.page.locator("#result h2")).to_contain_text("blue" if colour[2] > 100 else "red")
    concise, creative = own.described()
    assert 0 < len(concise.split()) <= 10
    assert creative not in ("", concise)
    assert own.page.locator("#result .labels li").count() > 0

    page = own.go("history")
    cards = page.locator("article")
    expect(cards).to_have_count(2)
    expect(cards.first.locator("h2")).to_have_text(concise)
    assert cards.first.locator("img").evaluate("it => it.decode().then(() => it.naturalWidth)") > 0
    cards.first.locator("summary").click()
    cards.first.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_role("status")).to_contain_text("were deleted")
    expect(cards).to_have_count(1)
    assert [len(it) for it in kept(sandbox, USER)] == [2, 1]

    s3, place = sandbox.client("s3"), {"Bucket": sandbox.found["names"]["bucket"]}
    place["Key"] = f"images/{USER}/long-ago/original.jpg"
    s3.put_object(**place, Body=b"first")
    s3.put_object(**place, Body=b"second")
    s3.delete_object(**place)
    s3.create_multipart_upload(**place)
    assert len(kept(sandbox, USER)[0]) == 6

    own.erase()
    assert kept(sandbox, USER) == ([], [])
    page.get_by_role("link", name="Sign in").click()
    expect(page.get_by_label("Password")).to_be_visible()


def test_the_data_is_deleted_for_the_right_word_only(sandbox: RunningSandbox, own: Window) -> None:
    own.describe(photograph((64, 48)))
    own.described()
    before = kept(sandbox, USER)
    page = own.go("data")
    page.get_by_label("Type DELETE to confirm").fill("delete")
    page.get_by_role("button", name="Delete all my data").click()

    assert page.locator("#confirm:invalid").count() == 1
    assert kept(sandbox, USER) == before
    assert before[1]


def test_the_examiner_sees_what_is_wrong(browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 640})
    page.set_content(
        "<p style='color: #888; background: #fff; width: 500px' id=a>dim</p>"
        "<input id=a aria-describedby=b><button></button>"
        "<img src=x width=9 height=9><h1>a</h1><h1>b</h1>"
    )
    told = "\n".join(looking.faults(page))
    page.close()

    for fault in (
        "no label: <input",
        "no name: <button",
        "no alt: <img",
        "not one h1",
        "not one main",
        "not one html[lang]",
        "twice: #a",
        "aria-describedby points nowhere: <input",
        "3.54: dim",
        "wide in 360",
    ):
        assert fault in told


@pytest.mark.parametrize("path", PAGES)
def test_who_is_signed_out_sees_the_sign_in_page_only(stranger: Window, path: str) -> None:
    page = stranger.go(path)

    expect(page.get_by_label("Password")).to_be_visible()
    expect(page.get_by_role("navigation")).to_have_count(0)
    assert page.request.get(f"{stranger.url}/api/captions").status == 401
    assert looking.faults(page) == []


def test_after_signing_out_the_way_back_is_closed(
    sandbox: RunningSandbox, browser: Browser, person: str
) -> None:
    with window(browser, sandbox.app_url) as own:
        page = own.sign_in(person, PASSWORD)
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_label("Password")).to_be_visible()
        page.go_back()
        expect(page.get_by_label("Password")).to_be_visible()


def answering(status: int) -> Callable[[Route], None]:
    """A service that answers with a status, and asks for seven seconds of patience."""
    return lambda route: route.fulfill(status=status, headers={"Retry-After": "7"})


def test_refusals_are_told_in_words(
    sandbox: RunningSandbox, browser: Browser, person: str, tmp_path: Path
) -> None:
    large = tmp_path / "large.jpg"
    large.write_bytes(b"x" * (10 * 1024 * 1024 + 1))
    with window(browser, sandbox.app_url) as own:
        page, alert = own.sign_in(person, PASSWORD), own.page.get_by_role("alert")
        own.describe(b"no picture at all")
        expect(alert).to_contain_text("not a readable JPEG, PNG or WebP picture")
        page.get_by_label("Choose a picture").set_input_files(large)
        expect(alert).to_contain_text("The picture is too large: at most 10 MB.")
        for status, words in ((429, "Try again in 7 seconds."), (503, "Try again in a minute.")):
            page.route("**/api/captions", answering(status))
            own.describe(photograph((64, 48)))
            expect(alert).to_contain_text(words)
            page.unroute("**/api/captions")
        page.route("**/api/captions", lambda route: route.abort())
        own.describe(photograph((64, 48)))
        expect(alert).to_contain_text("The service cannot be reached.")
        page.unroute("**/api/captions")
        page.context.clear_cookies()
        own.describe(photograph((64, 48)))
        expect(alert).to_contain_text("Your session has ended.")
        expect(alert.get_by_role("link", name="Sign in")).to_be_visible()


def test_a_keyboard_is_enough(stranger: Window, person: str) -> None:
    page = stranger.go("")
    # From here on, for who begins to listen as the key is pressed may be too late.
    page.on("filechooser", lambda _: None)
    expect(page.get_by_label("User name")).to_be_focused()
    keys = page.keyboard
    keys.type(person)
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Describe a picture")).to_be_visible()
    page.wait_for_load_state("load")
    stops: list[str] = []
    for _ in range(7):
        keys.press("Tab")
        name, visible = looking.focus(page)
        assert visible, f"the focus on {name!r} cannot be seen"
        stops.append(name)
    links = ["Skip to the content", "Describe", "History", "Delete data"]
    assert stops == [*links, "Sign out", "file", "Describe it"]
    keys.press("Shift+Tab")
    with page.expect_file_chooser() as asked:
        keys.press("Space")
    asked.value.set_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photograph()})
    expect(page.get_by_alt_text("The chosen picture")).to_be_visible()
    keys.press("Tab")
    keys.press("Enter")
    assert all(stranger.described())


def test_a_picture_can_be_dropped(own: Window) -> None:
    own.page.wait_for_load_state("load")
    dropped = own.page.evaluate_handle(
        """(bytes) => {
          const carried = new DataTransfer();
          carried.items.add(new File([new Uint8Array(bytes)], "a.jpg", {type: "image/jpeg"}));
          return carried;
        }""",
        list(photograph((64, 48))),
    )
    own.page.dispatch_event("#drop", "drop", {"dataTransfer": dropped})
    expect(own.page.get_by_alt_text("The chosen picture")).to_be_visible()
    own.page.get_by_role("button", name="Describe it").click()
    assert all(own.described())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_can_be_read_by_everybody_and_on_a_telephone(
    sandbox: RunningSandbox, browser: Browser, person: str, scheme: Any
) -> None:
    narrow = {"width": 360, "height": 740}
    with window(browser, sandbox.app_url, viewport=narrow, color_scheme=scheme) as own:
        page = own.sign_in(person, PASSWORD)
        own.describe(photograph((64, 48)))
        own.described()
        assert looking.faults(page) == []
        for path in PAGES[1:]:
            own.go(path)
            for summary in page.locator("summary").all():
                summary.click()
            assert looking.faults(page) == [], path


def test_everything_works_without_scripts(
    sandbox: RunningSandbox, browser: Browser, person: str
) -> None:
    with window(browser, sandbox.app_url, java_script_enabled=False) as own:
        page = own.sign_in(person, PASSWORD)
        own.describe(photograph((64, 48)))
        expect(page.locator("#result h2")).not_to_be_empty()
        own.erase()
        assert kept(sandbox, USER) == ([], [])
