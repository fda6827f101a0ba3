"""Prompts are files whose text cannot change without a new version."""

import json
from pathlib import Path

import pytest
from bench.model_asks import CLASSIFY, prompt_file, write_prompts

from bailiwick.domain.model_call import Tier
from bailiwick.kit.hashing import digest_bytes
from bailiwick.models.faults import UnableToLoadPrompt
from bailiwick.models.prompts import PROMPT_BYTES_MAX, PromptLibrary, parse
from bailiwick.ports.model import Ask

GOOD = prompt_file("classify").decode()


class TestALibrary:
    def test_returns_a_registered_prompt(self, tmp_path: Path) -> None:
        """A file whose hash stands in hashes.json is read with all its parts."""
        prompt = write_prompts(tmp_path).prompt("probe/classify")
        assert (prompt.version, prompt.tier, prompt.schema) == (1, Tier.QUICK, "Label")
        assert prompt.tokens_max == 200
        assert prompt.body == "Say what the writer wants, from the counts alone."
        assert prompt.sha256 == digest_bytes(prompt_file("classify"))

    def test_refuses_a_changed_text_under_the_same_version(self, tmp_path: Path) -> None:
        """One changed letter without a new version is a fault."""
        write_prompts(tmp_path)
        file = tmp_path / "probe/prompts/classify.md"
        file.write_bytes(prompt_file("classify", body="Say what the writer wants!"))
        with pytest.raises(UnableToLoadPrompt, match="changed but its version is still 1"):
            PromptLibrary(tmp_path).prompt("probe/classify")

    def test_takes_a_changed_text_under_a_new_registered_version(self, tmp_path: Path) -> None:
        """A new version with its own hash is how a prompt changes."""
        write_prompts(tmp_path)
        folder = tmp_path / "probe/prompts"
        content = prompt_file("classify", version=2, body="Other words.")
        (folder / "classify.md").write_bytes(content)
        hashes = json.loads((folder / "hashes.json").read_text())
        with pytest.raises(UnableToLoadPrompt, match=digest_bytes(content)):
            PromptLibrary(tmp_path).prompt("probe/classify")
        (folder / "hashes.json").write_text(
            json.dumps({**hashes, "classify@2": digest_bytes(content)})
        )
        assert PromptLibrary(tmp_path).prompt("probe/classify").version == 2

    def test_takes_a_checkout_with_other_line_ends(self, tmp_path: Path) -> None:
        """CRLF line ends are the same prompt."""
        write_prompts(tmp_path)
        file = tmp_path / "probe/prompts/classify.md"
        file.write_bytes(prompt_file("classify").replace(b"\n", b"\r\n"))
        assert PromptLibrary(tmp_path).prompt("probe/classify").version == 1

    @pytest.mark.parametrize("name", ["classify", "../x/y", "a/b/c", "probe/UPPER", "/etc/passwd"])
    def test_refuses_names_that_are_no_prompt(self, tmp_path: Path, name: str) -> None:
        """A name is capability/task; nothing else reaches the file system."""
        with pytest.raises(UnableToLoadPrompt, match="not of the form"):
            PromptLibrary(tmp_path).prompt(name)

    @pytest.mark.parametrize("hashes", [None, "[]", "{", '{"classify@1": 3}'])
    def test_refuses_a_folder_without_usable_hashes(
        self, tmp_path: Path, hashes: str | None
    ) -> None:
        """No map of hashes, no prompt."""
        write_prompts(tmp_path)
        file = tmp_path / "probe/prompts/hashes.json"
        file.unlink()
        if hashes is not None:
            file.write_text(hashes)
        with pytest.raises(UnableToLoadPrompt, match=r"hashes\.json"):
            PromptLibrary(tmp_path).prompt("probe/classify")

    def test_refuses_an_ask_that_disagrees_with_its_file(self, tmp_path: Path) -> None:
        """Tier, contract and token limit stand in file and Ask; they must agree."""
        library = write_prompts(tmp_path)
        assert library.for_ask(CLASSIFY).name == "probe/classify"
        other = Ask(
            prompt="probe/classify",
            output=CLASSIFY.output,
            fallback=CLASSIFY.fallback,
            tier=Tier.DEEP,
            tokens_max=200,
            wait_seconds_max=5,
        )
        with pytest.raises(UnableToLoadPrompt, match="tier 'quick' but its Ask says 'deep'"):
            library.for_ask(other)

    def test_lists_its_prompts(self, tmp_path: Path) -> None:
        """The names of all prompts, sorted; folders without prompts are no matter."""
        write_prompts(tmp_path)
        (tmp_path / "empty").mkdir()
        names = PromptLibrary(tmp_path).names()
        assert names == ("probe/classify", "probe/propose", "probe/summarise")


class TestAPromptFile:
    @pytest.mark.parametrize(
        ("change", "what"),
        [
            (("---\nid", "id"), "front matter between"),
            (("\n---\n", "\n"), "front matter between"),
            (("version: 1", "version: one"), "version"),
            (("version: 1", "version: 0"), "version"),
            (("tier: quick", "tier: cheap"), "tier"),
            (("tokens_max: 200", "tokens_max: 20001"), "tokens_max"),
            (("schema: Label\n", ""), "schema"),
            (("schema: Label", "schema: Label\ncolour: red"), "colour"),
            (("schema: Label", "schema: Label\nschema: Label"), "no new 'key: value'"),
            (("schema: Label", "schema: Label\njust words"), "no new 'key: value'"),
            (("id: probe/classify", "id: probe/other"), "its id must be its place"),
        ],
    )
    def test_is_refused_when_malformed(self, change: tuple[str, str], what: str) -> None:
        """Each way to get front matter wrong is named."""
        with pytest.raises(UnableToLoadPrompt, match=what):
            parse("probe/classify", GOOD.replace(*change, 1).encode())

    def test_is_refused_when_not_text_or_too_long(self) -> None:
        """Prompts are UTF-8 of bounded size."""
        with pytest.raises(UnableToLoadPrompt, match="not UTF-8"):
            parse("probe/classify", GOOD.encode() + b"\xff")
        with pytest.raises(UnableToLoadPrompt, match="bytes"):
            parse("probe/classify", GOOD.encode() + b"x" * PROMPT_BYTES_MAX)
        with pytest.raises(UnableToLoadPrompt, match="then a body"):
            parse("probe/classify", GOOD.partition("Say")[0].encode())


class TestThePackage:
    def test_ships_only_prompts_that_load(self) -> None:
        """Each prompt of the package is well formed and its text is the one registered."""
        library = PromptLibrary()
        loaded = [library.prompt(name) for name in library.names()]
        assert [p.name for p in loaded] == list(library.names())
