"""What `set_rank` answers, and what the one who gets the rank is told."""

from libs.common.contracts.earning.careers import SetRankAnswer


def done(answer: SetRankAnswer) -> str:
    """Tell the administrator."""
    if answer.rank == answer.before:
        return f"{answer.user} is {answer.rank} already."
    how = "" if answer.given else ", as earned"
    return f"{answer.user} is {answer.rank} now{how} ({answer.before} before)."


def received(admin: str, rank: str) -> str:
    """Tell the viewer."""
    return f"{admin} made you {rank}."
