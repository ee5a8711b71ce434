"""Python imports this before the bot when the folder is on its path: the bot's patience, shortened.

The bot waits minutes for an answer that never comes; the tests have seconds. Nothing else changes.
"""

from bot import pixazo

SHORT = {"total": 2.0, "collect": 2.0, "poll": 0.2, "poll_most": 0.2}

defaults = pixazo.Timeouts.__init__.__kwdefaults__
assert defaults is not None
defaults.update(SHORT)
