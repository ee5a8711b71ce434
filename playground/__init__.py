"""A local Discord and a local Pixazo on loopback: to try and test the bot, with no account."""
