"""The settings: what is read, what is refused and in which words, and what is never shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.config import Settings
from bot.errors import BadSetting

ROOT = Path(__file__).parent.parent
REQUIRED = {"DISCORD_TOKEN": "discord-secret", "PIXAZO_API_KEY": "pixazo-secret"}
CONTRACT = {
    "DISCORD_TOKEN",
    "DISCORD_API_URL",
    "PIXAZO_API_KEY",
    "PIXAZO_URL",
    "DATABASE_URL",
    "PIXAZO_LIMIT",
    "PIXAZO_LIMIT_WINDOW",
    "PIXAZO_LIMIT_SCOPE",
    "USER_DAILY_IMAGES",
    "USER_PENDING_JOBS",
    "DAILY_BUDGET_USD",
    "USER_DAILY_BUDGET_USD",
    "PRICE_USD",
    "RESULT_HOSTS",
    "SHARD_COUNT",
    "SHARD_IDS",
    "LOG_LEVEL",
    "LOG_FORMAT",
    "HEALTH_PORT",
    "MESSAGE_CONTENT",
    "EMBED_SETTINGS",
    "DEFAULT_MODEL",
}


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Start each test in an empty folder, with the two required settings and no other."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.names():
        monkeypatch.delenv(name, raising=False)
    for name, value in REQUIRED.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The environment of the test, to set more."""
    return monkeypatch


def refusal() -> str:
    """Load, and return the sentence of the refusal."""
    with pytest.raises(BadSetting) as caught:
        Settings.load()
    return str(caught.value)


def test_the_names_are_the_contracts() -> None:
    """The settings are exactly the fixed names."""
    assert set(Settings.names()) == CONTRACT


def test_the_defaults() -> None:
    """With the two secrets alone, everything else has its documented default."""
    settings = Settings.load()
    assert settings.discord_api_url == "https://discord.com/api/v10"
    assert settings.pixazo_url == "https://gateway.pixazo.ai"
    assert settings.database_url == "sqlite:///data/bot.db"
    assert (settings.pixazo_limit, settings.pixazo_limit_window) == (60, 60.0)
    assert settings.pixazo_limit_scope == "key"
    assert (settings.user_daily_images, settings.user_pending_jobs) == (100, 10)
    assert (settings.daily_budget, settings.user_daily_budget) == (0, 1_000_000)
    assert settings.prices["sd35"] == 200_000
    assert settings.prices["inpaint-stream"] == 0
    assert settings.result_hosts == frozenset()
    assert (settings.shard_count, settings.shard_ids) == (None, None)
    assert (settings.log_level, settings.log_format) == ("INFO", "text")
    assert (settings.health_port, settings.message_content) == (0, False)
    assert (settings.embed_settings, settings.default_model) == (True, "sdxl")
    assert settings.embed_settings is True


def test_the_example_names_every_setting_with_its_default(given: pytest.MonkeyPatch) -> None:
    """``.env.example`` has each setting once, and loads as the defaults."""
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    names = re.findall(r"^([A-Z_]+)=", text, flags=re.MULTILINE)
    assert sorted(names) == sorted(CONTRACT)
    defaults = Settings.load()
    Path(".env").write_text(text, encoding="utf-8")
    assert Settings.load() == defaults


def test_the_environment_wins_over_the_file(given: pytest.MonkeyPatch) -> None:
    """What the process's environment says counts more than ``.env``."""
    Path(".env").write_text("PIXAZO_LIMIT=7\nHEALTH_PORT=81\n", encoding="utf-8")
    given.setenv("PIXAZO_LIMIT", "9")
    settings = Settings.load()
    assert (settings.pixazo_limit, settings.health_port) == (9, 81)


def test_a_file_that_is_no_text_is_refused() -> None:
    """A broken ``.env`` stops the start with one line."""
    Path(".env").write_bytes(b"\xff\xfe\x00")
    assert refusal() == ".env cannot be read: UnicodeDecodeError"


@pytest.mark.parametrize("name", sorted(REQUIRED))
@pytest.mark.parametrize("value", [None, ""])
def test_secrets_are_required(given: pytest.MonkeyPatch, name: str, value: str | None) -> None:
    """A missing or empty secret is named, with what it is."""
    given.delenv(name)
    if value is not None:
        given.setenv(name, value)
    assert refusal().startswith(f"{name} is missing. It must be the ")


@pytest.mark.parametrize("name", sorted(REQUIRED))
@pytest.mark.parametrize("value", ["two words", "tab\tbed", "schlüssel", " "])
def test_a_bad_secret_is_never_shown(given: pytest.MonkeyPatch, name: str, value: str) -> None:
    """A secret that cannot be one is refused without its value."""
    given.setenv(name, value)
    assert re.fullmatch(rf"{name} is not allowed\. It must be the [^\n]+\.", refusal())


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("DISCORD_API_URL", "discord.com", "an address that begins with https:// or http://"),
        ("PIXAZO_URL", "https://", "an address that begins with https:// or http://"),
        ("PIXAZO_URL", "https://host:99999", "an address that begins with https:// or http://"),
        ("PIXAZO_URL", "https://a b", "an address that begins with https:// or http://"),
        ("PIXAZO_LIMIT", "0", "a whole number from 1 to 100000"),
        ("PIXAZO_LIMIT", "1.5", "a whole number from 1 to 100000"),
        ("PIXAZO_LIMIT", "many", "a whole number from 1 to 100000"),
        ("PIXAZO_LIMIT_WINDOW", "0", "seconds above 0, at most 86400"),
        ("PIXAZO_LIMIT_WINDOW", "nan", "seconds above 0, at most 86400"),
        ("PIXAZO_LIMIT_WINDOW", "inf", "seconds above 0, at most 86400"),
        ("PIXAZO_LIMIT_SCOPE", "ip", "key or model"),
        ("USER_DAILY_IMAGES", "-1", "a whole number from 0 to 1000000"),
        ("USER_PENDING_JOBS", "0", "a whole number from 1 to 1000"),
        ("DAILY_BUDGET_USD", "-1", "dollars from 0 to 1000000, as 2.50"),
        ("DAILY_BUDGET_USD", "1,5", "dollars from 0 to 1000000, as 2.50"),
        ("DAILY_BUDGET_USD", "0.0000001", "dollars from 0 to 1000000, as 2.50"),
        ("DAILY_BUDGET_USD", "1e999999999", "dollars from 0 to 1000000, as 2.50"),
        ("DAILY_BUDGET_USD", f"1.{'0' * 30}1", "dollars from 0 to 1000000, as 2.50"),
        ("USER_DAILY_BUDGET_USD", "NaN", "dollars from 0 to 1000000, as 2.50"),
        ("PRICE_USD", "cheap", "JSON with dollars by operation, as "),
        ("PRICE_USD", "[]", "JSON with dollars by operation, as "),
        ("PRICE_USD", '{"sd36": 1}', "JSON with dollars by operation, as "),
        ("PRICE_USD", '{"sd35": null}', "JSON with dollars by operation, as "),
        ("PRICE_USD", '{"sd35": true}', "JSON with dollars by operation, as "),
        ("PRICE_USD", '{"sd35": -0.1}', "JSON with dollars by operation, as "),
        ("PRICE_USD", '{"sd35": 1, "sd35": 2}', "JSON with dollars by operation, as "),
        ("RESULT_HOSTS", "https://cdn.example", "names or addresses of hosts, "),
        ("RESULT_HOSTS", "cdn.example:8080", "names or addresses of hosts, "),
        ("RESULT_HOSTS", "127.0.0.1:8080", "names or addresses of hosts, "),
        ("RESULT_HOSTS", "cafe.be:443", "names or addresses of hosts, "),
        ("RESULT_HOSTS", "..:", "names or addresses of hosts, "),
        ("RESULT_HOSTS", "a.example,,b.example", "names or addresses of hosts, "),
        ("SHARD_COUNT", "0", "a whole number from 1 up"),
        ("SHARD_IDS", "0,1", "different whole numbers from 0 up, below SHARD_COUNT, as 0,1"),
        ("SHARD_IDS", "0,0", "different whole numbers from 0 up, below SHARD_COUNT, as 0,1"),
        ("SHARD_IDS", "one", "different whole numbers from 0 up, below SHARD_COUNT, as 0,1"),
        ("LOG_LEVEL", "LOUD", "DEBUG, INFO, WARNING, ERROR or CRITICAL"),
        ("LOG_FORMAT", "xml", "text or json"),
        ("HEALTH_PORT", "65536", "a port from 1 to 65535, or 0 for off"),
        ("MESSAGE_CONTENT", "perhaps", "true or false"),
    ],
)
def test_bad_values_are_named_with_what_is_allowed(
    given: pytest.MonkeyPatch, name: str, value: str, allowed: str
) -> None:
    """One line: the setting, its value and what is allowed."""
    given.setenv(name, value)
    assert refusal().startswith(f"{name} {value!r} is not allowed. It must be {allowed}")


def test_a_shard_beyond_the_count_is_refused(given: pytest.MonkeyPatch) -> None:
    """A shard's number is below the number of shards."""
    given.setenv("SHARD_COUNT", "2")
    given.setenv("SHARD_IDS", "0,2")
    assert refusal().startswith("SHARD_IDS '0,2' is not allowed.")


def test_a_refusal_is_one_short_line_without_a_password(given: pytest.MonkeyPatch) -> None:
    """Neither line breaks nor a password nor a very long value get into the sentence."""
    given.setenv("DATABASE_URL", "mysql://bot:hun\nter2@host/" + "x" * 5000)
    text = refusal()
    assert "\n" not in text
    assert "hun" not in text
    assert "ter2" not in text
    assert len(text) < 300


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("mysql://host/name?user=bot&password=hunter22", " 'mysql:…'"),
        ("postgres:bot:hunter22@host/name", " 'postgres:…'"),
        ("postgresql://bot:hunter22@host:0/name", " 'postgresql:…'"),
        ("host=db password=hunter:22", ""),
        ("data/bot.db", ""),
        ("sqlite:///", " 'sqlite:…'"),
    ],
)
def test_of_a_refused_database_only_the_scheme_is_shown(
    given: pytest.MonkeyPatch, value: str, shown: str
) -> None:
    """A password may stand in any part of the address, so that none of them is repeated."""
    given.setenv("DATABASE_URL", value)
    said = refusal()
    assert said.startswith(f"DATABASE_URL{shown} is not allowed. It must be sqlite:///file, ")
    assert "hunter" not in said


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("DISCORD_API_URL", "http://bot:hunter22@host/api", "http:…@host/api"),
        ("DISCORD_API_URL", "http://bot@host/api", "http:…@host/api"),
        ("PIXAZO_URL", "bot:hunter22@host", "bot:…@host"),
        ("PIXAZO_URL", "https://host?subscription-key=hunter22", "https://host?subscription-key=…"),
    ],
)
def test_a_refused_address_shows_no_secret(
    given: pytest.MonkeyPatch, name: str, value: str, shown: str
) -> None:
    """User, password and the values of a query are left out; Discord's address takes none."""
    given.setenv(name, value)
    assert refusal().startswith(f"{name} '{shown}' is not allowed. It must be an address that")


def test_a_refusal_does_not_carry_the_values() -> None:
    """The error has no cause whose text could show another setting's secret."""
    with pytest.MonkeyPatch.context() as given:
        given.setenv("PIXAZO_LIMIT", "0")
        with pytest.raises(BadSetting) as caught:
            Settings.load()
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_secrets_are_not_shown_by_repr(given: pytest.MonkeyPatch) -> None:
    """Neither the token, nor the key, nor the database's password shows in repr or str."""
    given.setenv("DATABASE_URL", "postgresql://bot:p%40ss@host/name")
    settings = Settings.load()
    shown = repr(settings) + str(settings)
    assert not [secret for secret in settings.secrets() if secret in shown]
    assert set(settings.secrets()) == {"discord-secret", "pixazo-secret", "p%40ss", "p@ss"}


def test_values_are_read_as_people_write_them(given: pytest.MonkeyPatch) -> None:
    """Spaces, capitals, a final slash and several hosts or shards are understood."""
    given.setenv("RESULT_HOSTS", "127.0.0.1, CDN.example ,[::1],2001:DB8::7")
    given.setenv("SHARD_COUNT", "4")
    given.setenv("SHARD_IDS", "1, 3")
    given.setenv("LOG_LEVEL", "debug")
    given.setenv("PIXAZO_URL", " http://127.0.0.1:8080/ ")
    given.setenv("MESSAGE_CONTENT", "TRUE")
    given.setenv("DAILY_BUDGET_USD", " 2.50")
    settings = Settings.load()
    assert settings.result_hosts == {"127.0.0.1", "cdn.example", "::1", "2001:db8::7"}
    assert (settings.shard_count, settings.shard_ids) == (4, (1, 3))
    assert settings.log_level == "DEBUG"
    assert settings.pixazo_url == "http://127.0.0.1:8080"
    assert settings.message_content is True
    assert settings.daily_budget == 2_500_000


@pytest.mark.parametrize(
    "url", ["sqlite:///data/bot.db", "sqlite:////srv/bot.db", "postgresql://bot@host:5433/name"]
)
def test_databases(given: pytest.MonkeyPatch, url: str) -> None:
    """A relative file, an absolute one and a server are taken as they stand."""
    given.setenv("DATABASE_URL", url)
    assert Settings.load().database_url == url


def test_the_limit_of_each_lane(given: pytest.MonkeyPatch) -> None:
    """Every lane gets the owner's limit; the window is in whole milliseconds, rounded up."""
    given.setenv("PIXAZO_LIMIT", "20")
    given.setenv("PIXAZO_LIMIT_WINDOW", "6.0001")
    lanes = Settings.load().lanes(("free", "paid"))
    assert {name: (limit.calls, limit.window_ms) for name, limit in lanes.items()} == {
        "free": (20, 6001),
        "paid": (20, 6001),
    }
