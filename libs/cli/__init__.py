"""The operator's command line, `kryten-economy`: one file a command, and what they share.

Takes the configuration, the state directory, signals. Gives running services, streams that fit, and plain answers with an exit
status. Keeps, for the server that `up` brings along: its users, its configuration and its store, in the state directory.
"""
