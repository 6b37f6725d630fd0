"""How many raw messages a second become events, on one core, without a server: `python -m benchmarks.ingest_translate`."""

import json
import time
from datetime import UTC, datetime, timedelta

from services.ingest.scribe import Scribe

_START = datetime(2026, 11, 22, 12, tzinfo=UTC)


def messages(count: int, viewers: int = 500) -> list[tuple[str, bytes, datetime]]:
    """Give a busy room: 90 % chat, one line in ten with markup, and joins, leaves and ranks."""
    made = []
    for number in range(count):
        sent = _START + timedelta(milliseconds=10 * number)
        user = f"viewer{number % viewers}"
        name, payload = {
            0: ("addUser", {"name": user, "rank": 1, "profile": {"image": "", "text": ""}, "meta": {"afk": False, "muted": False}}),
            1: ("setUserRank", {"name": user, "rank": 2}),
        }.get(
            number % 20,
            (
                "chatMsg",
                {
                    "username": user,
                    "msg": "a <em>line</em> &amp; more" if number % 10 == 5 else "just an ordinary line of chat, with some words in it",
                    "meta": {},
                    "time": int(sent.timestamp() * 1000),
                },
            ),
        )
        body = {
            "event_name": name,
            "payload": payload,
            "channel": "testroom",
            "domain": "localhost",
            "timestamp": sent.isoformat(),
            "correlation_id": f"{number:032d}",
        }
        made.append((f"kryten.events.cytube.testroom.{name.lower()}", json.dumps(body).encode(), sent + timedelta(milliseconds=1)))
    return made


def measure(count: int = 50_000) -> float:
    """Give messages per second."""
    made = messages(count)
    scribe = Scribe({"testroom": "localhost"}, 1)
    began = time.perf_counter()
    for number, (subject, body, stored) in enumerate(made, start=1):
        scribe.write(number, subject, body, stored)
    return count / (time.perf_counter() - began)


if __name__ == "__main__":
    print(f"translate: {measure():,.0f} messages/s")
