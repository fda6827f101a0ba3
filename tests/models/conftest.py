from pathlib import Path

import pytest
from bench.model_asks import (
    Stage,
    write_prompts,
)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(prompts=write_prompts(tmp_path))
