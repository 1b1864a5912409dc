"""Eight weeks of a desk's past, the same each time, for pages to show."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from storage import tickets
from storage.records.clocks import Step as ClockStep
from storage.records.escalations import Hand
from storage.records.escalations import Step as HandStep
from storage.records.promises import PromiseState
from storage.records.tickets import Status
from storage.unit import Unit
from tests.storage.cast import ACME, ANA, BEN, LOBBY, ask
from tests.usecases.histories import Life, befell, measure

HOUR = timedelta(hours=1)
DAYS = 56
WORDS = (
    "Our export fails since this morning",
    "How do we invite a colleague?",
    "The invoice of March names the wrong company",
    "Is there a limit to webhooks?",
)


@dataclass(eq=False)
class Past:
    """Writes it, ticket by ticket, until ``now``."""

    unit: Unit
    now: datetime
    dice: Random

    def write(self) -> None:
        for day in range(DAYS, 0, -1):
            begin = self.now - timedelta(days=day)
            busy = 1 if begin.weekday() >= 5 else 5
            for _ in range(self.dice.randint(0, busy)):
                self._ticket(begin + self.dice.randint(0, 20) * HOUR)

    def _ticket(self, at: datetime) -> None:
        dice = self.dice
        ticket = ask(
            self.unit,
            channel_id=dice.choice([ACME, ACME, LOBBY]),
            owner_id=dice.choice([None, ANA, ANA, BEN]),
            category=dice.choice(["", "Billing", "Technical"]),
            opened_at=at,
        )
        befell(self.unit, ticket, "open", at)
        answered = at + dice.randint(1, 30) * HOUR
        done = answered + dice.randint(1, 90) * HOUR
        changed = ticket
        if answered < self.now:
            changed = replace(changed, first_answer_at=answered)
        if done < self.now:
            befell(self.unit, ticket, "resolve", done)
            changed = replace(changed, status=Status.RESOLVED, resolved_at=done)
        tickets.save(self.unit, ticket, changed)
        measure(self.unit, changed, self._measured(at))

    def _measured(self, at: datetime) -> Life:
        dice, hours = self.dice, int((self.now - at) / HOUR)
        step = dice.choice([ClockStep.MET, ClockStep.MET, ClockStep.MET, ClockStep.MISSED])
        clocks = [(step, min(dice.randint(1, 30), hours))]
        promised = dice.choice([PromiseState.KEPT, PromiseState.KEPT, PromiseState.BROKEN])
        promises = [(promised, min(dice.randint(1, 30), hours))] if dice.random() < 0.2 else []
        hands = [(HandStep.ASKED, Hand.LEVEL, 0)] if dice.random() < 0.1 else []
        return Life(ACME, None, "", 0, None, [], clocks, promises, hands)


def write(unit: Unit, now: datetime) -> None:
    """Eight weeks until ``now``."""
    Past(unit, now, Random(7)).write()
