"""Nothing passes but the gateway's own token for this service, whole and in time."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import pytest
from jose import jwk, jwt
from jose.utils import base64url_encode

from longhand.contracts.accounts import Role
from longhand.servicekit.keys import create_keys
from longhand.servicekit.tokens import Caller, Signer, TokenExpired, TokenInvalid, Verifier

NESTED = base64.urlsafe_b64encode(b"[" * 100_000).decode() + ".e30.x"


def claims(**changes: Any) -> dict[str, Any]:
    whole = {"sub": "ada", "role": "admin", "aud": "training", "iss": "longhand-gateway", "jti": "1"}
    whole |= {"exp": int(time.time()) + 60}
    return {name: value for name, value in (whole | changes).items() if value is not None}


def test_a_token_says_who_may_do_what(keys):
    token = keys.signer.sign("ada", Role.REVIEWER, "training", 60, reading="r1")
    found = keys.verifier.verify(token)
    assert (found.subject, found.role, found.extra) == ("ada", Role.REVIEWER, {"reading": "r1"})
    assert 50 < found.expires - time.time() <= 60
    assert found.jti != keys.verifier.verify(keys.signer.sign("ada", "user", "training", 60)).jti


def test_a_token_signed_by_hand_passes_when_it_is_whole(keys):
    assert keys.verifier.verify(jwt.encode(claims(), keys.private, algorithm="ES256")).subject == "ada"


@pytest.mark.parametrize("lacking", ["exp", "aud", "iss", "sub", "jti", "role"])
def test_a_token_that_lacks_a_claim_is_refused(keys, lacking):
    token = jwt.encode(claims(**{lacking: None}), keys.private, algorithm="ES256")
    with pytest.raises(TokenInvalid):
        keys.verifier.verify(token)


@pytest.mark.parametrize(
    "change",
    [
        {"aud": "prediction"},
        {"aud": ["training", "prediction"]},
        {"iss": "somebody"},
        {"role": "owner"},
        {"role": ["admin"]},
        {"sub": ""},
        {"jti": ""},
        {"jti": 7},
        {"exp": "9999999999"},
        {"exp": "tomorrow"},
        {"exp": 1e30},
        {"exp": float("inf")},
    ],
)
def test_a_token_with_a_wrong_claim_is_refused(keys, change):
    wrong = claims(**change)
    header = base64url_encode(json.dumps({"alg": "ES256", "typ": "JWT"}).encode())
    signed = header + b"." + base64url_encode(json.dumps(wrong).encode())
    token = signed + b"." + base64url_encode(jwk.construct(keys.private, "ES256").sign(signed))
    with pytest.raises(TokenInvalid):
        keys.verifier.verify(token.decode())


def test_an_expired_token_is_told_apart(keys):
    with pytest.raises(TokenExpired):
        keys.verifier.verify(keys.signer.sign("ada", "admin", "training", -1))


def test_a_foreign_signature_is_refused(keys, tmp_path):
    create_keys(tmp_path)
    foreign = Signer((tmp_path / "gateway.pem").read_bytes())
    with pytest.raises(TokenInvalid):
        keys.verifier.verify(foreign.sign("ada", "admin", "training", 60))


def test_a_token_without_a_signature_is_refused(keys):
    def part(content: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()

    for algorithm in ("none", "None", "NONE", ""):
        with pytest.raises(TokenInvalid):
            keys.verifier.verify(f"{part({'alg': algorithm, 'typ': 'JWT'})}.{part(claims())}.")


def test_the_public_key_is_no_secret_to_sign_with(keys):
    header = base64url_encode(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
    signed = header + b"." + base64url_encode(json.dumps(claims()).encode())
    token = signed + b"." + base64url_encode(hmac.new(keys.public, signed, hashlib.sha256).digest())
    with pytest.raises(TokenInvalid):
        keys.verifier.verify(token.decode())


@pytest.mark.parametrize("token", ["", "a", "a.b", "a.b.c", "a.b.c.d", "eyJ.e30.", "\x00", "é.é.é", "." * 50, NESTED])
def test_what_is_no_token_is_refused(keys, token):
    with pytest.raises(TokenInvalid):
        keys.verifier.verify(token)


def test_another_issuer_is_refused(keys):
    with pytest.raises(TokenInvalid):
        Verifier(keys.public, "training", "another").verify(keys.signer.sign("a", "user", "training", 60))


def test_extra_claims_replace_none(keys):
    with pytest.raises(ValueError, match="exp"):
        keys.signer.sign("ada", "user", "training", 60, exp=10**10)


def test_each_role_includes_the_one_before():
    may = {role: [other for other in Role if Caller("x", role).may(other)] for role in Role}
    assert may == {
        Role.USER: [Role.USER],
        Role.REVIEWER: [Role.USER, Role.REVIEWER],
        Role.ADMIN: [Role.USER, Role.REVIEWER, Role.ADMIN],
    }
