"""The records room: the only door to the database.

Every verb takes a session first, runs in one transaction, writes its audit line in that same
transaction and gives back frozen values. Nothing here reads the clock or makes a random value.
"""
