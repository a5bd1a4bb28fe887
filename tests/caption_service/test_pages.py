"""The pages, as a browser without scripts meets them."""

import re
from collections.abc import Callable
from dataclasses import replace

import boto3
import pytest
from fastapi.testclient import TestClient

from opsctl.caption_service import pages
from opsctl.caption_service.application import create
from opsctl.caption_service.faults import Faults
from opsctl.caption_service.settings import Settings

Paint = Callable[..., bytes]
Enter = Callable[[TestClient, str], TestClient]
PAGES = ("/", "/history", "/data")


def token(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found
    return found[1]


def send(client: TestClient, content: bytes, csrf: str = "") -> object:
    return client.post(
        "/upload",
        data={"csrf": csrf or token(client.get("/").text)},
        files={"file": ("p.jpg", content)},
        follow_redirects=False,
    )


def captions(client: TestClient) -> list[dict[str, str]]:
    found: list[dict[str, str]] = client.get("/api/captions?limit=100").json()["captions"]
    return found


def test_a_stranger_meets_the_sign_in_page_everywhere(visitor: TestClient) -> None:
    for path in PAGES:
        assert 'type="password"' in visitor.get(path).text, path


def test_a_page_names_its_user_and_where_he_is(client: TestClient) -> None:
    for path in PAGES:
        page = client.get(path).text

        assert ">alice<" in page.replace("\n", "").replace("</span>alice", ">alice"), path
        assert page.count('aria-current="page"') == 1, path


def test_the_pages_need_no_other_host_and_nothing_inline(client: TestClient) -> None:
    inline = re.compile(r"<style|<script(?! type=\"module\" src=)| style=| on[a-z]+=")
    for path in (*PAGES, "/login"):
        answer = client.get(path)
        policy = answer.headers["content-security-policy"]

        assert not re.search(r"https?://", answer.text), path
        assert not inline.search(answer.text), path
        assert policy.startswith("default-src 'none'; style-src 'self'; script-src 'self'; "), path
        assert "unsafe" not in policy, path
        assert answer.headers["cache-control"] == "no-store", path


def test_what_a_page_asks_for_is_there_and_may_be_kept(client: TestClient) -> None:
    for path in (*PAGES, "/login"):
        asked = re.findall(r'(?:href|src)="(static/[^"]+)"', client.get(path).text)

        assert len(asked) >= 2, path
        for address in asked:
            answer = client.get(f"/{address}")
            assert answer.status_code == 200, address
            assert "immutable" in answer.headers["cache-control"], address


def test_a_picture_is_described_without_scripts(client: TestClient, jpeg: bytes) -> None:
    answer = send(client, jpeg)
    assert answer.status_code == 303
    page = client.get(f"/{answer.headers['location']}").text
    (made,) = captions(client)

    assert made["concise_caption"] in page
    assert made["creative_caption"] in page
    assert f'src="api/captions/{made["image_id"]}/thumbnail"' in page


def test_what_is_no_picture_is_refused_in_words(client: TestClient) -> None:
    answer = send(client, b"hello")

    assert answer.status_code == 415
    assert "These bytes are not a readable JPEG, PNG or WebP picture." in answer.text
    assert captions(client) == []


def test_a_picture_over_the_limit_is_refused_in_words(client: TestClient) -> None:
    answer = send(client, b"x" * (10 * 1024 * 1024 + 1))

    assert answer.status_code == 413
    assert "A picture may have at most 10 MB." in answer.text


def test_a_form_of_another_session_changes_nothing(
    client: TestClient, jpeg: bytes, enter: Enter
) -> None:
    send(client, jpeg)
    (mine,) = captions(client)
    form = {"csrf": "made-up", "image_id": mine["image_id"]}

    refused = send(client, jpeg, csrf="made-up")
    assert (refused.status_code, "Nothing was changed" in refused.text) == (403, True)
    assert client.post("/delete", data=form).status_code == 403
    assert captions(client) == [mine]


def test_a_stranger_can_neither_send_nor_delete(visitor: TestClient, jpeg: bytes) -> None:
    cross = visitor.post("/delete", data={"csrf": "x", "image_id": "y"})

    assert send(visitor, jpeg, csrf="x").status_code == 401
    assert (cross.status_code, 'type="password"' in cross.text) == (401, True)


def test_one_picture_is_deleted_from_the_history(client: TestClient, jpeg: bytes) -> None:
    send(client, jpeg)
    send(client, jpeg)
    newest, older = captions(client)
    page = client.get("/history").text
    assert page.index(newest["image_id"]) < page.index(older["image_id"])
    form = {"csrf": token(page), "image_id": newest["image_id"]}
    after = client.post("/delete", data=form).text

    assert "were deleted" in after
    assert captions(client) == [older]


def test_nobody_deletes_or_sees_what_is_not_his(
    client: TestClient, jpeg: bytes, enter: Enter
) -> None:
    send(client, jpeg)
    (hers,) = captions(client)
    bob = enter(client, "bob")
    form = {"csrf": token(bob.get("/").text), "image_id": hers["image_id"]}
    answer = bob.post("/delete", data=form)

    assert (answer.status_code, "No such caption." in answer.text) == (404, True)
    assert hers["concise_caption"] not in bob.get(f"/?made={hers['image_id']}").text
    assert captions(enter(bob, "alice")) == [hers]


def test_the_history_has_pages(client: TestClient, jpeg: bytes) -> None:
    for _ in range(pages.PAGE_SIZE + 1):
        send(client, jpeg)
    first = client.get("/history").text
    older = re.search(r'href="(history\?cursor=[^"]+)" rel="next"', first)
    assert older
    second = client.get(f"/{older[1]}").text

    assert (first.count("<article"), second.count("<article")) == (pages.PAGE_SIZE, 1)
    assert 'rel="next"' not in second


def test_an_empty_history_says_what_to_do(client: TestClient) -> None:
    assert "Nothing yet." in client.get("/history").text


def test_a_made_up_cursor_is_the_beginning(client: TestClient, jpeg: bytes) -> None:
    send(client, jpeg)

    assert client.get("/history?cursor=%3Cscript%3E").text.count("<article") == 1


def test_captions_cannot_bring_markup(client: TestClient, jpeg: bytes, settings: Settings) -> None:
    send(client, jpeg)
    (mine,) = captions(client)
    boto3.client("dynamodb", region_name="us-east-1").update_item(
        TableName=settings.table,
        Key={"PK": {"S": "USER#alice"}, "SK": {"S": f"IMAGE#{mine['image_id']}"}},
        UpdateExpression="SET concise_caption = :it",
        ExpressionAttributeValues={":it": {"S": '"><script>alert(1)</script>'}},
    )
    page = client.get("/history").text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_session_of_a_disabled_user_leads_to_the_sign_in_page(
    client: TestClient, settings: Settings
) -> None:
    boto3.client("cognito-idp", region_name="us-east-1").admin_disable_user(
        UserPoolId=settings.user_pool, Username="alice"
    )

    assert client.delete("/api/captions/none").status_code == 401
    assert 'type="password"' in client.get("/").text


def test_all_data_is_deleted_for_whoever_types_the_word(
    client: TestClient, jpeg: bytes, settings: Settings, enter: Enter
) -> None:
    send(client, jpeg)
    form = {"csrf": token(client.get("/data").text), "confirm": "DELETE"}
    answer = client.post("/data", data=form)
    s3 = boto3.client("s3", region_name="us-east-1")
    left = s3.list_object_versions(Bucket=settings.bucket)

    assert "All your data is deleted." in answer.text
    assert 'type="password"' in answer.text
    assert "Versions" not in left
    assert "DeleteMarkers" not in left
    assert "session" not in client.cookies
    assert captions(enter(client, "alice")) == []


@pytest.mark.parametrize("word", ["delete", "DELETED", " "])
def test_another_word_deletes_nothing(client: TestClient, jpeg: bytes, word: str) -> None:
    send(client, jpeg)
    form = {"csrf": token(client.get("/data").text), "confirm": word}
    answer = client.post("/data", data=form)

    assert answer.status_code == 400
    assert "Type DELETE in capital letters; nothing is deleted." in answer.text
    assert len(captions(client)) == 1


def test_whoever_asks_too_often_is_told_for_how_long(
    settings: Settings, jpeg: bytes, enter: Enter
) -> None:
    stingy = replace(settings, rate_per_minute=1, rate_burst=10)
    with TestClient(create(stingy, Faults())) as visitor:
        alice = enter(visitor, "alice")
        answers = [send(alice, jpeg) for _ in range(3)]

    assert [it.status_code for it in answers] == [303, 303, 429]
    assert int(answers[-1].headers["retry-after"]) > 0
    assert "Too many requests: try again in" in answers[-1].text
