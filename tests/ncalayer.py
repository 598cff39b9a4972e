"""A stand-in for NCALayer: a WebSocket server that speaks its protocol and signs with keys of the throw-away PKI.

What a person does at the window is `behaviour`: sign, cancel, let it fail, close it. A request that is not in the
form of the real program is answered with its error, so that a mistake of ours shows.
"""

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Thread
from typing import Any

from websockets.sync.server import Server, ServerConnection, serve

from pb.core.eds.signing import KeyPair, sign_cms, to_pem

SIGN, CANCEL, FAIL, CLOSE, OLD_CANCEL = "sign", "cancel", "fail", "close", "old-cancel"


@dataclass
class NCALayer:
    """`key` signs; `requests` keeps what pages asked for; `obeys` False signs with a key that the page did not ask for,
    as a changed program could; `content` may replace what is signed."""

    key: KeyPair | None = None
    behaviour: str = SIGN
    obeys: bool = True
    attached: bool = False
    content: Callable[[bytes], bytes] = lambda content: content
    at: Callable[[], datetime] = lambda: datetime.now(UTC)
    requests: list[dict[str, Any]] = field(default_factory=list)
    port: int = 0
    server: Server | None = None

    @property
    def address(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    @property
    def asked(self) -> list[bytes]:
        """What was asked to be signed."""
        return [base64.b64decode(each["args"]["data"]) for each in self.requests]

    @property
    def texts(self) -> list[str]:
        """The same, where it was all texts."""
        return [each.decode() for each in self.asked]

    def stop(self) -> None:
        """The program is closed: nobody listens any more."""
        if self.server is not None:
            self.server.shutdown()
            self.server = None

    def talk(self, connection: ServerConnection) -> None:
        connection.send(json.dumps({"result": {"version": "1.4"}}))
        for message in connection:
            if self.behaviour == CLOSE:
                return
            connection.send(json.dumps(self.answer(json.loads(message))))

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        args = request.get("args", {})
        if (
            (request.get("module"), request.get("method")) != ("kz.gov.pki.knca.basics", "sign")
            or args.get("format") != "cms"
            or args.get("locale") not in {"kk", "ru"}
            or args.get("signingParams") != {"decode": True, "encapsulate": False, "digested": False}
            or not isinstance(args.get("signerParams", {}).get("extKeyUsageOids"), list)
        ):
            return _error("a request in another form")
        self.requests.append(request)
        if self.behaviour == CANCEL:
            return {"status": True, "body": {}}
        if self.behaviour == OLD_CANCEL:
            return {"status": False, "code": "500", "message": "action.canceled"}
        if self.behaviour == FAIL or self.key is None:
            return _error("the token is not there")
        if self.obeys and not set(args["signerParams"]["extKeyUsageOids"]) <= set(self.key.certificate.extended_usages):
            return _error("no key of this kind")
        content = self.content(base64.b64decode(args["data"], validate=True))
        cms = sign_cms(content, self.key, attached=self.attached, at=self.at())
        return {"status": True, "body": {"result": to_pem(cms).decode()}}


def _error(message: str) -> dict[str, Any]:
    return {"status": False, "code": "INVOCATION_ERROR", "message": message, "details": ""}


@contextmanager
def ncalayer(key: KeyPair | None = None, behaviour: str = SIGN) -> Iterator[NCALayer]:
    """Listens on a free port until the block ends."""
    program = NCALayer(key, behaviour)
    with serve(program.talk, "127.0.0.1", 0) as server:
        program.port = server.socket.getsockname()[1]
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        program.server = server
        yield program
        program.stop()
        thread.join()
