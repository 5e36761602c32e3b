"""The command line's part: train, jobs, data, predict."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cnnshapes.errors import InputError
from cnnshapes.formats.files import write

if TYPE_CHECKING:
    from cnnshapes.design import Design
    from cnnshapes.training.download import Progress
    from cnnshapes.training.jobs import Job

Command = Callable[..., Any]
FAILED: Final = 1


def add_to(command: Command, design_of: Callable[[argparse.Namespace], Design]) -> None:
    """Enter the commands.

    Args:
        command: makes a command of a name, what runs it and a sentence.
        design_of: the design that a user named.
    """
    train = command("train", lambda options: _train(options, design_of(options)), "train it on pictures, as a job")
    train.add_argument("--data", default="digits", help="digits (unless said), cifar10, mnist, fashion_mnist or folder")
    train.add_argument("--data-dir", default="", metavar="DIR", help="where the pictures are; digits needs none")
    train.add_argument("--recipe", default="fast", help="fast (unless said), notes or notes_adam")
    train.add_argument("--epochs", type=int, metavar="N", help="passes over the pictures")
    train.add_argument("--seconds", type=float, metavar="S", help="stop then at the latest")
    train.add_argument("--batch", type=int, metavar="N", dest="batch_size", help="pictures per step")
    train.add_argument("--lr", type=float, help="the learning rate")
    train.add_argument("--seed", type=int, help="of the weights, the order and the augmentation")
    train.add_argument("--label-smoothing", type=float, metavar="SHARE", help="share of a label given to all classes")
    train.add_argument(
        "--flip", action=argparse.BooleanOptionalAction, default=None, help="mirror half of the pictures"
    )
    train.add_argument("--crop", type=int, metavar="PIXELS", help="shift each picture by up to so many")
    train.add_argument("--init", choices=("torch", "he"), dest="initialisation", help="the first weights")
    train.add_argument("--device", default="auto", help="auto (unless said), cpu, cuda or cuda:1")
    train.add_argument("--processes", type=int, default=1, metavar="N", help="how many share the work, one per GPU")
    train.add_argument("--ray", metavar="ADDRESS", help="submit it to the Ray cluster with this dashboard instead")
    train.add_argument("--detach", action="store_true", help="do not wait; `cnnshapes jobs watch` shows it")

    jobs = command("jobs", _jobs, "list the jobs, watch, cancel, resume or remove one", network=False)
    jobs.add_argument("action", choices=("list", "watch", "cancel", "resume", "remove"))
    jobs.add_argument("job", nargs="?", help="its name, or a part of it that no other has")

    data = command("data", _data, "download a data set", network=False)
    data.add_argument("action", choices=("get",))
    data.add_argument("name", help="cifar10, mnist or fashion_mnist")
    data.add_argument("--data-dir", metavar="DIR", help="where to; ./data/NAME unless said")

    predict = command("predict", _predict, "what a trained network says of a picture", network=False)
    predict.add_argument("job", help="the job that trained it")
    predict.add_argument("picture", type=Path, help="a file")


def _train(options: argparse.Namespace, design: Design) -> int:
    from cnnshapes.training import jobs
    from cnnshapes.training.data import load
    from cnnshapes.training.devices import devices_of
    from cnnshapes.training.recipe import recipe
    from cnnshapes.training.spec import Spec, checked

    names = ("epochs", "seconds", "batch_size", "lr", "seed", "label_smoothing", "flip", "crop", "initialisation")
    how = recipe(options.recipe, **{name: getattr(options, name) for name in names})
    folder = str(Path(options.data_dir).resolve()) if options.data_dir else ""
    spec = Spec(design, options.data, folder, how, options.device, options.processes)
    checked(design, load(spec.data, folder or None, design.input_shape))  # what is wrong is said at once
    if options.ray:
        from cnnshapes.training.remote import submit

        job = submit(spec, options.ray)
    else:
        devices_of(spec.device, spec.processes)
        job = jobs.start(spec)
    if options.detach:
        return _put(f"{job.name}\n", options)
    return _watched(job, options, stop=True)


def _put(text: str, options: argparse.Namespace) -> int:
    write(text, options.output or sys.stdout)
    return 0


def _watched(job: Job, options: argparse.Namespace, *, stop: bool) -> int:
    """Show how a job goes until it ends; Ctrl+C cancels it where it was started here."""
    from cnnshapes.training.jobs import watch

    terminal = sys.stderr.isatty()
    try:
        for line in watch(job):
            text = _told(line)
            if line["kind"] == "progress":
                if terminal:
                    sys.stderr.write(f"\r\x1b[K{text}")
            elif text:
                sys.stderr.write(f"\r\x1b[K{text}\n" if terminal else f"{text}\n")
            sys.stderr.flush()
    except KeyboardInterrupt:
        if not stop:
            return 0
        job.cancel()
        for _line in watch(job):
            pass
        sys.stderr.write(f"\n{job.name}: cancelled; `cnnshapes jobs resume {job.name}` goes on\n")
        return FAILED
    result = job.result
    if job.status != "succeeded" or result is None:
        sys.stderr.write(f"cnnshapes: {job.name} {job.status}{': ' + job.reason if job.reason else ''}\n")
        return FAILED
    return _put(f"{result}\n", options)


def _told(line: dict[str, Any]) -> str:
    kind = line["kind"]
    if kind == "start":
        how = filter(None, (line.get("precision"), line["mode"]))  # earlier runs have both in the mode
        return f"{line['parameters']:,} parameters on {line['device']}; {', '.join(how)}"
    if kind == "progress":
        return (
            f"epoch {line['done']:.2f}  loss {line['loss']:.3f}  accuracy {line['accuracy']:.1%}  "
            f"{line['images_per_second']:,.0f} images/s  {line['flops'] / 1e9:,.1f} GFLOP/s  {line['left']:.0f} s left"
        )
    if kind == "epoch":
        return (
            f"epoch {line['epoch']:>3}  loss {line['loss']:.3f}  accuracy {line['accuracy']:.1%}  "
            f"test {line['test_accuracy']:.1%}  {line['images_per_second']:,.0f} images/s  {line['seconds']:.1f} s"
        )
    if kind == "skipped":
        return f"{line['count']} files were no pictures: {', '.join(line['files'][:3])}"
    return ""


def _jobs(options: argparse.Namespace) -> int:
    from cnnshapes.training import jobs

    if options.action == "list":
        return _put("".join(map(_listed, jobs.jobs())), options)
    if not options.job:
        raise InputError(f"say which job to {options.action}; `cnnshapes jobs list` shows them")
    job = jobs.job(options.job)
    if options.action == "watch":
        return _watched(job, options, stop=False)
    getattr(job, options.action)()
    return 0


def _listed(job: Job) -> str:
    result = job.result
    said = f"{result.accuracy:.1%}" if result is not None else job.reason
    return f"{job.name}  {job.status:<11}  {said}".rstrip() + "\n"


def _data(options: argparse.Namespace) -> int:
    from cnnshapes.training.download import get

    folder = Path(options.data_dir or Path("data") / options.name)
    terminal = sys.stderr.isatty()
    found = get(options.name, folder, lambda progress: _show(progress, terminal))
    return _put("".join(f"{path}\n" for path in found), options)


def _show(progress: Progress, terminal: bool) -> None:
    """Progress over itself, and each file's last on a line of its own."""
    whole = progress.done == progress.total
    if terminal:
        sys.stderr.write(f"\r\x1b[K{progress}" + ("\n" if whole else ""))
    elif whole:
        sys.stderr.write(f"{progress}\n")
    sys.stderr.flush()


def _predict(options: argparse.Namespace) -> int:
    from cnnshapes.training import jobs
    from cnnshapes.training.predict import predict

    job = jobs.job(options.job)
    result = job.result
    if result is None:
        raise InputError(f"{job.name} is {job.status}; it has no result yet")
    said = list(predict(job.spec, job.folder, options.picture, result.classes).items())[:5]
    return _put("".join(f"{probability:6.1%}  {name}\n" for name, probability in said), options)
