from prometheus_client.parser import text_string_to_metric_families

from bailiwick.domain.figures import Figures
from bailiwick.observe.metrics import Process, exposition
from bailiwick.ports.queue import Depth

FIGURES = Figures(
    runs={"done": 3, "held": 1}, effects={"ready": 2}, approvals_waiting=1,
    oldest_approval_seconds=60, model_picodollars=25 * 10**11, model_calls={"model": 4},
)  # fmt: skip


class TestExposition:
    def test_says_every_number_with_its_labels(self) -> None:
        """Prometheus reads back what was counted."""
        depth = Depth(waiting_count=5, later_count=1, leased_count=2, buried_count=0)
        process = Process(spans_dropped_count=7, depths={"mail": depth})
        text = exposition({"wsp_1": FIGURES}, process).decode()
        found = {
            (sample.name, *sorted(sample.labels.values())): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }
        assert found["bailiwick_runs", "done", "wsp_1"] == 3
        assert found["bailiwick_effects", "ready", "wsp_1"] == 2
        assert found["bailiwick_approvals_waiting", "wsp_1"] == 1
        assert found["bailiwick_approval_oldest_seconds", "wsp_1"] == 60
        assert found["bailiwick_model_cost_dollars", "wsp_1"] == 2.5
        assert found["bailiwick_jobs", "mail", "waiting"] == 5
        assert found["bailiwick_spans_dropped_total",] == 7

    def test_of_nothing_is_still_readable(self) -> None:
        """An installation without workspaces has families and no samples of them."""
        assert b"bailiwick_runs" in exposition({}, Process())
