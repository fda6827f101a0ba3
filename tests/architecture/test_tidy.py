"""The tidy rules: budgets and bans that no linter knows. No list of exceptions: there are none."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
SOURCE: Final = ROOT / "src" / "bailiwick"
FILE_LINES_MAX: Final = 400  # style guide, section 9
FUNCTION_LINES_MAX: Final = 60
STEP_LINES_MAX: Final = 40
SPEC_LINES_MAX: Final = 60
GRAPH_LINES_MAX: Final = 80
FRAGMENTS_COUNT_MAX: Final = 8
FORBIDDEN_NAMES: Final = re.compile(
    r"(^|_)(util|utils|helper|helpers|common|misc|shared|base|core|manager|managers|handler|"
    r"handlers|processor|processors|info|obj|tmp)(_|$)"
)
"""Names that say nothing (style guide, section 3, rule 4)."""
COMMITTED_PATHS: Final = re.compile(r"(?:^|[\s'\"(`=])/(?:work|root|home)/\w")


class Module:
    """One source file, read once."""

    def __init__(self, path: Path, text: str | None = None) -> None:
        self.path = path
        self.text = path.read_text(encoding="utf-8") if text is None else text
        self.tree = ast.parse(self.text)
        self.name = path.relative_to(ROOT).as_posix() if path.is_absolute() else path.as_posix()

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        for node in ast.walk(self.tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield node

    def calls(self) -> Iterator[tuple[str, int]]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield ast.unparse(node.func), node.lineno


def modules(folder: Path = SOURCE) -> list[Module]:
    return [Module(p) for p in sorted(folder.rglob("*.py")) if "__pycache__" not in p.parts]


def long_files(found: list[Module]) -> list[str]:
    return [
        f"{m.name}: {count} lines"
        for m in found
        if (count := len(m.text.splitlines())) > FILE_LINES_MAX
    ]


def long_functions(found: list[Module]) -> list[str]:
    breaches: list[str] = []
    for module in found:
        in_step = "capabilities/" in module.name and "/steps" in module.name
        limit = STEP_LINES_MAX if in_step else FUNCTION_LINES_MAX
        for function in module.functions():
            lines = (function.end_lineno or function.lineno) - function.lineno + 1
            if lines > limit:
                breaches.append(f"{module.name}:{function.lineno} {function.name}: {lines} lines")
    return breaches


def misplaced_calls(found: list[Module]) -> list[str]:
    breaches: list[str] = []
    for module in found:
        for call, line in module.calls():
            where = f"{module.name}:{line} calls {call}"
            if call == "Permit" and not module.name.endswith("policy/_mint.py"):
                breaches.append(where)
            if call.endswith("import_module") and not module.name.endswith("control/load.py"):
                breaches.append(where)
            if call.endswith("interrupt") and not module.name.endswith("graph/hold.py"):
                breaches.append(where)
            if call.endswith(".compile") and not _may_compile(module.name, call):
                breaches.append(where)
    return breaches


def _may_compile(name: str, call: str) -> bool:
    return call == "re.compile" or "/engine/" in name


def inline_prompts(found: list[Module]) -> list[str]:
    """Find f-strings over several lines in capabilities: a prompt is a file."""
    return [
        f"{m.name}:{node.lineno}"
        for m in found
        if "capabilities/" in m.name
        for node in ast.walk(m.tree)
        if isinstance(node, ast.JoinedStr)
        and "\n" in ast.unparse(node).encode().decode("unicode_escape")
    ]


def empty_names(found: list[Module]) -> list[str]:
    return [
        m.name
        for m in found
        if any(FORBIDDEN_NAMES.search(part) for part in Path(m.name).with_suffix("").parts[1:])
    ]


def unpackaged_folders(folder: Path) -> list[str]:
    return [
        str(p.relative_to(folder))
        for p in sorted(folder.rglob("*"))
        if p.is_dir()
        and any(p.glob("*.py"))
        and not (p / "__init__.py").exists()
        and "versions" not in p.parts
    ]


class TestTheSource:
    def test_keeps_its_budgets(self) -> None:
        """No file over 400 lines, no function over 60, no step over 40."""
        found = modules()
        assert long_files(found) == []
        assert long_functions(found) == []

    @pytest.mark.parametrize("folder", ["tests", "bench"])
    def test_keeps_its_files_short_around_it_too(self, folder: str) -> None:
        """A test or a bench over 400 lines has two subjects."""
        found = modules(ROOT / folder)
        assert found
        assert long_files(found) == []

    def test_mints_loads_and_compiles_in_one_place_each(self) -> None:
        """Permits, dynamic imports, interrupts and compiled graphs each have one home."""
        assert misplaced_calls(modules()) == []

    def test_keeps_prompts_in_files(self) -> None:
        """No capability carries a prompt in its code."""
        assert inline_prompts(modules()) == []

    def test_names_things_by_what_they_are(self) -> None:
        """No module is a drawer."""
        assert empty_names(modules()) == []

    def test_is_packages_all_the_way(self) -> None:
        """A folder without __init__ would escape the import contract."""
        assert unpackaged_folders(SOURCE) == []

    def test_keeps_specs_and_graphs_small(self) -> None:
        """A spec fits a screen, a graph has no logic."""
        for path in SOURCE.glob("capabilities/*/spec.py"):
            assert len(path.read_text(encoding="utf-8").splitlines()) <= SPEC_LINES_MAX, path
        for path in SOURCE.glob("capabilities/*/graph.py"):
            assert len(path.read_text(encoding="utf-8").splitlines()) <= GRAPH_LINES_MAX, path

    def test_says_in_one_sentence_what_each_module_holds(self) -> None:
        """Every module has a docstring; the facades of policy and ports hold nothing else."""
        for module in modules():
            assert ast.get_docstring(module.tree), module.name
        for name in ("policy", "ports", "ports/outbound"):
            body = ast.parse((SOURCE / name / "__init__.py").read_text(encoding="utf-8")).body
            assert len(body) == 1, f"{name} re-exports something"


class TestEverythingCommitted:
    def test_names_no_path_of_a_machine(self) -> None:
        """What is committed works anywhere."""
        for folder in ("src", "tests", "bench", "docs", "stubs"):
            for path in sorted((ROOT / folder).rglob("*")):
                if path.suffix in {".py", ".md", ".toml", ".json", ".pyi", ".cedar"}:
                    hit = COMMITTED_PATHS.search(path.read_text(encoding="utf-8"))
                    assert hit is None, f"{path}: {hit.group(0) if hit else ''}"

    def test_promises_nothing_for_later_without_an_issue(self) -> None:
        """A note for later carries an issue number."""
        for module in modules():
            for line in module.text.splitlines():
                if "TODO" in line or "FIXME" in line:
                    assert re.search(r"#\d+", line), f"{module.name}: {line.strip()}"


class TestTheTidyRulesThemselves:
    """Each check finds a planted breach; else it would pass whatever we do."""

    @pytest.mark.parametrize(
        ("name", "text", "check"),
        [
            ("src/bailiwick/engine/long.py", "x = 1\n" * 401, long_files),
            ("src/bailiwick/engine/a.py", "def f():\n" + "    x = 1\n" * 61, long_functions),
            (
                "src/bailiwick/capabilities/x/steps.py",
                "def f():\n" + "    x = 1\n" * 41,
                long_functions,
            ),
            ("src/bailiwick/engine/a.py", "Permit(step_id='x')", misplaced_calls),
            ("src/bailiwick/engine/a.py", "importlib.import_module('x')", misplaced_calls),
            ("src/bailiwick/capabilities/x/steps.py", "interrupt('x')", misplaced_calls),
            ("src/bailiwick/capabilities/x/graph.py", "builder.compile()", misplaced_calls),
            ("src/bailiwick/capabilities/x/steps.py", 'p = f"You are\\n{x}"', inline_prompts),
            ("src/bailiwick/engine/mail_utils.py", "", empty_names),
        ],
    )
    def test_find_a_planted_breach(self, name: str, text: str, check: object) -> None:
        """The planted breach is found."""
        assert callable(check)
        assert check([Module(Path(name), text)])

    @pytest.mark.parametrize(
        ("name", "text", "check"),
        [
            ("src/bailiwick/engine/short.py", "x = 1\n" * 400, long_files),
            ("src/bailiwick/policy/_mint.py", "Permit(step_id='x')", misplaced_calls),
            ("src/bailiwick/engine/runner.py", "builder.compile()", misplaced_calls),
            ("src/bailiwick/domain/a.py", "re.compile('x')", misplaced_calls),
            ("src/bailiwick/capabilities/x/steps.py", 'p = f"{x} of {y}"', inline_prompts),
            ("src/bailiwick/engine/outbox.py", "", empty_names),
        ],
    )
    def test_let_good_code_pass(self, name: str, text: str, check: object) -> None:
        """What is right is not found."""
        assert callable(check)
        assert not check([Module(Path(name), text)])

    def test_find_a_folder_that_is_no_package(self, tmp_path: Path) -> None:
        """A folder with code but without __init__ is named."""
        (tmp_path / "lost").mkdir()
        (tmp_path / "lost" / "a.py").write_text("x = 1\n", encoding="utf-8")
        assert unpackaged_folders(tmp_path) == ["lost"]
