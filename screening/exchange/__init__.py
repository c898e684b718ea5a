"""Other systems: lists of appointments in and out. Bytes to plain values and back; nothing is stored here."""
