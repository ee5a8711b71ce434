"""Every error that is raised on purpose. ``str(error)`` is a sentence fit for the member.

BotError
├── Refused                 the order was not accepted; nothing was charged
│   ├── BadOption           an option is missing, out of range or not one of the choices
│   ├── BadPicture          a picture or a mask cannot be used
│   │   └── Unpainted       a copy of the picture on which nothing is painted
│   ├── QuotaReached        images, money or waiting jobs: a limit of this bot
│   ├── ModelOff            a paid model that the owner has not switched on
│   ├── StorageDown         the bot's memory does not answer
│   └── ShuttingDown        the bot is about to restart
├── GatewayError            Pixazo did not give a picture
│   ├── BadRequest          400 and the like: the gateway refused the values
│   ├── KeyRefused          401: the key is missing or wrong
│   ├── NoCredit            402, or 403 about a balance
│   ├── Forbidden           403: the key has no access to the model
│   ├── RateLimited         429
│   ├── Unreachable         no connection was made: nothing was sent
│   ├── TurnOver            the call came too late for its turn: nothing was sent
│   ├── GatewayBroken       5xx, or an answer cut off
│   ├── GatewayTimeout      no answer in time
│   └── UnusableAnswer      an answer without a usable picture
└── StartError              the process cannot start; the text is one line for the owner
    └── BadSetting          a setting is missing or wrong: exit status 2
"""

from __future__ import annotations


class BotError(Exception):
    """The base of every error that the bot raises on purpose."""


class Refused(BotError):
    """The order was not accepted; nothing was charged."""


class BadOption(Refused):
    """An option is missing, out of range or not one of the choices."""

    def __init__(self, option: str, message: str) -> None:
        super().__init__(message)
        self.option = option


class BadPicture(Refused):
    """A picture or a mask that was sent cannot be used; the text says what to send."""


class Unpainted(BadPicture):
    """A copy of the picture came back with nothing painted over it."""


class QuotaReached(Refused):
    """A limit of this bot stands in the way: images, money or waiting jobs."""


class ModelOff(Refused):
    """A paid model that the owner has not switched on."""


class StorageDown(Refused):
    """The bot's memory does not answer, so nothing can be accepted."""


class ShuttingDown(Refused):
    """The bot is about to restart and takes no new orders."""


class GatewayError(BotError):
    """Pixazo did not give a picture.

    ``nothing_made`` is True where the answer proves that no picture was made, so that even a paid
    call may be repeated. ``transient`` is True where trying again after some seconds may help;
    ``retry_after`` (seconds) is what the gateway asked for, if it asked.
    """

    nothing_made = False
    transient = False
    retry_after: float | None = None


class BadRequest(GatewayError):
    """The gateway refused the values."""

    nothing_made = True


class KeyRefused(GatewayError):
    """The key is missing or wrong: the owner must look."""

    nothing_made = True


class NoCredit(GatewayError):
    """The key's account is out of credit: the owner must look."""

    nothing_made = True


class Forbidden(GatewayError):
    """The key has no access to this model: the owner must look."""

    nothing_made = True


class RateLimited(GatewayError):
    """The gateway counted too many calls (429)."""

    nothing_made = True
    transient = True

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unreachable(GatewayError):
    """No connection was made: nothing was sent."""

    nothing_made = True
    transient = True


class TurnOver(GatewayError):
    """The call came too late for its turn: nothing was sent."""

    nothing_made = True
    transient = True


class GatewayBroken(GatewayError):
    """The gateway failed (5xx) or cut its answer off: whether a picture was made is not known."""

    transient = True

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class GatewayTimeout(GatewayError):
    """No answer in time: whether a picture was made is not known."""


class UnusableAnswer(GatewayError):
    """The gateway answered, but not with a usable picture."""


class StartError(BotError):
    """The process cannot start; the text is one line for the owner."""


class BadSetting(StartError):
    """A setting is missing or wrong; the text says which, its value and what is allowed."""
