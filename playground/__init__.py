"""A local Discord and a local Pixazo on loopback: to try the bot and to test it, with no account."""
