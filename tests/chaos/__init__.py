"""Kill what can be killed, again and again, and see that the books stay right.

Takes a seed and a length; gives what differs between the books and the model, and which promises were broken. Keeps nothing.
"""
