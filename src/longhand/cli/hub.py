"""A bundle published to a model hub that speaks the protocol of the Hugging Face Hub."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from longhand.bundles.card import read_card
from longhand.bundles.errors import BundleError
from longhand.bundles.files import CARD, MODEL, WEIGHTS, list_files
from longhand.cli.describing import describe
from longhand.cli.errors import HubRefused, HubUnavailable, NoToken

if TYPE_CHECKING:
    from huggingface_hub import HfApi

TOKEN = "LONGHAND_HUB_TOKEN"
README = "README.md"
FILES = (MODEL, CARD, WEIGHTS)
Answer = TypeVar("Answer")


def publish(bundle: Path, repository: str, hub: str, licence: str, private: bool) -> str:
    """Put a bundle with a model card into a repository, which is made where it is missing, as one commit: whole or not
    at all. Returns the commit's address.

    The token is what LONGHAND_HUB_TOKEN says; only the hub gets it. Raises BundleError, NoToken, HubRefused or
    HubUnavailable.
    """
    token = os.environ.get(TOKEN, "").strip()
    if not token:
        raise NoToken(f"Publishing needs a token of the hub that may write. Put it into {TOKEN}.")
    card = read_card(bundle)
    if missing := [name for name in FILES if not (bundle / name).is_file()]:
        raise BundleError(f"{bundle} cannot be published: it lacks {', '.join(missing)}.")
    files: dict[str, Path | bytes] = {file.name: file for file in list_files(bundle)}
    files[README] = describe(bundle, repository, licence).encode()
    return _asking(hub, token, lambda api: _commit(api, repository, files, f"{card.name} of {card.created}", private))


def _commit(api: "HfApi", repository: str, files: dict[str, Path | bytes], message: str, private: bool) -> str:
    from huggingface_hub import CommitOperationAdd

    api.create_repo(repository, private=private, exist_ok=True)
    additions = [CommitOperationAdd(name, content) for name, content in files.items()]
    return str(api.create_commit(repository, additions, commit_message=message).commit_url)


def _asking(hub: str, token: str, ask: Callable[["HfApi"], Answer]) -> Answer:
    """What the hub answers; its client's errors become ours."""
    os.environ["HF_HUB_DISABLE_XET"] = "1"  # not every hub speaks it; every one takes large files as git-lfs does
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    try:
        import httpx2
        from huggingface_hub import HfApi
        from huggingface_hub.errors import HfHubHTTPError
    except ImportError as error:
        raise HubUnavailable("To publish, install the hub's client: pip install 'longhand[hub]'.") from error
    try:
        return ask(HfApi(endpoint=hub.rstrip("/"), token=token))
    except (HfHubHTTPError, ValueError, RuntimeError, httpx2.TransportError, OSError) as error:
        wrapped = isinstance(error, RuntimeError) and error.__cause__  # so it is where an upload fails
        raise _explain(hub, token, wrapped or error) from None


def _explain(hub: str, token: str, error: BaseException) -> Exception:
    """What an error of the hub's client means to us."""
    from huggingface_hub.errors import HfHubHTTPError

    if isinstance(error, HfHubHTTPError):
        return _refusal(hub, error.response.status_code, error.server_message or "", token)
    if isinstance(error, (ValueError, RuntimeError)):
        return HubRefused(f"The hub at {hub} cannot take it: {_hide(str(error), token)}")
    return HubUnavailable(f"The hub at {hub} does not answer, or broke off ({type(error).__name__}). Try again.")


def _refusal(hub: str, status: int, said: str, token: str) -> Exception:
    said = f" It says: {_hide(said.strip(), token)}" if said.strip() else ""
    if status in (401, 403):
        return HubRefused(f"The hub at {hub} does not accept the token in {TOKEN} for this repository.{said}")
    if status >= 500 or status == 429:
        return HubUnavailable(f"The hub at {hub} is in trouble ({status}). Try again later.{said}")
    return HubRefused(f"The hub at {hub} refused with {status}.{said}")


def _hide(text: str, token: str) -> str:
    return text.replace(token, "…")
