"""How many may wait at the desk: as many as are answered in time."""

from __future__ import annotations

from contextlib import ExitStack

from handlers.admission import FEW, MOST, PATIENCE, SOME, Admission


class Line:
    """People at the desk's admission, served one by one; only then the machine's clock moves."""

    def __init__(self) -> None:
        self.seconds = 100.0
        self.admission = Admission(lambda: self.seconds)
        self.turns: list[ExitStack] = []

    def fill(self) -> int:
        """Let in all who may come at once; how many wait then."""
        while self.admission.is_open:
            self.turns.append(ExitStack())
            self.turns[-1].enter_context(self.admission.turn())
        return self.admission.waiting

    def serve(self, *, seconds_each: float, people: int) -> int:
        """Whoever is served makes room for the next; how many wait then."""
        for _ in range(people):
            self.fill()
            self.seconds += seconds_each
            self.turns.pop(0).close()
        return self.fill()


def test_a_crowd_that_comes_at_once_is_let_in_up_to_a_bound() -> None:
    assert Line().fill() == SOME


def test_the_slower_each_is_the_fewer_may_wait() -> None:
    assert Line().serve(seconds_each=0.0005, people=5000) == MOST
    assert 50 < Line().serve(seconds_each=0.01, people=5000) <= 1.2 * PATIENCE / 0.01
    assert Line().serve(seconds_each=0.5, people=5000) == FEW


def test_one_bad_moment_halves_the_line_once() -> None:
    line = Line()
    line.fill()
    line.seconds += PATIENCE
    while line.turns:
        line.turns.pop().close()
    assert line.fill() == SOME // 2
    assert line.serve(seconds_each=0.0001, people=5000) == MOST
