"""Every answer that the gateway was seen to give, and what the bot makes of it."""

from __future__ import annotations

import base64
import contextlib
import io
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.answer import Receipt, decode, poll
from bot.complaint import LONGEST, harmless
from bot.errors import (
    BadRequest,
    Forbidden,
    GatewayBroken,
    GatewayError,
    KeyRefused,
    NoCredit,
    RateLimited,
    UnusableAnswer,
)


def png() -> bytes:
    """A small PNG file."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "green").save(out, "PNG")
    return out.getvalue()


PNG = png()
B64 = base64.b64encode(PNG).decode()
LINK = "https://pub-1.r2.dev/a.png"
LINKED = Receipt(link=LINK)
PACKED = Receipt(data=PNG)
QUEUED = Receipt(request="req-1")


def read(body: object, status: int = 200, **headers: str) -> Receipt:
    """Decode an answer; headers as keywords, a body that is no bytes as JSON."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return decode(status, httpx.Headers(names), raw)


def refused(body: object, status: int, **headers: str) -> GatewayError:
    """The error that an answer is."""
    with pytest.raises(GatewayError) as caught:
        read(body, status, **headers)
    return caught.value


@pytest.mark.parametrize(
    ("body", "receipt"),
    [
        pytest.param({"id": "x", "status": "succeeded", "output": LINK}, LINKED, id="output"),
        pytest.param({"imageUrl": LINK}, LINKED, id="imageUrl"),
        pytest.param({"image_url": LINK}, LINKED, id="image_url"),
        pytest.param({"url": LINK}, LINKED, id="url"),
        pytest.param({"output": [LINK]}, LINKED, id="list"),
        pytest.param([{"url": LINK}], LINKED, id="list-of-objects"),
        pytest.param({"output": {"media_url": [LINK]}}, LINKED, id="media_url"),
        pytest.param({"data": {"imageUrl": LINK}}, LINKED, id="nested"),
        pytest.param({"image": B64}, PACKED, id="base64"),
        pytest.param({"base64": f"data:image/png;base64,{B64}"}, PACKED, id="data-url"),
        pytest.param({"data": [B64]}, PACKED, id="base64-list"),
        pytest.param({"imageUrl": "", "image": B64}, PACKED, id="second-field"),
        pytest.param(PNG, PACKED, id="bytes"),
        pytest.param({"request_id": "req-1", "status": "IN_QUEUE"}, QUEUED, id="in-queue"),
        pytest.param({"request_id": "req-1", "status": "QUEUED"}, QUEUED, id="queued"),
        pytest.param({"request_id": "req-1", "status": "PROCESSING"}, QUEUED, id="processing"),
        pytest.param(
            {"request_id": "req-1", "status": "QUEUED", "url": LINK}, QUEUED, id="where-to-ask"
        ),
        pytest.param(
            {"request_id": "req-1", "status": "COMPLETED", "output": {"media_url": [LINK]}},
            LINKED,
            id="completed",
        ),
    ],
)
def test_an_answer_with_a_picture(body: object, receipt: Receipt) -> None:
    """Each shape of success becomes the receipt that it is."""
    assert read(body) == receipt
    assert read(body, 202) == receipt


def test_image_bytes_by_content_type() -> None:
    """A stream answer is a picture because its type says so, whatever its first bytes."""
    assert read(b"????", content_type="image/avif") == Receipt(data=b"????")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"imageUrl": ""}, id="empty-url"),
        pytest.param({"output": []}, id="empty-list"),
        pytest.param({"output": None}, id="null"),
        pytest.param({"output": "file:///etc/passwd"}, id="other-scheme"),
        pytest.param({"image": base64.b64encode(b"not a picture").decode()}, id="other-base64"),
        pytest.param(
            {"status": "COMPLETED", "request_id": "a", "output": {}}, id="completed-empty"
        ),
        pytest.param({"request_id": "../../keys"}, id="path-in-request-id"),
        pytest.param({"request_id": ".."}, id="dots-in-request-id"),
        pytest.param({"request_id": True}, id="true"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"{", id="cut"),
        pytest.param(b"[" * 100_000, id="deep"),
        pytest.param(b"<html>Busy</html>", id="html"),
        pytest.param("just words", id="words"),
        pytest.param(17, id="number"),
    ],
)
def test_a_success_without_a_picture_is_a_failure(body: object) -> None:
    """A 2xx from which no picture can come is an UnusableAnswer; the call may have been billed."""
    with pytest.raises(UnusableAnswer) as caught:
        read(body)
    assert not caught.value.nothing_made
    assert "<" not in str(caught.value)


def test_a_failed_request_says_why() -> None:
    """The reason of a failed queue request is shown."""
    for status in ("FAILED", "ERROR"):
        with pytest.raises(UnusableAnswer, match="`the model fell over`"):
            read({"request_id": "a", "status": status, "error": "the model fell over"})


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, {"request_id": "a", "status": "PROCESSING", "output": None}),
        (200, {"status": "PROCESSING"}),
        (200, {"status": "PROCESSING", "url": "https://gateway.example/v2/requests/status/a"}),
        (200, {"id": "a", "status": "PROCESSING"}),
        (202, {"status": "QUEUED", "message": "still in line"}),
        (200, {"imageUrl": ""}),
        (202, b""),
        (200, b"<html>Busy</html>"),
        (302, b""),
        (404, {"error": "not found"}),
        (425, b""),
    ],
)
def test_a_look_at_the_queue_that_finds_no_end(status: int, body: object) -> None:
    """Whatever does not say that the request has ended leaves it to be looked at again."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    assert poll(status, httpx.Headers(), raw) is None


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, {"error": "num_steps must be 20 or less"}, BadRequest),
        (401, {"statusCode": 401, "message": "Access denied"}, KeyRefused),
        (402, {"error": "pay"}, NoCredit),
        (403, {"error": "Insufficient balance"}, NoCredit),
        (403, {"error": "no access"}, Forbidden),
        (404, {"statusCode": 404, "message": "Resource not found"}, BadRequest),
        (413, b"", BadRequest),
        (307, b"", BadRequest),
        (429, b"", RateLimited),
    ],
)
def test_a_refusal_proves_that_nothing_was_made(
    status: int, body: object, kind: type[GatewayError]
) -> None:
    """Each refusal has its own error, and even a paid call may be repeated after it."""
    error = refused(body, status)
    assert type(error) is kind
    assert error.nothing_made
    assert error.transient == (status == 429)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_the_member_s_fault(status: int) -> None:
    """A wrong address or a proxy answers so: nobody is told to change their words."""
    error = refused(b"", status)
    assert "PIXAZO_URL" in str(error)
    assert "values" not in str(error)


@pytest.mark.parametrize("status", [303, 408, 409, 499, 500, 502, 503, 504, 529])
def test_a_broken_gateway_proves_nothing(status: int) -> None:
    """After a 5xx and the like a picture may have been made; trying again may help."""
    error = refused(b"<html>Bad gateway</html>", status, content_type="text/html")
    assert type(error) is GatewayBroken
    assert error.transient
    assert not error.nothing_made
    assert "<" not in str(error)


@pytest.mark.parametrize("status", [401, 402, 403, 404])
def test_what_only_the_owner_can_mend(status: int) -> None:
    """The member hears who has to look."""
    assert "owner must look" in str(refused({"message": "x"}, status))


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ({"error": "num_steps must be 20 or less"}, "`num_steps must be 20 or less`"),
        ({"message": "width is wrong."}, "`width is wrong`"),
        ({"error": {"message": "deep down"}}, "`deep down`"),
        (b"plain words", "`plain words`"),
        ({"error": "two\nlines\u202e `tick`"}, "`two lines 'tick'`"),
        ({"error": "hi @everyone <@1>"}, "`hi @\u200beveryone <\u200b@\u200b1>`"),
        (b"<html>secret proxy</html>", "(400)"),
        ({"error": None}, "(400)"),
        (b"\x00\x01\x02", "(400)"),
        (b"", "(400)"),
    ],
)
def test_what_the_member_reads_of_a_bad_request(body: object, shown: str) -> None:
    """A 400's text is shown on one line and cannot ping or break out; HTML never is."""
    assert shown in str(refused(body, 400))
    assert "proxy" not in str(refused(body, 400))


@given(text=st.text(max_size=400))
def test_any_text_is_made_harmless(text: str) -> None:
    """Whatever the gateway says stays one short line inside its code span."""
    shown = harmless(text)
    assert "`" not in shown
    assert "\n" not in shown
    assert "@everyone" not in shown
    assert "<@" not in shown
    assert len(shown.replace("\u200b", "")) <= LONGEST


@pytest.mark.parametrize(
    ("body", "header", "seconds"),
    [
        (b"", "7", 7),
        (b"", "0.5", 0.5),
        (b"", "-3", 0),
        (b"", "1e99", 3600),
        (b"", "nan", None),
        (b"", "inf", None),
        (b"", "soon", None),
        (b"", None, None),
        ({"message": "Rate limit is exceeded. Try again in 12 seconds."}, None, 12),
        (b"Rate limit is exceeded. Try again in 1 second.", None, 1),
        ({"message": "Try again in 12 seconds."}, "5", 5),
        ({"message": "Try again in 12 seconds."}, "soon", 12),
    ],
)
def test_how_long_a_limited_gateway_asks_to_wait(
    body: object, header: str | None, seconds: float | None
) -> None:
    """The header counts first, then the words; nonsense counts as nothing said."""
    headers = {} if header is None else {"retry_after": header}
    assert refused(body, 429, **headers).retry_after == seconds


def test_retry_after_as_a_date() -> None:
    """A date in Retry-After is turned into seconds from now."""
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)
    seconds = refused(b"", 503, retry_after=date).retry_after
    assert seconds is not None
    assert 0 < seconds <= 100


@pytest.mark.parametrize("receipt", [LINKED, PACKED, QUEUED])
def test_a_receipt_survives_storage(receipt: Receipt) -> None:
    """A receipt is JSON text and comes back the same."""
    assert isinstance(json.loads(receipt.encode()), dict)
    assert Receipt.decode(receipt.encode()) == receipt


@given(
    body=st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["output", "url", "data", "error", "status", "request_id"]), inner
            )
        ),
        max_leaves=12,
    ),
    status=st.integers(200, 599),
)
def test_any_json_is_a_receipt_or_a_gateway_error(body: object, status: int) -> None:
    """No shape of JSON gets past the client's own errors."""
    with contextlib.suppress(GatewayError):
        assert isinstance(read(body, status), Receipt)
