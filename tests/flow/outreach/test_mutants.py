"""The planted faults stay true to the source, and the harness tells killed from alive."""

from dataclasses import replace
from pathlib import Path

import pytest
from bench.outreach.mutant import Mutant
from bench.outreach.mutants import ROOT, UnableToPlant, planted, tried
from bench.outreach.planted import PLANTED

QUICK = ("backoff without a cap", "backoff without jitter", "a step that forgets its workspace")
BY_NAME = {mutant.name: mutant for mutant in PLANTED}
RETRY = BY_NAME["backoff without a cap"]


@pytest.mark.parametrize("mutant", PLANTED, ids=lambda m: m.name)
class TestAPlantedFault:
    def test_changes_text_that_is_there_once(self, mutant: Mutant) -> None:
        """A source that was reworded takes its mutant along, else nothing is tried any more."""
        text = (ROOT / "src" / mutant.file).read_text("utf-8")
        assert text.count(mutant.old) == 1
        assert mutant.old != mutant.new

    def test_names_tests_that_exist(self, mutant: Mutant) -> None:
        """What should notice is a file or a test in one."""
        for test in mutant.tests:
            path, *names = test.split("::")
            assert (ROOT / path).exists(), path
            if names:
                text = (ROOT / path).read_text("utf-8")
                assert all(name.partition("[")[0] in text for name in names), test


class TestTheHarness:
    def test_has_enough_faults_each_under_its_own_name(self) -> None:
        """At least twenty (reliability, section 6)."""
        assert len(BY_NAME) == len(PLANTED) >= 20

    @pytest.mark.parametrize("name", QUICK)
    def test_sees_a_quick_one_killed(self, name: str) -> None:
        """Three of them are tried with every run of the tests; all of them in the bench."""
        trial = tried(BY_NAME[name])
        assert trial.killed, trial.by

    def test_calls_a_change_without_effect_alive(self) -> None:
        """A fault that no test can notice is not called killed."""
        harmless = replace(RETRY, name="harmless", new=f"{RETRY.old}    # the same\n")
        trial = tried(harmless)
        assert (trial.killed, trial.by) == (False, "all passed")

    def test_does_not_take_a_broken_import_for_a_kill(self) -> None:
        """A source that cannot be imported says nothing about the tests."""
        broken = replace(RETRY, name="broken", new="    import nowhere_at_all\n" + RETRY.old)
        at_import = replace(RETRY, name="syntax", new="    ceiling = = 1\n")
        assert not tried(broken).killed
        assert not tried(at_import).killed

    def test_refuses_text_that_is_gone(self, tmp_path: Path) -> None:
        """The message names the mutant and the file."""
        (tmp_path / "bailiwick" / "kit").mkdir(parents=True)
        (tmp_path / RETRY.file).write_text("ceiling = 1\n")
        with pytest.raises(UnableToPlant, match=r"backoff without a cap.*retry\.py 0 times"):
            planted(RETRY, tmp_path)
