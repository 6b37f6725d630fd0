"""Announcer: the only voice. Says through kryten-robot what the others have to say, and sees by the echo that it arrived.

Takes: announcements (a work queue), the robot's echoes, ticks, the configuration.
Gives: the robot's commands `say` and `pm`.
Keeps: nothing that must last. An announcement is acknowledged after its effect; after a crash a line may be said twice, never lost.
"""
