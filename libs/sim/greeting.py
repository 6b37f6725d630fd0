"""What CyTube sends to the robot when it comes in: the room as it is, once before the login and once after."""

from collections.abc import Iterator

from libs.common.names import fold
from libs.sim.frames import Frame, looks
from libs.sim.people import Person
from libs.sim.room import Room


def greet(room: Room, *, repeat_chat: bool) -> list[Frame]:
    """Let the robot into the room, and give all it is told.

    Args:
        room: the room as it is before the robot comes.
        repeat_chat: whether the last lines come again. After a quick return the robot holds them back.
    """
    bot = Person.arrive(room.bot, room.ranks[fold(room.bot)][1], room.now)
    before = list(room.people.values())
    room.people.pop(fold(room.bot), None)
    room.people[fold(room.bot)] = bot
    room.take()
    return [
        *_the_room(room, repeat_chat=repeat_chat),
        *_the_list(room),
        *_what_is_on(room),
        Frame("userlist", [person.seen(person.rank, by_moderator=False) for person in before]),
        Frame("rank", 1),
        Frame("login", {"success": True, "name": room.bot}),
        Frame("addUser", bot.seen(1, by_moderator=False)),
        Frame("rank", bot.rank),
        Frame("userlist", [person.seen(person.rank) for person in room.people.values()]),
        *_the_list(room),
        Frame("setUserRank", {"name": room.bot, "rank": bot.rank}),
        *_what_is_on(room),
    ]


def _the_room(room: Room, *, repeat_chat: bool) -> Iterator[Frame]:
    yield Frame("rank", -1)
    yield Frame("setPermissions", dict(room.permissions))
    yield Frame("setPlaylistLocked", True)
    yield Frame("emoteList", list(room.emotes))
    if repeat_chat:
        yield from (Frame("chatMsg", said) for said in room.backlog)
    yield Frame("drinkCount", 0)
    yield Frame("channelCSSJS", looks(room.css, room.js))
    yield Frame("setMotd", room.motd)
    yield Frame("channelOpts", dict(room.options))


def _the_list(room: Room) -> Iterator[Frame]:
    yield Frame("setPlaylistMeta", room.playlist.length())
    yield Frame("playlist", room.playlist.shape())
    if room.playlist.current is not None:
        yield Frame("setCurrent", room.playlist.current.uid)


def _what_is_on(room: Room) -> Iterator[Frame]:
    if room.playlist.current is not None:
        yield Frame("setCurrent", room.playlist.current.uid)
        yield Frame("changeMedia", room.playlist.on_now(room.now))
