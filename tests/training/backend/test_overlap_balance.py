"""The second thread is used only while it makes steps faster."""

from studio.training.backend.overlap_balance import OverlapBalance


class Machine:
    """A clock that advances with each step, by seconds with and without the second thread."""

    def __init__(self, shared, alone):
        self.now, self.shared, self.alone = 0.0, shared, alone
        self.balance = OverlapBalance(lambda: self.now)

    def run(self, seconds):
        """Return the number of steps in that time, and the fraction with the second thread."""
        end, used = self.now + seconds, []
        while self.now < end:
            used.append(self.balance.use_second_thread)
            with self.balance.step():
                self.now += self.shared if used[-1] else self.alone
        return len(used), sum(used) / len(used)


def test_the_faster_number_of_threads_is_kept():
    assert Machine(0.03, 0.05).run(10)[1] > 0.95
    assert Machine(0.30, 0.05).run(10)[1] < 0.1


def test_it_adapts_when_a_program_occupies_and_releases_a_core():
    machine = Machine(0.03, 0.05)
    machine.run(5)
    machine.shared = 0.2
    assert machine.run(5)[1] < 0.2
    machine.shared = 0.03
    assert machine.run(40)[1] > 0.6


def test_a_second_thread_that_was_slightly_slower_is_soon_tried_again():
    machine = Machine(0.16, 0.15)
    machine.run(10)
    machine.shared = 0.10  # with one thread, steps take as long as before
    assert machine.run(10)[1] > 0.6


def test_trials_cost_little_time():
    steps, _ = Machine(0.10, 0.05).run(150)
    assert steps * 0.05 > 0.97 * 150


def test_single_slow_steps_do_not_decide():
    machine = Machine(0.03, 0.05)
    machine.run(2)
    machine.shared = 0.5
    machine.run(0.1)
    machine.shared = 0.03
    assert machine.run(1)[1] == 1
