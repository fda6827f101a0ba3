"""Doctor: each thing broken once is found and named with its repair; whole, nothing is."""

import json

import pytest
from bench.servers.smtp import Sink, free_port, serving
from tests.cli.house import House
from tests.fakes.dns import name_server

from bailiwick.cli.exits import Exit


def findings(house: House, *options: str) -> tuple[int, dict[str, dict[str, str]]]:
    """Return the exit code and the findings by topic."""
    ran = house.run("doctor", "--json", *options)
    found: list[dict[str, str]] = json.loads(ran.out)["findings"]
    return ran.code, {f["topic"]: f for f in found}


class TestDoctor:
    def test_finds_nothing_wrong_with_a_fresh_workspace(self, house: House) -> None:
        """A new workspace without mail server has a warning and no problem."""
        code, found = findings(house)
        assert code == Exit.OK
        assert {f["state"] for f in found.values()} == {"ok", "warning"}
        assert [t for t, f in found.items() if f["state"] == "warning"] == ["SMTP"]
        assert "41" in found["rulebook"]["found"] or "rules" in found["rulebook"]["found"]

    def test_makes_no_database(self, empty_house: House) -> None:
        """Looking for a database does not make one."""
        code, found = findings(empty_house)
        assert code == Exit.FAULT
        assert found["database"]["state"] == "problem"
        assert not (empty_house.folder / "bailiwick.db").exists()

    @pytest.mark.parametrize(
        ("variable", "value", "topic", "state"),
        [
            ("BAILIWICK_WORKSPACE", "other", "workspace", "problem"),
            ("BAILIWICK_DATABASE_URL", "mysql://x", "database", "problem"),
            ("BAILIWICK_SMTP_URL", "http://mail", "SMTP", "problem"),
            ("BAILIWICK_IMAP_URL", "pop3://mail", "IMAP", "problem"),
            ("BAILIWICK_KILL_SWITCH", "1", "kill switch", "warning"),
            ("BAILIWICK_KILL_SWITCH", "perhaps", "settings", "problem"),
        ],
    )
    def test_finds_a_broken_setting(  # noqa: PLR0917 - one row of the table
        self,
        house: House,
        monkeypatch: pytest.MonkeyPatch,
        variable: str,
        value: str,
        topic: str,
        state: str,
    ) -> None:
        """Each broken setting is one finding with its repair."""
        monkeypatch.setenv(variable, value)
        code, found = findings(house)
        assert found[topic]["state"] == state
        assert found[topic]["fix"]
        assert code == (Exit.FAULT if state == "problem" else Exit.OK)

    @pytest.mark.parametrize(
        ("name", "state", "topic"),
        [
            ("deepseek-chat", "problem", "model name"),
            ("deepseek-v4-pro", "ok", "model"),
            ("unheard-of", "warning", "price"),
        ],
    )
    def test_knows_which_models_are_gone(  # noqa: PLR0917 - one row of the table
        self, house: House, monkeypatch: pytest.MonkeyPatch, name: str, state: str, topic: str
    ) -> None:
        """A model that is no longer served is a problem, one without a price a warning."""
        monkeypatch.setenv("BAILIWICK_MODEL_BASE_URL", "https://api.deepseek.com")
        monkeypatch.setenv("BAILIWICK_MODEL_DEEP", name)
        _, found = findings(house)
        assert found[topic]["state"] == state

    @pytest.mark.parametrize(
        ("base_url", "structured"),
        [
            ("models.example/v1", "json_object"),
            ("http://models.example/v1", "json_object"),
            ("https://models.example/v1", "freely"),
        ],
    )
    def test_finds_an_endpoint_that_cannot_be_used(
        self, house: House, monkeypatch: pytest.MonkeyPatch, *, base_url: str, structured: str
    ) -> None:
        """What the endpoint itself would refuse is found before a question is put."""
        monkeypatch.setenv("BAILIWICK_MODEL_BASE_URL", base_url)
        monkeypatch.setenv("BAILIWICK_MODEL_API_KEY", "key")
        monkeypatch.setenv("BAILIWICK_MODEL_DEEP", "deepseek-v4-pro")
        settings = house.folder / "bailiwick.toml"
        mode = f'[model]\nstructured = "{structured}"'
        settings.write_text(settings.read_text().replace("[model]", mode))
        code, found = findings(house)
        assert (code, found["model"]["state"]) == (Exit.FAULT, "problem")

    def test_finds_a_key_that_others_can_read(self, house: House) -> None:
        """The seal key is for its owner only."""
        house.contact()
        assert house.run("halt", "--reason", "so that there is a record").code == Exit.OK
        assert house.run("audit", "seal").code == Exit.OK
        key = house.folder / ".bailiwick" / "seal.key"
        assert findings(house)[1]["seal key"]["state"] == "ok"
        key.chmod(0o644)
        code, found = findings(house)
        assert (code, found["seal key"]["state"]) == (Exit.FAULT, "problem")
        assert found["halts"]["state"] == "warning"

    def test_greets_the_mail_server_when_asked(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """With --connect a live server is fine and a dead one a problem; else neither is met."""
        monkeypatch.setenv("BAILIWICK_SMTP_URL", f"smtp://127.0.0.1:{free_port()}")
        assert findings(house)[1]["SMTP"]["state"] == "ok"
        assert findings(house, "--connect")[1]["SMTP"]["state"] == "problem"
        with serving(Sink()) as endpoint:
            monkeypatch.setenv("BAILIWICK_SMTP_URL", f"smtp://{endpoint.host}:{endpoint.port}")
            found = findings(house, "--connect")[1]["SMTP"]
        assert (found["state"], "answered" in found["found"]) == ("ok", True)

    def test_a_bad_rule_is_named(self, house: House) -> None:
        """A rulebook that does not validate is a problem that names the file."""
        rules = house.folder / "rules"
        rules.mkdir()
        (rules / "loose.cedar").write_text("permit (principal, action, resource);")
        settings = house.folder / "bailiwick.toml"
        settings.write_text(settings.read_text() + '\n[policy]\nrules_folder = "rules"\n')
        code, found = findings(house)
        assert (code, found["rulebook"]["state"]) == (Exit.FAULT, "problem")
        assert "loose" in found["rulebook"]["found"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("list",),
        ("people", "list"),
        ("halt", "list"),
        ("grant", "list"),
        ("approvals", "list"),
        ("worker", "dead"),
        ("worker", "doubt"),
        ("audit", "runs"),
        ("policy", "list"),
        ("policy", "test"),
        ("policy", "schema"),
        ("policy", "explain", "send_message"),
        ("audit", "verify"),
        ("audit", "seal"),
        ("sweep",),
        ("doctor",),
    ],
    ids=" ".join,
)
class TestEveryCommand:
    def test_speaks_json_and_words(self, house: House, arguments: tuple[str, ...]) -> None:
        """With --json one document and nothing else; without, words; the same code both ways."""
        as_json = house.run(*arguments, "--json")
        assert as_json.code == Exit.OK, as_json.err
        assert as_json.json()
        assert as_json.err == ""
        in_words = house.run(*arguments)
        assert in_words.code == Exit.OK
        assert in_words.out.strip()


class TestDoctorMail:
    def test_asks_the_name_server_that_is_named(self, house: House) -> None:
        """What is lacking is a problem with its repair; what is there is well."""
        zone = {("ours.example", "MX"): ("10 mx.ours.example.",)}
        with name_server(zone) as server:
            settings = house.folder / "bailiwick.toml"
            named = f'[mail]\ndns_server = "{server}"\n'
            settings.write_text(settings.read_text().replace("[mail]\n", named))
            ran = house.run("doctor", "mail", "--json")
        assert ran.code == Exit.FAULT, ran.err
        found = {f["topic"]: f for f in json.loads(ran.out)["findings"]}
        assert found["MX"]["state"] == "ok"
        assert (found["SPF"]["state"], "v=spf1" in found["SPF"]["fix"]) == ("problem", True)
        assert found["DKIM"]["state"] == "warning"
