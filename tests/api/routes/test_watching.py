"""What a request leaves for whoever watches: its trace, numbers, and when a key was last used."""

from tests.api.routes.conftest import Branch

from bailiwick.domain.crm import Role

CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class TestATrace:
    def test_goes_on_under_the_callers(self, branch: Branch) -> None:
        """The answer names the trace that the caller sent, with a span of ours."""
        answer = branch.client().get("/api/v1/capabilities", headers={"traceparent": CALLER})
        found = answer.headers["traceparent"]
        assert found.split("-")[1] == CALLER.split("-")[1]
        assert found.split("-")[2] != CALLER.split("-")[2]

    def test_begins_here_when_none_is_sent(self, branch: Branch) -> None:
        """What cannot be read as a trace is not carried on."""
        for sent in ("", "nonsense", CALLER.replace("0af", "zzz")):
            answer = branch.client().get("/api/v1/capabilities", headers={"traceparent": sent})
            assert len(answer.headers["traceparent"]) == len(CALLER)
            assert CALLER.split("-")[1] not in answer.headers["traceparent"]


class TestNumbers:
    def test_are_of_the_callers_workspace(self, branch: Branch) -> None:
        """Prometheus reads counts, never a name or an address."""
        answer = branch.client(Role.ADMIN).get("/metrics")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/plain")
        assert f'workspace="{branch.office.app.workspace.workspace_id}"' in answer.text
        assert "bailiwick_jobs{" in answer.text
        assert "dana" not in answer.text.lower()

    def test_are_not_for_everybody(self, branch: Branch) -> None:
        """A viewer does not operate the service, and nobody reads them without a key."""
        assert branch.client(Role.VIEWER).get("/metrics").status_code == 403
        assert (
            branch.client(Role.ADMIN).get("/metrics", headers={"x-api-key": "no"}).status_code
            == 401
        )
