"""The signing key is replaced while clients go on calling."""

import asyncio

import httpx
from jose import jwt

from longhand.servicekit.keys import retire_keys, rotate_keys
from tests.gateway.conftest import World, bearer


async def kid(world: World) -> str:
    """The id of the key that signs now."""
    token = (await world.sign_in("user1"))["access_token"]
    return str(jwt.get_unverified_header(token)["kid"])


async def test_keys_are_rotated_while_requests_flow_and_nothing_is_refused(world: World) -> None:
    old, begun = await kid(world), await world.sign_in("user1")
    answers: list[httpx.Response] = []

    async def flow() -> None:
        while True:
            fresh = await world.sign_in("user1")
            for tokens in (begun, fresh):
                headers = bearer(tokens["access_token"])
                answers.append(await world.client.get("/users/me", headers=headers))
                files = {"file": ("a.png", b"word")}
                answers.append(await world.client.post("/predict", headers=headers, files=files))
            await asyncio.sleep(0.01)

    flowing = asyncio.create_task(flow())
    rotate_keys(world.gateway.settings.var / "keys")
    async with asyncio.timeout(20):
        while await kid(world) == old:
            await asyncio.sleep(0.05)
        seen = len(answers)
        while len(answers) < seen + 20:
            await asyncio.sleep(0.05)
    flowing.cancel()
    await asyncio.wait([flowing])
    assert {answer.status_code for answer in answers} == {200}
    retire_keys(world.gateway.settings.var / "keys")
    assert (await world.predict("admin1")).is_success
