"""Whether the robot hears us, as far as is known. Plain state, on a clock of the caller's in seconds."""

from typing import Final, Literal

ECHO_SECONDS: Final = 5.0
"""How long an echo is waited for; it takes some milliseconds when the line arrives."""
UNPROVEN_SECONDS: Final = 0.5
"""How long, while this robot has never echoed anything: some robots don't."""
DEAF_AFTER: Final = 3
"""Lines without an echo, one after another, after which none is waited for: better said blindly than late. The next echo ends that."""
SIGN_SECONDS: Final = 10.0
"""How long, after a break of our connection, a sign of the robot is waited for. Ingest tells within about six whether it is there."""

Robot = Literal["connected", "away", "unknown"]


class Hearing:
    """What is known of one channel's robot."""

    def __init__(self, now: float) -> None:
        """Begin without any knowledge of it: it is spoken to."""
        self.robot: Robot = "unknown"
        self.echoes = False
        """Whether it ever echoed anything."""
        self.away_since = now
        """Since when it is away, if it is."""
        self.open_since = now
        """From when on it is spoken to, unless it is away; may lie ahead."""
        self._unheard = 0

    def may_speak(self, now: float) -> bool:
        """Tell whether a line may go out."""
        return self.robot != "away" and now >= self.open_since

    @property
    def deaf(self) -> bool:
        """Whether so many lines were in vain that no echo is waited for."""
        return self._unheard >= DEAF_AFTER

    @property
    def patience(self) -> float:
        """How long the echo of a line is waited for."""
        if self.deaf:
            return 0.0
        return ECHO_SECONDS if self.echoes else UNPROVEN_SECONDS

    def sign(self, now: float) -> None:
        """Take that the robot is there: it hears what is said from now on."""
        self.open_since = min(self.open_since, now)

    def heard(self, now: float) -> None:
        """Take that an echo came, or word that a viewer is not there."""
        self._unheard, self.echoes = 0, True
        self.sign(now)

    def missed(self) -> None:
        """Take that no echo came of a line."""
        self._unheard += 1

    def told(self, robot: Robot, now: float) -> None:
        """Take what ingest says of it."""
        if robot == "away" and self.robot != "away":
            self.away_since = now
        if robot != "away" and self.robot == "away":
            self.open_since = max(self.open_since, now)
        if robot == "connected":
            self.sign(now)
            if self.robot != "connected":
                self._unheard = 0
        self.robot = robot

    def cut_off(self, now: float) -> None:
        """Take that our connection is broken, or just back: the robot's may come back later than ours."""
        self._unheard = 0
        self.open_since = now + SIGN_SECONDS
