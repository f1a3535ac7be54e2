"""The machine that the timings are from, as far as it bears on them."""

from __future__ import annotations

import os
import platform
import sysconfig
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PACKAGES = (
    "simpy",
    "numpy",
    "scipy",
    "pandas",
    "pyarrow",
    "pydantic",
    "hydra-core",
    "joblib",
    "ciw",
    "salabim",
)


def machine() -> dict[str, Any]:
    """Processor, cores, memory, system, Python and packages."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gib": _memory(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "python_built_with_profile": "--enable-optimizations"
        in (sysconfig.get_config_var("CONFIG_ARGS") or ""),
        "versions": {name: _version(name) for name in PACKAGES},
    }


def load() -> list[float] | None:
    """Processes that want to run, over the last one, five and fifteen minutes."""
    return [round(value, 2) for value in os.getloadavg()] if hasattr(os, "getloadavg") else None


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "not known"
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "not known"
    )


def _memory() -> float | None:
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)
    except (AttributeError, ValueError, OSError):
        return None


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
