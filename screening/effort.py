"""How long the form takes: told on its first page, on the tablet, on slips and in the README, from here."""

#: Minutes for most people. An estimate until somebody has timed patients; whoever has, changes it here.
MINUTES = 10
