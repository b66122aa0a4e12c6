"""Protects an MCP server with OAuth: the same contract as @vestibule/mcp, on PyJWT and cryptography.

    verifier = Verifier(issuer="https://auth.example.com", resource="https://mcp.example.com/mcp")
    app = Protect(app, verifier)            # any ASGI application
    mcp = FastMCP(token_verifier=SdkTokenVerifier(verifier), ...)  # the official SDK
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import functools
import hashlib
import http.client
import json
import re
import socket
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any, Callable, Mapping, Optional, Sequence

import jwt

__version__ = "0.1.0"

#: Algorithms whose keys can be published, and the type and curve of a key for each (RFC 7518 §3.1, RFC 8037).
ALGORITHMS: Mapping[str, tuple] = {
    "ES256": ("EC", "P-256"), "ES384": ("EC", "P-384"), "ES512": ("EC", "P-521"),
    "RS256": ("RSA", None), "RS384": ("RSA", None), "RS512": ("RSA", None),
    "PS256": ("RSA", None), "PS384": ("RSA", None), "PS512": ("RSA", None),
    "EdDSA": ("OKP", "Ed25519"), "Ed25519": ("OKP", "Ed25519"),
}

_JWS = jwt.PyJWS()
with contextlib.suppress(ValueError):  # of a PyJWT that knows the name of RFC 9864
    _JWS.register_algorithm("Ed25519", _JWS.get_algorithm_by_name("EdDSA"))

#: Seconds that an answer may take as a whole, and that a request waits for metadata or keys.
TIMEOUT, PATIENCE = 5.0, 10.0
#: Seconds for which keys and metadata are fresh, and are good while newer ones cannot be fetched.
FRESH, STALE = 600.0, 3600.0
#: An unknown key id has the keys fetched again, but not sooner: anybody can invent key ids.
RENEW_AFTER = 30.0
#: Seconds between two attempts, the first of which failed.
PAUSE = 1.0
#: A request waits for a feed that is so old, without it "refuse" refuses, and an answer may take so long besides being held.
FEED_LATEST, FEED_PATIENCE, FEED_TIMEOUT = 3.0, 5.0, 2.0
#: An answer that is held is there so long before requests would wait for it; after that failed, none is held for a while.
FEED_SPARE, FEED_WARY = 0.5, 60.0
#: Seconds that the clocks of the authorization server's instances may differ.
CLOCKS = 60
#: Seconds for which an answer of introspection is kept, how many are, and characters that a token may have.
ANSWER_KEPT, ANSWERS, MAX_LENGTH = 5.0, 1000, 16384
#: Threads of a verifier for tokens of each kind, and how many of them may wait for keys that may not exist.
THREADS, WAITING = 32, 8
BODY_LIMIT = 4 * 1024 * 1024
#: Bits that an RSA key must have (RFC 7518 §3.3).
RSA_BITS = 2048
ROOT_METADATA_PATH = "/.well-known/oauth-protected-resource"


class AccessError(Exception):
    """A request that is not let in. Without a code it brought no token (RFC 6750 §3.1)."""

    def __init__(self, code: Optional[str], message: str, scopes: Optional[Sequence[str]] = None):
        super().__init__(message)
        self.code, self.scopes = code, scopes
        self.status = 403 if code == "insufficient_scope" else 401


class Unavailable(Exception):
    """Nothing can be said about the token: 503. A 401 would make clients throw it away."""


@dataclass(frozen=True)
class User:
    """Whom a verified access token speaks for."""

    sub: str
    client_id: str
    scopes: Sequence[str]
    expires_at: int
    claims: Mapping[str, Any]
    token: str = field(repr=False)
    grant: Optional[str] = None


#: Asks a URL: (url, form or None, headers, timeout in seconds) -> (status, body), or (status, body, headers) with names in
#: small letters: without them, the revocation feed is asked again and again, and never waited for.
Fetch = Callable[[str, Optional[Mapping[str, str]], Mapping[str, str], float], tuple]


class Verifier:
    """Verifies access tokens for one MCP server. Make it once: it keeps keys and answers. Safe for threads.

    credentials: (id or None, secret), for opaque tokens: Basic, or a bearer token without an id.
    revocations: while the feed cannot be reached, "accept" goes by what is known, "refuse" says 503; "ignore".
    """

    def __init__(self, issuer: str, resource: str, *, scopes: Sequence[str] = (),
                 tools: Mapping[str, Sequence[str]] = {}, metadata: Mapping[str, Any] = {},
                 credentials: Optional[tuple] = None, revocations: str = "accept", leeway: int = 30,
                 algorithms: Sequence[str] = tuple(ALGORITHMS), fetch: Optional[Fetch] = None,
                 now: Callable[[], float] = time.time):
        # What is computed or comes from a file: by a leeway of NaN no token would ever expire.
        if not _is_number(leeway) or leeway < 0:
            raise ValueError("leeway is no number of seconds")
        if revocations not in ("accept", "refuse", "ignore"):
            raise ValueError("revocations is none of accept, refuse and ignore")
        self.issuer, self.resource, self.scopes, self.tools = issuer, resource, list(scopes), dict(tools)
        self._credentials, self._leeway, self._now = credentials, leeway, now
        self._algorithms = [name for name in algorithms if name in ALGORITHMS]
        self._fetch = fetch or _fetch
        url = urllib.parse.urlsplit(resource)
        self.metadata_path = ROOT_METADATA_PATH + ("" if url.path == "/" else url.path)
        self.metadata_url = f"{url.scheme}://{url.netloc}{self.metadata_path}" + (f"?{url.query}" if url.query else "")
        self._offered = list(dict.fromkeys([*scopes, *(scope for needed in tools.values() for scope in needed)]))
        self._extra = dict(metadata)
        self._server = _Kept(self._discover, now)
        self._keys = _Kept(self._load_keys, now)
        self._feed = _Feed(self, revocations)
        self._answers: dict = {}
        self._lock = threading.Lock()
        # Not those of the application, and apart: a slow issuer holds up neither it nor tokens that need no question.
        self._threads = {is_signed: ThreadPoolExecutor(THREADS, "vestibule-mcp") for is_signed in (True, False)}

    def metadata(self) -> Mapping[str, Any]:
        """Protected resource metadata (RFC 9728 §2)."""
        offered = {"scopes_supported": self._offered} if self._offered else {}
        return {"resource": self.resource, "authorization_servers": [self.issuer], **offered,
                "bearer_methods_supported": ["header"], **self._extra}

    async def authenticate(self, authorization: Optional[str]) -> User:
        """The user of a request by its Authorization header. Raises AccessError, Unavailable."""
        user = await self.verify(_token_of(authorization))
        self.require_scope(user, *self.scopes)
        return user

    def authenticate_sync(self, authorization: Optional[str]) -> User:
        user = self.verify_sync(_token_of(authorization))
        self.require_scope(user, *self.scopes)
        return user

    async def verify(self, token: str) -> User:
        """The user of a token, whatever its scopes. Raises AccessError, Unavailable."""
        threads = self._threads[_looks_signed(token)]
        return await asyncio.get_running_loop().run_in_executor(threads, self.verify_sync, token)

    def verify_sync(self, token: str) -> User:
        if len(token) > MAX_LENGTH:
            raise _invalid("the token is too long")
        if _looks_signed(token):
            user = _to_user(token, self._verify_signed(token))
            self._feed.check(user.claims)
            return user
        if not self._credentials:
            raise _invalid("the token is malformed")
        return _to_user(token, self._introspect(token))

    def require_scope(self, user: User, *needed: str) -> None:
        """Raises AccessError insufficient_scope, whose challenge keeps what the token has."""
        if all(scope in user.scopes for scope in needed):
            return
        kept = [scope for scope in user.scopes if scope in self._offered]
        raise AccessError("insufficient_scope", "the token lacks a scope that this needs",
                          list(dict.fromkeys([*self.scopes, *needed, *kept])))

    def require_scopes_of_call(self, user: User, message: Any) -> None:
        """The same for the tools that a parsed JSON-RPC message, or a batch, calls."""
        needed = []
        for part in message if isinstance(message, list) else [message]:
            if not isinstance(part, dict) or part.get("method") != "tools/call":
                continue
            name = part["params"].get("name") if isinstance(part.get("params"), dict) else None
            # What an MCP server makes of a call without a name, only that server knows.
            every = [scope for scopes in self.tools.values() for scope in scopes]
            needed += self.tools.get(name, ()) if isinstance(name, str) else every
        self.require_scope(user, *needed)

    def refusal(self, error: Exception) -> tuple:
        """Status and headers of the answer (RFC 6750 §3, RFC 9728 §5.1)."""
        cors = {"access-control-allow-origin": "*", "access-control-expose-headers": "WWW-Authenticate, Retry-After"}
        if isinstance(error, Unavailable):
            return 503, {**cors, "retry-after": "5"}
        if not isinstance(error, AccessError):
            raise error
        attributes = {"error": error.code, "error_description": error.code and str(error),
                      "scope": " ".join(self.scopes if error.scopes is None else error.scopes),
                      "resource_metadata": self.metadata_url}
        given = ", ".join(f"{name}={_quote(value)}" for name, value in attributes.items() if value)
        return error.status, {**cors, "www-authenticate": f"Bearer {given}"}

    def _verify_signed(self, token: str, typ: str = "at+jwt") -> Mapping[str, Any]:
        header, claims = self._verify_signature(token)
        kind = header.get("typ")
        if not isinstance(kind, str) or kind.lower() not in (typ, f"application/{typ}"):
            raise _invalid("the token is of another use")
        if claims.get("iss") != self.issuer:
            raise _invalid("the token was issued by another issuer")
        self._check_times(claims)
        if typ != "at+jwt":
            return claims
        self._check_audience(claims)
        if not _is_number(claims.get("exp")) or not _is_number(claims.get("iat")):
            raise _invalid("the token has no times")
        if claims["iat"] > self._now() + self._leeway:
            raise _invalid("the token is of the future")
        if "jti" not in claims:
            raise _invalid("the claim jti is missing")
        return claims

    def _verify_signature(self, token: str) -> tuple:
        try:
            header = json.loads(_decode(token.split(".")[0]).decode())
        except (ValueError, RecursionError):
            raise _invalid("the token is malformed") from None
        # No extension that has to be understood is (RFC 7515 §4.1.11); jku, jwk and x5u are not read.
        if not isinstance(header, dict) or "crit" in header:
            raise _invalid("the token is malformed")
        algorithm = header.get("alg")
        if not isinstance(algorithm, str) or algorithm not in self._algorithms:
            raise _invalid("the algorithm is not allowed")
        key = self._find_key(header, algorithm)
        try:
            # As text: of bytes, `json` would guess the encoding.
            claims = json.loads(_JWS.decode(token, key, algorithms=[algorithm]).decode())
        except (jwt.PyJWTError, ValueError, RecursionError):
            raise _invalid("the signature is wrong") from None
        if not isinstance(claims, dict):
            raise _invalid("the token is malformed")
        return header, claims

    def _find_key(self, header: Mapping[str, Any], algorithm: str) -> Any:
        for keys in (lambda: self._keys.get(), lambda: self._keys.get(RENEW_AFTER)):
            found = [key for key in keys() if _fits(key, header.get("kid"), algorithm)]
            if len(found) == 1:
                try:
                    key = jwt.PyJWK(found[0], "EdDSA" if algorithm == "Ed25519" else algorithm).key
                except Exception as error:  # of PyJWT, or of what it hands a malformed key to
                    raise Unavailable("the published keys cannot be used") from error
                if found[0]["kty"] == "RSA" and key.key_size < RSA_BITS:
                    raise Unavailable("the published keys are too short")
                return key
            if found:
                break
        raise _invalid("the token was signed with an unknown key")

    def _check_times(self, claims: Mapping[str, Any]) -> None:
        exp, nbf, now = claims.get("exp"), claims.get("nbf"), self._now()
        if exp is not None and (not _is_number(exp) or exp <= now - self._leeway):
            raise _invalid("the token has expired")
        if nbf is not None and (not _is_number(nbf) or nbf > now + self._leeway):
            raise _invalid("the token is of the future")

    def _check_audience(self, claims: Mapping[str, Any]) -> None:
        audience = claims.get("aud")
        if audience != self.resource and not (isinstance(audience, list) and self.resource in audience):
            raise _invalid("the token was issued for another resource")
        # A token that is bound to a key is no bearer token (RFC 9449 §7.1, RFC 8705 §3).
        if "cnf" in claims:
            raise _invalid("the token is bound to a key, and was sent without a proof of it")

    def _introspect(self, token: str) -> Mapping[str, Any]:
        claims = self._answer_about(token)
        if claims.get("active") is not True:
            raise _invalid("the token is unknown, expired or revoked")
        kind = claims.get("token_type", "bearer")
        if not isinstance(kind, str) or kind.lower() != "bearer":
            raise _invalid("that is no access token")
        if claims.get("iss", self.issuer) != self.issuer:
            raise _invalid("the token was issued by another issuer")
        self._check_audience(claims)
        self._check_times(claims)
        return claims

    def _answer_about(self, token: str) -> Mapping[str, Any]:
        """Concurrent questions about one token are one question."""
        with self._lock:
            now, known = self._now(), self._answers.pop(token, None)
            is_asker = known is None or not 0 <= now - known[0] < ANSWER_KEPT
            entry = (now, Future()) if is_asker else known
            if len(self._answers) >= ANSWERS:
                del self._answers[next(iter(self._answers))]
            self._answers[token] = entry
        if is_asker:
            try:
                entry[1].set_result(self._ask_about(token))
            except BaseException as error:
                with self._lock:
                    if self._answers.get(token) is entry:
                        del self._answers[token]
                entry[1].set_exception(error)
        return entry[1].result()

    def _ask_about(self, token: str) -> Mapping[str, Any]:
        url = self._server.get().get("introspection_endpoint")
        if not isinstance(url, str):
            raise Unavailable(f"{self.issuer} has no introspection")
        name, secret = self._credentials
        pair = base64.b64encode(":".join(map(urllib.parse.quote_plus, (name or "", secret))).encode()).decode()
        headers = {"authorization": f"Basic {pair}" if name else f"Bearer {secret}"}
        form = {"token": token, "token_type_hint": "access_token"}
        # Neither a wrong credential nor an outage says anything about the token.
        return _object(self.ask(url, form, headers))

    def _discover(self) -> Mapping[str, Any]:
        url = urllib.parse.urlsplit(self.issuer)
        origin, path = f"{url.scheme}://{url.netloc}", url.path.rstrip("/")
        failure = None
        for place in (f"{origin}/.well-known/oauth-authorization-server{path}",
                      f"{origin}{path}/.well-known/openid-configuration"):
            try:
                document = _object(self.ask(place))
                if document.get("issuer") != self.issuer:
                    raise Unavailable("the metadata names another issuer")
                # Nothing of this machine, and neither keys nor our credential in clear text unless the issuer is so.
                schemes = ("https:",) if url.scheme == "https" else ("https:", "http:")
                for name in ("jwks_uri", "introspection_endpoint", "revocations_uri"):
                    if isinstance(document.get(name), str) and not document[name].lower().startswith(schemes):
                        raise Unavailable(f"the metadata name an address that is not https: {name}")
                return document
            except Unavailable as error:
                failure = failure or error
        raise failure or Unavailable("no metadata")

    def _load_keys(self) -> Sequence[Mapping[str, Any]]:
        uri = self._server.get().get("jwks_uri")
        keys = _object(self.ask(uri)).get("keys") if isinstance(uri, str) else None
        if not isinstance(keys, list) or not all(isinstance(key, dict) for key in keys):
            raise Unavailable("there is no key set")
        return keys

    def ask(self, url: str, form: Optional[Mapping[str, str]] = None, headers: Mapping[str, str] = {},
            timeout: float = TIMEOUT) -> str:
        """The body of an answer with status 200, which is there after `timeout` seconds. Raises Unavailable."""
        return self.ask_all(url, form, headers, timeout)[0]

    def ask_all(self, url: str, form: Optional[Mapping[str, str]], headers: Mapping[str, str], timeout: float) -> tuple:
        """The same with its headers, as far as they are known."""
        try:
            status, body, *more = _begin(lambda: self._fetch(url, form, headers, timeout)).result(timeout)
        except Exception as error:
            raise Unavailable(f"{url} cannot be reached") from error
        if status != 200:
            raise Unavailable(f"{url} answered {status}")
        return body, more[0] if more else {}


def _begin(work: Callable[[], Any]) -> Future:
    """Runs it on a thread of its own, which no one has to wait for."""
    future: Future = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return future


class _Flight:
    """Work that all who need it at the same time share. It ends, and does not raise."""

    def __init__(self, work: Callable[[], None]):
        self._work, self._lock = work, threading.Lock()
        self._running: Optional[Future] = None

    def begin(self) -> Future:
        with self._lock:
            if self._running is None or self._running.done():
                self._running = _begin(self._work)
            return self._running


class _Kept:
    """A value from elsewhere: fetched once for all who wait, and used for a while when fetching fails."""

    def __init__(self, load: Callable[[], Any], now: Callable[[], float]):
        self._load, self._now, self._flight = load, now, _Flight(self._reload)
        self._waiting = threading.BoundedSemaphore(WAITING)
        # Replaced as a whole: the value and when it was fetched, and the last attempt and its failure.
        self._value, self._attempt = (None, None), (None, None)

    def _reload(self) -> None:
        at = self._now()
        try:
            self._value, self._attempt = (self._load(), at), (at, None)
        except Exception as error:
            self._attempt = (at, error)

    def get(self, renew_after: Optional[float] = None) -> Any:
        tried, failure = self._attempt
        if renew_after is not None or _age(self._value[1], self._now()) >= FRESH:
            if _age(tried, self._now()) >= max(PAUSE if failure else 0.0, renew_after or 0.0):
                reloaded = self._flight.begin()
                # Once it has failed, a request does not wait that can go on without it.
                if not failure or not self._is_usable():
                    self._wait(reloaded, renew_after is not None)
        failure = self._attempt[1]
        # Who needs a newer value is not helped by the one that is there.
        if self._is_usable() and not (renew_after is not None and failure):
            return self._value[0]
        raise Unavailable("the authorization server cannot be reached") from failure

    def _is_usable(self) -> bool:
        return _age(self._value[1], self._now()) < STALE

    def _wait(self, reloaded: Future, is_renewal: bool) -> None:
        if not is_renewal or not self._is_usable():
            wait([reloaded], PATIENCE)
        elif self._waiting.acquire(blocking=False):
            try:
                wait([reloaded], PATIENCE)
            finally:
                self._waiting.release()
        else:
            raise Unavailable("new keys are being fetched")


class _Feed:
    """Follows the issuer's revocation feed, where its metadata names one.

    Where its documents have a version, a question waits there for another one, beside requests that go on.
    """

    def __init__(self, verifier: Verifier, without: str):
        self._verifier, self._without, self._flight = verifier, without, _Flight(self._update)
        self._entries: dict = {}
        self._last, self._reached, self._tried, self._failure = None, None, None, None
        # Until when the question that is held must be answered, and when one was cut off.
        self._held, self._cut_off, self._lock = None, None, threading.Lock()

    def check(self, claims: Mapping[str, Any]) -> None:
        if self._without == "ignore":
            return
        now = self._verifier._now
        self._bring_up_to_date(now)
        if self._without == "refuse" and _age(self._reached, now()) >= FEED_PATIENCE:
            raise Unavailable("the revocations cannot be fetched") from self._failure
        names = ["*"] + [_digest(f"{name}:{claims[name]}") for name in ("gid", "jti", "sub", "client_id")
                         if isinstance(claims.get(name), str)]
        if any(claims["iat"] <= self._entries.get(name, (float("-inf"), 0))[0] for name in names):
            raise _invalid("the token was revoked")

    def _bring_up_to_date(self, now: Callable[[], float]) -> None:
        """Once it has failed, only those wait for the next attempt who must not go on without it."""
        age, has_failed = _age(self._reached, now()), self._failure is not None
        with self._lock:
            if self._held is not None and now() < self._held and age < FEED_LATEST:
                return
            if _age(self._tried, now()) < PAUSE and (has_failed or age < FEED_LATEST):
                return
            seconds = int(max(0.0, FEED_LATEST - FEED_SPARE - age))
            is_wary = has_failed or _age(self._cut_off, now()) < FEED_WARY
            if seconds > 0 and not is_wary and self._last and self._last[2] is not None:
                self._tried, self._held = now(), now() + seconds + FEED_TIMEOUT
                _begin(functools.partial(self._follow, seconds, self._held))
                return
        updated = self._flight.begin()
        if age >= FEED_LATEST and (self._without == "refuse" or not has_failed):
            wait([updated], FEED_TIMEOUT)

    def _follow(self, seconds: int, until: float) -> None:
        """Has the next question held. A request never waits for it, and that it fails says nothing of the feed."""
        at = self._verifier._now()
        try:
            was_held = self._read(self._verifier._server.get().get("revocations_uri"), seconds)
            self._reached = self._verifier._now() if was_held else at
        except Exception:
            self._cut_off = self._verifier._now()
        with self._lock:
            if self._held == until:
                self._held = None

    def _update(self) -> None:
        at = self._tried = self._verifier._now()
        try:
            uri = self._verifier._server.get().get("revocations_uri")
            if isinstance(uri, str):
                self._read(uri)
            elif self._without == "refuse":
                raise Unavailable("the issuer publishes no revocations")
            self._reached, self._failure = at, None
        except Exception as error:
            self._failure = error

    def _read(self, uri: str, seconds: int = 0) -> bool:
        """Reads on where the last document ended. Returns whether the answer was held for so many seconds at most."""
        last = self._last
        question = {"after": last[0], **({"version": last[2] or ""} if seconds else {})} if last else {}
        sign = ("&" if "?" in uri else "?") if question else ""
        url = uri + sign + urllib.parse.urlencode(question, quote_via=urllib.parse.quote, safe="")
        prefer = {"prefer": f"wait={seconds}"} if seconds else {}
        document, headers = self._verifier.ask_all(url, None, prefer, FEED_TIMEOUT + seconds)
        claims = self._verifier._verify_signed(document.strip(), "revocations+jwt")
        to, iat, revoked, version = (claims.get(name) for name in ("to", "iat", "revoked", "version"))
        if (claims.get("sub") != uri or not isinstance(to, str) or not isinstance(claims.get("version", ""), str)
                or not _is_number(iat) or not isinstance(revoked, dict)):
            raise Unavailable("the revocations are malformed")
        if "from" in claims and (not last or claims["from"] != last[0]):
            raise Unavailable("the revocations begin elsewhere")
        now, off = self._verifier._now(), self._verifier._leeway + CLOCKS
        # After it, every true document would be old.
        if iat > now + off:
            raise Unavailable("the revocations are of the future")
        # Not by the clock here, which may be off.
        if self._last and iat < self._last[1] - CLOCKS:
            raise Unavailable("the revocations are old")
        for times in revoked.values():
            if not isinstance(times, list) or len(times) != 2 or not all(map(_is_number, times)):
                raise Unavailable("the revocations are malformed")
        # Not by the clock here alone: should that be ahead for a while, what it has forgotten is not told again.
        over = min(now, iat) - self._verifier._leeway
        # A question that was held may be answered at the same time as another.
        with self._lock:
            entries = {name: times for name, times in self._entries.items() if times[1] >= over}
            for name, times in revoked.items():
                entries[name] = tuple(map(max, times, entries.get(name, (0, 0))))
            self._entries, self._last = entries, (to, iat, version)
        # What a cache repeats while the issuer is away: nothing is lost by it, but it is not the feed.
        if iat < now - off:
            raise Unavailable("the revocations are no longer renewed")
        # RFC 7240 §3. Otherwise it may be as old as the question.
        return "preference-applied" in headers


class Protect:
    """ASGI middleware: lets only requests with a good token pass, and serves the resource metadata beside.

    The application finds the user in scope["user"]. A body that has to be looked into for tools is handed on whole.
    """

    def __init__(self, app: Any, verifier: Verifier):
        self._app, self._verifier = app, verifier

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            return await self._app(scope, receive, send)
        if scope["type"] != "http":
            return await send({"type": "websocket.close", "code": 1008})
        verifier = self._verifier
        if scope["path"] in (verifier.metadata_path, ROOT_METADATA_PATH):
            headers = {"access-control-allow-origin": "*", "access-control-allow-headers": "mcp-protocol-version",
                       "cache-control": "public, max-age=300", "content-type": "application/json"}
            return await _answer(send, 200, headers, json.dumps(verifier.metadata()).encode())
        authorization = [value for name, value in scope["headers"] if name == b"authorization"]
        try:
            user = await verifier.authenticate(b", ".join(authorization).decode("latin-1") or None)
            if verifier.tools and scope["method"] == "POST":
                body = await _read(receive)
                if body is None:
                    return await _answer(send, 413, {})
                try:
                    message = json.loads(body, object_pairs_hook=_unambiguous)
                except (ValueError, RecursionError):
                    return await _answer(send, 400, {})
                verifier.require_scopes_of_call(user, message)
                receive = _replay(body, receive)
        except (AccessError, Unavailable) as error:
            return await _answer(send, *verifier.refusal(error))
        await self._app({**scope, "user": user}, receive, send)


class SdkTokenVerifier:
    """The TokenVerifier of the official SDK (mcp.server.auth.provider): None refuses a token, also one without `scopes`."""

    def __init__(self, verifier: Verifier):
        self._verifier = verifier

    async def verify_token(self, token: str) -> Any:
        from mcp.server.auth.provider import AccessToken

        try:
            user = await self._verifier.verify(token)
            self._verifier.require_scope(user, *self._verifier.scopes)
        except AccessError:
            return None
        return AccessToken(token=token, client_id=user.client_id, scopes=list(user.scopes),
                           expires_at=int(user.expires_at), resource=self._verifier.resource)


def _looks_signed(token: str) -> bool:
    return re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]*", token, re.A) is not None


def _token_of(authorization: Optional[str]) -> str:
    header = authorization or ""
    if not re.match(r"bearer(?: |$)", header, re.I):
        raise AccessError(None, "there is no token")
    token = re.fullmatch(r"bearer +([\w.~+/-]+=*) *", header, re.I | re.A)
    if not token:
        raise _invalid("the token is malformed")
    return token[1]


def _to_user(token: str, claims: Mapping[str, Any]) -> User:
    sub, client, exp, scope, grant = (claims.get(name) for name in ("sub", "client_id", "exp", "scope", "gid"))
    for name, value in (("sub", sub), ("client_id", client)):
        if not isinstance(value, str) or not value:
            raise _invalid(f"the claim {name} is missing or malformed")
    if not _is_number(exp) or not isinstance(claims.get("scope", ""), str):
        raise _invalid("a claim is missing or malformed")
    # Half of a letter: most of what stores or compares names takes it for any other half, and it has no UTF-8.
    if any(re.search("[\ud800-\udfff]", str(claims.get(name))) for name in ("sub", "client_id", "gid", "jti")):
        raise _invalid("a claim is malformed")
    return User(sub, client, [name for name in (scope or "").split(" ") if name], exp, claims, token, grant if isinstance(grant, str) else None)


def _fits(key: Mapping[str, Any], kid: Any, algorithm: str) -> bool:
    kty, crv = ALGORITHMS[algorithm]
    return (key.get("kty") == kty and key.get("crv") == crv and (kid is None or key.get("kid") == kid)
            # A key whose secret half is published is everybody's.
            and "d" not in key and key.get("alg", algorithm) == algorithm and key.get("use", "sig") == "sig"
            and isinstance(key.get("key_ops", []), list) and "verify" in key.get("key_ops", ["verify"]))


def _fetch(url: str, form: Optional[Mapping[str, str]], headers: Mapping[str, str], timeout: float) -> tuple:
    body = urllib.parse.urlencode(form).encode() if form is not None else None
    request = urllib.request.Request(url, body, {"accept": "application/json", **headers})
    limit = _TotalTime(timeout)
    opener = urllib.request.build_opener(_NoRedirect, _Handler(limit))
    try:
        with opener.open(request, timeout=timeout) as response:
            given = {name.lower(): value for name, value in response.headers.items()}
            return response.status, response.read(BODY_LIMIT).decode(), given
    except urllib.error.HTTPError as error:
        error.close()
        return error.code, "", {}
    finally:
        limit.end()


class _TotalTime:
    """Cuts connections off after so many seconds. A socket's time-out is for each read, and a server may drip."""

    def __init__(self, seconds: float):
        self._sockets: list = []
        self._is_over = False
        self._timer = threading.Timer(seconds, self._cut_off)
        self._timer.daemon = True
        self._timer.start()

    def hold(self, connected: socket.socket) -> None:
        # A copy, because TLS takes the socket itself over.
        self._sockets.append(connected.dup())
        if self._is_over:
            raise TimeoutError()

    def end(self) -> None:
        self._timer.cancel()
        for held in self._sockets:
            held.close()

    def _cut_off(self) -> None:
        self._is_over = True
        for held in self._sockets:
            with contextlib.suppress(OSError):
                held.shutdown(socket.SHUT_RDWR)


class _Held(http.client.HTTPConnection):
    limit: _TotalTime

    def connect(self) -> None:
        super().connect()
        self.limit.hold(self.sock)


class _HeldTls(http.client.HTTPSConnection, _Held):
    """`HTTPSConnection.connect` calls that of `_Held`, and then begins TLS."""


class _Handler(urllib.request.HTTPHandler, urllib.request.HTTPSHandler):
    def __init__(self, limit: _TotalTime):
        super().__init__()
        self._limit = limit

    def http_open(self, request: urllib.request.Request) -> Any:
        return self.do_open(functools.partial(self._connection, _Held), request)

    def https_open(self, request: urllib.request.Request) -> Any:
        return self.do_open(functools.partial(self._connection, _HeldTls), request)

    def _connection(self, kind: Callable[..., _Held], *args: Any, **more: Any) -> _Held:
        connection = kind(*args, **more)
        connection.limit = self._limit
        return connection


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def _invalid(message: str) -> AccessError:
    return AccessError("invalid_token", message)


def _age(since: Optional[float], now: float) -> float:
    return float("inf") if since is None or since > now else now - since


def _is_number(value: Any) -> bool:
    # `json` reads NaN, which is neither before nor after anything, Infinity, and integers beyond all floats.
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


def _decode(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _digest(name: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(name.encode()).digest()[:12]).decode()


def _unambiguous(pairs: Sequence[tuple]) -> Mapping[str, Any]:
    """Parsers differ in which of two members of one name counts, and the application has its own."""
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a name stands twice")
    return members


def _object(body: str) -> Mapping[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise Unavailable("that is no JSON object")
    return value


def _quote(value: str) -> str:
    return '"' + re.sub(r'(["\\])', r"\\\1", re.sub(r"[^\x20-\x7e]", "?", value)) + '"'


async def _answer(send: Any, status: int, headers: Mapping[str, str], body: bytes = b"") -> None:
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": body})


async def _read(receive: Any) -> Optional[bytes]:
    # Joined once: a body of single bytes would be copied as often as it has some.
    parts, length = [], 0
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        length += len(parts[-1])
        if length > BODY_LIMIT:
            return None
        if message["type"] != "http.request" or not message.get("more_body"):
            return b"".join(parts)


def _replay(body: bytes, receive: Any) -> Any:
    given = False

    async def again() -> Any:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
