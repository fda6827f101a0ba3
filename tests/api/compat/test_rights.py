import pytest
from tests.api.compat.scene import ONE_RUN, RUNS, Scene
from tests.fakes.threads import THREAD

from bailiwick.domain.crm import Role
from bailiwick.kit.json_value import Json

STATE = f"/threads/{THREAD}/state"
ASKED: dict[str, Json] = {"assistant_id": "crm_orchestrator"}


class TestRights:
    @pytest.mark.parametrize(
        ("role", "allowed"),
        [(Role.VIEWER, False), (Role.REP, True), (Role.AGENT, True), (Role.ADMIN, True)],
    )
    def test_starting_a_run(self, scene: Scene, role: Role, *, allowed: bool) -> None:
        """Who may only look starts nothing; reps and agents do."""
        answer = scene.premises.client(role).post(RUNS, json=ASKED)
        assert answer.status_code == (200 if allowed else 403)
        assert len(scene.threads.started) == int(allowed)

    @pytest.mark.parametrize("role", [Role.VIEWER, Role.REP, Role.AGENT])
    def test_deciding(self, scene: Scene, role: Role) -> None:
        """Neither an agent nor a rep answers for a person, by a command or by ending a thread."""
        client = scene.premises.client(role)
        resume: Json = {**ASKED, "command": {"resume": [{"type": "accept"}]}}
        end: Json = {"values": None, "as_node": "__end__"}
        for how in ("", "/wait", "/stream"):
            assert client.post(f"{RUNS}{how}", json=resume).status_code == 403
        assert client.post(STATE, json=end).status_code == 403
        assert scene.threads.started == []

    @pytest.mark.parametrize("role", [Role.REP, Role.APPROVER, Role.AGENT])
    @pytest.mark.parametrize(
        "further",
        [
            {"command": {"update": {"plan": "mine"}}},
            {"command": {"goto": "dispatch"}},
            {"checkpoint_id": "1"},
            {"checkpoint": {"checkpoint_id": "1"}},
        ],
    )
    def test_rewriting_a_plan(self, scene: Scene, role: Role, further: dict[str, Json]) -> None:
        """Update, goto and an old checkpoint take the right to edit state; so does writing it."""
        client = scene.premises.client(role)
        assert client.post(f"{RUNS}/wait", json={**ASKED, **further}).status_code == 403
        assert client.post("/runs/wait", json={**ASKED, **further}).status_code == 403
        assert client.post(STATE, json={"values": {"plan": "mine"}}).status_code == 403
        assert scene.threads.started == []
        supervisor = scene.premises.client(Role.SUPERVISOR)
        assert supervisor.post(RUNS, json={**ASKED, **further}).status_code == 200

    def test_metadata_carries_none(self, scene: Scene) -> None:
        """What a client says of itself in metadata, config or context opens nothing."""
        client = scene.premises.client(Role.VIEWER)
        claims: dict[str, Json] = {"role": "admin", "permissions": ["*"]}
        body: Json = {**ASKED, "metadata": claims, "config": claims, "context": claims}
        assert client.post(RUNS, json=body).status_code == 403

    def test_another_origin(self, scene: Scene) -> None:
        """A page of a foreign origin changes nothing, whatever key its browser sends."""
        headers = {"origin": "https://elsewhere.example"}
        assert scene.client.post(RUNS, json=ASKED, headers=headers).status_code == 403
        assert scene.threads.started == []

    def test_nobody(self, scene: Scene) -> None:
        """Without a key every route but the public ones is closed."""
        anybody = scene.premises.client()
        for path in (f"/threads/{THREAD}", STATE, RUNS, ONE_RUN, f"{ONE_RUN}/stream"):
            assert anybody.get(path).status_code == 401
