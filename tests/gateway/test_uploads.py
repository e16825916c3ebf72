"""Pictures as real clients send them."""

import base64
from urllib.parse import quote

import pytest

from services.gateway.intake.dataurls import decode_url
from tests.gateway.conftest import World

DATA = bytes(range(256)) + b"!"
PLAIN = base64.b64encode(DATA).decode()
FORM = {"Content-Type": "multipart/form-data; boundary=b"}


@pytest.mark.parametrize(
    "url",
    [
        f"data:image/png;base64,{PLAIN}",
        f"data:;base64,{PLAIN}",
        f"data:base64,{PLAIN}",
        f"DATA:Image/PNG;Base64,{PLAIN}",
        f"data:image/png;name=a.png;BASE64,{PLAIN}",
        "data:image/png;base64," + base64.encodebytes(DATA).decode(),
        "data:image/png;base64,\r\n" + base64.encodebytes(DATA).decode().replace("\n", "\r\n\t "),
        f"data:image/png;base64,{PLAIN.rstrip('=')}",
        f"data:image/png;base64,{quote(PLAIN, safe='')}",
        f"data:image/png,{quote(DATA)}",
        f"  data:image/png;base64,{PLAIN}\n",
    ],
)
def test_a_data_url_is_decoded_as_clients_write_it(url: str) -> None:
    assert decode_url(url) == (PLAIN.encode() if url.startswith("data:base64,") else DATA)


@pytest.mark.parametrize(
    "url",
    ["", "data:image/png;base64", "https://x.org/a,b", "data", "data:;base64,%%%", "data:;base64,A", "data:;base64,é"],
)
def test_what_is_no_data_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"not a data URL|not base64"):
        decode_url(url)


async def test_a_picture_broken_into_lines_comes_back_as_text(world: World) -> None:
    body = {"file": "data:image/png;base64," + base64.encodebytes(b"word" * 40).decode(), "keep": False}
    assert (await world.call("user1", "POST", "/predict", json=body)).status_code == 200
    assert world.prediction.read[0][1] == b"word" * 40


@pytest.mark.parametrize("name", [b'name="file"', b"name=file"])
@pytest.mark.parametrize("content", [DATA, "é".encode(), b"x" * 4_500_000])
async def test_a_file_part_without_a_filename_is_a_picture_to_the_byte(
    world: World, name: bytes, content: bytes
) -> None:
    body = b"--b\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n--b--\r\n" % (name, content)
    answer = await world.call("user1", "POST", "/predict", content=body, headers=FORM)
    assert answer.status_code == 200, answer.text
    assert world.prediction.read[0][1] == content


async def test_other_fields_stay_texts_and_one_picture_is_the_most(world: World) -> None:
    part = b"--b\r\nContent-Disposition: form-data; name=%s\r\n\r\n%s\r\n"
    body = part % (b"file", b"word") + part % (b"writer", b"file") + b"--b--\r\n"
    assert (await world.call("user1", "POST", "/predict", content=body, headers=FORM)).status_code == 200
    await world.delivered()
    assert [reading.writer for reading, _ in world.ingestion.readings.values()] == ["file"]
    twice = part % (b"file", b"word") * 2 + b"--b--\r\n"
    assert (await world.call("user1", "POST", "/predict", content=twice, headers=FORM)).status_code == 422
