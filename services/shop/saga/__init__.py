"""Sales whose effect is outside: paid once it was seen in the room, else the coins go back.

`saga` moves a sale through its states, `store` keeps them. What is sold plugs in as a `Ware`.
"""
