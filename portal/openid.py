"""OpenID Connect: the way to the provider and the proof of what it says. The one place that uses Authlib.

Belongs here: discovery, code with PKCE, the identity token's signature and claims. Does not belong here: accounts: whoever the
provider names must have one here already, and its role and divisions come from here alone.
"""

from __future__ import annotations

import hmac
import secrets
import time
from dataclasses import dataclass
from typing import Any

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from portal.secret import SecretProblem, openid_secret
from portal.settings import OpenId
from portal.state import Portal

ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
ANSWER = "/sign-in/openid/answer"
_TIMEOUT = 10.0
_LEEWAY = 60


class OpenIdProblem(Exception):
    """The provider cannot be asked, or what it says cannot be believed. The message holds no token."""


@dataclass(frozen=True)
class Start:
    """Where to send the visitor, and what must be remembered until the answer comes."""

    address: str
    kept: dict[str, str]


@dataclass(frozen=True)
class Provider:
    settings: OpenId
    secret: str
    answer: str

    @classmethod
    def of(cls, portal: Portal) -> Provider:
        assert portal.settings.openid is not None
        try:
            secret = openid_secret(portal.home.root)
        except SecretProblem as problem:
            raise OpenIdProblem(str(problem)) from None
        return cls(portal.settings.openid, secret, portal.settings.base_url.rstrip("/") + ANSWER)

    def start(self) -> Start:
        about = self._discovered()
        verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
        with self._client() as client:
            address, state = client.create_authorization_url(
                about["authorization_endpoint"], nonce=nonce, code_verifier=verifier, code_challenge_method="S256"
            )
        return Start(address, {"state": state, "nonce": nonce, "verifier": verifier})

    def account(self, kept: dict[str, str], state: str, code: str) -> str:
        """The account's name in the identity token, which is proved: signature, issuer, audience, age, nonce."""
        if not hmac.compare_digest(kept["state"].encode(), state.encode()):
            raise OpenIdProblem("the state is not that of this sign-in")
        about = self._discovered()
        try:
            with self._client() as client:
                answer = client.fetch_token(about["token_endpoint"], code=code, code_verifier=kept["verifier"])
            keys = self._asked(about["jwks_uri"])
            token = jwt.decode(answer["id_token"], KeySet.import_key_set(keys), algorithms=ALGORITHMS)
            registry = jwt.JWTClaimsRegistry(
                now=lambda: int(time.time()), leeway=_LEEWAY,
                iss={"essential": True, "value": self.settings.issuer}, aud={"essential": True, "value": self.settings.client_id},
                exp={"essential": True}, nonce={"essential": True, "value": kept["nonce"]},
            )  # fmt: skip
            registry.validate(token.claims)
        except (httpx2.HTTPError, AuthlibBaseError, JoseError, KeyError, ValueError, TypeError) as error:
            raise OpenIdProblem(f"the answer could not be proved ({type(error).__name__})") from None
        name = token.claims.get(self.settings.claim)
        if not isinstance(name, str) or not name:
            raise OpenIdProblem(f"the identity token has no {self.settings.claim}")
        return name.lower()

    def _client(self) -> OAuth2Client:
        return OAuth2Client(
            self.settings.client_id, self.secret, scope="openid profile", redirect_uri=self.answer,
            code_challenge_method="S256", timeout=_TIMEOUT,
        )  # fmt: skip

    def _discovered(self) -> dict[str, Any]:
        try:
            about = self._asked(f"{self.settings.issuer.rstrip('/')}/.well-known/openid-configuration")
        except (httpx2.HTTPError, ValueError) as error:
            raise OpenIdProblem(f"the provider does not answer ({type(error).__name__})") from None
        if not isinstance(about, dict) or about.get("issuer") != self.settings.issuer:
            raise OpenIdProblem("the provider names another issuer")
        return about

    def _asked(self, address: str) -> Any:
        """What the provider tells everybody: no token goes along."""
        with httpx2.Client(timeout=_TIMEOUT) as client:
            return client.get(address).raise_for_status().json()
