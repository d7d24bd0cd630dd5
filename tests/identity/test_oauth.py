"""Machines: OAuth 2.0 client credentials, JWT per RFC 9068, and every way to get it wrong."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import uuid4

import pytest
import time_machine
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

from kimhub.core.secret_files import new_signing_key
from kimhub.core.settings import SettingsError
from kimhub.identity.keys import current_keys, read_keys
from kimhub.identity.tokens import InvalidTokenError, actor_of_bearer, read_token
from kimhub.identity.verified_tokens import Claims, VerifiedTokens
from tenants import ActorKind, Permission
from tests.factories.identity import create_machine
from tests.support.examples import examples

_addresses = count(1)
READ = (Permission.PLAN_READ, Permission.REPORT_READ)
_DROP = "(left out)"


@pytest.fixture
def machine(site):
    with site.admin.begin() as connection:
        return create_machine(connection, site.district.kreis, *READ)


@pytest.fixture
def ask(site):
    """Ask the token endpoint, each time from another network."""

    def ask(client_id=None, secret=None, *, address=None, headers=None, **form):
        headers = dict(headers or {})
        if client_id is not None:
            pair = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
            headers["Authorization"] = f"Basic {pair}"
        return site.app.test_client().post(
            "/oauth/token",
            data={"grant_type": "client_credentials", **form},
            headers=headers,
            environ_base={"REMOTE_ADDR": address or f"192.0.2.{next(_addresses)}"},
        )

    return ask


@pytest.fixture
def token(ask, machine):
    return ask(machine.client_id, machine.secret).json["access_token"]


@pytest.fixture
def ctx(site):
    with site.app.app_context():
        yield


@pytest.fixture
def forge(ctx, token):
    """Make a token like the real one, but for what is given."""

    def forge(*, key=None, header=None, algorithms=None, **claims):
        real = jwt.decode(token, current_keys().all, algorithms=["ES256"])
        changed = {k: v for k, v in {**real.claims, **claims}.items() if v != _DROP}
        for name, value in changed.items():
            if isinstance(value, timedelta):
                changed[name] = int((datetime.now(UTC) + value).timestamp())
        head = {k: v for k, v in {**real.header, **(header or {})}.items() if v != _DROP}
        return jwt.encode(
            head,
            changed,
            key or current_keys().signing,
            algorithms=algorithms or ["ES256"],
            default_type=None,
        )

    return forge


def test_a_client_gets_a_token_as_rfc_9068_wants_it(site, ask, machine, ctx):
    answer = ask(machine.client_id, machine.secret)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json["token_type"] == "Bearer"
    assert answer.json["expires_in"] == 300
    assert answer.json["scope"] == "plan:read report:read"
    decoded = jwt.decode(answer.json["access_token"], current_keys().all, algorithms=["ES256"])
    assert decoded.header == {"alg": "ES256", "typ": "at+jwt", "kid": current_keys().signing.kid}
    base = site.app.extensions["kimhub.settings"].base_url
    claims = decoded.claims
    assert claims["iss"] == base
    assert claims["aud"] == f"{base}/api"
    assert claims["sub"] == claims["client_id"] == str(machine.client_id)
    assert claims["exp"] - claims["iat"] == 300
    assert len(claims["jti"]) >= 20
    assert claims["tenant"] == "musterkreis"


def test_the_token_makes_an_actor_of_the_clients_tenant(site, token, machine, ctx):
    actor = actor_of_bearer(f"Bearer {token}", request_id="r7")
    assert actor.kind is ActorKind.CLIENT
    assert actor.tenant_id == site.district.kreis.id
    assert actor.subject == machine.client_id
    assert actor.permissions == set(READ)
    assert actor.roles == frozenset()
    assert actor.label == "Schnittstelle"
    assert actor.request_id == "r7"


def test_fewer_scopes_may_be_asked_for_but_none_the_client_does_not_have(ask, machine, ctx):
    answer = ask(machine.client_id, machine.secret, scope="plan:read")
    assert answer.json["scope"] == "plan:read"
    actor = actor_of_bearer(f"Bearer {answer.json['access_token']}")
    assert actor.permissions == {Permission.PLAN_READ}
    refused = ask(machine.client_id, machine.secret, scope="plan:read plan:write")
    assert (refused.status_code, refused.json["error"]) == (400, "invalid_scope")


def test_unknown_ended_and_wrong_secret_get_the_same_answer(site, ask, machine):
    wrong = ask(machine.client_id, machine.secret + "x")
    unknown = ask(uuid4(), machine.secret)
    no_uuid = ask("kreis", machine.secret)
    site.run("UPDATE oauth_client SET ended_at = now() WHERE id = :id", id=machine.client_id)
    ended = ask(machine.client_id, machine.secret)
    assert wrong.status_code == 401
    assert wrong.json["error"] == "invalid_client"
    assert wrong.headers["WWW-Authenticate"].startswith("Basic")
    for other in (unknown, no_uuid, ended):
        assert (other.status_code, other.data) == (wrong.status_code, wrong.data)


@pytest.mark.parametrize("where", ["body", "query", "none"])
def test_the_secret_counts_only_in_the_header(site, ask, machine, where):
    pair = {"client_id": str(machine.client_id), "client_secret": machine.secret}
    if where == "query":
        answer = site.app.test_client().post(
            "/oauth/token", query_string=pair, data={"grant_type": "client_credentials"}
        )
    else:
        answer = ask(**(pair if where == "body" else {}))
    assert (answer.status_code, answer.json["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    "grant", ["authorization_code", "password", "refresh_token", "urn:ietf:params:oauth:grant-type:jwt-bearer", ""]
)  # fmt: skip
def test_there_is_no_other_grant(ask, machine, grant):
    answer = ask(machine.client_id, machine.secret, grant_type=grant)
    assert answer.status_code == 400
    assert "access_token" not in answer.json


def test_a_network_that_fails_too_often_is_braked_but_no_client_is(site, ask, machine):
    address = "198.51.100.77"
    for _ in range(3):
        ask(machine.client_id, "wrong", address=address)
    site.run("UPDATE sign_in_brake SET failures = 60 WHERE failures = 3")
    assert ask(machine.client_id, "wrong", address=address).status_code == 401
    braked = ask(machine.client_id, machine.secret, address=address)
    assert braked.status_code == 429
    assert int(braked.headers["Retry-After"]) > 0
    assert braked.json["code"] == "too-many-requests"
    assert ask(machine.client_id, machine.secret).status_code == 200


def test_the_client_is_asked_for_at_every_request(site, token, machine, ctx):
    assert actor_of_bearer(f"Bearer {token}")
    site.run("UPDATE oauth_client SET ended_at = now() WHERE id = :id", id=machine.client_id)
    with pytest.raises(InvalidTokenError):
        actor_of_bearer(f"Bearer {token}")


def test_a_scope_that_was_taken_away_is_gone_at_the_next_request(site, token, machine, ctx):
    site.run("UPDATE oauth_client SET scopes = '{plan:read}' WHERE id = :id", id=machine.client_id)
    assert actor_of_bearer(f"Bearer {token}").permissions == {Permission.PLAN_READ}


def test_the_tenant_in_the_token_is_never_trusted(forge):
    with pytest.raises(InvalidTokenError):
        actor_of_bearer(f"Bearer {forge(tenant='musterstadt')}")


def test_a_token_is_over_after_five_minutes(token, ctx):
    issued = datetime.now(UTC)
    with time_machine.travel(issued + timedelta(minutes=4, seconds=55), tick=False):
        assert read_token(token)
    with (
        time_machine.travel(issued + timedelta(minutes=5, seconds=10), tick=False),
        pytest.raises(InvalidTokenError),
    ):
        read_token(token)


@pytest.fixture
def checks(monkeypatch):
    """The tokens whose signature is checked from now on."""
    checked, check = [], jwt.decode

    def noted(token, *arguments, **options):
        checked.append(token)
        return check(token, *arguments, **options)

    monkeypatch.setattr(jwt, "decode", noted)
    return checked


def test_a_token_is_checked_once_and_remembered_until_it_expires(site, ask, machine, ctx, checks):
    tokens = [ask(machine.client_id, machine.secret).json["access_token"] for _ in range(2)]
    for _ in range(3):
        assert [read_token(token).client_id for token in tokens] == [machine.client_id] * 2
    assert checks == tokens
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=5, seconds=10), tick=False):
        for _ in range(2):
            with pytest.raises(InvalidTokenError):
                read_token(tokens[0])
    assert checks == [*tokens, tokens[0], tokens[0]], "what does not count is not remembered"


def test_a_remembered_token_vouches_for_no_other(token, forge):
    assert read_token(token)
    head, body, signature = token.split(".")
    other = "A" if signature[0] != "A" else "B"
    for changed in (f"{head}.{body}.{other}{signature[1:]}", f"{head}.{body}.", f"{head}.{body}"):
        with pytest.raises(InvalidTokenError):
            read_token(changed)


def test_with_other_keys_nothing_is_remembered(site, token, ctx, checks):
    read_token(token)
    kept = current_keys()
    assert len(kept.verified) >= 1
    assert len(read_keys(new_signing_key()).verified) == 0
    site.app.extensions["kimhub.identity.keys"] = read_keys(new_signing_key())
    try:
        with pytest.raises(InvalidTokenError):
            read_token(token)
    finally:
        site.app.extensions["kimhub.identity.keys"] = kept


def test_the_memory_is_bounded_and_forgets_what_was_not_used_for_longest():
    memory = VerifiedTokens(most=2)
    for name in ("a", "b"):
        memory.keep(name, Claims(uuid4(), name, frozenset(), 100))
    assert memory.find("a", 99).tenant == "a"
    memory.keep("c", Claims(uuid4(), "c", frozenset(), 100))
    assert [memory.find(name, 99) is not None for name in "abc"] == [True, False, True]
    assert memory.find("a", 100) is None
    assert len(memory) == 1, "what has expired is dropped when it is met"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://elsewhere.example"},
        {"iss": _DROP},
        {"aud": "https://elsewhere.example/api"},
        {"aud": ["https://elsewhere.example/api"]},
        {"aud": _DROP},
        {"exp": _DROP},
        {"exp": timedelta(minutes=-1)},
        {"exp": "tomorrow"},
        {"exp": float("nan")},
        {"exp": True},
        {"iat": _DROP},
        {"iat": timedelta(minutes=10)},
        {"nbf": timedelta(minutes=10)},
        {"sub": _DROP},
        {"sub": "somebody else"},
        {"client_id": _DROP},
        {"client_id": "not-a-uuid", "sub": "not-a-uuid"},
        {"client_id": 7, "sub": 7},
        {"jti": _DROP},
        {"scope": _DROP},
        {"scope": ["plan:read"]},
        {"tenant": _DROP},
        {"tenant": None},
    ],
    ids=str,
)
def test_a_token_with_such_claims_does_not_count(forge, claims):
    with pytest.raises(InvalidTokenError):
        actor_of_bearer(f"Bearer {forge(**claims)}")


@pytest.mark.parametrize(
    "header",
    [
        {"typ": "JWT"},
        {"typ": _DROP},
        {"typ": "logout+jwt"},
        {"kid": _DROP},
        {"kid": "unknown"},
        {"crit": ["b64"], "b64": True},
    ],
    ids=str,
)
def test_a_token_with_such_a_header_does_not_count(forge, header):
    with pytest.raises(InvalidTokenError):
        read_token(forge(header=header))


def test_another_key_does_not_count_even_under_our_key_id(forge, ctx):
    ours = current_keys().signing.kid
    foreign = ECKey.generate_key("P-256", {"kid": ours})
    with pytest.raises(InvalidTokenError):
        read_token(forge(key=foreign))


def _unsigned(token, header):
    body = token.split(".")[1]
    head = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
    return f"{head}.{body}."


def test_no_signature_and_other_algorithms_do_not_count(token, forge, ctx):
    key = current_keys().signing
    pem = key.as_pem(private=False)
    attempts = [
        token.rpartition(".")[0] + ".",
        token.rpartition(".")[0],
        _unsigned(token, {"alg": "none", "typ": "at+jwt", "kid": key.kid}),
        _unsigned(token, {"alg": "ES256", "typ": "at+jwt", "kid": key.kid}),
        forge(key=RSAKey.generate_key(2048), header={"alg": "RS256"}, algorithms=["RS256"]),
    ]
    for secret in (pem, pem.strip(), b"x" * 32):
        hmac_key = OctKey.import_key(base64.urlsafe_b64encode(secret).decode())
        attempts.append(forge(key=hmac_key, header={"alg": "HS256"}, algorithms=["HS256"]))
    for attempt in attempts:
        with pytest.raises(InvalidTokenError):
            read_token(attempt)


def test_a_key_brought_along_in_the_header_does_not_count(forge):
    foreign = ECKey.generate_key("P-256")
    ours = current_keys().signing.kid
    with pytest.raises(InvalidTokenError):
        read_token(forge(key=foreign, header={"jwk": foreign.as_dict(private=False), "kid": ours}))


@given(st.one_of(st.text(max_size=200), st.from_regex(r"[A-Za-z0-9_-]{0,40}(\.[A-Za-z0-9_-]{0,60}){0,4}")))
@settings(max_examples=examples(80), deadline=None)
def test_whatever_is_sent_as_a_token_is_refused_and_never_an_error(any_site, text):
    with any_site.app_context():
        for header in (text, f"Bearer {text}", f"bearer  {text}"):
            with pytest.raises(InvalidTokenError):
                actor_of_bearer(header)


@pytest.fixture(scope="module")
def any_site(site):
    return site.app


def test_a_new_key_signs_and_the_old_one_still_verifies(ctx):
    old, new = new_signing_key(), new_signing_key()
    before, after = read_keys(old), read_keys(new + "\n" + old)
    assert after.signing.kid != before.signing.kid
    assert [key["kid"] for key in after.public()["keys"]] == [after.signing.kid, before.signing.kid]
    signed = jwt.encode({"alg": "ES256", "kid": before.signing.kid}, {"a": 1}, before.signing)
    assert jwt.decode(signed, after.all, algorithms=["ES256"]).claims == {"a": 1}


_UNFIT = {
    "empty": "",
    "text": "no key at all",
    "broken": new_signing_key().replace("MIG", "AAA"),
    "P-384": ECKey.generate_key("P-384").as_pem(private=True).decode(),
    "RSA": RSAKey.generate_key(2048).as_pem(private=True).decode(),
}


@pytest.mark.parametrize("pem", _UNFIT.values(), ids=_UNFIT)
def test_an_unfit_key_file_is_named(pem):
    with pytest.raises(SettingsError, match="KIMHUB_JWT_KEY_FILE"):
        read_keys(pem)


def test_the_published_keys_are_public_and_verify(site, token):
    answer = site.app.test_client().get("/oauth/jwks.json")
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    keys = answer.json["keys"]
    assert all(set(key) == {"kty", "crv", "x", "y", "kid", "use", "alg"} for key in keys)
    assert jwt.decode(token, KeySet.import_key_set({"keys": keys}), algorithms=["ES256"])


def test_the_metadata_are_those_of_rfc_8414(site):
    document = site.app.test_client().get("/.well-known/oauth-authorization-server").json
    base = site.app.extensions["kimhub.settings"].base_url
    assert document["issuer"] == base
    assert document["token_endpoint"] == f"{base}/oauth/token"
    assert document["jwks_uri"] == f"{base}/oauth/jwks.json"
    assert "member:manage" not in document["scopes_supported"]
    https = {k: v.replace("http://", "https://") if isinstance(v, str) else v for k, v in document.items()}
    checked = AuthorizationServerMetadata(https)
    for member in document:
        if member != "response_types_supported":  # empty, because there is no authorization endpoint
            getattr(checked, f"validate_{member}")()
