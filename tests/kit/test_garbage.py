"""What is loaded at a start stays out of the garbage collector's sight."""

import gc
import subprocess
import sys
from typing import Final

import pytest

from bailiwick.kit.garbage import loading

PROBE: Final = """
import gc
from bailiwick.kit.garbage import loading
before = gc.get_freeze_count()
with loading():
    import decimal
    assert not gc.isenabled()
print(gc.isenabled(), gc.get_freeze_count() > before)
"""


class TestLoading:
    def test_hides_what_was_loaded_and_collects_again(self) -> None:
        """Afterwards the collector works, and what was loaded is no longer looked at."""
        done = subprocess.run(  # noqa: S603 - our own interpreter and text
            [sys.executable, "-c", PROBE], capture_output=True, text=True, check=True
        )
        assert done.stdout.split() == ["True", "True"]

    def test_collects_again_after_a_fault(self) -> None:
        """A start that fails leaves the collector on."""
        try:
            with pytest.raises(ZeroDivisionError), loading():
                divmod(1, 0)
            assert gc.isenabled()
        finally:
            gc.unfreeze()
