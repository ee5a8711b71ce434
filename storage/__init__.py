"""What is remembered: the queue, the limit, the ledger. It knows neither Discord nor Pixazo.

``async with storage.open(url) as database, storage.join(database) as worker``, then
``await database.run(...)`` with the transactions of these modules:

    jobs       place, ready, job, waiting
    queue      claim                      lane       late
    outcome    made, drawn, fail, cancel, rest, refused, told
    recovery   recover, disown, desk, drop_worker
    standing   standing                   ledger     allowance
    pictures   picture, inputs            line       set_weight
    audit      audit, counts                 tariff     relearn, apply
"""

from storage.connect import open_database as open  # noqa: A004  # storage.open is its name
from storage.workers import join

__all__ = ["join", "open"]
