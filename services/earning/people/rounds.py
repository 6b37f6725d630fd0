"""What games tell of rounds that are over."""

from libs.common.contracts.facts import Round
from libs.common.names import fold
from libs.common.unit import Unit
from services.earning.people.careers import Careers
from services.earning.store.careers import CareerTable


def played(unit: Unit, told: Round) -> None:
    """Keep the most anybody has won in one round. It is looked at with the next event; told twice, it changes nothing."""
    table = CareerTable(unit.db)
    careers = Careers(table, told.channel)
    for player in told.players:
        if player.payout > player.wager:
            career = careers.of(fold(player.user))
            career.biggest_win = max(career.biggest_win, player.payout - player.wager)
    changed = careers.changed()
    for career in changed:
        career.checked = None
    table.save(told.channel, changed)
