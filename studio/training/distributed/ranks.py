"""The processes that torchrun started for one training."""

import socket
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import TypeVar

import torch
import torch.distributed as dist
from torch.distributed.distributed_c10d import PrefixStore
from torch.distributed.rendezvous import rendezvous

from studio.callbacks import ShouldStop, never_stop
from studio.config import TrainConfig
from studio.errors import Stopped
from studio.training.backend.devices import DeviceChoice, describe_device
from studio.training.distributed.board import Board
from studio.training.distributed.collectives import Exchange, lost
from studio.training.distributed.launch import Launch
from studio.training.distributed.placing import has_gpu_each, place_process, require_shares
from studio.training.distributed.process_group import World
from studio.training.distributed.rank_share import RankShare
from studio.training.distributed.stopping import Stopper

T = TypeVar("T")

# How long the processes may take to find each other, and then how long one may let others wait
# for it in a step. A killed one is noticed at once, and this is for those that hang.
_START = timedelta(minutes=10)
_SILENCE = timedelta(seconds=45)
_DONE, _STOPPED, _FAILED = "done", "stopped", "failed"


class Ranks(World):
    """One of several processes, each with its share of every batch."""

    def __init__(self, launch: Launch) -> None:
        """Raises LostError when not all of them come together."""
        self._launch = launch
        self.is_main, self.size = launch.rank == 0, launch.size
        self.local_size = launch.local_size
        self.launch_id, self.restarted = launch.id, launch.restarts > 0
        # All processes of a machine must come to the same backend. NCCL refuses two on one GPU.
        has_nccl = has_gpu_each(launch) and dist.is_nccl_available()
        if has_nccl:
            torch.cuda.set_device(launch.local_rank)
        try:
            common, _, _ = next(rendezvous("env://", timeout=_START))
            # Its words outlive the processes: those started again must not read the old ones.
            store = PrefixStore(f"vgg-studio/{launch.restarts}", common)
            self._board = Board(store)
            self._turns = count()
            self._tell(lambda: None, next(self._turns))
            self._expect_all(0, lambda: False)
            backend = "cpu:gloo,cuda:nccl" if has_nccl else "gloo"
            dist.init_process_group(
                backend, store=store, rank=launch.rank, world_size=launch.size, timeout=_SILENCE
            )
        except RuntimeError as error:
            raise lost() from error
        self._exchange = Exchange(launch.rank, launch.size, self._board.failure, has_nccl)
        self.share = RankShare(self._exchange)

    def leave(self) -> None:
        """Say goodbye when all is done."""
        dist.destroy_process_group()

    def decide(self, make: Callable[[], T], should_stop: ShouldStop = never_stop) -> T:
        turn = next(self._turns)
        value = self._tell(make, turn) if self.is_main else None
        self._expect(turn, 0, should_stop)
        made: T = self._exchange.spread(value)
        return made

    def in_turn(self, work: Callable[[], T], should_stop: ShouldStop = never_stop) -> T:
        turn = next(self._turns)
        if self._launch.local_rank:
            self._expect(turn, self._launch.rank - self._launch.local_rank, should_stop)
        try:
            result = self._tell(work, turn)
        except Stopped:
            # A lost process ends in the same signal as a wish to stop: see who is still there.
            self._expect_all(turn, should_stop)
            raise
        self._expect_all(turn, should_stop)
        return result

    def check(self, config: TrainConfig) -> None:
        require_shares(config.optim.batch_size, self._launch)
        self.place(describe_device(config.engine.device))

    def place(self, choice: DeviceChoice) -> DeviceChoice:
        return place_process(choice, self._launch)

    def stopper(self, should_stop: ShouldStop, most: int) -> ShouldStop:
        return Stopper(should_stop, most, self._exchange.largest)

    def fail(self, error: BaseException) -> None:
        words = " ".join(str(error).split()) or type(error).__name__
        self._board.write_failure(
            f"Process {self._launch.rank} on {socket.gethostname()} failed: {words}"
        )

    def _tell(self, work: Callable[[], T], turn: int) -> T:
        """Do it, and tell the others how it ended."""
        word = _FAILED
        try:
            result = work()
            word = _DONE
        except Stopped:
            word = _STOPPED
            raise
        except BaseException as error:
            self.fail(error)
            raise
        finally:
            self._board.write(f"{turn}/{self._launch.rank}", word)
        return result

    def _expect(self, turn: int, rank: int, should_stop: ShouldStop) -> None:
        """Wait until a process has done its part. Raises Stopped, LostError."""
        word = self._board.wait(f"{turn}/{rank}", should_stop)
        if word == _STOPPED:
            raise Stopped
        if word == _FAILED:
            raise lost(self._board.failure())

    def _expect_all(self, turn: int, should_stop: ShouldStop) -> None:
        for rank in range(self.size):
            self._expect(turn, rank, should_stop)
