"""How a new room is set up. The economy reads none of it; the robot's greeting carries it."""

from typing import Any, Final

PERMISSIONS: Final[dict[str, float]] = {
    "seeplaylist": -1, "playlistadd": 1.5, "playlistnext": 1.5, "playlistmove": 1.5, "playlistdelete": 2, "playlistjump": 1.5,
    "playlistaddlist": 1.5, "oplaylistadd": -1, "oplaylistnext": 1.5, "oplaylistmove": 1.5, "oplaylistdelete": 2, "oplaylistjump": 1.5,
    "oplaylistaddlist": 1.5, "playlistaddcustom": 3, "playlistaddrawfile": 2, "playlistaddlive": 1.5, "exceedmaxlength": 2,
    "addnontemp": 2, "settemp": 2, "playlistshuffle": 2, "playlistclear": 2, "pollctl": 1.5, "pollvote": -1, "viewhiddenpoll": 1.5,
    "voteskip": -1, "viewvoteskip": 1.5, "mute": 1.5, "kick": 1.5, "ban": 2, "motdedit": 3, "filteredit": 3, "filterimport": 3,
    "emoteedit": 3, "emoteimport": 3, "playlistlock": 2, "leaderctl": 2, "drink": 1.5, "chat": 0, "chatclear": 2, "exceedmaxitems": 2,
    "deletefromchannellib": 2, "exceedmaxdurationperuser": 2,
}  # fmt: skip
"""The rank from which on somebody may do a thing."""

OPTIONS: Final[dict[str, Any]] = {
    "allow_voteskip": True, "voteskip_ratio": 0.5, "afk_timeout": 600, "pagetitle": "", "maxlength": 0, "externalcss": "",
    "externaljs": "", "chat_antiflood": False, "chat_antiflood_params": {"burst": 4, "sustained": 1, "cooldown": 4},
    "show_public": False, "enable_link_regex": True, "password": False, "allow_dupes": False, "torbanned": False,
    "block_anonymous_users": False, "allow_ascii_control": False, "playlist_max_per_user": 0, "new_user_chat_delay": 0,
    "new_user_chat_link_delay": 0, "playlist_max_duration_per_user": 0,
}  # fmt: skip
