"""The loop: steps over batches, a test after each epoch, checkpoints that a run goes on from.

On a CPU a run that goes on ends with the weights of one that never stopped, bit for bit. On a GPU no two runs do, since
kernels are chosen by the clock and add in whatever order is fastest.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import psutil
import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from cnnshapes.bridge.build import build
from cnnshapes.errors import DataError, TrainingError
from cnnshapes.memory import in_units
from cnnshapes.report import Report
from cnnshapes.training.batches import Batches, batch_size, statistics, steps_of
from cnnshapes.training.checkpoints import Position, read_checkpoint, write_checkpoint
from cnnshapes.training.data import Dataset
from cnnshapes.training.devices import MemoryTaken, device_of, fastest, has_bfloat16, wait_for, working_on
from cnnshapes.training.measure import result_of
from cnnshapes.training.optimizers import initialise, optimizer_of
from cnnshapes.training.recipe import Recipe
from cnnshapes.training.results import Result
from cnnshapes.training.spec import BEST, LAST, WEIGHTS, Spec, checked, ends_in

REPORT_EVERY: Final = 0.5
"""Seconds between reports of progress."""
SAVE_EVERY: Final = 60.0
"""Seconds between checkpoints within an epoch."""
OUT_OF_MEMORY: Final = (
    "not enough memory", "can't allocate memory", "bad_alloc", "out of memory",
    "STATUS_ALLOC_FAILED", "unable to find an engine",
)  # fmt: skip
"""How torch says it where it has no error of its own for it: on a CPU, and of what cuBLAS and cuDNN work with."""

Said = Callable[[dict[str, Any]], None]


class Cancelled(Exception):  # noqa: N818  no error
    """The run was asked to stop."""


@dataclass
class Run:
    """One training run.

    Args:
        spec: what to train.
        data: the pictures.
        folder: where checkpoints go, None for none; a run goes on from what is there.
        said: is told how it goes, a dict at a time, as `metrics.jsonl` has them.
        cancelled: is asked before each step.

    Attributes:
        mode: in which way the steps run, and why.
        epochs: how many it ran.
        predicted: what each test picture was last taken for.
    """

    spec: Spec
    data: Dataset
    folder: Path | None = None
    said: Said = lambda line: None
    cancelled: Callable[[], bool] = lambda: False
    mode: str = field(default="", init=False)
    epochs: float = field(default=0.0, init=False)
    predicted: Tensor = field(default_factory=lambda: torch.empty(0, dtype=torch.long), init=False)

    def __post_init__(self) -> None:
        self.recipe: Recipe = self.spec.recipe
        self.report: Report = checked(self.spec.design, self.data)
        self.device = device_of(self.spec.device)
        self.rank, self.processes = (dist.get_rank(), dist.get_world_size()) if dist.is_initialized() else (0, 1)
        self.outputs = ends_in(self.spec.design)
        self.at = Position()
        with self._saying_what_ran_out(), working_on(self.device):
            self._load()
            self._build()

    def _load(self) -> None:
        self.mean, self.std = statistics(self.data.train)
        shape = self.spec.design.input_shape
        self.train, self.test = (
            Batches(part, shape, self.device, self.mean, self.std) for part in (self.data.train, self.data.test)
        )
        self.steps = steps_of(self.recipe, len(self.train))

    def _build(self) -> None:
        free = psutil.virtual_memory().available
        if self.device.type == "cpu" and self.predicted_memory > free:
            raise TrainingError(f"{self._too_large()}, and {in_units(free)} are free; {self._what_helps()}")
        self.memory = MemoryTaken(self.device)
        torch.manual_seed(self.recipe.seed)
        self.model = build(self.spec.design)
        initialise(self.model, self.recipe)
        self.model.to(self.device)
        for parameter in self.model.parameters():
            if parameter.dim() == 4:  # channels last, as the pictures are; torch takes no others
                parameter.data = parameter.data.contiguous(memory_format=torch.channels_last)
        self.optimizer = optimizer_of(self.model, self.recipe)
        self.stepping: nn.Module = self.model
        if self.processes > 1:
            self.stepping = DistributedDataParallel(self.model, find_unused_parameters=self._has_unread())
            self.voters = dist.new_group(backend="gloo")  # between the processes alone, so that no GPU is waited for

    def _has_unread(self) -> bool:
        """Whether there are nodes that the output does not follow from, whose weights get no gradient."""
        nodes = self.spec.design.nodes
        needed = {nodes[-1].name}
        for node in reversed(nodes):
            needed |= set(node.inputs) if node.name in needed else set()
        return any(node.name not in needed for node in nodes)

    # ---- the loop -------------------------------------------------------------------------------------------------

    def run(self) -> Result:
        """Train to the end.

        Raises:
            Cancelled: it was asked to stop; a checkpoint is left.
            TrainingError: the loss is no number, or memory or disk ran out; says what to do.
        """
        with self._saying_what_ran_out(), working_on(self.device):
            return self._run()

    @contextmanager
    def _saying_what_ran_out(self) -> Iterator[None]:
        """Memory and disk that run out, as a sentence that says what helps."""
        try:
            yield
        except OSError as error:
            raise TrainingError(f"writing {error.filename or self.folder} failed: {error.strerror or error}") from error
        except (RuntimeError, MemoryError) as error:
            known = isinstance(error, torch.OutOfMemoryError | MemoryError)
            if not known and not any(words in str(error) for words in OUT_OF_MEMORY):
                raise
            raise TrainingError(
                f"memory ran out on {self.device}: {self._too_large()}; {self._what_helps()}"
            ) from error

    def prepare(self) -> None:
        """Go on from the last checkpoint, where there is one, and find out in which way the steps are fastest."""
        started = time.monotonic()
        self._go_on()
        self._since = started - self.at.seconds
        self._choose_mode()
        self.memory.forget()

    def _spent(self) -> float:
        """Seconds that the run took so far, with what came before it was interrupted, and setting up."""
        return time.monotonic() - self._since

    def _run(self) -> Result:
        self.prepare()
        self.said({"kind": "start", "device": str(self.device), "precision": self.precision, "mode": self.mode,
                   "processes": self.processes,
                   "parameters": self.report.total_params, "steps": self.steps,
                   "predicted_memory": self.predicted_memory})  # fmt: skip
        saved = time.monotonic()
        while self.at.epoch < self.recipe.epochs and not any(self._agreed(self._late())):
            self.stepping.train()
            epoch_started, seen_before = time.monotonic(), self.at.seen
            loss = torch.tensor(self.at.loss, dtype=torch.float64, device=self.device)
            correct = torch.tensor(self.at.correct, device=self.device)
            told = time.monotonic()
            batches = self.train.training(self.recipe, self.at.epoch, self.at.step, (self.rank, self.processes))
            for images, labels in batches:
                due = time.monotonic() - saved > SAVE_EVERY
                asked, late, due = self._agreed(self.cancelled(), self._late(), due)
                if asked or due:
                    self._save_within(loss, correct)
                    saved = time.monotonic()
                if asked:
                    raise Cancelled
                if late:
                    break
                lr = self._set_lr()
                batch_loss, right = self.step(images, labels)
                loss += batch_loss * len(labels)
                correct += right
                self.at.step += 1
                self.at.seen += len(labels)
                self.at.seconds = self._spent()
                if time.monotonic() - told > REPORT_EVERY:
                    wait_for(self.device)
                    told = time.monotonic()
                    self._tell_progress(float(loss), int(correct), lr, seen_before, told - epoch_started)
            wait_for(self.device)
            self._end_epoch(loss, correct, time.monotonic() - epoch_started, seen_before)
            saved = time.monotonic()
        return self._finish()

    def step(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """One step of the optimizer; the mean loss and how many were right, left on the device."""
        self.optimizer.zero_grad(set_to_none=True)
        loss, outputs = self._backward(self.stepping, images, labels)
        if self.recipe.clip is not None:
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.recipe.clip)
        self.optimizer.step()
        return loss.detach(), (outputs.argmax(1) == labels).sum()

    @cached_property
    def precision(self) -> str:
        """The type of numbers that the convolutions and products compute with; on a GPU half as long as the weights."""
        return "bfloat16" if has_bfloat16(self.device) else "float32"

    def _autocast(self) -> torch.autocast:
        # without a cache, which a CUDA graph cannot have, and which only weights that are used twice would gain by
        return torch.autocast(
            self.device.type, torch.bfloat16, enabled=self.precision == "bfloat16", cache_enabled=False
        )

    def _backward(self, module: nn.Module, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Forward and backward once; the mean loss and the outputs."""
        with self._autocast():
            outputs = module(images)
        loss = self._loss(outputs.float(), labels, self.recipe.label_smoothing)
        loss.backward()  # type: ignore[no-untyped-call]
        return loss, outputs.detach()

    def _loss(self, outputs: Tensor, labels: Tensor, smoothing: float = 0.0) -> Tensor:
        """The cross-entropy; of a log-softmax it is the same again, of a softmax the logarithm comes first."""
        if self.outputs == "probabilities":
            outputs = outputs.clamp_min(1e-12).log()
        return F.cross_entropy(outputs, labels, label_smoothing=smoothing)

    def _set_lr(self) -> float:
        done = self.at.epoch + self.at.step / self.steps
        share = done / self.recipe.epochs
        if self.recipe.seconds is not None:
            share = max(share, self.at.seconds / self.recipe.seconds)
        lr = self.recipe.lr_at(done, share)
        for group in self.optimizer.param_groups:
            group["lr"] = lr
        return lr

    def _late(self) -> bool:
        return self.recipe.seconds is not None and self.at.seconds >= self.recipe.seconds

    def _agreed(self, *mine: bool) -> list[bool]:
        """Of each whether any process says so; all of them must stop at the same step."""
        if self.processes == 1:
            return list(mine)
        votes = torch.tensor(mine, dtype=torch.uint8)
        dist.all_reduce(votes, dist.ReduceOp.MAX, self.voters)
        return votes.bool().tolist()

    # ---- telling --------------------------------------------------------------------------------------------------

    def _tell_progress(self, loss: float, correct: int, lr: float, seen_before: int, seconds: float) -> None:
        self._check_finite(loss, lr)
        rate = (self.at.seen - seen_before) * self.processes / seconds if seconds else 0.0
        done = self.at.epoch + self.at.step / self.steps
        left = (self.recipe.epochs - done) / done * self.at.seconds if done else 0.0
        if self.recipe.seconds is not None:
            left = min(left, self.recipe.seconds - self.at.seconds)
        self.said(
            {
                "kind": "progress",
                "epoch": self.at.epoch,
                "step": self.at.step,
                "done": done,
                "loss": loss / self.at.seen,
                "accuracy": correct / self.at.seen,
                "lr": lr,
                "images_per_second": rate,
                "flops": rate * 6 * self.report.total_macs,  # 2 per MAC, forward once and backward twice
                "memory": self.memory.bytes(),
                "seconds": self.at.seconds,
                "left": max(0.0, left),
            }
        )

    def _end_epoch(self, loss: Tensor, correct: Tensor, seconds: float, seen_before: int) -> None:
        sums = torch.stack([loss, correct.double(), torch.tensor(float(self.at.seen), device=self.device).double()])
        if self.processes > 1:
            dist.all_reduce(sums)
        total_loss, right, seen = sums.tolist()
        self._check_finite(total_loss, self.optimizer.param_groups[0]["lr"])
        result = self.test_result()
        self.at.seconds = self._spent()
        rate = (seen - seen_before * self.processes) / seconds if seconds else 0.0
        line = {
            "kind": "epoch",
            "epoch": self.at.epoch + 1,
            "loss": total_loss / max(1, seen),
            "accuracy": right / max(1, seen),
            "test_loss": result.loss,
            "test_accuracy": result.accuracy,
            "lr": self.optimizer.param_groups[0]["lr"],
            "images_per_second": rate,
            "flops": rate * 6 * self.report.total_macs,
            "seconds": self.at.seconds,
        }
        better = result.accuracy > self.at.best
        self.epochs = self.at.epoch + self.at.step / self.steps
        self.at = Position(self.at.epoch + 1, seconds=self.at.seconds, best=max(self.at.best, result.accuracy))
        self._save(LAST, *[BEST] if better else [])
        self.said(line)

    def _check_finite(self, loss: float, lr: float) -> None:
        if not math.isfinite(loss):
            raise TrainingError(
                f"the loss became {'infinite' if math.isinf(loss) else 'NaN'} in epoch {self.at.epoch + 1}, at a "
                f"learning rate of {lr:.2g}; a lower one, clipping or a normalisation usually mends it"
            )

    def _finish(self) -> Result:
        result = replace(
            self.test_result(), seconds=self.at.seconds, epochs=self.epochs, precision=self.precision, mode=self.mode
        )
        if self.folder is not None and self.rank == 0:
            write_checkpoint(
                self.folder / WEIGHTS, {name: tensor.cpu() for name, tensor in self.model.state_dict().items()}
            )
        return result

    @torch.no_grad()
    def test_result(self) -> Result:
        """How the weights of now do on the test pictures."""
        self.model.eval()
        outputs, labels = [], []
        for images, truth in self.test.testing():
            with self._autocast():
                raw = self.model(images).float()
            outputs.append(raw.clamp_min(1e-12).log() if self.outputs == "probabilities" else raw.log_softmax(1))
            labels.append(truth)
        found = torch.cat(outputs)
        self.predicted = found.argmax(1).cpu()
        return result_of(found, torch.cat(labels), self.data.classes)

    @property
    def predicted_memory(self) -> int:
        """Bytes that training is predicted to take beside the pictures, with one process's share of a batch."""
        return self._fixed_memory() + self._memory_of_pictures()

    def _fixed_memory(self) -> int:
        optimizer = {"sgd": "momentum" if self.recipe.momentum else "sgd"}.get(self.recipe.optimizer, "adam")
        return self.report.memory(optimizer=optimizer).total(0)

    def _memory_of_pictures(self) -> int:
        each = self.report.memory(number_bytes=2 if self.precision == "bfloat16" else 4)
        return self.batch // self.processes * (each.training + each.backward)

    @property
    def batch(self) -> int:
        """Pictures of a step, of all processes together."""
        return batch_size(self.recipe, len(self.data.train))

    def _too_large(self) -> str:
        return (
            f"a batch of {self.batch} of {self.spec.design.name} is predicted to take {in_units(self.predicted_memory)}"
        )

    def _what_helps(self) -> str:
        if self.batch == 1 or self._fixed_memory() > self._memory_of_pictures():
            return "a smaller network takes less"
        return f"halve the batch, to {self.batch // 2}"

    # ---- how the steps run ----------------------------------------------------------------------------------------

    def _choose_mode(self) -> None:
        if self.processes > 1:
            self.mode = "eager"
            return
        images, labels = next(self.train.training(self.recipe, self.at.epoch, 0, (0, 1)))
        steps = (self.recipe.epochs - self.at.epoch) * self.steps - self.at.step
        seconds = None if self.recipe.seconds is None else self.recipe.seconds - self.at.seconds
        self.stepping, self.mode = fastest(
            self.model,
            self.device,
            images,
            lambda module: self._backward(module, images, labels),
            steps,
            seconds,
            self._autocast,
        )

    # ---- checkpoints ----------------------------------------------------------------------------------------------

    def _save(self, *names: str) -> None:
        """Checkpoints of these names; all processes come here together, and the first writes."""
        if self.folder is None:
            return
        mine = {"at": dict(vars(self.at)), "random": torch.get_rng_state()}
        if self.device.type == "cuda":
            mine["cuda_random"] = torch.cuda.get_rng_state(self.device)
        stands = [mine]
        if self.processes > 1:
            stands *= self.processes
            dist.all_gather_object(stands, mine, self.voters)
        if self.rank:
            return
        state = {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "processes": stands,
            "mean": self.mean,
            "std": self.std,
        }
        for name in names:
            write_checkpoint(self.folder / name, state)

    def _save_within(self, loss: Tensor, correct: Tensor) -> None:
        """A checkpoint within an epoch; not of weights that are no numbers, from which nothing could go on."""
        self.at.loss, self.at.correct = float(loss), int(correct)
        self._check_finite(self.at.loss, self.optimizer.param_groups[0]["lr"])
        self._save(LAST)

    def _go_on(self) -> None:
        """From the last checkpoint, where there is one; random numbers start or go on from the same place each time."""
        torch.manual_seed(self.recipe.seed + self.rank)  # each process drops out other numbers
        path = self.folder / LAST if self.folder is not None else None
        if path is None or not path.exists():
            return
        state = read_checkpoint(path)
        if "processes" not in state:
            raise DataError(f"{path} was written by another version of cnnshapes; start anew")
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        mine = state["processes"][self.rank]
        self.at = Position(**mine["at"])
        torch.set_rng_state(mine["random"])
        if "cuda_random" in mine and self.device.type == "cuda":
            torch.cuda.set_rng_state(mine["cuda_random"], self.device)
