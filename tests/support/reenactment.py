"""The recordings played again in the simulated room: what its people did then, they do now, and both sides' messages are compared.

Who did what is read from the recording itself: a message that nothing done so far explains was somebody's doing.
"""

import json
from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from libs.common import subjects
from libs.common.names import fold
from libs.sim import queries
from libs.sim.mirror import Put
from libs.sim.people import Person
from libs.sim.playlist import Item, Media
from libs.sim.robot import Out
from libs.sim.simulation import Simulation, Step
from libs.sim.text import plain
from tests.support.likeness import Findings, Said, answer_of, brief_of, msg_of, shape
from tests.support.script import BOT, CHANNEL, DOMAIN

RECORDINGS = sorted((Path(__file__).parents[1] / "data" / "recordings").glob("*.jsonl"))

BY_THE_CLOCK = {"usercount", "mediaUpdate", "voteskip"}
"""Come when they come, or hang on how many vote: only their shape is compared."""
UNPLAYED = {
    "newPoll", "updatePoll", "closePoll", "updateChatFilter", "deleteChatFilter", "addFilterSuccess", "renameEmote", "readChanLog",
    "searchResults", "setUserProfile", "setPlaylistLocked", "validationPassed", "kick",
}  # fmt: skip
"""The simulation has none of these: polls, filters, logs, the library; and it never kicks the robot."""
UNPLAYED_COMMANDS = {
    "newPoll", "vote", "closePoll", "addFilter", "updateFilter", "removeFilter", "readChanLog", "searchLibrary", "system.config",
    "system.services",
}  # fmt: skip


class Reenactment:
    """One recording, played."""

    def __init__(self, path: Path) -> None:
        """Read the recording."""
        self.rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        self.found = Findings()
        self.media = {(media.type, media.id): media for media in self._recorded_media()}
        self.sim = Simulation(
            channel=CHANNEL, domain=DOMAIN, bot=BOT, seed=1, now=self._at(0), new_session=lambda: "-", crowded=False, resolve=self._resolve
        )
        self._due: deque[Said] = deque()
        self._replies: dict[str, deque[dict[str, Any]]] = {}
        self._number = 0
        self._done_at = self._at(0)

    def play(self) -> Findings:
        """Play it through."""
        if next(row["subject"] for row in self.rows if row["subject"].startswith("kryten.")) != subjects.robot_lifecycle("startup"):
            self._go_on()
        for number, row in enumerate(self.rows):
            self._number = number
            self.sim.room.at(self._at(number))
            self._take(row)
        self._all_said("end")
        return self.found

    def _take(self, row: dict[str, Any]) -> None:
        subject, data = row["subject"], row["data"]
        if subject == "rig.mark":
            self._all_said(data["step"])
        elif subject.startswith("$KV."):
            if subject.endswith("_userlist.users"):
                self.found.lists[0].append(brief_of(data))
        elif subject.startswith("kryten.events."):
            self._hear(data["event_name"], data["payload"], Said(data["event_name"], shape(data), msg_of(data)))
        elif subject.startswith("kryten.lifecycle.robot."):
            self._hear(subject.rsplit(".", 1)[1], data, Said(subject.rsplit(".", 1)[1], shape(data)))
        elif subject == subjects.ROBOT_COMMAND:
            self._order(data, row["reply"])
        elif subject == subjects.robot_level(DOMAIN, CHANNEL):
            self._replies[row["reply"]] = deque([queries.level(self.sim.robot)])
        elif subject.startswith("kryten.commands.cytube."):
            self._expect(self.sim.old_order(json.dumps(data).encode(), self._at(self._number)))
        elif row.get("reply_to"):
            self._compare_reply(row)

    # -- messages -------------------------------------------------------------------------------------------------------------------

    def _hear(self, name: str, payload: Any, said: Said) -> None:
        if name == "kick":
            self.sim.robot.lose()
        if name in UNPLAYED or (name in {"chatMsg", "pm", "drinkCount"} and self._is_unplayed(name, payload)):
            return
        if name in BY_THE_CLOCK:
            self.found.compared += 1
            return
        if not self._explained(said):
            self._do(name, payload)
            self._done_at = self.sim.room.now
            if not self._explained(said):
                self.found.unexplained.append(f"{self._number + 1}: {said}; due: {list(self._due)[:3]}")

        if name == "queue":
            self._same_uid(payload["item"])

    def _same_uid(self, item: dict[str, Any]) -> None:
        """Number what was queued as it was numbered then, so that what is said of it later means the same."""
        playlist = self.sim.room.playlist
        mine = playlist.holding(_media(item["media"]))
        if mine is not None:
            mine.uid = item["uid"]
            playlist._uid = max(playlist._uid, item["uid"] + 1)

    def _explained(self, said: Said) -> bool:
        for place, due in enumerate(self._due):
            if due == said:
                if place:
                    self.found.overtaken |= {(said.name, earlier.name) for earlier in list(self._due)[:place]}
                del self._due[place]
                self.found.compared += 1
                return True
        return False

    def _is_unplayed(self, name: str, payload: Any) -> bool:
        if name == "drinkCount":
            return bool(payload)
        if name == "pm":
            told = str(payload["msg"]).startswith("Kryten Robot v")  # the robot's own answer to `system:`
            return told and self.sim.room.people[fold(BOT)].patience.allows(self.sim.room.now)
        voices = {"[voteskip]"}
        meta, msg = payload["meta"], payload["msg"]
        return payload["username"] in voices or meta.get("addClass") == "drink" or "modflair" in meta or "FROG" in msg

    def _all_said(self, step: str) -> None:
        if self.sim.room.now - self._done_at < timedelta(seconds=0.1):
            return  # the rest comes behind the mark
        left = list(self._due)
        self._due.clear()
        if left:
            self.found.too_much.append(f"before {step!r}: {left}")

    def _expect(self, step: Step) -> None:
        self._expect_outs(step.outs)

    def _expect_outs(self, outs: list[Out]) -> None:
        for out in outs:
            if isinstance(out, Put):
                if out.bucket == "userlist":
                    self.found.lists[1].append(brief_of(json.loads(out.value)))
                continue
            body = json.loads(out.body)
            name = body.get("event_name") or out.subject.rsplit(".", 1)[1]
            if name not in BY_THE_CLOCK | UNPLAYED:
                self._due.append(Said(name, shape(body), msg_of(body)))

    # -- requests -------------------------------------------------------------------------------------------------------------------

    def _order(self, data: Any, reply_to: str | None) -> None:
        command = data.get("command") if isinstance(data, dict) else None
        body = json.dumps(data).encode() if isinstance(data, dict) else str(data).encode()
        if command in UNPLAYED_COMMANDS:
            return
        step = self.sim.order(body, self._at(self._number))
        self._expect(step)
        if reply_to:
            self._replies[reply_to] = deque(reply.body for reply in step.replies)

    def _compare_reply(self, row: dict[str, Any]) -> None:
        if row["subject"] not in self._replies:  # a command that is not played
            return
        waiting, data = self._replies[row["subject"]], row["data"]
        mine = waiting.popleft() if waiting else {}
        self.found.compared += 1
        if answer_of(mine) != answer_of(data):
            self.found.replies.append(f"{self._number + 1}: {answer_of(data)}, not {answer_of(mine)}")

    # -- deeds ----------------------------------------------------------------------------------------------------------------------

    def _do(self, name: str, payload: Any) -> None:
        deed: Callable[[Any], None] | None = getattr(self, f"_on_{name.lower()}", None)
        if deed is not None:
            deed(payload)
            self._expect(self.sim._step())

    def _on_startup(self, _payload: Any) -> None:
        self._set_up()
        self._expect(self.sim.start(self.sim.room.now, ["nats://127.0.0.1:14922"]))

    def _on_connected(self, payload: Any) -> None:
        _, _, reason = payload["note"].partition("after: ")
        reason, _, attempt = reason.partition(" (attempt ")
        self._set_up()
        # With a server down, the robot's first attempt does not count as quick.
        self._expect_outs(self.sim.robot.come_back(reason, int(attempt.rstrip(")"))))

    def _on_disconnected(self, _payload: Any) -> None:
        self._expect_outs(self.sim.robot.stop())

    def _on_adduser(self, payload: Any) -> None:
        name = payload["name"]
        rank = self._rank_soon(name, payload["rank"]) if payload["rank"] else 0
        if rank > 1:
            self.sim.room.ranks[fold(name)] = (name, rank)
        self.sim.room.join(name, rank, payload["profile"]["image"], payload["profile"]["text"])
        if self._rank_soon(name, -1) == -1:  # told before, or thrown out too soon
            kept = [frame for frame in self.sim.room.take() if frame.name != "setUserRank"]
            for frame in kept:
                self.sim.room.send(frame.name, frame.payload)

    def _on_userleave(self, payload: Any) -> None:
        if self._whisper_soon(f"kicked {payload['name']}"):
            self.sim.room.kick("carol", payload["name"])
        else:
            self.sim.room.leave(payload["name"])

    def _on_chatmsg(self, payload: Any) -> None:
        if payload["username"] != "[server]":
            prefix = {"action": "/me ", "spoiler": "/sp ", "shout": "/say "}.get(payload["meta"].get("addClass", ""), "")
            self.sim.room.chat(payload["username"], prefix + plain(payload["msg"]))
            return
        by, verb, name = payload["msg"].split(" ")[:3]
        if verb in {"namebanned", "unmuted"}:
            getattr(self.sim.room, {"namebanned": "ban", "unmuted": "unmute"}[verb])(by, name, *([""] if verb == "namebanned" else []))

    def _on_pm(self, payload: Any) -> None:
        if payload["username"] != BOT:
            self.sim.room.pm(payload["username"], payload["to"], plain(payload["msg"]))

    def _on_setusermeta(self, payload: Any) -> None:
        person, meta = self.sim.room.person(payload["name"]), payload["meta"]
        if person is not None and person.afk != meta["afk"]:
            self.sim.room.chat(person.name, "/afk")
        elif meta["muted"]:
            self.sim.room.mute("carol", payload["name"], shadow=meta["smuted"])
        else:
            self.sim.room.unmute("carol", payload["name"])

    def _on_setuserrank(self, payload: Any) -> None:
        if fold(payload["name"]) == fold(self.sim.room.leader):
            self.sim.room.lead("")
        elif self.sim.room.person(payload["name"]) is None and "userrank" not in payload:
            self.sim.room.send("setUserRank", payload)  # signed in before coming in
        else:
            self._set_rank(payload)

    def _set_rank(self, payload: Any) -> None:
        self.sim.room.set_rank("owner", payload["name"], payload["rank"])

    def _on_setleader(self, payload: Any) -> None:
        self.sim.room.lead(payload)

    def _on_queue(self, payload: Any) -> None:
        item, playlist = payload["item"], self.sim.room.playlist
        playlist._uid = item["uid"]
        place = "next" if playlist.items and payload["after"] != playlist.items[-1].uid else "end"
        playlist.add(_media(item["media"]), item["queueby"], place, self.sim.room.now, temp=item["temp"])  # type: ignore[arg-type]

    def _on_delete(self, payload: Any) -> None:
        playlist = self.sim.room.playlist
        following = next((event[1] for event in list(self._ahead(8)) if event[0] == "setCurrent"), None)
        item = playlist.find(payload["uid"])
        if item is not None and item is playlist.current and following is not None:
            playlist.skip(self.sim.room.now, playlist.find(following))
        else:
            playlist.delete(payload["uid"], self.sim.room.now)

    def _on_movevideo(self, payload: Any) -> None:
        self.sim.room.playlist.move(payload["from"], payload["after"])

    def _on_settemp(self, payload: Any) -> None:
        self.sim.room.playlist.set_temp(payload["uid"], temp=payload["temp"])

    def _on_setcurrent(self, payload: Any) -> None:
        self.sim.room.playlist.skip(self.sim.room.now, self.sim.room.playlist.find(payload))

    def _on_playlist(self, payload: Any) -> None:
        playlist = self.sim.room.playlist
        if not payload:
            playlist.clear()
            return
        playlist._uid = min(item["uid"] for item in payload)
        playlist.shuffle(self.sim.robot.chance, self.sim.room.now)
        for mine, theirs in zip(playlist.items, payload, strict=True):
            mine.uid, mine.media = theirs["uid"], _media(theirs["media"])

    def _on_updateemote(self, payload: Any) -> None:
        self.sim.room.set_emote(payload["name"], payload["image"])

    def _on_removeemote(self, payload: Any) -> None:
        self.sim.room.emotes = [{"name": payload["name"], "image": "", "source": ""}]  # renamed, which is not played
        self.sim.room.remove_emote(payload["name"])

    def _on_channelcssjs(self, payload: Any) -> None:
        self.sim.room.set_looks(payload["css"], payload["js"])

    def _on_setmotd(self, payload: Any) -> None:
        self.sim.room.set_motd(payload)

    def _on_channelopts(self, payload: Any) -> None:
        self.sim.room.send("channelOpts", payload)

    def _on_setpermissions(self, payload: Any) -> None:
        self.sim.room.send("setPermissions", payload)

    def _on_clearchat(self, payload: Any) -> None:
        self.sim.room.chat(payload["clearedBy"], "/clear")

    def _on_banlistremove(self, payload: Any) -> None:
        self.sim.room.unban("owner", payload["name"])

    # -- what is to come ------------------------------------------------------------------------------------------------------------

    def _set_up(self) -> None:
        """Make the room what the robot finds when it comes in."""
        room, ahead = self.sim.room, list(self._ahead(90))
        users = next(payload for name, payload in ahead if name == "userlist")
        room.people.clear()
        for user in users:
            person = Person.arrive(user["name"], user["rank"], room.now, user["profile"]["image"], user["profile"]["text"])
            person.afk = user["meta"]["afk"]
            room.people[fold(user["name"])] = person
        room.emotes = next(payload for name, payload in ahead if name == "emoteList")
        room.backlog.clear()
        for name, payload in ahead:
            if name == "drinkCount":
                break
            if name == "chatMsg":
                room.backlog.append(payload)
        items = next(payload for name, payload in ahead if name == "playlist")
        room.playlist.items = [Item(_media(item["media"]), item["uid"], item["temp"], item["queueby"]) for item in items]
        current = next((payload for name, payload in ahead if name == "setCurrent"), None) if items else None
        room.playlist.current = None if current is None else room.playlist.find(current)
        room.playlist._began = room.now

    def _go_on(self) -> None:
        """Begin as an earlier recording ended: the robot is there, and perhaps a ban, and something in the list."""
        self.sim.start(self._at(0), [])
        bans: list[dict[str, Any]] = next((payload for name, payload in self._ahead(5) if name == "banlist"), [])
        self.sim.room.bans |= {fold(ban["name"]): ban for ban in bans}
        first = next((payload for name, payload in self._ahead(len(self.rows)) if name == "queue"), None)
        playlist = self.sim.room.playlist
        if first is not None:
            playlist._uid = first["item"]["uid"]
        if first is not None and first["after"] != "prepend":
            playlist.items = [Item(Media("hl", "rig", "Livestream", 0), first["after"], temp=False, by="carol")]
            playlist.current = playlist.items[0]

    def _ahead(self, rows: int) -> Iterator[tuple[str, Any]]:
        for row in self.rows[self._number : self._number + rows]:
            if row["subject"].startswith("kryten.events."):
                yield row["data"]["event_name"], row["data"]["payload"]

    def _rank_soon(self, name: str, rank: float) -> float:
        ranks = (payload["rank"] for event, payload in self._ahead(8) if event == "setUserRank" and payload["name"] == name)
        return next(ranks, rank)

    def _whisper_soon(self, words: str) -> bool:
        return any(event == "chatMsg" and payload["msg"].endswith(words) for event, payload in self._ahead(6))

    def _at(self, number: int) -> datetime:
        return datetime.fromisoformat(self.rows[number]["ts"])

    def _resolve(self, kind: str, id_: str) -> Media | str:
        for row in self.rows:
            if row["subject"].endswith(".queuefail") and row["data"]["payload"]["id"] == id_ and (kind, id_) not in self.media:
                return str(row["data"]["payload"]["msg"])
        return self.media.get((kind, id_)) or Media(kind, id_, "Custom Media", 0, {"embed": {"tag": "iframe", "src": ""}})

    def _recorded_media(self) -> Iterator[Media]:
        for row in self.rows:
            if row["subject"].endswith(".queue") and row["subject"].startswith("kryten.events."):
                yield _media(row["data"]["payload"]["item"]["media"])


def _media(recorded: dict[str, Any]) -> Media:
    return Media(recorded["type"], recorded["id"], recorded["title"], recorded["seconds"], recorded["meta"])
