"""What earning is asked, and what it answers: `economy.earning.<channel>.<verb>`, one file to a subject. Owner: earning."""

from libs.common.contracts.earning.viewers import (
    AttendanceAnswer,
    AttendanceRequest,
    Obstacle,
    QuietAnswer,
    QuietRequest,
    WhyAnswer,
    WhyRequest,
)

__all__ = ["AttendanceAnswer", "AttendanceRequest", "Obstacle", "QuietAnswer", "QuietRequest", "WhyAnswer", "WhyRequest"]
