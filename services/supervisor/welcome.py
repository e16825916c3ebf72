"""What a person sees when the platform is up."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import httpx

from services.supervisor.settings import SupervisorSettings

SAMPLE = Path(__file__).with_name("sample.png")
ACCOUNTS = (
    ("user1", "1resu", "reads pictures"),
    ("reviewer1", "1reweiver", "and corrects what others sent"),
    ("admin1", "1nimda", "and ingests, trains, promotes"),
)


@dataclass(frozen=True)
class FirstReading:
    """What the platform read in the sample; `seconds` is how long the request took."""

    text: str
    confidence: float
    seconds: float


async def read_sample(settings: SupervisorSettings) -> FirstReading:
    """Get a token and read the sample picture, as any client does; raises httpx.HTTPError.

    It is not kept: among the readings of whoever has this account are their own alone.
    """
    verify, url = settings.trust(), settings.url("gateway")
    async with httpx.AsyncClient(base_url=url, timeout=30, trust_env=False, verify=verify) as client:
        login = {"username": ACCOUNTS[0][0], "password": ACCOUNTS[0][1]}
        token = (await client.post("/token", data=login)).raise_for_status().json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        response = await _send(client)
    reading = response.raise_for_status().json()
    return FirstReading(reading["text"], reading["confidence"], response.elapsed.total_seconds())


async def _send(client: httpx.AsyncClient) -> httpx.Response:
    picture = (SAMPLE.name, SAMPLE.read_bytes(), "image/png")
    return await client.post("/predict", files={"file": picture}, data={"task": "text", "keep": "false"})


def describe(settings: SupervisorSettings, seconds: float, missing: Collection[str] = ()) -> str:
    """Where to open what, and who may come in; it is ready where no model is missing."""
    gateway, metrics = settings.url("gateway"), settings.port("gateway_metrics")
    lines = [
        f"\n{_state(seconds, missing)}\n",
        f"  Console    {gateway}",
        f"  API        {gateway}/docs",
        f"  MLflow     {settings.url('mlflow')}",
        f"  Metrics    http://127.0.0.1:{metrics}/metrics",
        f"  Logs       {settings.var / 'logs'}",
    ]
    if settings.demonstrates:
        lines.append("\nAccounts for a demonstration, on this machine only:\n")
        lines += [f"  {name:<10} {password:<10} {may}" for name, password, may in ACCOUNTS]
    return "\n".join(lines)


def _state(seconds: float, missing: Collection[str]) -> str:
    if missing:
        return f"Longhand runs, and after {seconds:.1f} s does not read with {', '.join(missing)}: see its logs."
    return f"Longhand is ready after {seconds:.1f} s."


def show(settings: SupervisorSettings, reading: FirstReading) -> str:
    """The first reading, and how to get the next one."""
    gateway = settings.url("gateway")
    return "\n".join(
        [
            f"\nA first reading, of {_short(SAMPLE)}:",
            f"\n  “{reading.text}”  (confidence {reading.confidence:.2f}, {reading.seconds * 1000:.0f} ms)",
            "\nYours:\n",
            f"  TOKEN=$(curl -s {gateway}/token -d username=user1 -d password=1resu | cut -d'\"' -f4)",
            f'  curl -s {gateway}/predict -H "Authorization: Bearer $TOKEN" -F file=@picture.png -F task=text',
        ]
    )


def _short(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
