"""The name under which the older program was started: `python -m kryten_economy` is the command `kryten-economy`."""
