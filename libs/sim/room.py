"""One CyTube room: who is in it, what is said, what is shown; and what of it the robot's socket gets to see."""

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from libs.common.names import fold
from libs.sim import text
from libs.sim.defaults import OPTIONS, PERMISSIONS
from libs.sim.frames import Frame, line, looks, whisper
from libs.sim.people import Person
from libs.sim.playlist import Media, Playlist

BACKLOG: Final = 15
"""Chat lines that CyTube repeats to who comes in."""
COUNT_EVERY: Final = timedelta(seconds=10)
AFK_AFTER: Final = timedelta(seconds=600)
COOLDOWN_MS: Final = 100
LOOKS_MAX: Final = 20_000
"""UTF-16 units of a style sheet or a script."""
CSS: Final = "/* The looks of this room, by its owner. */\n#chatwrap { font-size: 14px; }\n"
"""What stands in a simulated room's style sheet: one that reads empty may be one that could not be read."""
DRESSER: Final = 3.0
"""The rank from which on somebody may set it. Who has less is thrown out for trying."""
MODERATOR: Final = 2.0
LEADER: Final = 1.5

Resolve = Callable[[str, str], Media | str]
"""Gives the media for a type and an id, or CyTube's words on why there is none."""


class Room:
    """The room as CyTube's server keeps it. `take` gives what it has sent to the robot since the last time."""

    def __init__(self, bot: str, resolve: Resolve, now: datetime) -> None:
        """Start empty; `bot` is the robot's account, a rank-4 moderator."""
        self.bot = bot
        self.now = now
        self.people: dict[str, Person] = {}
        """By folded name, in the order of their arrival."""
        self.ranks: dict[str, tuple[str, float]] = {fold(bot): (bot, 4)}
        """Names and ranks of all who have one above 1, here or not."""
        self.bans: dict[str, dict[str, Any]] = {}
        self.backlog: deque[dict[str, Any]] = deque(maxlen=BACKLOG)
        self.playlist = Playlist(self.send)
        self.resolve = resolve
        self.css, self.js, self.motd = "", "", ""
        self.options, self.permissions = dict(OPTIONS), dict(PERMISSIONS)
        self.emotes: list[dict[str, Any]] = []
        self.leader = ""
        self.skippers: set[tuple[int, str]] = set()
        """Votes to go on: for which item, and whose."""
        self._ban_id = 0
        self._frames: list[Frame] = []
        self._counted = now - COUNT_EVERY
        self._count = 0

    def send(self, name: str, payload: Any) -> Frame:
        """Send something to the robot's socket."""
        frame = Frame(name, payload)
        self._frames.append(frame)
        return frame

    def take(self) -> list[Frame]:
        """Give what was sent since the last time."""
        frames, self._frames = self._frames, []
        return frames

    def at(self, now: datetime) -> None:
        """Say what time it is; it never goes back."""
        self.now = max(now, self.now)

    def advance(self, now: datetime) -> None:
        """Let time pass."""
        self.at(now)
        self.playlist.advance(self.now)
        for person in list(self.people.values()):
            if not person.afk and fold(person.name) != fold(self.bot) and self.now - person.spoke >= AFK_AFTER:
                self.set_afk(person.name, afk=True)
        if len(self.people) != self._count and self.now - self._counted >= COUNT_EVERY:
            self._count, self._counted = len(self.people), self.now
            self.send("usercount", self._count)

    def due(self) -> datetime:
        """Give the time at which `advance` has something to do next, at the latest."""
        times = [person.spoke + AFK_AFTER for key, person in self.people.items() if not person.afk and key != fold(self.bot)]
        if len(self.people) != self._count:
            times.append(self._counted + COUNT_EVERY)
        playlist = self.playlist.due()
        return min([*times, playlist or self.now + AFK_AFTER, self.now + AFK_AFTER])

    # -- coming and going -----------------------------------------------------------------------------------------------------------

    def person(self, name: str) -> Person | None:
        """Give somebody who is here, in whatever casing."""
        return self.people.get(fold(name))

    def join(self, name: str, rank: float = 1, image: str = "", profile: str = "") -> None:
        """Somebody comes in and signs in; who was here already under that name goes first; who is banned does not stay."""
        if fold(name) in self.people:
            self.leave(name)
        rank = self.ranks.get(fold(name), (name, rank))[1]
        person = Person.arrive(name, rank, self.now, image, profile)
        self.people[fold(name)] = person
        self.send("addUser", person.seen(min(rank, 1)))
        self.send("chatMsg", whisper(f"{name} joined (aliases: {name})", self.now))
        if rank:
            self.send("setUserRank", {"name": name, "rank": rank})
        if fold(name) in self.bans:
            self.leave(name)
            self.send("chatMsg", whisper(f"{name} was kicked (name is banned)", self.now))

    def leave(self, name: str) -> None:
        """Somebody goes, for whatever reason."""
        person = self.people.pop(fold(name), None)
        if person is not None:
            self.send("userLeave", {"name": person.name})
            if fold(self.leader) == fold(name):
                self.leader = ""
                self.send("setLeader", "")

    def set_afk(self, name: str, *, afk: bool) -> None:
        """Mark somebody as away, or as back."""
        person = self.person(name)
        if person is not None and person.afk != afk:
            person.afk = afk
            person.spoke = self.now
            self.send("setUserMeta", {"name": person.name, "meta": person.meta()})
            self.send("setAFK", {"name": person.name, "afk": afk})

    # -- talk -----------------------------------------------------------------------------------------------------------------------

    def chat(self, name: str, words: str) -> bool:
        """Somebody says something, or gives one of CyTube's commands; tell whether it came through."""
        person = self.person(name)
        if person is None or not person.patience.allows(self.now):
            return self._too_fast(name)
        word, _, rest = words.partition(" ")
        if word == "/afk":
            self.set_afk(name, afk=not person.afk)
            return True
        if person.rank >= MODERATOR and self._moderate(person, word, rest):
            return True
        person.spoke = self.now
        self.set_afk(name, afk=False)
        if person.muted and not person.shadowed:
            return False
        said = text.public(words, person.rank)
        payload = line(person.name, said.msg, self.now, said.meta | ({"shadow": True} if person.shadowed else {}))
        self.send("chatMsg", payload)
        if not person.shadowed:
            self.backlog.append(payload)
        return True

    def pm(self, sender: str, to: str, words: str) -> bool:
        """Somebody writes to somebody; tell whether it came through. The robot sees what it takes part in."""
        person = self.person(sender)
        if person is None or not person.patience.allows(self.now):
            return self._too_fast(sender)
        receiver = self.person(to)
        if receiver is None:
            if fold(sender) == fold(self.bot):
                self.send("errorMsg", {"msg": f"PM failed: {to.lower()} isn't connected to this channel."})
            return False
        if fold(self.bot) in {fold(sender), fold(to)} and not text.cut(words).startswith("system:"):
            said = text.private(words)
            self.send("pm", line(person.name, said.msg, self.now, said.meta) | {"to": receiver.name})
        return True

    def _too_fast(self, name: str) -> bool:
        if fold(name) == fold(self.bot) and self.person(name) is not None:
            self.send("cooldown", COOLDOWN_MS)
        return False

    # -- moderation -----------------------------------------------------------------------------------------------------------------

    def _moderate(self, by: Person, word: str, rest: str) -> bool:
        """Do what a moderator's line says; tell whether it was such a line."""
        name, _, reason = rest.partition(" ")
        match word:
            case "/mute" | "/smute":
                self.mute(by.name, name, shadow=word == "/smute")
            case "/unmute":
                self.unmute(by.name, name)
            case "/kick":
                self.kick(by.name, name)
            case "/ban":
                self.ban(by.name, name, reason)
            case "/clear":
                self.backlog.clear()
                self.send("clearchat", {"clearedBy": by.name})
                self.send("chatMsg", whisper(f"{by.name} cleared chat.", self.now))
            case _:
                return False
        return True

    def mute(self, by: str, name: str, *, shadow: bool) -> None:
        """Silence somebody; in the shadow they do not notice."""
        person = self.person(name)
        if person is not None:
            person.muted, person.shadowed = True, shadow
            self.send("setUserMeta", {"name": person.name, "meta": person.meta()})
            self.send("chatMsg", whisper(f"{by} {'shadowmuted' if shadow else 'muted'} {person.name}", self.now))

    def unmute(self, by: str, name: str) -> None:
        """Let somebody speak again."""
        person = self.person(name)
        if person is not None and person.muted:
            person.muted = person.shadowed = False
            self.send("chatMsg", whisper(f"{by} unmuted {person.name}", self.now))
            self.send("setUserMeta", {"name": person.name, "meta": person.meta()})

    def kick(self, by: str, name: str) -> None:
        """Throw somebody out; they may come back."""
        person = self.person(name)
        if person is not None:
            self.leave(name)
            self.send("chatMsg", whisper(f"{by} kicked {person.name}", self.now))

    def ban(self, by: str, name: str, reason: str) -> None:
        """Throw somebody out for good."""
        self._ban_id += 1
        self.bans[fold(name)] = {"id": self._ban_id, "ip": "*", "name": name, "reason": reason, "bannedby": by}
        self.send("chatMsg", whisper(f"{by} namebanned {name}", self.now))
        self.leave(name)

    def unban(self, by: str, name: str) -> bool:
        """Let somebody in again; tell whether there was a ban."""
        ban = self.bans.pop(fold(name), None)
        if ban is not None:
            self.send("banlistRemove", {"id": ban["id"], "name": ban["name"]})
            self.send("chatMsg", whisper(f"{by} unbanned {ban['name']}", self.now))
        return ban is not None

    def set_rank(self, by: str, name: str, rank: float) -> str | None:
        """Give somebody a rank in this channel, here or not; give CyTube's words when it refuses."""
        mine = self.ranks.get(fold(by), (by, 1))[1]
        theirs = self.ranks.get(fold(name), (name, 1))[1]
        if fold(name) == fold(by):
            return "You can't promote or demote yourself."
        if theirs > mine:
            return "You can't promote or demote someone who has equal or higher rank than yourself"
        if rank > mine:
            return "You can't promote someone to a higher rank than yourself"
        self.ranks[fold(name)] = (name, rank)
        person = self.person(name)
        if person is not None:
            person.rank = rank
            self.send("setUserRank", {"name": name, "rank": rank})
        else:
            self.send("setUserRank", {"name": name, "rank": rank, "userrank": mine})
            self.send("chatMsg", whisper(f"{by} set {name}'s rank to {rank:g}", self.now))
        return None

    def lead(self, name: str) -> None:
        """Make somebody the leader, or nobody."""
        before, person = self.person(self.leader), self.person(name)
        if before is not None:
            self.send("setUserRank", {"name": before.name, "rank": before.rank})
        self.leader = person.name if person is not None else ""
        self.send("setLeader", self.leader)
        if person is not None:
            self.send("setUserRank", {"name": person.name, "rank": LEADER})

    # -- looks ----------------------------------------------------------------------------------------------------------------------

    def set_looks(self, css: str | None = None, js: str | None = None) -> None:
        """Set the room's style sheet or script; what is too long is cut without a word."""
        self.css = self.css if css is None else text.cut(css, LOOKS_MAX)
        self.js = self.js if js is None else text.cut(js, LOOKS_MAX)
        self.send("channelCSSJS", looks(self.css, self.js))

    def dress(self, name: str, css: str) -> None:
        """Somebody sets the style sheet."""
        if self.ranks.get(fold(name), (name, 1))[1] >= DRESSER:
            self.set_looks(css=css)
        else:
            self.send("kick", {"reason": "Attempted setChannelCSS with insufficient permission"})

    def set_motd(self, motd: str) -> None:
        """Say something above the chat."""
        self.motd = motd
        self.send("setMotd", motd)

    def set_emote(self, name: str, image: str) -> None:
        """Make an emote, or change it."""
        emote = {"name": name, "image": image, "source": f"(^|\\s){name}(?!\\S)"}
        names = [each["name"] for each in self.emotes]
        if name in names:
            self.emotes[names.index(name)] = emote
        else:
            self.emotes.append(emote)
        self.send("updateEmote", emote)

    def remove_emote(self, name: str) -> None:
        """Take an emote away."""
        if any(each["name"] == name for each in self.emotes):
            self.emotes = [each for each in self.emotes if each["name"] != name]
            self.send("removeEmote", {"name": name})

    def vote_skip(self, name: str) -> None:
        """Count a vote to go on to the next item; half of the room is enough."""
        on = self.playlist.current
        if on is None:
            return
        self.skippers = {(uid, who) for uid, who in self.skippers if uid == on.uid} | {(on.uid, fold(name))}
        need = -(-len(self.people) // 2)
        if len(self.skippers) >= need:
            self.send("voteskip", {"count": 0, "need": 0})
            self.playlist.skip(self.now)
        else:
            self.send("voteskip", {"count": len(self.skippers), "need": need})
