"""The simulated channel: a CyTube room, its viewers, and a kryten-robot in it, for demonstrations and tests.

It takes what kryten-robot takes (`kryten.robot.command` and its kin) and gives what kryten-robot gives (events, lifecycle,
key-value state), shape for shape; and it lets people in as viewers (`kryten-economy chat`). It keeps nothing.

Time and chance are given to it: `simulation.Simulation` and all below it are plain rules, and the same seed with the same questions
gives the same run. Only `app.py` knows NATS.
"""
