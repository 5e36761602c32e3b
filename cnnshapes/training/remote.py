"""The same job on a Ray cluster, which is then the queue: the folder of jobs has to be one that its machines share.

Needs Ray: pip install "cnnshapes[ray]".
"""

from __future__ import annotations

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
    try:
        from ray.job_submission import JobSubmissionClient
    except ImportError:
        raise InputError('submitting to a cluster needs Ray: pip install "cnnshapes[ray]"') from None
    try:
        client: Any = JobSubmissionClient(address)
    except Exception as error:
        raise InputError(f"there is no Ray cluster at {address}: {str(error).splitlines()[0]}") from error
    job = prepared(spec, limits)
    launcher = "python -m"
    if spec.processes > 1:
        launcher += f" torch.distributed.run --standalone --nproc-per-node={spec.processes} -m"
    client.submit_job(
        entrypoint=f"{launcher} cnnshapes.training.runner {shlex.quote(str(job.folder.resolve()))}",
        entrypoint_num_cpus=1,
        entrypoint_num_gpus=0 if spec.device == "cpu" else spec.processes,
        submission_id=job.name,
        runtime_env={"env_vars": {ROOT: str(root().resolve())}},
    )
    return job
