"""The vectors that every verifier must pass: `python3 -m unittest` in this folder."""

import asyncio
import base64
import datetime
import http.client
import http.server
import json
import os
import pathlib
import queue
import re
import socketserver
import ssl
import sys
import tempfile
import threading
import time
import types
import unittest
import unittest.mock
from concurrent.futures import ThreadPoolExecutor

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

import vestibule_mcp
from vestibule_mcp import AccessError, Protect, SdkTokenVerifier, Unavailable, Verifier

V = json.loads((pathlib.Path(__file__).parent.parent / "vectors" / "vectors.json").read_text())
GOOD = V["tokens"][0]["token"]


class Issuer:
    """The issuer of the vectors, without a network."""

    def __init__(self, **answers):
        self.now = float(V["now"])
        self.answers = {"metadata": V["serverMetadata"], "jwks": V["jwks"], **answers}
        self.asked = []

    def fetch(self, url, form, headers, timeout):
        place = url.split("?")[0]
        name = ("metadata" if place.startswith("https://auth.example.com/.well-known/oauth-authorization-server")
                else {"jwks": "jwks", "introspect": "introspection", "revocations": "feed"}.get(place.rsplit("/", 1)[1], ""))
        self.asked.append(name)
        answer = self.answers.get(name)
        if answer is None:
            return 404, ""
        if isinstance(answer, Exception):
            raise answer
        return 200, answer if isinstance(answer, str) else json.dumps(answer)

    def verifier(self, **more):
        return Verifier(V["issuer"], V["resource"], **{"scopes": V["scopes"], "tools": V["tools"], "leeway": V["leeway"],
                        "fetch": self.fetch, "now": lambda: self.now, **more})


def outcome(call):
    try:
        call()
        return "good"
    except AccessError as error:
        return f"{error.status} {error.code}"
    except Unavailable:
        return "unavailable"


class Tokens(unittest.TestCase):
    def test_vectors(self):
        for vector in V["tokens"]:
            with self.subTest(vector["name"]):
                verifier = Issuer().verifier()
                expected = "good" if "user" in vector else "401 invalid_token"
                self.assertEqual(outcome(lambda: verifier.verify_sync(vector["token"])), expected)
                if "user" in vector:
                    user = verifier.verify_sync(vector["token"])
                    self.assertEqual((user.sub, user.client_id, list(user.scopes), user.grant),
                                     (vector["user"]["sub"], vector["user"]["clientId"], vector["user"]["scopes"],
                                      vector["user"].get("grant")))

    def test_published_keys(self):
        for vector in V["unusable"]:
            verifier = Issuer(jwks={"keys": [vector["key"]]}).verifier()
            self.assertEqual(outcome(lambda: verifier.verify_sync(vector["token"])), "unavailable", vector["name"])

    def test_introspection(self):
        for vector in V["introspection"]:
            with self.subTest(vector["name"]):
                verifier = Issuer(introspection=vector["answer"]).verifier(credentials=(None, "vst_rs_1"))
                expected = "good" if vector.get("isGood") else "401 invalid_token"
                self.assertEqual(outcome(lambda: verifier.verify_sync("vst_at_1")), expected)

    def test_introspection_is_remembered_for_five_seconds(self):
        issuer = Issuer(introspection=V["introspection"][0]["answer"])
        verifier = issuer.verifier(credentials=("files", "secret"))
        for _ in range(3):
            verifier.verify_sync("vst_at_1")
        self.assertEqual(issuer.asked.count("introspection"), 1)
        issuer.now += 5
        issuer.answers["introspection"] = {"active": False}
        self.assertEqual(outcome(lambda: verifier.verify_sync("vst_at_1")), "401 invalid_token")

    def test_keys(self):
        unknown = next(v["token"] for v in V["tokens"] if v["name"] == "a token naming an unknown key")
        issuer = Issuer()
        verifier = issuer.verifier(revocations="ignore")
        verifier.verify_sync(GOOD)
        for _ in range(20):
            outcome(lambda: verifier.verify_sync(unknown))
        self.assertEqual(issuer.asked.count("jwks"), 1)
        issuer.now += 31
        for _ in range(20):
            outcome(lambda: verifier.verify_sync(unknown))
        self.assertEqual(issuer.asked.count("jwks"), 2)
        for answers in ({"jwks": OSError()}, {"jwks": []}, {"jwks": "<html>"}, {"metadata": {"issuer": "https://x"}}):
            self.assertEqual(outcome(lambda: Issuer(**answers).verifier().verify_sync(GOOD)), "unavailable")

    def test_places_in_clear_text(self):
        for name, place in (("jwks_uri", "http://auth.example.com/jwks"), ("jwks_uri", "file:///etc/jwks"),
                            ("introspection_endpoint", "HTTP://auth.example.com/introspect"),
                            ("revocations_uri", "data:application/jwt,x")):
            issuer = Issuer(metadata={**V["serverMetadata"], name: place})
            verifier = issuer.verifier(credentials=(None, "s"))
            for token in (GOOD, "opaque"):
                self.assertEqual(outcome(lambda: verifier.verify_sync(token)), "unavailable", place)
            self.assertEqual([name for name in issuer.asked if name in ("jwks", "introspection", "feed")], [])

    def test_opaque_tokens_fill_no_memory(self):
        issuer = Issuer(introspection=V["introspection"][0]["answer"])
        verifier = issuer.verifier(credentials=(None, "s"))
        for at in range(1001):
            verifier.verify_sync(f"vst_at_{at}")
        self.assertEqual(len(verifier._answers), 1000)
        verifier.verify_sync("vst_at_1000")
        self.assertEqual(issuer.asked.count("introspection"), 1001)
        verifier.verify_sync("vst_at_0")
        self.assertEqual(issuer.asked.count("introspection"), 1002)

    def test_a_new_key_while_keys_cannot_be_fetched(self):
        unknown = next(v["token"] for v in V["tokens"] if v["name"] == "a token naming an unknown key")
        issuer = Issuer()
        verifier = issuer.verifier(revocations="ignore")
        verifier.verify_sync(GOOD)
        issuer.answers["jwks"] = OSError()
        issuer.now += 31
        self.assertEqual(outcome(lambda: verifier.verify_sync(unknown)), "unavailable")
        self.assertEqual(outcome(lambda: verifier.verify_sync(GOOD)), "good")

    def test_options_that_would_let_tokens_in_for_ever(self):
        for leeway in (float("nan"), float("inf"), -1, "30", None, True):
            with self.assertRaises(ValueError, msg=leeway):
                Issuer().verifier(leeway=leeway)
        for word in ("Refuse", "", None):
            with self.assertRaises(ValueError, msg=word):
                Issuer().verifier(revocations=word)

    def test_what_only_python_reads(self):
        deep = base64.urlsafe_b64encode(b"[" * 5000).decode().rstrip("=")
        self.assertEqual(outcome(lambda: Issuer().verifier().verify_sync(f"{deep}.AAAA.AAAA")), "401 invalid_token")
        for key in ({"x": 5}, {"key_ops": 5}):
            jwks = {"keys": [{**one, **key} for one in V["jwks"]["keys"] if one.get("kid") == "k1"]}
            self.assertIn(outcome(lambda: Issuer(jwks=jwks).verifier().verify_sync(GOOD)), ("unavailable", "401 invalid_token"))
        for more in ({"exp": float("nan")}, {"exp": float("inf")}, {"nbf": float("nan")}, {"token_type": None},
                     {"aud": ["https://other.example"]}):
            answer = {**V["introspection"][0]["answer"], **more}
            verifier = Issuer(introspection=answer).verifier(credentials=(None, "s"))
            self.assertEqual(outcome(lambda: verifier.verify_sync("vst_at_1")), "401 invalid_token", more)
        answer = {**V["introspection"][0]["answer"], "scope": "a\u00a0files:write"}
        verifier = Issuer(introspection=answer).verifier(credentials=(None, "s"))
        self.assertEqual(verifier.verify_sync("vst_at_1").scopes, ["a\u00a0files:write"])


class Feed(unittest.TestCase):
    def over(self, verifier):
        return [name for name, token in V["feed"]["tokens"].items() if outcome(lambda: verifier.verify_sync(token)) != "good"]

    def play(self, issuer, document):
        """The feed's next answer, which requests wait for."""
        issuer.now += 5
        issuer.answers["feed"] = document

    def test_steps(self):
        issuer = Issuer()
        verifier = issuer.verifier()
        for step in V["feed"]["steps"]:
            self.play(issuer, step["document"])
            self.assertEqual(self.over(verifier), step["over"], step["name"])

    def test_alone(self):
        for step in V["feed"]["alone"]:
            self.assertEqual(self.over(Issuer(feed=step["document"]).verifier()), step["over"], step["name"])

    def test_an_address_with_a_question_of_its_own(self):
        asked = []
        issuer = Issuer(metadata={**V["serverMetadata"], "revocations_uri": f"{V['feed']['uri']}?of=everything"})
        verifier = issuer.verifier(fetch=lambda url, *rest: (asked.append(url), issuer.fetch(url, *rest))[1])
        verifier._feed._last = ("c 1", float(V["now"]), None)
        outcome(lambda: verifier.verify_sync(GOOD))
        self.assertEqual([url for url in asked if "revocations" in url], [f"{V['feed']['uri']}?of=everything&after=c%201"])

    def test_waits(self):
        for wait in V["feed"]["waits"]:
            with self.subTest(wait["name"]):
                issuer, asked = Issuer(feed=wait["document"]), queue.Queue()
                verifier = issuer.verifier(fetch=lambda url, form, headers, timeout: (
                    asked.put((url, headers)) if "revocations" in url else None,
                    issuer.fetch(url, form, headers, timeout))[1])
                verifier.verify_sync(GOOD)
                self.assertEqual(asked.get(), (V["feed"]["uri"], {}))
                issuer.now += 1
                verifier.verify_sync(GOOD)
                headers = {"prefer": wait["prefer"]} if "prefer" in wait else {}
                self.assertEqual(asked.get(), (f"{V['feed']['uri']}?{wait['question']}", headers))

    def waiting(self):
        """A verifier whose question is held until the event, and then answered with what has ended."""
        issuer, asked, let_go = Issuer(feed=V["feed"]["waits"][0]["document"]), queue.Queue(), threading.Event()

        def fetch(url, form, headers, timeout):
            if "version" not in url:
                return issuer.fetch(url, form, headers, timeout)
            asked.put(url)
            let_go.wait()
            return (*issuer.fetch(url, form, headers, timeout), {"preference-applied": headers["prefer"]})

        verifier = issuer.verifier(fetch=fetch)
        for _ in range(2):
            self.assertEqual(outcome(lambda: verifier.verify_sync(GOOD)), "good")
            issuer.now += 1
        asked.get()
        issuer.answers["feed"] = V["feed"]["steps"][1]["document"]
        return issuer, verifier, let_go

    def test_a_question_that_waits(self):
        _, verifier, let_go = self.waiting()
        for _ in range(100):
            self.assertEqual(outcome(lambda: verifier.verify_sync(GOOD)), "good")
        let_go.set()
        # That it ends is the proof: the clock stands still, and nothing else is asked.
        while outcome(lambda: verifier.verify_sync(GOOD)) == "good":
            pass
        self.assertEqual(outcome(lambda: verifier.verify_sync(GOOD)), "401 invalid_token")

    def test_a_question_that_waits_for_too_long(self):
        issuer, verifier, let_go = self.waiting()
        issuer.now += 1
        self.assertEqual(outcome(lambda: verifier.verify_sync(GOOD)), "401 invalid_token")
        let_go.set()

    def test_forgeries(self):
        steps = V["feed"]["steps"]
        for forgery in V["feed"]["bad"]:
            with self.subTest(forgery["name"]):
                issuer = Issuer()
                verifier = issuer.verifier(revocations="refuse")
                for step in steps[:3]:
                    self.play(issuer, step["document"])
                    self.over(verifier)
                self.play(issuer, forgery["document"])
                self.assertEqual(outcome(lambda: verifier.verify_sync(V["feed"]["tokens"]["later"])), "unavailable")
                # Nothing was taken of it.
                self.play(issuer, steps[3]["document"])
                self.assertEqual(self.over(verifier), steps[3]["over"])

    def test_a_feed_that_a_cache_repeats(self):
        issuer = Issuer(feed=V["feed"]["steps"][0]["document"])
        verifier = issuer.verifier(revocations="refuse")
        self.assertEqual(outcome(lambda: verifier.verify_sync(GOOD)), "good")
        for _ in range(60):
            issuer.now += 2
            outcome(lambda: verifier.verify_sync(GOOD))
        self.assertEqual(outcome(lambda: verifier.verify_sync(GOOD)), "unavailable")


    def test_a_feed_of_a_clock_that_is_ahead(self):
        """The one of the future is not taken, so that true ones are no older than the last."""
        future = next(forgery["document"] for forgery in V["feed"]["bad"] if forgery["name"] == "of the future")
        issuer = Issuer(feed=V["feed"]["steps"][0]["document"])
        verifier = issuer.verifier()
        for document in (future, V["feed"]["steps"][1]["document"]):
            outcome(lambda: verifier.verify_sync(GOOD))
            self.play(issuer, document)
            verifier._feed._flight.begin().result()
        self.assertEqual(outcome(lambda: verifier.verify_sync(GOOD)), "401 invalid_token")

    def test_a_clock_that_is_ahead_for_a_while(self):
        """What has ended is not forgotten by it, since the issuer tells of it once."""
        key, start = ec.generate_private_key(ec.SECP256R1()), V["now"]
        jwk = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(key.public_key()))
        issuer = Issuer(jwks={"keys": [{**jwk, "kid": "k"}]})

        def signed(typ, **claims):
            return jwt.encode({"iss": V["issuer"], **claims}, key, "ES256", {"typ": typ, "kid": "k"})

        def token(grant, exp):
            return signed("at+jwt", aud=V["resource"], sub="u", client_id="c", jti="j", gid=grant, iat=start, exp=exp)

        def document(**claims):
            return signed("revocations+jwt", sub=V["feed"]["uri"], to="c1", **claims)

        ended, other = token("g", start + 3600), token("other", start + 90_000)
        issuer.answers["feed"] = document(iat=start, revoked={vestibule_mcp._digest("gid:g"): [start, start + 3600]})
        verifier = issuer.verifier()
        self.assertEqual(outcome(lambda: verifier.verify_sync(ended)), "401 invalid_token")
        issuer.answers["feed"] = document(iat=start + 600, **{"from": "c1", "revoked": {}})
        for now, one, said in ((start + 7200, other, "good"), (start + 603, ended, "401 invalid_token")):
            issuer.now = float(now)
            self.assertEqual(outcome(lambda: verifier.verify_sync(one)), said)


class Dripping(socketserver.ThreadingTCPServer):
    """Sends what it has, and then a byte every 20 ms, so that no single read takes long."""

    daemon_threads = True

    class RequestHandlerClass(socketserver.BaseRequestHandler):
        def handle(self):
            try:
                self.request.sendall(self.server.first)
                while True:
                    self.request.sendall(self.server.drop)
                    time.sleep(0.02)
            except OSError:
                self.server.is_cut_off.set()

    def __init__(self, first, drop):
        super().__init__(("127.0.0.1", 0), self.RequestHandlerClass)
        self.first, self.drop, self.is_cut_off = first, drop, threading.Event()
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def __exit__(self, *error):
        self.shutdown()
        super().__exit__(*error)


class Hello(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/" else 302)
        self.send_header("location", "/")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *_):
        pass


class SlowIssuer(unittest.TestCase):
    """An issuer whose answers do not end takes up no more than one total time, and stops nothing else."""

    HEAD = b"HTTP/1.1 200 OK\r\n"

    def test_a_server_that_drips(self):
        drips = {"head": (self.HEAD, b"x"), "headers": (self.HEAD, b"x: y\r\n"), "body": (self.HEAD + b"\r\n", b"[")}
        for name, (first, drop) in drips.items():
            with self.subTest(name), Dripping(first, drop) as server:
                with self.assertRaises((OSError, Unavailable, http.client.HTTPException)):
                    vestibule_mcp._object(vestibule_mcp._fetch(f"http://127.0.0.1:{server.server_address[1]}/", None, {}, 0.1)[1])
                self.assertTrue(server.is_cut_off.wait(5))

    def test_a_server_that_drips_while_tls_begins(self):
        # A record of a handshake, of 16 KB.
        with Dripping(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc", b"x") as server:
            with self.assertRaises(OSError):
                vestibule_mcp._fetch(f"https://127.0.0.1:{server.server_address[1]}/", None, {}, 0.1)
            self.assertTrue(server.is_cut_off.wait(5))

    def test_a_server_with_tls_that_does_not(self):
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
        now = datetime.datetime.now(datetime.timezone.utc)
        certificate = (x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + datetime.timedelta(1))
                       .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
                       .sign(key, hashes.SHA256()))
        pem = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        with tempfile.NamedTemporaryFile() as file, http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hello) as server:
            file.write(key.private_bytes(*pem) + certificate.public_bytes(pem[0]))
            file.flush()
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(file.name)
            server.socket = context.wrap_socket(server.socket, server_side=True)
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
            url = f"https://localhost:{server.server_address[1]}/"
            with self.assertRaises(OSError):
                vestibule_mcp._fetch(url, None, {}, 5)
            with unittest.mock.patch.dict(os.environ, SSL_CERT_FILE=file.name):
                self.assertEqual(vestibule_mcp._fetch(url, None, {}, 5)[:2], (200, "hello"))
                self.assertEqual(vestibule_mcp._fetch(f"{url}moved", None, {}, 5)[:2], (302, ""))
            server.shutdown()

    def test_whatever_fetches(self):
        for_ever = threading.Event()
        verifier = Verifier(V["issuer"], V["resource"], fetch=lambda *_: for_ever.wait())
        with self.assertRaises(Unavailable):
            verifier.ask("https://auth.example.com/", timeout=0.1)
        # That it ended is the proof.
        self.assertFalse(for_ever.is_set())
        for_ever.set()

    def stuck(self, name, **more):
        """An issuer that answers all but one question, and a verifier that has seen a good token."""
        issuer, let_go, asked = Issuer(feed=V["feed"]["steps"][0]["document"]), threading.Event(), threading.Event()
        verifier = issuer.verifier(**more, fetch=lambda url, *rest: (
            (asked.set(), let_go.wait(), OSError()) if name is not None and name in url and is_slow.is_set() else None,
            issuer.fetch(url, *rest))[1])
        is_slow = threading.Event()
        self.addCleanup(let_go.set)
        self.assertEqual(outcome(lambda: verifier.verify_sync(GOOD)), "good")
        is_slow.set()
        return issuer, verifier, asked

    def test_many_requests_wait_together(self):
        """None of twenty goes on before all wait: as one queue, they would wait one after the other."""
        for name in ("revocations", "jwks"):
            issuer, verifier, _ = self.stuck(name)
            issuer.now += 700
            together, waiting = threading.Event(), []

            def wait(*_):
                waiting.append(True)
                if len(waiting) >= 20:
                    together.set()
                together.wait(30)

            with (unittest.mock.patch.multiple(vestibule_mcp, FEED_TIMEOUT=60.0, wait=wait),
                  ThreadPoolExecutor(20) as pool):
                said = list(pool.map(lambda _: outcome(lambda: verifier.verify_sync(GOOD)), range(20)))
            self.assertEqual(said, ["good"] * 20, name)
            self.assertTrue(together.is_set(), name)

    def test_invented_keys_and_opaque_tokens_take_no_thread_of_good_tokens(self):
        unknown = next(v["token"] for v in V["tokens"] if v["name"] == "a token naming an unknown key")
        for name, token in (("jwks", lambda _: unknown), ("introspect", lambda at: f"vst_at_{at}")):
            issuer, verifier, asked = self.stuck(name, credentials=(None, "s"), revocations="ignore")
            issuer.now += 60

            async def flooded():
                flood = [asyncio.ensure_future(verifier.verify(token(at))) for at in range(100)]
                await asyncio.get_running_loop().run_in_executor(None, asked.wait)
                user = await asyncio.wait_for(verifier.verify(GOOD), 3)
                for one in flood:
                    one.cancel()
                return user.sub

            self.assertEqual(asyncio.run(flooded()), "user-1", name)

    def test_one_question_about_one_token(self):
        issuer = Issuer(introspection=V["introspection"][0]["answer"])
        verifier = issuer.verifier(credentials=(None, "s"))
        with ThreadPoolExecutor(20) as pool:
            said = list(pool.map(lambda _: outcome(lambda: verifier.verify_sync("vst_at_1")), range(20)))
        self.assertEqual((said, issuer.asked.count("introspection")), (["good"] * 20, 1))


class Http(unittest.TestCase):
    def call(self, verifier, path="/mcp", authorization=None, body=b""):
        sent, seen = [], {}

        async def app(scope, receive, send):
            seen.update(user=scope["user"], body=(await receive())["body"])
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"served"})

        async def receive():
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message):
            sent.append(message)

        headers = [] if authorization is None else [(b"authorization", authorization.encode())]
        scope = {"type": "http", "method": "POST", "path": path, "headers": headers}
        asyncio.run(Protect(app, verifier)(scope, receive, send))
        return sent[0]["status"], dict(sent[0]["headers"]), sent[1]["body"], seen

    def test_requests(self):
        for vector in V["requests"]:
            with self.subTest(vector["name"]):
                body = json.dumps(vector["message"]).encode()
                status, headers, _, seen = self.call(Issuer().verifier(), "/mcp", vector.get("authorization"), body)
                self.assertEqual(status, vector["status"])
                said = dict(re.findall(r'(\w+)="([^"]*)"', headers.get(b"www-authenticate", b"").decode()))
                said.pop("error_description", None)
                url = "https://mcp.example.com/.well-known/oauth-protected-resource/mcp"
                self.assertEqual(said, {**vector["challenge"], "resource_metadata": url} if "challenge" in vector else {})
                self.assertEqual(seen.get("body"), body if status == 200 else None)

    def test_headers_spelled_otherwise(self):
        body = b'{"jsonrpc":"2.0","id":1,"method":"tools/list"}'
        for spelled in (f"Bearer\t{GOOD}", f"Bearer\u00a0{GOOD}", f"Bearer Bearer {GOOD}", f'Bearer "{GOOD}"', f"Bearer={GOOD}",
                        f"Bearer token={GOOD}", f"Bearer x, Bearer {GOOD}", f"Basic x, Bearer {GOOD}", f"DPoP {GOOD}",
                        f"Token {GOOD}", f" Bearer {GOOD}", f"Bearer {GOOD}\n", f"Bearer {GOOD}\u0661", GOOD):
            status, _, _, seen = self.call(Issuer().verifier(), authorization=spelled, body=body)
            self.assertEqual((status, seen), (401, {}), spelled)
        for spelled in (f"bearer {GOOD}", f"BEARER   {GOOD}", f"Bearer {GOOD}  "):
            self.assertEqual(self.call(Issuer().verifier(), authorization=spelled, body=body)[0], 200, spelled)

    def test_metadata(self):
        for vector in V["metadata"]:
            verifier = Verifier(V["issuer"], vector["resource"], scopes=V["scopes"], tools=V["tools"])
            self.assertEqual(verifier.metadata_url, vector["url"])
            status, headers, body, _ = self.call(verifier, verifier.metadata_path)
            self.assertEqual((status, headers[b"access-control-allow-origin"]), (200, b"*"))
            self.assertEqual(json.loads(body), vector["document"])

    def test_outages_and_large_bodies(self):
        status, headers, _, _ = self.call(Issuer(jwks=OSError()).verifier(), authorization=f"Bearer {GOOD}")
        self.assertEqual((status, headers[b"retry-after"]), (503, b"5"))
        self.assertEqual(self.call(Issuer().verifier(), "/mcp", f"Bearer {GOOD}", b"x" * 5_000_000)[0], 413)
        self.assertEqual(self.call(Issuer().verifier(), "/mcp", f"Bearer {GOOD}", b"[" * 100_000)[0], 400)

    def test_disguised_calls(self):
        """A body is read once, as UTF-8, -16 or -32, and whatever is in it comes to the application only as it was seen."""
        call = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":%s}}'
        named = call % '"delete_file"'
        for body in (call % '"\\u0064elete_file"', call % '["delete_file"]', call % "null", named.encode("utf-16"),
                     named.encode("utf-16-le"), named.encode("utf-32"), named.encode("utf-8-sig"), f"[{named},{named}]"):
            body = body if isinstance(body, bytes) else body.encode()
            status, _, _, seen = self.call(Issuer().verifier(), "/mcp", f"Bearer {GOOD}", body)
            self.assertEqual((status, seen), (403, {}), body)
        # Parsers differ in which of the two counts.
        for body in (call % '"whoami","name":"delete_file"', call % '"delete_file","name":"whoami"',
                     named.replace("params", "params\":{\"name\":\"whoami\"},\"params"),
                     named.replace('"method"', '"method":"tools/list","method"')):
            status, _, _, seen = self.call(Issuer().verifier(), "/mcp", f"Bearer {GOOD}", body.encode())
            self.assertEqual((status, seen), (400, {}), body)

    def test_official_sdk(self):
        """Its interface as documented: the SDK itself is not among Debian's packages."""
        provider = types.ModuleType("mcp.server.auth.provider")
        provider.AccessToken = types.SimpleNamespace
        names = ["mcp", "mcp.server", "mcp.server.auth"]
        sys.modules.update({name: types.ModuleType(name) for name in names}, **{provider.__name__: provider})
        verifier = SdkTokenVerifier(Issuer().verifier())
        token = asyncio.run(verifier.verify_token(GOOD))
        self.assertEqual((token.client_id, token.scopes), ("client-1", ["files:read"]))
        self.assertIsNone(asyncio.run(verifier.verify_token("opaque")))
        lacking = next(one["authorization"] for one in V["requests"] if one["name"] == "without the scope of all")
        self.assertIsNone(asyncio.run(verifier.verify_token(lacking.removeprefix("Bearer "))))
        # The SDK takes whole seconds alone.
        answer = {**V["introspection"][0]["answer"], "exp": V["now"] + 600.5}
        opaque = SdkTokenVerifier(Issuer(introspection=answer).verifier(credentials=(None, "s")))
        self.assertEqual(repr(asyncio.run(opaque.verify_token("opaque")).expires_at), str(V["now"] + 600))


if __name__ == "__main__":
    unittest.main()
