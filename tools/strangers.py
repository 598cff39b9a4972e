"""Strangers who attack a village's vote, all at once, until they are killed: `tools/siege.py` starts them.

    python tools/strangers.py PORT PATH_OF_THE_POLL

Each kind has addresses of its own (127.0.1.x and on), as many networks would. What they did is counted by kind and
answer, and printed when SIGTERM comes.
"""

import asyncio
import collections
import contextlib
import json
import re
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus

SLOW = 300  # slow writers, and as many slow readers
ADDRESSES = 16
PAUSE_SECONDS = 0.2
TOKEN = re.compile(r'name="?csrf[_-]token"? [^>]*(?:value|content)="([^"]+)"')
NONCE = re.compile(r'"nonce": ?"([^"]+)"')
COOKIE = re.compile(r"(?mi)^set-cookie: ([^;\r\n]+)")


@dataclass
class Strangers:
    port: int
    poll: str
    answers: collections.Counter[str] = field(default_factory=collections.Counter)

    async def connect(self, kind: int, number: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        address = f"127.0.{kind}.{1 + number % ADDRESSES}"
        return await asyncio.open_connection("127.0.0.1", self.port, local_addr=(address, 0), limit=4096)

    async def slow_writer(self, number: int) -> None:
        """A ballot, a byte a second."""
        _reader, writer = await self.connect(1, number)
        writer.write(f"POST {self.poll}/ballots HTTP/1.1\r\nHost: localhost\r\nContent-Length: 90000\r\n\r\n".encode())
        with contextlib.closing(writer):
            while True:
                writer.write(b"x")
                await writer.drain()
                self.answers["slow writer: byte"] += 1
                await asyncio.sleep(1)

    async def slow_reader(self, number: int) -> None:
        """Asks for pages, many on one connection, and takes a byte of the answers a second."""
        reader, writer = await self.connect(2, number)
        writer.write(f"GET {self.poll} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode() * 20)
        with contextlib.closing(writer):
            while await reader.read(1):
                self.answers["slow reader: byte"] += 1
                await asyncio.sleep(1)

    async def ask(self, kind: int, number: int, method: str, path: str, body: str = "", headers: str = "") -> str:
        """One request; the whole answer."""
        reader, writer = await self.connect(kind, number)
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {len(body)}\r\n"
        writer.write(f"{head}{headers}\r\n{body}".encode())
        answer = b""
        with contextlib.closing(writer):
            async with asyncio.timeout(60):
                while part := await reader.read(65_536):
                    answer += part
        return answer.decode(errors="replace")

    async def send(self, kind: int, number: int, page: str, path: str, body: str) -> str:
        """What a browser sends from a page: a form, or a call of its script, with the token and the cookie."""
        seen = await self.ask(kind, number, "GET", page)
        token, cookie = TOKEN.search(seen), COOKIE.search(seen)
        if token is None or cookie is None:
            return seen
        headers = f"Cookie: {cookie[1]}\r\nX-CSRFToken: {token[1]}\r\nContent-Type: "
        headers += "application/json\r\n" if body.startswith("{") else "application/x-www-form-urlencoded\r\n"
        return await self.ask(kind, number, "POST", path, body, headers)

    async def papers(self, number: int) -> None:
        """The papers of meetings that do not exist."""
        path = f"/krasnoyar/documents/announcement/1999/meetings/{number}/kk"
        self.count("papers", await self.send(3, number, "/sign-in", path, ""))

    async def passwords(self, number: int) -> None:
        """Passwords of invented people."""
        body = f"iin=9{number:011d}&password=qwerty123456"
        self.count("password", await self.send(4, number, "/sign-in", "/sign-in", body))

    async def objections(self, number: int) -> None:
        path = f"{self.poll}/objections"
        self.count("objection", await self.send(5, number, path, path, "text=Flood.&contact=87010000000"))

    async def cards(self, number: int) -> None:
        """A challenge, then a card that does not exist."""
        page = f"{self.poll}/vote"
        answer = await self.send(6, number, page, f"{self.poll}/challenge", "{}")
        self.count("challenge", answer)
        nonce = NONCE.search(answer)
        card = {"iin": f"9{number:011d}", "credential": "7" * 40, "nonce": nonce[1] if nonce else "", "proof": {}}
        self.count("card", await self.send(6, number, page, f"{self.poll}/voter", json.dumps(card)))

    async def texts(self, number: int) -> None:
        """Texts for a digital signature."""
        self.count("text to sign", await self.send(7, number, "/sign-in", "/sign-in/eds/text", "{}"))

    async def endless_forms(self, number: int) -> None:
        """Two megabytes of empty fields, to a page that takes a form and to one that is not there."""
        path = "/sign-in" if number % 2 else "/nowhere"
        form = "Content-Type: application/x-www-form-urlencoded\r\n"
        self.count("endless form", await self.ask(8, number, "POST", path, "a&" * 1_000_000, form))

    async def dear_pages(self, number: int) -> None:
        """Pages that take much to make, eight at once."""
        paths = (f"{self.poll}/checks", "/krasnoyar/permissions")
        asked = (self.ask(9, number, "GET", paths[each % 2]) for each in range(8))
        for answer in await asyncio.gather(*asked):
            self.count("dear page", answer)

    async def far_ahead(self, number: int) -> None:
        """Asks for the log 150 times in one packet, and takes nothing."""
        _reader, writer = await self.connect(10, number)
        with contextlib.closing(writer):
            writer.write(b"GET /krasnoyar/log.jsonl HTTP/1.1\r\nHost: localhost\r\n\r\n" * 150)
            await asyncio.sleep(5)
            self.answers["far ahead: connection"] += 1

    def count(self, kind: str, answer: str) -> None:
        self.answers[f"{kind}: {answer.partition(' ')[2][:3]}"] += 1

    async def again_and_again(self, act: Callable[[int], Awaitable[None]], number: int, pause: float) -> None:
        while True:
            try:
                await act(number)
            except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
                self.answers[f"{act.__name__}: {type(error).__name__}"] += 1
            number += ADDRESSES
            await asyncio.sleep(pause)

    def quick(self) -> tuple[Callable[[int], Awaitable[None]], ...]:
        return (
            self.papers,
            self.passwords,
            self.objections,
            self.cards,
            self.texts,
            self.endless_forms,
            self.dear_pages,
            self.far_ahead,
        )

    async def attack(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            for number in range(SLOW):
                tasks.create_task(self.again_and_again(self.slow_writer, number, PAUSE_SECONDS))
                tasks.create_task(self.again_and_again(self.slow_reader, number, PAUSE_SECONDS))
            for act in self.quick():
                tasks.create_task(self.again_and_again(act, 0, PAUSE_SECONDS))


async def main() -> None:
    strangers = Strangers(int(sys.argv[1]), sys.argv[2])
    attack = asyncio.create_task(strangers.attack())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, attack.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await attack
    for kind, number in sorted(strangers.answers.items()):
        known = kind[-3:].isdigit() and HTTPStatus(int(kind[-3:])).phrase
        print(f"  {kind} {known or ''} × {number}")


if __name__ == "__main__":
    asyncio.run(main())
