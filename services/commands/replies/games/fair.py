"""What `fair` answers."""

from libs.common.contracts.games import Drawn, FairAnswer, Seed


def shown(answer: FairAnswer) -> str:
    """Tell by what the next draws are made."""
    seed = answer.seed
    lines = [
        "Every draw of yours is made of a sealed server seed, your own seed, and a number that counts up.",
        "The server seed is fixed before you play: this is its SHA-256.",
        seed.commitment,
        f"Your seed: {answer.client_seed} | draws so far: {seed.draws:,}",
        *map(_drawn, seed.last),
        "'fair seed words' changes your seed; 'fair rotate' shows you the server seed, and seals a new one.",
    ]
    return "\n".join(lines)


def revealed(answer: FairAnswer) -> str:
    """Show the seed of the draws so far."""
    lines = ["There is a new sealed server seed. Its SHA-256:", answer.seed.commitment]
    if answer.before is not None:
        lines = [*_opened(answer.before), *lines]
    lines.append("To have your word in it, choose a seed of your own now: 'fair seed words'.")
    return "\n".join(lines)


def _opened(seed: Seed) -> list[str]:
    return [
        f"The server seed of your last {seed.draws:,} draws was:" if seed.draws else "The server seed, which nothing was drawn by, was:",
        seed.revealed or "",
        *map(_drawn, seed.last),
        "Check: HMAC-SHA256(seed as bytes, 'your seed:nonce:game:0'), as a number, modulo the bound.",
    ]


def _drawn(draw: Drawn) -> str:
    numbers = ", ".join(f"{number:,} of {bound:,}" for number, bound in draw.numbers)
    came_to = "not played" if draw.payout is None else f"paid {draw.payout:,}"
    return f"Nonce {draw.nonce}, {draw.game}, your seed {draw.client_seed}: drew {numbers}; {came_to}"


def unknown() -> str:
    """Answer what it can't do."""
    return "I can show your seeds, take one of yours, or open mine."
