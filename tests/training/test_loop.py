"""The loop: it learns, goes on bit for bit, stops when asked, and says what it cannot."""

from __future__ import annotations

import errno
import math
import time
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

import cnnshapes
from cnnshapes import Design, InputError, ShapeError, TrainingError
from cnnshapes.bridge.build import build
from cnnshapes.layers import Conv2d, Conv3d, Flatten, Linear, LogSoftmax, ReLU, Softmax, Unflatten
from cnnshapes.training import loop
from cnnshapes.training.batches import Batches, fitted, shifted, statistics, steps_of
from cnnshapes.training.checkpoints import read_checkpoint
from cnnshapes.training.data import load
from cnnshapes.training.loop import Cancelled, Run
from cnnshapes.training.optimizers import initialise, optimizer_of
from cnnshapes.training.recipe import RECIPES, Recipe
from cnnshapes.training.results import Result
from cnnshapes.training.spec import BEST, LAST, WEIGHTS, Spec
from tests.training.examples import QUICK, RICH, TINY

DIGITS = load("digits")


def run(design: Design, recipe: Recipe, folder: Path | None = None, **given: Any) -> Run:
    """A run on the digits."""
    return Run(Spec(design, recipe=recipe, device="cpu"), DIGITS, folder, **given)


def weights(trained: Run) -> dict[str, torch.Tensor]:
    """The state of a run's network."""
    return {name: tensor.clone() for name, tensor in trained.model.state_dict().items()}


def equal(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    """Bit for bit."""
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def test_it_learns(tmp_path: Path) -> None:
    """The digits are told apart after a few epochs, and what is told along the way fits together."""
    trained = cnnshapes.train(TINY, epochs=8, flip=False, folder=tmp_path, device="cpu")
    assert trained.result.accuracy > 0.9
    assert trained.result.count == 359
    kinds = [line["kind"] for line in trained.history]
    assert kinds[0] == "start"
    assert kinds.count("epoch") == 8
    last = trained.history[-1]
    assert last["test_accuracy"] == trained.result.accuracy
    assert trained.history[0]["parameters"] == cnnshapes.summary(TINY).total_params
    assert (trained.result.precision, trained.result.mode) == ("float32", "eager")
    fresh = build(TINY)
    fresh.load_state_dict(torch.load(tmp_path / WEIGHTS, weights_only=True))
    assert equal(dict(fresh.state_dict()), dict(trained.model.state_dict()))


def test_what_can_be_trained() -> None:
    """A preset by name, a design, and a module, whose design is trained in its place and which stays as it is."""
    named = cnnshapes.train("lenet5", epochs=1, seconds=0.1, device="cpu")
    assert named.result.count == 359
    module = build(TINY)
    before = {name: tensor.clone() for name, tensor in module.state_dict().items()}
    trained = cnnshapes.train(module, input_shape=(1, 8, 8), epochs=1, device="cpu")
    assert trained.model.state_dict().keys() == before.keys()
    assert equal(dict(module.state_dict()), before)
    with pytest.raises(InputError, match="there is no preset"):
        cnnshapes.train("lenet55")
    with pytest.raises(InputError):
        cnnshapes.train(5)  # type: ignore[arg-type]


def test_the_same_seed_gives_the_same_weights() -> None:
    """Two runs of one seed are equal bit for bit, and of two seeds are not."""
    runs = [run(RICH, QUICK.with_changes(seed=seed)) for seed in (1, 1, 2)]
    for one in runs:
        one.run()
    assert equal(weights(runs[0]), weights(runs[1]))
    assert not equal(weights(runs[0]), weights(runs[2]))


@pytest.mark.parametrize("stop", [3, 11, 17])
@pytest.mark.parametrize("name", ["fast", "notes_adam"])
def test_going_on_is_as_if_nothing_had_happened(tmp_path: Path, name: str, stop: int) -> None:
    """A run stopped within an epoch and gone on from equals one that was not, dropout and running means included."""
    recipe = RECIPES[name].with_changes(epochs=2, crop=1)
    control = run(RICH, recipe)
    expected = control.run()
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > stop

    with pytest.raises(Cancelled):
        run(RICH, recipe, tmp_path, cancelled=cancelled).run()
    torch.manual_seed(12345)  # another process would be anywhere
    again = run(RICH, recipe, tmp_path)
    result = again.run()
    assert equal(weights(again), weights(control))
    assert result.confusion == expected.confusion
    assert result.epochs == 2


def test_checkpoints_hold_data_alone(tmp_path: Path) -> None:
    """The last and the best checkpoint are read as tensors and plain values; anything else is refused."""
    run(TINY, QUICK, tmp_path).run()
    for name in (LAST, BEST):
        state = read_checkpoint(tmp_path / name)
        assert {"model", "optimizer", "processes"} <= state.keys()
    (tmp_path / LAST).write_bytes(b"no checkpoint")
    with pytest.raises(cnnshapes.DataError, match="is no checkpoint"):
        run(TINY, QUICK, tmp_path).run()
    torch.save(Recipe(), tmp_path / LAST)
    with pytest.raises(cnnshapes.DataError, match="is no checkpoint"):
        read_checkpoint(tmp_path / LAST)


def test_a_loss_that_is_no_number() -> None:
    """A learning rate far too high ends in a sentence that says when and what helps."""
    recipe = Recipe(lr=1000.0, clip=None, epochs=3, schedule="constant", flip=False, weight_decay=1.0)
    with pytest.raises(
        TrainingError, match=r"the loss became (NaN|infinite) in epoch \d, at a learning rate of 1e\+03"
    ):
        run(RICH, recipe).run()


def test_disk_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkpoint that cannot be written ends in a sentence, and leaves the one before."""
    run(TINY, QUICK.with_changes(epochs=1), tmp_path).run()
    before = (tmp_path / LAST).read_bytes()

    def full(state: Any, file: Any) -> None:
        file.write(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(torch, "save", full)
    with pytest.raises(TrainingError, match="No space left on device"):
        run(TINY, QUICK.with_changes(epochs=3), tmp_path).run()
    assert (tmp_path / LAST).read_bytes() == before
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory"),
        MemoryError(),
        RuntimeError("[enforce fail at alloc_cpu.cpp:127] . DefaultCPUAllocator: can't allocate memory: you tried ..."),
    ],
)
def test_memory_ran_out(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Out of memory says what was predicted and which batch to try; another error stays what it is."""

    def out(self: Run, images: torch.Tensor, labels: torch.Tensor) -> None:
        raise error

    monkeypatch.setattr(Run, "step", out)
    with pytest.raises(TrainingError, match=r"a batch of 128 of tiny is predicted to take .* halve the batch, to 64"):
        run(TINY, QUICK).run()


@pytest.mark.parametrize(
    ("layers", "helps"),
    [
        ((Flatten(), Linear(out_features=10**6), Linear(out_features=10**6)), "a smaller network takes less"),
        ((Conv2d(out_channels=10**8, kernel_size=1), Flatten()), "halve the batch, to 64"),
    ],
)
def test_more_memory_than_there_is(layers: tuple[Any, ...], helps: str) -> None:
    """A network that cannot fit is refused before the machine is out of memory."""
    huge = Design.chain((1, 8, 8), *layers, Linear(out_features=10))
    with pytest.raises(TrainingError, match=rf"is predicted to take .* TiB, and .* are free; {helps}"):
        run(huge, QUICK)


def test_weights_that_are_no_numbers_are_not_kept(tmp_path: Path) -> None:
    """A run that is cancelled when its loss is no number any more fails, and leaves no checkpoint to go on from."""
    recipe = Recipe(lr=1000.0, clip=None, schedule="constant", flip=False, weight_decay=1.0, batch_size=4)
    asked = iter(range(10_000))
    with pytest.raises(TrainingError, match="the loss became"):
        run(RICH, recipe, tmp_path, cancelled=lambda: next(asked) > 300).run()
    assert not (tmp_path / LAST).exists()


def test_a_budget_in_seconds() -> None:
    """The run ends soon after its seconds are over, tested all the same."""
    trained = run(RICH, QUICK.with_changes(epochs=10_000, seconds=0.5))
    result = trained.run()
    assert 0.5 <= result.seconds < 5
    assert result.count == 359
    assert result.epochs < 10_000


@pytest.mark.parametrize("last", [LogSoftmax(1), Softmax(1)])
def test_networks_that_end_in_a_softmax(last: Any) -> None:
    """Probabilities and their logarithms learn like plain outputs."""
    layers = (Conv2d(out_channels=8, kernel_size=3), ReLU(), Flatten(), Linear(out_features=10), last)
    assert run(Design.chain((1, 8, 8), *layers), QUICK.with_changes(epochs=5)).run().accuracy > 0.8


def test_pictures_of_another_size() -> None:
    """LeNet-5 for 3×32×32 trains on grey 8×8 digits, which are enlarged and repeated."""
    assert run(cnnshapes.presets.preset("lenet5"), QUICK.with_changes(epochs=4)).run().accuracy > 0.6


@pytest.mark.parametrize(
    ("design", "error", "said"),
    [
        (cnnshapes.presets.preset("vgg11"), ShapeError, "gives 1000 and digits has 10 classes; give classifier.6 10"),
        (Design.chain((64,), Linear(out_features=10)), InputError, "reads 64; pictures are"),
        (Design.chain((10, 1, 1), Flatten()), InputError, "has nothing to learn"),
        (Design.chain((1, 8, 8), Conv2d(out_channels=2, kernel_size=3)), ShapeError, "gives 2x6x6 and digits has 10"),
    ],
)
def test_designs_that_cannot_be_trained(design: Design, error: type[Exception], said: str) -> None:
    """A design that does not end in one number for each class says what does."""
    with pytest.raises(error, match=said):
        run(design, QUICK)


def test_he_initialisation_and_decay() -> None:
    """He's deviation is √(2 / fan in) with biases 0, and neither biases nor norms are decayed."""
    model = build(RICH)
    initialise(model, Recipe(initialisation="he"))
    weight = model.get_parameter("fc1.weight")
    assert float(weight.detach().std()) == pytest.approx(math.sqrt(2 / weight.shape[1]), rel=0.1)
    assert not model.get_parameter("fc1.bias").any()
    groups = optimizer_of(model, Recipe()).param_groups
    decayed = {parameter.dim() > 1: group["weight_decay"] for group in groups for parameter in group["params"]}
    assert decayed == {True: 5e-4, False: 0.0}


def test_batches() -> None:
    """Each picture once an epoch, in another order the next; normalised; shared out without overlap."""
    recipe = Recipe(flip=False, batch_size=100)
    mean, std = statistics(DIGITS.train)
    batches = Batches(DIGITS.train, (1, 8, 8), torch.device("cpu"), mean, std)
    assert steps_of(recipe, len(batches)) == 14
    first, second = (list(batches.training(recipe, epoch, 0, (0, 1))) for epoch in (0, 1))
    assert [len(labels) for _, labels in first] == [100] * 14
    assert not torch.equal(first[0][1], second[0][1])
    whole = torch.cat([images for images, _ in first])
    assert float(whole.mean()) == pytest.approx(0, abs=0.01)
    assert float(whole.std()) == pytest.approx(1, abs=0.01)
    later = list(batches.training(recipe, 0, 5, (0, 1)))
    assert torch.equal(later[0][0], first[5][0])
    halves = [next(batches.training(recipe, 0, 0, (rank, 2)))[0] for rank in (0, 1)]
    assert torch.equal(torch.stack(halves, 1).flatten(0, 1), first[0][0])


def test_half_the_precision(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a GPU, in bfloat16: the layers give such numbers, the weights stay float32, and it learns."""
    monkeypatch.setattr(Run, "precision", "bfloat16")
    going = run(TINY, Recipe(epochs=8, flip=False))
    given: set[torch.dtype] = set()
    going.model.get_submodule("conv1").register_forward_hook(lambda module, args, output: given.add(output.dtype))
    result = going.run()
    assert given == {torch.bfloat16}
    assert {tensor.dtype for tensor in going.model.parameters()} == {torch.float32}
    assert (result.precision, result.accuracy > 0.9) == ("bfloat16", True)


class Waits(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts the operations for which Python waits until a GPU has done all that was asked of it."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.count = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func.overloadpacket in (torch.ops.aten._local_scalar_dense, torch.ops.aten.nonzero):
            self.count += 1
        return func(*args, **(kwargs or {}))


def test_no_step_waits_for_the_device() -> None:
    """Steps read no number back, from the picking of the pictures to the optimizer, so a GPU never stands idle."""
    for name in RECIPES:
        recipe = RECIPES[name].with_changes(crop=1, flip=True, clip=1.0, batch_size=100)
        going = run(RICH, recipe)
        with Waits() as waits:
            for images, labels in going.train.training(recipe, 0, 0, (0, 1)):
                loss, _ = going.step(images, labels)
        assert waits.count == 0, name
        with Waits() as waits:
            assert math.isfinite(float(loss))
        assert waits.count == 1


def test_augmentation() -> None:
    """A shift moves a picture and leaves black; fitting repeats grey, averages colours and resizes."""
    picture = torch.arange(1, 10, dtype=torch.uint8).reshape(1, 1, 3, 3)
    assert shifted(picture, torch.tensor([[1, -1]]), 1)[0, 0].tolist() == [[0, 0, 0], [2, 3, 0], [5, 6, 0]]
    assert torch.equal(shifted(picture, torch.tensor([[0, 0]]), 2), picture)
    numbers = torch.rand(2, 3, 4, 4)
    assert torch.allclose(fitted(numbers, (1, 4, 4)), numbers.mean(1, keepdim=True))
    assert fitted(numbers[:, :1], (3, 4, 4)).shape == (2, 3, 4, 4)
    assert fitted(numbers, (3, 8, 6)).shape == (2, 3, 8, 6)


def test_volumes() -> None:
    """A network whose convolutions are of volumes, for which torch has no channels last, trains too."""
    volumes = Design.chain(
        (1, 8, 8),
        Unflatten(1, (1, 1)),
        Conv3d(out_channels=4, kernel_size=(1, 3, 3)),
        Flatten(),
        Linear(out_features=10),
    )
    assert run(volumes, QUICK).run().count == 359


@pytest.mark.parametrize(
    "said",
    [
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
        "FIND was unable to find an engine to execute this computation",
    ],
)
def test_memory_of_libraries(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    """What cuBLAS and cuDNN say where they have no memory to work with is told as any other lack of it."""

    def out_of_it(*given: object) -> None:
        raise RuntimeError(said)

    monkeypatch.setattr(Run, "step", out_of_it)
    with pytest.raises(TrainingError, match="memory ran out on cpu: a batch of 128 of tiny is predicted to take"):
        run(TINY, QUICK).run()


def test_times_are_those_of_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """What an epoch took has the test in it; the rate has what the device had still to do."""
    tested = Run.test_result

    def tested_slowly(self: Run) -> Result:
        time.sleep(0.2)
        return tested(self)

    monkeypatch.setattr(Run, "test_result", tested_slowly)
    monkeypatch.setattr(loop, "wait_for", lambda device: time.sleep(0.1))
    told: list[dict[str, Any]] = []
    run(TINY, QUICK, said=told.append).run()
    first, second = (line for line in told if line["kind"] == "epoch")
    assert first["seconds"] >= 0.3
    assert second["seconds"] >= 0.6
    assert first["images_per_second"] <= 1438 / 0.1
