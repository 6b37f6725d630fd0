"""What plays, event by event: who stayed is paid once it is over and known who was there."""

from collections.abc import Iterable

from libs.common.contracts.events import Event, MediaChange, Roster, UserList
from services.earning.media.acts import Stay
from services.earning.media.playing import Media, Play, Span, begun, ended, watched
from services.earning.media.watching import until_gone, until_unknown
from services.earning.people.viewer import Viewer
from services.earning.presence.standing import Standing, Turn
from services.earning.scene import Scene
from services.earning.store.media import Plays
from services.earning.times import MINUTE_US
from services.earning.triggers import AFTER_MEDIA


def playing(scene: Scene, at: int | None = None) -> Play | None:
    """Give what plays at `at` (now); None where nothing does, or it is long over, or something else played then."""
    at = scene.at if at is None else at
    play = Plays(scene.unit.db).now(scene.channel)
    return play if play is not None and play.plays(at) else None


def follow(scene: Scene, event: Event) -> None:
    """Take in what plays; settle what has ended, as soon as it is open of nobody whether they were there."""
    if isinstance(event, MediaChange):
        _change(scene, Media(event.type, event.media_id, event.title, event.seconds, event.position_seconds))
    elif not isinstance(event, UserList | Roster):
        return
    plays = Plays(scene.unit.db)
    over = plays.ended(scene.channel)
    if over and not plays.is_anybody_open(scene.channel, scene.at - _grace_us(scene)):
        _settle(scene, plays, over)


def come_or_go(scene: Scene, viewer: Viewer, before: Standing, turn: Turn) -> None:
    """Note when somebody was here who goes, or turns out to have been here."""
    if before is turn.standing:
        return
    span = until_gone(before, turn, scene.at, _grace_us(scene))
    if span is not None:
        _note(scene, Plays(scene.unit.db), [(viewer.user, span)])


def lose(scene: Scene, proof: int | None, lost: list[tuple[Viewer, Standing]]) -> None:
    """Note who was here for certain, and what was seen to play, when the robot's session breaks."""
    plays = Plays(scene.unit.db)
    play = plays.now(scene.channel)
    if play is not None and play.seen is None:
        plays.keep(scene.channel, play._replace(seen=proof))
    spans = ((viewer.user, until_unknown(before, proof)) for viewer, before in lost)
    _note(scene, plays, ((user, span) for user, span in spans if span is not None))


def _grace_us(scene: Scene) -> int:
    return scene.rules.presence.join_debounce_minutes * MINUTE_US


def _change(scene: Scene, media: Media) -> None:
    plays = Plays(scene.unit.db)
    before = plays.now(scene.channel)
    if before is not None and before.is_still(media, scene.at):
        if before.seen is not None:
            plays.keep(scene.channel, before._replace(seen=None))
        return
    if before is not None and before.is_moved(media, scene.at):
        plays.forget(scene.channel, before)
    elif before is not None:
        before = ended(before, media, scene.at)
        plays.keep(scene.channel, before)
    play = begun(scene.cause, media, scene.at, before)
    plays.keep(scene.channel, play)


def _note(scene: Scene, plays: Plays, spans: Iterable[tuple[str, Span]]) -> None:
    """Keep spans, while there is anything that can be stayed for: in a room where nothing plays nobody would ever sweep them."""
    now = plays.now(scene.channel)
    if (now is not None and not now.is_live and now.plays(scene.at)) or plays.ended(scene.channel):
        plays.watch(scene.channel, spans)


def _settle(scene: Scene, plays: Plays, over: list[Play]) -> None:
    spans = plays.watches(scene.channel)
    here = {viewer.user: viewer for viewer in scene.store.present(scene.channel)}
    for viewer in here.values():
        spans.setdefault(viewer.user, []).append((viewer.standing.since or scene.at, scene.at))
    for play in over:
        if not play.is_live and scene.rules.content_triggers.survived_full_media.enabled:
            for user in sorted(spans):
                _stayed(scene, here.get(user), user, play, watched(play, spans[user]))
        plays.forget(scene.channel, play)
    now = plays.now(scene.channel)
    plays.sweep(scene.channel, scene.at if now is None or now.is_live else now.since)


def _stayed(scene: Scene, viewer: Viewer | None, user: str, play: Play, watched_us: int) -> None:
    if not watched_us:
        return
    viewer = viewer or scene.store.viewer(scene.channel, user)
    if viewer is None:
        return
    stay = Stay(scene.channel, viewer, play, watched_us, scene.now, scene.cause)
    for trigger in AFTER_MEDIA:
        for award in trigger(stay, scene.rules):
            if scene.is_paid(viewer):
                scene.payroll.pay(award)
