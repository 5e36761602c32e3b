"""What all tests share: how many examples Hypothesis tries, and one thread for torch."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# before anything imports torch; the machines that run the tests are small and run several of them
os.environ.setdefault("OMP_NUM_THREADS", "1")

_COMMON = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.filter_too_much]}
settings.register_profile("default", max_examples=25, derandomize=True, database=None, **_COMMON)  # type: ignore[arg-type]
settings.register_profile("fuzz", max_examples=1000, **_COMMON)  # type: ignore[arg-type]
settings.load_profile("default")  # the option --hypothesis-profile, read later, has the last word
