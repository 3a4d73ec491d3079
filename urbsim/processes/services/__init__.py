"""Services of towns and villages: what is there for each resident (ODD equations V1-V4).

`equations` has the stocks and what they are worth, `steps` the call that `urbsim.month` names.
"""
