"""What the games count: rounds that were done, never refused ones."""

from typing import Final

from prometheus_client import Counter, Gauge

ROUNDS: Final = Counter("economy_games_rounds", "Rounds that came to their end", ("game",))
WAGERED: Final = Counter("economy_games_wagered_coins", "Coins staked in them", ("game",))
PAID: Final = Counter("economy_games_paid_coins", "Coins paid to their players, stakes included", ("game",))
UNDER_WAY: Final = Gauge("economy_games_under_way", "Requests being served")
