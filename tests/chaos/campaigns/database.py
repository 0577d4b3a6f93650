"""PostgreSQL is killed and comes back, and connections to it are cut, while mails leave."""

from random import Random

import psycopg
from django.conf import settings

from chaos import rows
from chaos.campaigns import Orders
from chaos.crew import Crew, send_for_ever
from chaos.judge import Judgement, judge
from chaos.stage import Stage

WORKERS, BUNDLE = 4, 50
PATIENCE = 5  # seconds without a mail, after which the next fault comes anyway
CUTS_A_RESTART = 2


def run(stage: Stage, orders: Orders) -> Judgement:
    """Restart it, or cut some connections, each time that some more mails have come through."""
    readers, restarts = orders.of(1_500, 10_000), orders.of(5, 50)
    faults = ["restart"] * restarts + ["cut"] * restarts * CUTS_A_RESTART
    orders.chance.shuffle(faults)
    rows.composed_morning(readers, BUNDLE)
    crew = Crew(send_for_ever)
    crew.fill(WORKERS)
    cut = 0
    for number, fault in enumerate(faults):
        stage.log.wait_for(readers * number // (len(faults) + 1), PATIENCE)
        if fault == "restart":
            stage.postgres.restart()
        else:
            cut += _cut(stage.postgres.url(), orders.chance)
    rows.wait_until_settled(readers)
    crew.end()
    bound = (restarts * WORKERS + cut) * settings.SMTP_CONNECTIONS
    return judge(
        stage.log.read(),
        due=readers,
        bound=bound,
    ).noting({"restarts": restarts, "cuts": cut}, crew.complaints)


def _cut(url: str, chance: Random) -> int:
    """Cut about half of the connections; return how many."""
    with psycopg.connect(url, autocommit=True) as connection:
        rows = connection.execute(OTHERS).fetchall()
        chosen = [number for (number,) in rows if chance.random() < 1 / 2]
        for number in chosen:
            connection.execute("SELECT pg_terminate_backend(%s)", [number])
    return len(chosen)


OTHERS = """
SELECT pid FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
