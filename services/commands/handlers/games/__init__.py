"""The commands by which viewers play, and see how it went."""
