"""Requests of web pages are refused: ministack asks nobody who he is, and answers every page with
`Access-Control-Allow-Origin: *`, so that any page of the user's browser could act as the user.

A browser names the site that it talks to (`Host`) and the site of the page that makes a request (`Origin`, and with
`Sec-Fetch-Site` how the two are related); pages can change none of them. The AWS CLI and the SDKs send a Host of this
machine, and neither of the others.

- A Host that is no name of this machine with the endpoint's port is refused: a page whose own name was turned to
  127.0.0.1 (DNS rebinding) says that name here.
- An Origin is refused, `null` too, unless the CORS rules of the bucket or the HTTP API that the request is about name
  it. Then, and only then, the answer bears `Access-Control-` headers: those that the rules ask for.
- A request without Origin that a page makes all the same, such as an image, a form by GET or a frame, is refused unless
  it is a window's own navigation to an object of S3: a link to it, presigned or not, works.

What a person opens by hand is no page's request.
"""

import functools
import http.server
import json
import re
from urllib.parse import parse_qs

# Names that no DNS server is asked for (RFC 6761), and under them those of buckets and APIs.
LOCAL_NAME = re.compile(r"(?:127\.0\.0\.1|\[::1\]|(?:[a-z0-9-]+\.)*localhost)", re.IGNORECASE)
CORS_HEADER = b"access-control-"
READS = ("GET", "HEAD")
# Operations that AWS itself sends people links to; they hold a token.
LINKED_ACTIONS = ("ConfirmSubscription", "Unsubscribe")

MISDIRECTED, FORBIDDEN = 421, 403


def is_own_host(host: str | None, port: int) -> bool:
    """Whether a request is addressed to this machine, at the port where it arrived."""
    name, _, told = (host or "").rpartition(":")
    if not name or not told.isdigit():
        # Without a port it is the one of http; an IPv6 address has colons of its own.
        name, told = host or "", "80"
    return LOCAL_NAME.fullmatch(name) is not None and told == str(port)


def refusal(method: str, path: str, query: dict, headers: dict[str, list[str]], port: int, is_named, is_object):
    """Status and sentence when a request is refused. `is_named(origin)` says whether CORS rules name an origin, and
    `is_object()` whether the request is about an object of S3; headers have lower-case names."""
    hosts, origins = headers.get("host", []), headers.get("origin", [])
    if len(hosts) != 1 or not is_own_host(hosts[0], port):
        return MISDIRECTED, f"The local AWS answers to 127.0.0.1:{port} and localhost:{port} only: use one of these."
    if origins:
        if len(origins) == 1 and is_named(origins[0]):
            return None
        sentence = (
            "The local AWS does not answer web pages. To let one use a bucket or an API, "
            "name its origin in the CORS rules of that bucket or API."
        )
        return FORBIDDEN, sentence
    related = headers.get("sec-fetch-site", [])
    if related == ["none"]:
        return None
    if not related:
        # An image of an old browser. A program signs in a header, which pages cannot send without being asked first.
        is_link = method in READS and "Action" in query and "authorization" not in headers
        if is_link and query["Action"][0] not in LINKED_ACTIONS:
            return FORBIDDEN, "The local AWS takes this operation by a signed request only, such as of the AWS CLI."
        return None
    is_window = headers.get("sec-fetch-mode") == ["navigate"] and headers.get("sec-fetch-dest") == ["document"]
    # An operation of the query protocols can be called by a mere link.
    is_plain = not path.startswith("/_") and "Action" not in query
    if is_window and method in READS and is_plain and is_object():
        return None
    return FORBIDDEN, "The local AWS does not answer web pages: open this address by hand, or call it by a program."


def refuse_pages(port: int) -> None:
    """Puts the checks around all that the endpoint answers."""
    from ministack import app

    original = app.app

    async def checked(scope, receive, send):
        if scope["type"] not in ("http", "websocket"):
            return await original(scope, receive, send)
        headers = headers_of(scope)
        method, path = scope.get("method", "GET"), scope["path"]
        query = parse_qs(scope.get("query_string", b"").decode("utf-8", "replace"), keep_blank_values=True)
        one_each = {name: ", ".join(values) for name, values in headers.items()}
        is_socket = scope["type"] == "websocket"

        def is_named(origin: str) -> bool:
            # A WebSocket API has no CORS rules.
            found = {} if is_socket else rules_of(app, method, path, query, one_each, origin)
            return "Access-Control-Allow-Origin" in found

        def is_object() -> bool:
            return app.detect_service(method, path, one_each, query) == "s3"

        refused = refusal(method, path, query, headers, port, is_named, is_object)
        if refused is None:
            return await original(scope, receive, with_own_rules(app, send, method, path, query, one_each))
        if is_socket:
            await receive()
            return await send({"type": "websocket.close", "code": 1008})
        await answer(send, *refused)

    app.app = checked


def headers_of(scope: dict) -> dict[str, list[str]]:
    headers: dict[str, list[str]] = {}
    for name, value in scope.get("headers", []):
        headers.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return headers


async def answer(send, status: int, sentence: str) -> None:
    body = json.dumps({"__type": "AccessDeniedException", "message": sentence}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def rules_of(app, method: str, path: str, query: dict, headers: dict[str, str], origin: str) -> dict[str, str]:
    """The `Access-Control-` headers of the bucket's or the HTTP API's own rules for an origin; none when they do not
    name it, or not for this method."""
    host = headers.get("host", "")
    if called := app._parse_execute_api_url(host, path):
        from ministack.services import apigateway

        scope = apigateway.find_api_scope(called[0])
        api = apigateway._apis.get_scoped(*scope, called[0]) if scope else None
        return apigateway._cors_response_headers((api or {}).get("corsConfiguration") or {}, origin)
    if headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        # Such a body names an operation of another service, whatever the path is.
        return {}
    is_preflight = method == "OPTIONS"
    meant = headers.get("access-control-request-method", "") if is_preflight else method
    target = app._s3_cors_target(host, path)
    if target and app.detect_service(meant, path, headers, query) == "s3":
        from ministack.services import s3

        if is_preflight:
            status, found, _body = s3.cors_preflight(*target, headers)
            return found if status == 200 else {}
        return s3.cors_response_headers(target[0], meant, headers)
    return {}


def with_own_rules(app, send, method: str, path: str, query: dict, headers: dict[str, str]):
    """Takes ministack's `Access-Control-` headers for everybody away; those of a bucket's or an API's rules stay."""
    origin = headers.get("origin")
    own = rules_of(app, method, path, query, headers, origin) if origin else {}
    is_api = app._parse_execute_api_url(headers.get("host", ""), path) is not None

    async def send_checked(message):
        if message["type"] == "http.response.start":
            kept = list(message.get("headers", []))
            # An API's answers bear what its rules ask for already, and a preflight's more than other answers.
            if not (is_api and own):
                kept = [(name, value) for name, value in kept if not name.lower().startswith(CORS_HEADER)]
                told = {name: value for name, value in own.items() if name.lower() != "content-length"}
                kept += [(name.encode(), value.encode("latin-1")) for name, value in told.items()]
            message = {**message, "headers": kept}
        await send(message)

    return send_checked


def refuse_pages_at_runtimes() -> None:
    """The servers that functions fetch their events from are on ports of their own. None of them is a page's."""

    def guarded(original):
        @functools.wraps(original)
        def handle(self):
            port = self.server.server_address[1]
            headers = {name.lower(): self.headers.get_all(name, []) for name in self.headers.keys()}
            refused = refusal(self.command, self.path, {}, headers, port, lambda _: False, lambda: False)
            if refused:
                # What the request still holds is not read: the connection ends with the answer.
                self.close_connection = True
                return self.send_error(*refused)
            return original(self)

        return handle

    class Checked(http.server.BaseHTTPRequestHandler):
        """In the place of the handler that ministack derives its own from."""

        def __init_subclass__(cls, **named) -> None:
            super().__init_subclass__(**named)
            for name in ("do_GET", "do_POST"):
                if name in vars(cls):
                    setattr(cls, name, guarded(vars(cls)[name]))

    http.server.BaseHTTPRequestHandler = Checked
