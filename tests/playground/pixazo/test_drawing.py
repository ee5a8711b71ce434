"""The local Pixazo draws what it is asked for and refuses what the real one refuses."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from PIL import ImageChops, ImageStat

from playground.painter import Sketch, paint, scene, size_of
from playground.pixazo import LocalPixazo
from tests.playground.pixazo.asking import (
    DRAWING,
    KEY,
    ROWS,
    SD35,
    SMALL,
    call,
    picture_of,
)


@pytest.mark.parametrize("operation_id", DRAWING)
async def test_each_operation_draws(
    pixazo: LocalPixazo, client: httpx.AsyncClient, operation_id: str
) -> None:
    """Every text operation answers a whole picture of the size and format that was asked for."""
    answer = await call(client, operation_id)
    picture = await picture_of(client, ROWS[operation_id], answer)
    wanted = {"sd35": ("WEBP", (1344, 768)), "sd3": ("PNG", (1024, 1024))}
    assert (picture.format, picture.size) == wanted.get(operation_id, ("PNG", (512, 512)))
    assert pixazo.calls[0].status == 200
    assert [bill.price for bill in pixazo.bills] == [200_000] * operation_id.startswith("sd3")


async def test_a_body_that_is_cut_off(
    pixazo: LocalPixazo, caplog: pytest.LogCaptureFixture
) -> None:
    """A caller that dies while it sends was counted, made nothing, and is no error of ours."""
    url = httpx.URL(pixazo.url)
    _, writer = await asyncio.open_connection(url.host, url.port)
    head = (
        f"POST {ROWS['sd3'].path} HTTP/1.1\r\nHost: {url.netloc.decode()}\r\nContent-Length: 99\r\n"
    )
    key = "".join(f"{name}: {value}\r\n" for name, value in KEY.items())
    writer.write(f"{head}{key}\r\n{{".encode())
    await pixazo.called(1)
    writer.close()
    async with asyncio.timeout(10):
        while not pixazo.calls[0].status:
            await asyncio.sleep(0.01)
    assert (pixazo.calls[0].status, pixazo.calls[0].values, pixazo.bills) == (400, {}, [])
    assert caplog.records == []


async def test_streams_answer_bytes(client: httpx.AsyncClient) -> None:
    """A stream operation answers the picture's own bytes."""
    answer = await call(client, "lightning-stream")
    assert answer.headers["content-type"] == "image/png"


@pytest.mark.parametrize(("form", "name"), [("webp", "WEBP"), ("jpg", "JPEG"), ("png", "PNG")])
async def test_formats(client: httpx.AsyncClient, form: str, name: str) -> None:
    """The picture has the format that was asked for."""
    answer = await call(client, "sd3", output_format=form)
    assert (await picture_of(client, ROWS["sd3"], answer)).format == name


async def test_quality_shows(client: httpx.AsyncClient) -> None:
    """A lower quality makes a smaller file."""
    sizes = []
    for quality in (5, 95):
        link = (await call(client, "sd3", output_format="jpg", output_quality=quality)).json()
        sizes.append(len((await client.get(link["output"])).content))
    assert sizes[0] < sizes[1]


@pytest.mark.parametrize("aspect", ["1:1", "16:9", "9:16", "21:9", "4:5"])
def test_aspects(aspect: str) -> None:
    """An aspect becomes about a megapixel of that shape, in multiples of 64."""
    width, height = size_of(aspect)
    across, down = (int(part) for part in aspect.split(":"))
    assert (width % 64, height % 64) == (0, 0)
    assert width * height == pytest.approx(1024 * 1024, rel=0.07)
    assert width / height == pytest.approx(across / down, rel=0.08)


async def test_the_same_request_makes_the_same_picture(client: httpx.AsyncClient) -> None:
    """Prompt, seed and model decide every byte, and each of them changes the picture."""
    stream = ROWS["lightning-stream"].path
    bodies = [SMALL, SMALL, SMALL | {"seed": 8}, SMALL | {"prompt": "an owl"}]
    same, again, other, owl = [(await client.post(stream, json=b)).content for b in bodies]
    assert same == again
    assert len({same, other, owl}) == 3


async def test_results_lie_on_another_host(pixazo: LocalPixazo, client: httpx.AsyncClient) -> None:
    """The link leads away from the gateway."""
    link = (await call(client, "sdxl")).json()["imageUrl"]
    assert link.startswith(pixazo.results.url)
    assert not link.startswith(pixazo.url)


@pytest.mark.parametrize(
    ("operation_id", "fields", "words"),
    [
        ("sdxl", {"num_steps": 21}, "num_steps must be less than or equal to 20"),
        ("sdxl", {"width": 100}, "width must be greater"),
        ("sdxl", {"width": 513}, "width must be a multiple of 8"),
        ("sdxl", {"width": True}, "width must be a number"),
        ("sdxl", {"seed": 1.5}, "seed must be an integer"),
        ("sdxl", {"guidance": 5}, "Unknown field: guidance"),
        ("sdxl", {"negativePrompt": "x"}, "Unknown field: negativePrompt"),
        ("sdxl", {"prompt": ""}, "prompt must not be empty"),
        ("sdxl", {"prompt": 7}, "prompt must be a string"),
        ("sd3", {"aspect_ratio": "7:1"}, "aspect_ratio must be one of 1:1"),
        ("sd3", {"image": "https://x"}, "Unknown field: image"),
    ],
)
async def test_bad_values_are_refused(
    pixazo: LocalPixazo,
    client: httpx.AsyncClient,
    operation_id: str,
    fields: dict[str, object],
    words: str,
) -> None:
    """A field that the catalogue does not allow answers 400 with a text, and bills nothing."""
    answer = await call(client, operation_id, **fields)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(words)
    assert not pixazo.bills


@pytest.mark.parametrize("missing", sorted(SD35))
async def test_sd35_wants_every_field(client: httpx.AsyncClient, missing: str) -> None:
    """SD 3.5 refuses a request that lacks any of its seven fields."""
    body = {name: value for name, value in SD35.items() if name != missing}
    answer = await client.post(ROWS["sd35"].path, json=body)
    assert (answer.status_code, answer.json()["error"]) == (
        400,
        f"Missing required field: {missing}",
    )


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff\xfe"])
async def test_a_body_must_be_a_json_object(client: httpx.AsyncClient, content: bytes) -> None:
    """Anything but a JSON object answers 400."""
    answer = await client.post(ROWS["sdxl"].path, content=content)
    assert answer.status_code == 400


async def test_a_wrong_key_is_refused_in_the_gateways_form(
    pixazo: LocalPixazo, client: httpx.AsyncClient
) -> None:
    """A wrong or missing key answers 401 as the gateway does, and is no part of the limit."""
    path = ROWS["sdxl"].path
    wrong = await client.post(path, json=SMALL, headers={next(iter(KEY)): "nonsense"})
    del client.headers[next(iter(KEY))]
    missing = await client.post(path, json=SMALL)
    assert wrong.json()["message"].endswith("invalid subscription key.")
    assert missing.json() == {
        "statusCode": 401,
        "message": "Access denied due to missing subscription key.",
    }
    assert [call.key_ok for call in pixazo.calls] == [False, False]
    assert pixazo.most_in_window() == 0


async def test_unknown_routes(client: httpx.AsyncClient) -> None:
    """Another method or another path answers 404."""
    assert (await client.get(ROWS["sdxl"].path)).status_code == 404
    assert (await client.post("/nothing", json={})).status_code == 404


def test_words_of_any_length_fit_the_picture() -> None:
    """A prompt of many words, of one endless word, or of none is drawn without an error."""
    for prompt in ("word " * 400, "x" * 2000, "", "\u202eright to left\u200b", "🦊 狐"):
        picture = paint(Sketch(prompt=prompt, model="model", seed=1, width=512, height=512))
        assert picture.size == (512, 512)


def test_the_seed_changes_the_scene() -> None:
    """Another seed is another landscape, not only another number under it."""
    one, other = (scene(Sketch(prompt="a hill", model="model", seed=seed)) for seed in (1, 2))
    assert ImageChops.difference(one, other).getbbox()


def test_moods_follow_the_prompt() -> None:
    """Snow is brighter than night, whatever the seed."""
    snow, night = (
        paint(Sketch(prompt=prompt, model="model", seed=3, width=512, height=512))
        for prompt in ("a fox in the snow", "a city at night")
    )
    brightness = [ImageStat.Stat(picture.convert("L")).mean[0] for picture in (snow, night)]
    assert brightness[0] > 2 * brightness[1]
