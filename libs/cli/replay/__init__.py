"""`kryten-economy replay`: what would have been paid under another configuration.

`command` is what the operator types; `reading` takes the streams as they are on the server, `opening` what the history and earning's own
database tell of the time before, `figures` compares the two runs, `showing` prints that. What is played, and how, stands with earning.
"""
