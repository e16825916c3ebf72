"""Keys are made once, and rotated while tokens go on being made and checked."""

import json
import stat
from pathlib import Path

import pytest
from jose import jwk, jwt

from longhand.servicekit.keys import (
    LOOK_S,
    Watched,
    create_keys,
    key_id,
    public_blocks,
    public_of,
    retire_keys,
    rotate_keys,
)
from longhand.servicekit.tokens import Signer, TokenInvalid, Verifier


class Clock:
    """A clock that is set by the test, in seconds."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def sign(signer: Signer) -> str:
    return signer.sign("ada", "admin", "training", 60)


def test_keys_are_made_once_and_the_private_one_is_private(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    create_keys(folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    create_keys(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert sorted(before) == ["gateway.pem", "gateway.pub"]
    assert stat.S_IMODE((folder / "gateway.pem").stat().st_mode) == 0o600


def test_a_lost_public_key_is_made_again_from_the_private_one(tmp_path: Path) -> None:
    create_keys(tmp_path)
    public = (tmp_path / "gateway.pub").read_bytes()
    (tmp_path / "gateway.pub").unlink()
    create_keys(tmp_path)
    assert (tmp_path / "gateway.pub").read_bytes() == public


def test_the_kid_is_the_thumbprint_of_rfc_7638(tmp_path: Path) -> None:
    create_keys(tmp_path)
    public = (tmp_path / "gateway.pub").read_bytes()
    known = jwk.construct(public, "ES256").to_dict()
    assert set(known) >= {"crv", "kty", "x", "y"} and len(key_id(public)) == 43
    token = sign(Signer(tmp_path / "gateway.pem"))
    assert jwt.get_unverified_header(token)["kid"] == key_id(public)


def test_a_rotation_refuses_no_token_old_or_new(tmp_path: Path) -> None:
    create_keys(tmp_path)
    signer = Signer(tmp_path / "gateway.pem")
    verifier = Verifier(tmp_path / "gateway.pub", "training")
    before = sign(signer)
    rotate_keys(tmp_path)
    restarted = Signer(tmp_path / "gateway.pem")
    assert jwt.get_unverified_header(sign(restarted))["kid"] != jwt.get_unverified_header(before)["kid"]
    for token in (before, sign(signer), sign(restarted)):
        assert verifier.verify(token).subject == "ada"
    create_keys(tmp_path)  # a start in the middle of it takes nothing away
    assert len(public_blocks((tmp_path / "gateway.pub").read_bytes())) == 2


def test_services_that_read_a_copy_know_the_new_key_too(tmp_path: Path) -> None:
    create_keys(tmp_path)
    copy = tmp_path / "elsewhere" / "gateway.pub"
    rotate_keys(tmp_path, copy)
    assert copy.read_bytes() == (tmp_path / "gateway.pub").read_bytes()
    retire_keys(tmp_path, copy)
    assert Verifier(copy, "training").verify(sign(Signer(tmp_path / "gateway.pem"))).subject == "ada"


def test_a_retired_key_opens_nothing(tmp_path: Path) -> None:
    create_keys(tmp_path)
    before = sign(Signer(tmp_path / "gateway.pem"))
    rotate_keys(tmp_path)
    after = sign(Signer(tmp_path / "gateway.pem"))
    retire_keys(tmp_path)
    verifier = Verifier(tmp_path / "gateway.pub", "training")
    assert verifier.verify(after).subject == "ada"
    with pytest.raises(TokenInvalid):
        verifier.verify(before)


def test_a_token_that_names_a_key_is_checked_by_that_key_alone(tmp_path: Path) -> None:
    create_keys(tmp_path)
    old = (tmp_path / "gateway.pem").read_bytes()
    rotate_keys(tmp_path)
    claims = jwt.get_unverified_claims(sign(Signer(old)))
    new_id = key_id(public_of((tmp_path / "gateway.pem").read_bytes()))
    verifier = Verifier(tmp_path / "gateway.pub", "training")
    for kid in (new_id, "unknown", "", ["a"], 7):
        with pytest.raises(TokenInvalid):
            verifier.verify(jwt.encode(claims, old, "ES256", headers={"kid": kid}))
    assert verifier.verify(jwt.encode(claims, old, "ES256")).subject == "ada"


def test_a_folder_stands_for_the_keys_in_it(tmp_path: Path) -> None:
    ring = tmp_path / "ring"
    ring.mkdir()
    signers = []
    for name in ("one", "two"):
        create_keys(tmp_path / name)
        (ring / f"{name}.pub").write_bytes((tmp_path / name / "gateway.pub").read_bytes())
        signers.append(Signer(tmp_path / name / "gateway.pem"))
    verifier = Verifier(ring, "training")
    assert [verifier.verify(sign(signer)).subject for signer in signers] == ["ada", "ada"]


def test_a_changed_file_counts_within_seconds_and_a_broken_one_not_at_all(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file, clock = tmp_path / "key.pub", Clock()
    file.write_text("[1]")
    watched = Watched(file, json.loads, clock)
    file.write_text("[1, 2]")
    assert watched.get() == [1] and watched.get(now=True) == [1, 2]
    file.write_text("[3, 4, 5]")
    clock.now += LOOK_S
    assert watched.get() == [3, 4, 5]
    file.write_text("[")
    clock.now += LOOK_S
    assert watched.get() == [3, 4, 5] and "stays in use" in caplog.text
    file.write_text("[6]")
    clock.now += LOOK_S
    assert watched.get() == [6]


def test_what_is_no_key_is_refused_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "gateway.pub").write_text("nothing")
    with pytest.raises(ValueError, match="no public key"):
        Verifier(tmp_path / "gateway.pub", "training")
