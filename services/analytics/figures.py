"""Every figure on `/metrics`: its name, what it means, and how it is read from a picture of the economy.

First the older program's, under its names, so that its dashboards go on working; then ours. What is counted is kept in our own database
and goes on over restarts; what an owner tells is left out while it is silent. A figure whose part is not built yet is truly 0.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from services.analytics.watch import Picture

Sample = tuple[tuple[str, ...], float]
Samples = Callable[[Picture], Iterator[Sample]]

_SHOP_LINES: Final = ("spend.vanity.fortune", "spend.vanity.shoutout")


@dataclass(frozen=True, slots=True)
class Figure:
    """One metric family. The name is as it is scraped, but for the `_total` of a counter."""

    name: str
    kind: Literal["counter", "gauge"]
    help: str
    labels: tuple[str, ...]
    samples: Samples


def _counter(name: str, help_: str, value: Callable[[Picture], float | None]) -> Figure:
    return Figure(f"economy_{name}", "counter", help_, (), _one(value))


def gauge(name: str, help_: str, value: Callable[[Picture], float | None]) -> Figure:
    """Make a gauge without labels; None leaves it out."""
    return Figure(f"economy_{name}", "gauge", help_, (), _one(value))


def _by(label: str, name: str, help_: str, values: Callable[[Picture], dict[str, float]]) -> Figure:
    return Figure(f"economy_{name}", "gauge", help_, (label,), lambda picture: (((key,), value) for key, value in values(picture).items()))


def _one(value: Callable[[Picture], float | None]) -> Samples:
    def samples(picture: Picture) -> Iterator[Sample]:
        found = value(picture)
        if found is not None:
            yield (), found

    return samples


def _total(name: str, label: str | None = None) -> Callable[[Picture], float | None]:
    """Sum one of our counters over all channels."""

    def read(picture: Picture) -> float | None:
        if picture.kept is None:
            return None
        return sum(value for (found, _, of), value in picture.kept.counters.items() if found == name and label in {None, of})

    return read


def _moved(kind: str, trigger: str = "", *, coins: bool = False, but: tuple[str, ...] = ()) -> Callable[[Picture], float | None]:
    """Sum movements of a type whose trigger begins so: how often, or how many coins."""

    def read(picture: Picture) -> float | None:
        if picture.kept is None:
            return None
        return sum(
            value[coins]
            for (_, found, by), value in picture.kept.movements.items()
            if found == kind and by.startswith(trigger) and by not in but
        )

    return read


def _told(service: str, key: str) -> Callable[[Picture], float | None]:
    """Read a number of a service's health."""

    def read(picture: Picture) -> float | None:
        health = picture.healths.get(service)
        value = health.details.get(key) if health is not None else None
        return float(value) if isinstance(value, int | float) else None

    return read


def _money(field: str) -> Callable[[Picture], dict[str, float]]:
    return lambda picture: {channel: float(getattr(stats, field)) for channel, stats in picture.money.items()}


def _today(total: str) -> Callable[[Picture], dict[str, float]]:
    return lambda picture: {
        channel: picture.kept.today.get((channel, total), 0) for channel in picture.channels if picture.kept is not None
    }


def _held(kind: str) -> Callable[[Picture], dict[str, float]]:
    """Count the open holds of a type, by channel."""
    return lambda picture: {
        channel: float(sum(held.holds for held in stats.held if held.type == kind)) for channel, stats in picture.money.items()
    }


def _all_held(field: str) -> Samples:
    def samples(picture: Picture) -> Iterator[Sample]:
        for channel, stats in picture.money.items():
            for held in stats.held:
                yield (channel, held.type), float(getattr(held, field))

    return samples


def _waiting(picture: Picture) -> float | None:
    """Count the purchases that are held until their effect is seen."""
    return sum(_held("spend")(picture).values()) if picture.money else None


def _multipliers(picture: Picture) -> dict[str, float]:
    shop = picture.healths.get("shop")
    told: dict[str, float] = {} if shop is None else shop.details.get("price_multipliers", {})
    return {channel: float(by) for channel, by in told.items()}


def _not_loaded(picture: Picture) -> float | None:
    """Count what the ledger has committed and the history has not."""
    loaded = _told("analytics", "history")(picture)
    if loaded is None or not picture.money:
        return None
    return max(0.0, max(stats.postings for stats in picture.money.values()) - loaded)


def _duels(picture: Picture) -> float | None:
    stakes = _moved("gamble_wager", "gambling.challenge")(picture)
    return None if stakes is None else stakes // 2  # both stakes are counted when it is fought, and none before


def _every_channel(value: float) -> Callable[[Picture], dict[str, float]]:
    return lambda picture: dict.fromkeys(picture.channels, value)


def _active(picture: Picture) -> dict[str, float]:
    return {channel: viewers for channel, (viewers, _) in _actives(picture).items()}


def _participation(picture: Picture) -> dict[str, float]:
    return {channel: 100 * chose / viewers if viewers else 0.0 for channel, (viewers, chose) in _actives(picture).items()}


def _actives(picture: Picture) -> dict[str, tuple[int, int]]:
    if picture.kept is None:
        return {}
    return {channel: picture.kept.active.get(channel, (0, 0)) for channel in picture.channels}


def _present(picture: Picture) -> dict[str, float]:
    return {} if picture.kept is None else {channel: picture.kept.present.get(channel, 0) for channel in picture.channels}


def _ranks(picture: Picture) -> Iterator[Sample]:
    if picture.kept is not None:
        yield from picture.kept.ranks.items()


def _wagers(picture: Picture) -> dict[str, float]:
    found = dict.fromkeys(picture.channels, 0.0)
    for (channel, kind, _), (times, _) in (picture.kept.movements if picture.kept else {}).items():
        if kind == "gamble_wager" and channel in found:
            found[channel] += times
    return found if picture.kept else {}


def _difference(picture: Picture) -> dict[str, float]:
    return {channel: stats.spendable + stats.escrow + stats.house + stats.burnt - stats.minted for channel, stats in picture.money.items()}


def _counted(name: str) -> Samples:
    """Give one of our counters by channel and label."""

    def samples(picture: Picture) -> Iterator[Sample]:
        for (found, channel, label), value in (picture.kept.counters if picture.kept else {}).items():
            if found == name:
                yield (channel, label), value

    return samples


def _movements(*, coins: bool) -> Samples:
    def samples(picture: Picture) -> Iterator[Sample]:
        for key, value in (picture.kept.movements if picture.kept else {}).items():
            yield key, value[coins]

    return samples


def _gone(picture: Picture) -> dict[str, float]:
    return picture.robot_gone_seconds


def _up(picture: Picture) -> dict[str, float]:
    return {service: float(health is not None) for service, health in picture.healths.items()}


def _ready(picture: Picture) -> dict[str, float]:
    return {service: float(health is not None and health.ready) for service, health in picture.healths.items()}


def _versions(picture: Picture) -> Iterator[Sample]:
    for service, health in picture.healths.items():
        if health is not None and health.configuration is not None:
            yield (service, health.configuration), 1


def _consumers(number: int) -> Samples:
    def samples(picture: Picture) -> Iterator[Sample]:
        for stream, state in picture.streams.items():
            for consumer, values in state.consumers.items():
                yield (stream, consumer), values[number]

    return samples


def _letters(picture: Picture) -> dict[str, float]:
    return {subject.rsplit(".", 1)[-1]: messages for state in picture.streams.values() for subject, messages in state.by_subject.items()}


def _stream(field: str) -> Callable[[Picture], dict[str, float]]:
    return lambda picture: {name: float(getattr(state, field)) for name, state in picture.streams.items()}


OLDER: Final = (
    _counter("z_earned", "Coins earned, gifts by administrators, the welcome and interest among them: what ranks go by", _total("earned")),
    _counter("z_spent", "Coins spent", _total("spent")),
    _counter(
        "events_processed", "Joins, leaves, PMs, chat lines and media changes, as far as analytics saw them", _total("events_processed")
    ),
    _counter("commands_processed", "Commands answered by PM and over the API, as far as analytics saw them", _total("commands_processed")),
    _counter("tips", "Tips given", _moved("tip_receive")),
    _counter("tips_z", "Coins given as tips", _moved("tip_receive", coins=True)),
    _counter("queues", "Media bought into the queue", _moved("spend", "spend.queue")),
    _counter("vanity_purchases", "Vanity items bought", _moved("spend", "spend.vanity.", but=_SHOP_LINES)),
    _counter("fortunes", "Fortunes bought", _moved("spend", _SHOP_LINES[0])),
    _counter("shoutouts", "Shoutouts bought", _moved("spend", _SHOP_LINES[1])),
    _counter("rain_drops", "Postings of rain, ambient and by admins", _total("rains")),
    _counter(
        "rain_z_distributed",
        "Coins that rained, ambient and by admins",
        lambda picture: None if picture.kept is None else sum(_moved(kind, coins=True)(picture) or 0 for kind in ("rain", "admin_rain")),
    ),
    _counter("gambling_spins", "Spins played", _moved("gamble_wager", "gambling.spin")),
    _counter("gambling_flips", "Coin flips played", _moved("gamble_wager", "gambling.flip")),
    _counter("gambling_challenges", "Challenges that were fought", _duels),
    _counter("gambling_heists", "Stakes of heists played", _moved("gamble_wager", "gambling.heist")),
    _counter("gambling_z_wagered", "Coins wagered", _total("wagered")),
    _counter("gambling_z_won", "Coins won, the stakes included", _total("won")),
    _counter("achievements_awarded", "Achievements awarded", _moved("achievement")),
    _counter("competition_awards", "Awards of daily competitions", _moved("competition")),
    _counter("bounties_claimed", "Bounties claimed", _moved("bounty_claim")),
    _counter("bounties_created", "Bounties set out", _moved("bounty_create")),
    _counter("rank_promotions", "Promotions announced; not built yet", lambda _: 0),
    gauge("pm_queue_depth", "Announcements that wait to be said", _told("announcer", "waiting")),
    gauge("pending_confirms", "Purchases whose coins are held until the room has shown their effect", _waiting),
    _by("channel", "active_users", "Viewers in the room, without the robot and ignored users", _present),
    _by("channel", "total_accounts", "Accounts of viewers", _money("accounts")),
    _by("channel", "total_circulation", "Coins viewers have or that are held for them", _money("circulation")),
    _by("channel", "median_balance", "The middle balance", _money("median_balance")),
    _by("channel", "participation_rate", "Of the viewers paid anything today, how many per cent did something for it", _participation),
    _by("channel", "active_multiplier", "What earnings are multiplied by; not built yet", _every_channel(1)),
    Figure("economy_rank_distribution", "gauge", "Viewers of each rank", ("channel", "rank"), _ranks),
    _by(
        "channel",
        "daily_z_earned",
        "Coins earned today, in the economy's time zone; without gifts by administrators, the welcome and interest",
        _today("earned"),
    ),
    _by("channel", "daily_z_spent", "Coins spent today", _today("spent")),
    _by("channel", "daily_z_gambled_in", "Coins wagered today", _today("wagered")),
    _by("channel", "daily_z_gambled_out", "Coins won today", _today("won")),
    _by("channel", "daily_active_economy_users", "Viewers with at least one entry today", _active),
    _by("channel", "gambling_lifetime_wagered", "Coins ever wagered", _money("lifetime_wagered")),
    _by("channel", "gambling_lifetime_won", "Coins ever won", _money("lifetime_won")),
    _by("channel", "gambling_active_gamblers", "Viewers who ever wagered", _money("gamblers")),
    _by("channel", "gambling_total_games", "Stakes ever played", _wagers),
    _by("channel", "open_bounties", "Bounties that can be claimed", _held("bounty_create")),
    _by("channel", "inflation_multiplier", "What prices are multiplied by", _multipliers),
)
"""The older program's, in its order."""

OURS: Final = (
    _by("service", "up", "Whether a service answers", _up),
    _by("service", "ready", "Whether a service can work", _ready),
    Figure("economy_configuration_info", "gauge", "The configuration each service goes by", ("service", "version"), _versions),
    Figure("economy_postings", "counter", "Postings kept by the ledger", ("channel", "caller"), _counted("postings")),
    Figure(
        "economy_postings_refused",
        "counter",
        "Postings refused in the background; for all refusals see economy_ledger_rejects_total of the ledger",
        ("channel", "reason"),
        _counted("refused"),
    ),
    Figure("economy_movements", "counter", "Movements of coins", ("channel", "type", "trigger"), _movements(coins=False)),
    Figure("economy_moved_coins", "counter", "Coins moved", ("channel", "type", "trigger"), _movements(coins=True)),
    _by("channel", "reconciliation_difference", "The sum of all balances, which must be 0: anything else is an alarm", _difference),
    _by("channel", "escrow", "Coins held for rounds, bounties and approvals under way", _money("escrow")),
    Figure("economy_held_coins", "gauge", "Coins held, by the type of what they are held for", ("channel", "type"), _all_held("coins")),
    Figure("economy_holds", "gauge", "Holds that are open, likewise", ("channel", "type"), _all_held("holds")),
    _by("channel", "house_balance", "Coins of the games' bank", _money("house")),
    _by("channel", "presence_gap_seconds", "How long the robot has not been in its room, as far as seen here", _gone),
    Figure("economy_consumer_lag", "gauge", "Messages a consumer has not handled", ("stream", "consumer"), _consumers(0)),
    Figure("economy_consumer_redelivered", "gauge", "Messages delivered more than once", ("stream", "consumer"), _consumers(1)),
    _by("stream", "stream_bytes", "What a stream holds", _stream("bytes")),
    _by("stream", "stream_bytes_max", "What a stream may hold", _stream("bytes_max")),
    gauge("history_missing", "Transactions committed by the ledger and not loaded for reports yet", _not_loaded),
    gauge("backup_age_seconds", "Time since the last backup; absent where there was none", lambda picture: picture.backup_age_seconds),
    _by("service", "deadletters", "Messages that could not be handled", _letters),
)
"""What the older program had not."""
