"""What is sold: places in the queue, and things for oneself."""

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from libs.common.config.section import Coins, Count, Minutes, Positive, Remark, Section, free, upside_down
from libs.common.config.texts import Places
from libs.common.config.times import Cron, Zone


class QueueTier(Section):
    """A price for what is not too long."""

    max_minutes: Annotated[int, Field(ge=1)]
    """What is no longer falls under it; the last one takes all that is longer too."""
    label: str = ""
    """Shown to viewers."""
    cost: Coins

    def advice(self) -> Iterator[Remark]:
        yield from free(self)


class Blackout(Section):
    """Hours in which nothing can be queued."""

    name: str
    """Shown to viewers."""
    cron: Cron
    """When it begins: minute, hour, day of month, month, day of week."""
    duration_hours: Positive
    """How long it lasts."""
    timezone: Zone = "UTC"
    """Where it begins at that hour: an IANA name, such as Europe/Berlin."""


class Spending(Section):
    """Places in the queue."""

    queue_tiers: Annotated[tuple[QueueTier, ...], Field(min_length=1)] = (
        QueueTier(max_minutes=15, label="Clip", cost=250),
        QueueTier(max_minutes=35, label="Half an hour", cost=500),
        QueueTier(max_minutes=65, label="An hour", cost=750),
        QueueTier(max_minutes=999, label="Film", cost=1000),
    )
    """Prices by length, shortest first. A list here replaces all of them."""
    interrupt_play_next: Coins = 10_000
    """To play next."""
    force_play_now: Coins = 100_000
    """To play at once."""
    force_play_requires_admin: bool = True
    """Whether an administrator has to agree to that."""
    max_queues_per_day: Count = 3
    queue_cooldown_minutes: Minutes = 30
    """From one purchase to the next."""
    blackout_windows: tuple[Blackout, ...] = ()
    """Each with `name`, `cron`, `duration_hours` and `timezone` (UTC)."""
    blackout_lockout_minutes: Minutes = 0
    """So long before one of them begins nothing can be queued either."""
    refusals_as_success: bool = False
    """Whether other programs are told of a refused payment as the older one did: as a success, with the refusal inside `data`."""

    def advice(self) -> Iterator[Remark]:
        for index, (shorter, longer) in enumerate(pairwise(self.queue_tiers), 1):
            if longer.max_minutes <= shorter.max_minutes:
                yield f"queue_tiers.{index}.max_minutes", "is not above the one before: this price will never be asked"
        for key in ("interrupt_play_next", "force_play_now"):
            yield from free(self, key)
        if not self.max_queues_per_day:
            yield "max_queues_per_day", "is 0: nobody can queue anything"


class MediaCms(Section):
    """Where films are looked up."""

    base_url: str = ""
    """Address of the MediaCMS server; empty: there is none, and nothing can be searched for."""
    api_token: str = ""
    """Best taken from the environment: ${MEDIACMS_TOKEN}."""
    search_results_limit: Count = 10
    web_queue_redirect: bool = True
    """Whether viewers are sent to a web page for searching and queueing."""
    web_queue_url: str = ""
    """The address of that page."""

    def advice(self) -> Iterator[Remark]:
        if self.base_url and self.web_queue_redirect and not self.web_queue_url:
            yield "web_queue_url", "is empty, but web_queue_redirect sends viewers there"
        if self.base_url and not self.search_results_limit:
            yield "search_results_limit", "is 0: nothing will be found"


class Item(Section):
    """Something for sale."""

    enabled: bool = True
    cost: Coins
    description: str = ""

    def advice(self) -> Iterator[Remark]:
        if self.enabled:
            yield from free(self)


class CustomGreeting(Item):
    """A line with which the room greets its owner."""

    cost: Coins = 500
    description: str = "A greeting of your own when you arrive"


class CustomTitle(Item):
    """A title beside the name."""

    cost: Coins = 1000
    description: str = "A title beside your name"


def _is_color(text: str) -> str:
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", text, re.ASCII):
        raise ValueError("a color, such as #111111")
    return text


class ChatColor(Item):
    """A color for one's name in chat, by the channel's style sheet."""

    cost: Coins = 750
    description: str = "A color for your name"
    enforce_contrast: bool = True
    """Whether colors that cannot be read are refused."""
    contrast_bg: Annotated[str, AfterValidator(_is_color)] = "#111111"
    """The background they are read on."""
    min_contrast_lc: Annotated[float, Field(ge=0, le=110)] = 30.0
    """Contrast below which a color is refused."""
    warn_contrast_lc: Annotated[float, Field(ge=0, le=110)] = 40.0
    """Contrast below which the buyer is warned."""
    apply_css: bool = True
    """Whether the style sheet is written at all."""
    css_selector_template: Annotated[str, Places("username")] = ".chat-msg-{username}"
    """What a rule is for."""
    css_block_begin: str = "/* BEGIN kryten-economy vanity colors — auto-managed, do not edit */"
    """Between this line and the next the style sheet is ours; all else in it is left as it is."""
    css_block_end: str = "/* END kryten-economy vanity colors */"
    css_legacy_marker: str = "/* ZCoin purchased vanity colors */"
    """Rules under this line are older ones of ours."""
    import_existing_colors: bool = True
    """Whether colors found in those rules are kept for their owners."""
    protected_users: tuple[str, ...] = ()
    """Whose rules are never touched, in any casing."""
    palette: Any = None

    def advice(self) -> Iterator[Remark]:
        yield from super().advice()
        yield from upside_down(self, "min_contrast_lc", "warn_contrast_lc", "nobody will be warned")
        if "{username}" not in self.css_selector_template:
            yield "css_selector_template", "has no {username}: one color for everybody"
        for key in ("css_block_begin", "css_block_end"):
            marker = getattr(self, key)
            if not marker:
                yield key, "is empty: the usual markers are used"
            elif not re.fullmatch(r"/\*.*\*/", marker):
                yield key, "is no comment, such as /* colors */: the rules beside it may not work"


class ChannelGif(Item):
    """A picture."""

    cost: Coins = 5000
    description: str = "A picture of your own"
    requires_admin_approval: bool = True
    """Whether an administrator has to agree to it."""


class Shoutout(Item):
    """A line said by the robot."""

    cost: Coins = 50
    description: str = "I say a line for you"
    max_length: Count = 200
    """Characters."""
    cooldown_minutes: Minutes = 60
    """From one to the next."""


class DailyFortune(Item):
    """A few words for the day."""

    cost: Coins = 10
    description: str = "What the day will bring"


class RenameCurrency(Item):
    """A name of one's own for the coin."""

    cost: Coins = 2500
    description: str = "Your own name for the coin"


class VanityShop(Section):
    """Things for oneself."""

    custom_greeting: CustomGreeting = CustomGreeting()
    custom_title: CustomTitle = CustomTitle()
    chat_color: ChatColor = ChatColor()
    channel_gif: ChannelGif = ChannelGif()
    shoutout: Shoutout = Shoutout()
    daily_fortune: DailyFortune = DailyFortune()
    rename_currency_personal: RenameCurrency = RenameCurrency()


class CytubePromotion(Item):
    """A CyTube rank of 2 for coins. Mind that it makes a moderator: it may kick, ban, and change the playlist."""

    enabled: bool = True
    """Whether ranks bring it, or coins buy it, at all."""
    purchasable: bool = True
    cost: Coins = 50_000
    min_rank: str = "Associate Producer"
    """The economy's rank from which on it can be bought."""
    description: str = "A moderator's rank in this room"

    @cached_property
    def sold(self) -> Item:
        """It as something for sale: enabled where it can be bought."""
        return Item(enabled=self.enabled and self.purchasable, cost=self.cost, description=self.description)

    def advice(self) -> Iterator[Remark]:
        if self.sold.enabled:
            yield from free(self)
