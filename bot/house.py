"""What the owner decided: caps, prices, and what the fair-use limit counts per."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.catalog import OPERATIONS
from bot.config import Settings
from bot.spec import Operation
from storage.job import Caps
from storage.tariff import Tariff


@dataclass(frozen=True, kw_only=True)
class House:
    """The owner's decisions.

    ``prices`` are micro-dollars by operation, ``scope`` is "key" or "model";
    ``embed_settings`` writes into each file how its picture was made.
    """

    caps: Caps
    prices: Mapping[str, int]
    scope: str = "key"
    embed_settings: bool = True
    default_model: str = "sdxl"

    @classmethod
    def of(cls, settings: Settings) -> House:
        """Return what the settings say."""
        caps = Caps(
            images_a_day=settings.user_daily_images,
            pending=settings.user_pending_jobs,
            budget=settings.daily_budget,
            member_budget=settings.user_daily_budget,
        )
        return cls(
            caps=caps,
            prices=settings.prices,
            scope=settings.pixazo_limit_scope,
            embed_settings=settings.embed_settings,
            default_model=settings.default_model,
        )

    def price(self, operation: Operation) -> int:
        """Return what a picture costs, in micro-dollars."""
        return self.prices.get(operation.id, operation.price)

    def lane(self, operation: Operation) -> str:
        """Return the limit that a call counts against; paid models have a lane of their own."""
        if self.price(operation):
            return "paid"
        return f"model:{operation.command}" if self.scope == "model" else "free"

    def tariffs(self) -> dict[str, Tariff]:
        """Return lane and price of every operation, by its id."""
        return {
            operation.id: Tariff(lane=self.lane(operation), price=self.price(operation))
            for operation in OPERATIONS
        }

    def lanes(self) -> tuple[str, ...]:
        """Return every lane there is."""
        return tuple(sorted({self.lane(operation) for operation in OPERATIONS}))
