"""The bot's settings: the only reader of the environment and of ``.env``."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from ipaddress import IPv6Address
from typing import Annotated, Any, Literal, Self
from urllib.parse import unquote, urlsplit

from pydantic import (
    AliasChoices,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot import amounts
from bot.errors import BadSetting
from storage.window import Limit

SHOWN = 80  # characters of a bad value that its sentence repeats
_NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*\.?")


def _word(value: object) -> str:
    text = str(value).strip()
    if not text or not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("not one word")
    return text


def _address(value: object) -> str:
    text = _word(value).rstrip("/")
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("not an address")
    if parts.port == 0:
        raise ValueError("no port 0")
    return text


def _open_address(value: object) -> str:
    text = _address(value)
    if "@" in urlsplit(text).netloc:
        raise ValueError("discord.py takes no user and password")
    return text


def _database(value: object) -> str:
    text = _word(value)
    file = text.startswith("sqlite:///") and text.rstrip("/") != "sqlite:"
    server = text.startswith("postgresql://") and urlsplit(text).port != 0
    if not file and not server:
        raise ValueError("not a database")
    return text


def _hosts(value: object) -> frozenset[str]:
    hosts = frozenset(name.strip().strip("[]").lower() for name in str(value).split(","))
    for host in hosts:
        if not _NAME.fullmatch(host):
            IPv6Address(host)  # raises a ValueError
    return hosts


def _numbers(value: object) -> tuple[int, ...]:
    numbers = tuple(int(part) for part in str(value).split(","))
    if min(numbers) < 0 or len(set(numbers)) < len(numbers):
        raise ValueError("not shards")
    return numbers


def _upper(value: object) -> str:
    return str(value).strip().upper()


Secret = Annotated[SecretStr, BeforeValidator(_word)]
Address = Annotated[str, BeforeValidator(_address)]
OpenAddress = Annotated[str, BeforeValidator(_open_address)]
Money = Annotated[int, BeforeValidator(amounts.micro)]
Level = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]


def _dollars(name: str, default: int) -> Any:
    """Return a field that is written in dollars and read in micro-dollars."""
    return Field(
        default,
        validation_alias=AliasChoices(name),
        description="dollars from 0 to 1000000, as 2.50",
    )


class Settings(BaseSettings):
    """Everything that the owner decides; each description says what is allowed.

    Money is in micro-dollars, times in seconds. Secrets are never shown by ``repr``.
    """

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        validate_default=False,
        hide_input_in_errors=True,
        allow_inf_nan=False,
    )

    discord_token: Secret = Field(description="the bot's token from Discord's developer portal")
    discord_api_url: OpenAddress = Field(
        "https://discord.com/api/v10",
        description="an address that begins with https:// or http://, with no user or password",
    )
    pixazo_api_key: Secret = Field(description="the subscription key of your Pixazo account")
    pixazo_url: Address = Field(
        "https://gateway.pixazo.ai", description="an address that begins with https:// or http://"
    )
    database_url: Annotated[str, BeforeValidator(_database)] = Field(
        "sqlite:///data/bot.db",
        description="sqlite:///file, sqlite:////absolute/file or postgresql://user@host/name",
        repr=False,
    )
    pixazo_limit: int = Field(60, ge=1, le=100_000, description="a whole number from 1 to 100000")
    pixazo_limit_window: float = Field(
        60.0, gt=0, le=86_400, description="seconds above 0, at most 86400"
    )
    pixazo_limit_scope: Literal["key", "model"] = Field("key", description="key or model")
    user_daily_images: int = Field(
        100, ge=0, le=1_000_000, description="a whole number from 0 to 1000000"
    )
    user_pending_jobs: int = Field(10, ge=1, le=1000, description="a whole number from 1 to 1000")
    daily_budget: Money = _dollars("DAILY_BUDGET_USD", 0)
    user_daily_budget: Money = _dollars("USER_DAILY_BUDGET_USD", amounts.MICRO)
    price_overrides: Annotated[dict[str, int], NoDecode, BeforeValidator(amounts.overrides)] = (
        Field(
            {},
            validation_alias=AliasChoices("PRICE_USD"),
            description='JSON with dollars by operation, as {"sd35": 0.2}',
        )
    )
    result_hosts: Annotated[frozenset[str], NoDecode, BeforeValidator(_hosts)] = Field(
        frozenset(), description="names or addresses of hosts, with commas between, no https://"
    )
    shard_count: int | None = Field(None, ge=1, le=16_000, description="a whole number from 1 up")
    shard_ids: Annotated[tuple[int, ...] | None, NoDecode, BeforeValidator(_numbers)] = Field(
        None, description="different whole numbers from 0 up, below SHARD_COUNT, as 0,1"
    )
    log_level: Annotated[Level, BeforeValidator(_upper)] = Field(
        "INFO", description="DEBUG, INFO, WARNING, ERROR or CRITICAL"
    )
    log_format: Literal["text", "json"] = Field("text", description="text or json")
    health_port: int = Field(0, ge=0, le=65_535, description="a port from 1 to 65535, or 0 for off")
    message_content: bool = Field(False, description="true or false")
    embed_settings: bool = Field(True, description="true or false")
    default_model: Literal["sd35", "sd3", "sdxl", "lightning"] = Field(
        "sdxl", description="sd35, sd3, sdxl or lightning"
    )

    @classmethod
    def load(cls) -> Self:
        """Read the environment and ``.env``; raises BadSetting for the first that is wrong."""
        given: dict[str, Any] = {}
        try:
            return cls(**given)
        except ValidationError as error:
            # Not chained: pydantic's error carries the values, and among them may be a secret.
            raise BadSetting(_sentence(cls, error)) from None
        except (OSError, UnicodeDecodeError) as error:
            raise BadSetting(f".env cannot be read: {type(error).__name__}") from error

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Return every setting as the environment names it."""
        return tuple(_name(field, info) for field, info in cls.model_fields.items())

    @property
    def prices(self) -> dict[str, int]:
        """What a picture of every operation costs, in micro-dollars by operation id."""
        return amounts.prices(self.price_overrides)

    def secrets(self) -> tuple[str, ...]:
        """Return every text that must never be shown or logged."""
        known = [self.discord_token.get_secret_value(), self.pixazo_api_key.get_secret_value()]
        for address in (self.database_url, self.pixazo_url):
            password = urlsplit(address).password
            if password:
                known += [password, unquote(password)]
        return tuple(known)

    def lanes(self, names: Iterable[str]) -> dict[str, Limit]:
        """Return the fair-use limit for each of these lanes."""
        window_ms = math.ceil(self.pixazo_limit_window * 1000)
        limit = Limit(calls=self.pixazo_limit, window_ms=window_ms)
        return dict.fromkeys(names, limit)

    @model_validator(mode="after")
    def _shards_fit(self) -> Self:
        if self.shard_ids and (self.shard_count is None or max(self.shard_ids) >= self.shard_count):
            raise ValueError(",".join(str(shard) for shard in self.shard_ids))
        return self


def _name(field: str, info: FieldInfo) -> str:
    alias = info.validation_alias
    return str(alias.choices[0]) if isinstance(alias, AliasChoices) else field.upper()


def _sentence(settings: type[Settings], error: ValidationError) -> str:
    """Return one line: the setting, its value unless it is a secret, and what is allowed."""
    first = error.errors(include_url=False)[0]
    place = str(first["loc"][0]).upper() if first["loc"] else "SHARD_IDS"
    info = next(
        info for field, info in settings.model_fields.items() if _name(field, info) == place
    )
    if first["type"] == "missing":
        return f"{place} is missing. It must be {info.description}."
    value = _shown(place, str(first["input"] if first["loc"] else first["ctx"]["error"]))
    return f"{place}{value} is not allowed. It must be {info.description}."


def _shown(place: str, value: str) -> str:
    """Return what may be repeated of a bad value: no secret, and nothing that may hold one."""
    if place in ("DISCORD_TOKEN", "PIXAZO_API_KEY"):
        return ""
    if place == "DATABASE_URL":
        scheme = re.match(r"[a-z][a-z0-9+.-]*:", value, flags=re.IGNORECASE)
        value = f"{scheme[0]}…" if scheme else ""
    value = re.sub(r":.*@", ":…@", value, flags=re.DOTALL)
    value = re.sub(r"=.*", "=…", value, flags=re.DOTALL)
    return f" {value[:SHOWN]!r}" if value else ""
