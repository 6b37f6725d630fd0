"""Colors for names in chat: who has which, and the channel's style sheet that shows them.

`readability` judges a color, `stylesheet` reads and writes our part of the sheet, `canvas` decides when it is written, `painter` has the
robot write it, `store` keeps all that.
"""
