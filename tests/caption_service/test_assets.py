"""The files beside the pages, and how long a browser may keep them."""

import re

from fastapi.testclient import TestClient

from opsctl.caption_service import assets


def test_a_file_at_its_own_address_may_be_kept_for_ever(visitor: TestClient) -> None:
    answer = visitor.get("/" + assets.address("style.css"))

    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]


def test_the_address_of_another_release_is_answered_but_not_kept(visitor: TestClient) -> None:
    answer = visitor.get("/static/style.css?v=0123456789abcdef")

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"


def test_a_file_that_is_known_is_not_sent_again(visitor: TestClient) -> None:
    tag = visitor.get("/static/asking.js").headers["etag"]
    answer = visitor.get("/static/asking.js", headers={"If-None-Match": tag})

    assert (answer.status_code, answer.content) == (304, b"")


def test_only_the_files_of_the_folder_are_given(visitor: TestClient) -> None:
    for name in ("..%2fpages.py", "pages.py", ".", "style.css%00", "none.css"):
        assert visitor.get(f"/static/{name}").status_code == 404, name


def test_no_file_asks_another_host(visitor: TestClient) -> None:
    for name in ("upload.js", "data.js", "times.js", "asking.js", "style.css"):
        text = visitor.get(f"/static/{name}").text

        assert text, name
        assert not re.search(r"https?://|//[a-z]+\.[a-z]", text), name
        for module in re.findall(r'from "\./([^"]+)"', text):
            assert visitor.get(f"/static/{module}").status_code == 200, module
