"""Prompts are files: front matter, body, and a hash that stands for each version (decision 0010).

`capabilities/<capability>/prompts/<task>.md` is a prompt; `hashes.json` beside it maps
`<task>@<version>` to the SHA-256 of the file. A text that changed under its version is refused.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from bailiwick.domain.model_call import Tier
from bailiwick.kit.hashing import digest_bytes
from bailiwick.models.faults import UnableToLoadPrompt
from bailiwick.ports.model import Ask, I, O

HASHES_FILE: Final = "hashes.json"
PROMPT_BYTES_MAX: Final = 32_768  # ours: about 10,000 tokens, half of the 20,000 of one request
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,63}/[a-z][a-z0-9_]{0,63}")
_HASHES: Final = TypeAdapter(dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One version of one prompt, checked."""

    name: str
    version: int
    tier: Tier
    schema: str
    """Name of the output class."""
    tokens_max: int
    body: str
    sha256: str


class _FrontMatter(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    version: int = Field(ge=1, le=9999)
    tier: Tier
    schema_: str = Field(alias="schema", min_length=1)
    tokens_max: int = Field(ge=1, le=20_000)  # source articles: tokens of one request


class PromptLibrary:
    """Reads prompts from a tree of `<capability>/prompts/<task>.md`; each file once."""

    def __init__(self, root: Traversable | None = None) -> None:
        self._root = root if root is not None else files("bailiwick").joinpath("capabilities")
        self._known: dict[str, Prompt] = {}

    def prompt(self, name: str) -> Prompt:
        """Return a prompt whose text is the one registered for its version.

        Raises UnableToLoadPrompt.
        """
        if name not in self._known:
            self._known[name] = self._load(name)
        return self._known[name]

    def for_ask(self, ask: Ask[I, O]) -> Prompt:
        """Return the prompt of an Ask whose tier, contract and token limit agree with the file's.

        Raises UnableToLoadPrompt.
        """
        prompt = self.prompt(ask.prompt)
        for what, in_file, in_ask in (
            ("tier", prompt.tier.value, ask.tier.value),
            ("schema", prompt.schema, ask.output.__name__),
            ("tokens_max", str(prompt.tokens_max), str(ask.tokens_max)),
        ):
            if in_file != in_ask:
                message = (
                    f"prompt {ask.prompt!r} has {what} {in_file!r} but its Ask says {in_ask!r};"
                    " make them agree"
                )
                raise UnableToLoadPrompt(message)
        return prompt

    def names(self) -> tuple[str, ...]:
        """Return the names of all prompts there are, sorted."""
        return tuple(
            sorted(
                f"{capability.name}/{entry.name.removesuffix('.md')}"
                for capability in self._root.iterdir()
                if capability.joinpath("prompts").is_dir()
                for entry in capability.joinpath("prompts").iterdir()
                if entry.name.endswith(".md")
            )
        )

    def _load(self, name: str) -> Prompt:
        if not _NAME.fullmatch(name):
            message = f"prompt name {name!r} is not of the form 'capability/task'"
            raise UnableToLoadPrompt(message)
        capability, task = name.split("/")
        folder = self._root.joinpath(capability, "prompts")
        try:
            content = folder.joinpath(f"{task}.md").read_bytes()
        except OSError as error:
            message = f"prompt {name!r} has no readable file {capability}/prompts/{task}.md"
            raise UnableToLoadPrompt(message) from error
        prompt = parse(name, content)
        _check_registered(prompt, task, _hashes(folder, capability))
        return prompt


def parse(name: str, content: bytes) -> Prompt:
    """Read one prompt file.

    Raises UnableToLoadPrompt when front matter or body cannot be used.
    """
    if len(content) > PROMPT_BYTES_MAX:
        message = f"prompt {name!r} has {len(content)} bytes; at most {PROMPT_BYTES_MAX} are sent"
        raise UnableToLoadPrompt(message)
    # A checkout with other line ends is the same prompt.
    content = content.replace(b"\r\n", b"\n")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"prompt {name!r} is not UTF-8 at byte {error.start}"
        raise UnableToLoadPrompt(message) from error
    opening, _, rest = text.partition("---\n")
    matter, closing, body = rest.partition("\n---\n")
    if opening or not closing or not body.strip():
        message = f"prompt {name!r} must be front matter between two '---' lines, then a body"
        raise UnableToLoadPrompt(message)
    front = _front_matter(name, matter)
    if front.id != name:
        message = f"prompt {name!r} calls itself {front.id!r}; its id must be its place"
        raise UnableToLoadPrompt(message)
    return Prompt(
        name=name,
        version=front.version,
        tier=front.tier,
        schema=front.schema_,
        tokens_max=front.tokens_max,
        body=body.strip(),
        sha256=digest_bytes(content),
    )


def _front_matter(name: str, matter: str) -> _FrontMatter:
    pairs: dict[str, str] = {}
    for line in matter.splitlines():
        key, colon, value = line.partition(":")
        if not colon or key.strip() in pairs:
            message = (
                f"prompt {name!r} has a front matter line that is no new 'key: value': {line!r}"
            )
            raise UnableToLoadPrompt(message)
        pairs[key.strip()] = value.strip()
    try:
        return _FrontMatter.model_validate_strings(pairs)
    except ValidationError as error:
        found = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        message = f"prompt {name!r} has front matter that cannot be used: {found}"
        raise UnableToLoadPrompt(message) from error


def _hashes(folder: Traversable, capability: str) -> Mapping[str, str]:
    place = f"{capability}/prompts/{HASHES_FILE}"
    try:
        return _HASHES.validate_python(json.loads(folder.joinpath(HASHES_FILE).read_bytes()))
    except OSError as error:
        message = f'no {place}; write {{"<task>@<version>": "<sha256>"}} for each prompt version'
        raise UnableToLoadPrompt(message) from error
    except ValueError as error:
        message = f"{place} is not a JSON object of task@version to SHA-256"
        raise UnableToLoadPrompt(message) from error


def _check_registered(prompt: Prompt, task: str, hashes: Mapping[str, str]) -> None:
    key = f"{task}@{prompt.version}"
    registered = hashes.get(key)
    if registered is None:
        message = f'prompt {key} is not registered; add "{key}": "{prompt.sha256}" to {HASHES_FILE}'
        raise UnableToLoadPrompt(message)
    if registered != prompt.sha256:
        message = (
            f"the text of prompt {prompt.name!r} changed but its version is still"
            f" {prompt.version}; raise the version and register"
            f' "{task}@{prompt.version + 1}" with its own SHA-256'
        )
        raise UnableToLoadPrompt(message)
