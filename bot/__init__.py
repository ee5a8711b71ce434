"""What the bot is: the catalogue, Pixazo's client, the order of things, the way to Discord."""
