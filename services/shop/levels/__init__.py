"""CyTube ranks: bought as a sale, or brought by a rank of the economy. They are only ever raised.

`rules` says when one is asked for, `store` keeps who is to be raised, `raiser` asks the robot, `selling` judges who may buy.
"""
