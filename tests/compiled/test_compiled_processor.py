"""That a run of the tests as on another processor is one: see ``.ci/run``."""

import os
import platform

import pytest

OFF = os.environ.get("NPY_DISABLE_CPU_FEATURES", "").replace(",", " ").split()


@pytest.mark.skipif(
    not OFF or platform.machine() not in ("x86_64", "AMD64"),
    reason="the tests run on this processor as it is",
)
def test_the_processor_of_the_tests_is_another():
    from numba.core.registry import cpu_target
    from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

    assert set(OFF) >= set(__cpu_dispatch__)  # NumPy ignores names that it does not know
    assert not any(__cpu_features__[name] for name in OFF)
    assert os.environ["NUMBA_CPU_NAME"] == "generic"
    _, processor, features = cpu_target.target_context.codegen().magic_tuple()
    assert processor == "generic"
    assert not features
