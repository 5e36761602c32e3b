"""The same job on a Ray cluster, which is then the queue: the folder of jobs has to be one that its machines share.

Needs Ray: pip install "cnnshapes[ray]".
"""

from __future__ import annotations

import secrets
import shlex
from typing import Any

from cnnshapes.errors import InputError
from cnnshapes.training.jobs import ROOT, Job, Limits, prepared, root
from cnnshapes.training.spec import Spec


def submit(spec: Spec, address: str, limits: Limits | None = None) -> Job:
    """Submit a job to a cluster; it is watched, cancelled and resumed through its folder like any other.

    Args:
        spec: what to train; as many GPUs are asked for as it has processes, none where its device is the CPU.
        address: of the cluster's dashboard, `http://127.0.0.1:8265`.
        limits: what may be asked for.

    Raises:
        InputError: Ray is not installed, or the cluster does not answer.
    """
    client = _client(address)  # before there is a folder
    job = prepared(spec, limits)
    _submit(client, job, address)
    return job


def send(job: Job, address: str) -> None:
    """Submit a job that was prepared, or ended and is to go on.

    Raises:
        InputError: Ray is not installed, or the cluster does not answer.
    """
    _submit(_client(address), job, address)


def _client(address: str) -> Any:
    try:
        from ray.job_submission import JobSubmissionClient
    except ImportError:
        raise InputError('submitting to a cluster needs Ray: pip install "cnnshapes[ray]"') from None
    try:
        return JobSubmissionClient(address)
    except Exception as error:
        raise InputError(f"there is no Ray cluster at {address}: {str(error).splitlines()[0]}") from error


def _submit(client: Any, job: Job, address: str) -> None:
    spec, folder = job.spec, job.folder.resolve()
    launcher = "python -m"
    if spec.processes > 1:
        launcher += f" torch.distributed.run --standalone --nproc-per-node={spec.processes} -m"
    job.say("queued", cluster=address)
    client.submit_job(
        entrypoint=f"{launcher} cnnshapes.training.runner {shlex.quote(str(folder))} >> "
        f"{shlex.quote(str(folder / 'log.txt'))} 2>&1",
        entrypoint_num_cpus=1,
        entrypoint_num_gpus=0 if spec.device == "cpu" else spec.processes,
        submission_id=f"{job.name}-{secrets.token_hex(2)}",  # a job that goes on is another to the cluster
        runtime_env={"env_vars": {ROOT: str(root().resolve())}},
    )
