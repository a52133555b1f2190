"""The rooms stay apart: who may import whom, and which file wraps which framework."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("ingest", "qa", "ui", "eval")
MODULES = sorted(path.relative_to(ROOT) for room in ROOMS for path in (ROOT / room).rglob("*.py"))

MAY_IMPORT = {
    "ingest": {"ingest"},
    "qa": {"ingest", "qa"},
    "ui": {"ingest", "qa", "ui"},
    "eval": {"ingest", "qa", "eval"},
}

# From the lowest to the highest, and the files beside the folders that these may take from. In qa, assistant.py stands
# below the last one.
FOLDERS = {
    "ingest": ("encoder", "archive", "read", "web"),
    "qa": ("english", "retrieve", "question", "read", "answer", "prose", "watch"),
    "ui": ("views", "access", "api", "web", "terminal"),
    "eval": ("scores", "data", "suites", "report"),
}
BESIDE = {
    "ingest": ("address", "article", "errors", "filters", "passages", "processors", "worker"),
    "qa": ("types",),
    "ui": ("asker",),
    "eval": ("asking", "compare", "memory", "pool", "results", "suite", "systems"),
}

# The LlamaIndex default path, which ingestion is measured against: it is no part of the product.
BASELINE = "eval/systems.py"

# Where a framework may be imported: a folder, or a file. Those of ONE_FILE are wrapped by a single file.
FRAMEWORKS = {
    "chromadb": ["ingest/", BASELINE],
    "trafilatura": ["ingest/", "eval/suites/extraction.py"],
    "matplotlib": ["eval/report/plots.py"],
    "sentence_transformers": ["ingest/encoder/export.py", "qa/training/"],
    "transformers": ["ingest/encoder/export.py", "qa/training/"],
    "torch": ["ingest/encoder/export.py", "qa/training/"],
    "llama_index": ["qa/", BASELINE],
    "gradio": ["ui/"],
    "fastapi": ["ui/"],
    "mcp": ["ui/api/tools.py"],
    "prometheus_client": ["ui/api/metrics.py"],
}
ONE_FILE = ("chromadb", "trafilatura", "llama_index")

# Packages of the checkout alone: what trains the reader, and what judges the product.
NOT_SHIPPED = {"qa.training", "eval"}

MOST_LINES = 400


def parsed(module: Path) -> ast.Module:
    return ast.parse((ROOT / module).read_text(encoding="utf-8"))


def imports(tree: ast.AST) -> Iterator[str]:
    """Every module that is imported anywhere below a node, functions included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"a relative import in line {node.lineno}"
            yield node.module or ""


def runtime(tree: ast.Module) -> ast.Module:
    """The module without what only a type checker reads."""
    kept = [
        node
        for node in tree.body
        if not (isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING")
    ]
    return ast.Module(kept, [])


def users_of(framework: str) -> list[str]:
    return [
        module.as_posix()
        for module in MODULES
        if any(name.split(".")[0] == framework for name in imports(runtime(parsed(module))))
    ]


def name_of(module: Path) -> str:
    parts = module.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_every_room_has_modules() -> None:
    assert {module.parts[0] for module in MODULES} == set(ROOMS)


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_imports_point_one_way(module: Path) -> None:
    rooms = {name.split(".")[0] for name in imports(parsed(module))} & {*ROOMS, "tests"}
    assert rooms <= MAY_IMPORT[module.parts[0]]


@pytest.mark.parametrize("module", [m for m in MODULES if m.parts[1] in FOLDERS.get(m.parts[0], ())], ids=str)
def test_a_folder_imports_those_below_it(module: Path) -> None:
    room, folder = module.parts[:2]
    below = FOLDERS[room][: FOLDERS[room].index(folder) + 1]
    taken = [name for name in imports(parsed(module)) if name.split(".")[0] == room]
    files = BESIDE[room] + (("assistant",) if folder == "watch" else ())
    assert [name for name in taken if f"{name}.".split(".")[1] not in (*files, *below)] == []


@pytest.mark.parametrize("room", FOLDERS)
def test_the_folders_of_a_room_are_in_order(room: str) -> None:
    folders = {path.parent.name for path in (ROOT / room).glob("*/__init__.py")}
    assert {*FOLDERS[room]} == folders - {"training"}
    mirrored = {path.parent.name for path in (ROOT / "tests" / room).glob("*/test_*.py")}
    assert mirrored == folders


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_framework_stays_in_its_room(framework: str) -> None:
    allowed = tuple(FRAMEWORKS[framework])
    assert [user for user in users_of(framework) if not user.startswith(allowed)] == []


@pytest.mark.parametrize("framework", ONE_FILE)
def test_one_file_wraps_the_framework(framework: str) -> None:
    compared_with = (BASELINE, "eval/suites/extraction.py")
    assert len([user for user in users_of(framework) if user not in compared_with]) == 1


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_module_is_short(module: Path) -> None:
    assert len((ROOT / module).read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def listed(tree: ast.Module) -> list[str]:
    (names,) = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    ]
    assert isinstance(names, list)
    return names


def taken() -> set[tuple[str, str]]:
    """(module, name) for each name that a module or a test takes from a module: by `from`, or as module.name."""
    files = [*(ROOT / module for module in MODULES), *(ROOT / "tests").rglob("*.py")]
    return {pair for file in files for pair in taken_by(ast.parse(file.read_text(encoding="utf-8")))}


def taken_by(tree: ast.Module) -> Iterator[tuple[str, str]]:
    modules = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for name in node.names:
                yield node.module or "", name.name
                modules[name.asname or name.name] = f"{node.module}.{name.name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            yield modules[node.value.id], node.attr


TAKEN = taken()


@pytest.mark.parametrize("module", [m for m in MODULES if m.name not in ("__init__.py", "__main__.py")], ids=str)
def test_public_names_are_those_that_others_take(module: Path) -> None:
    """Classes and constants may also be listed to be read about. That the names exist is the linter's F822."""
    tree = parsed(module)
    names = set(listed(tree))
    assert names
    others = {name for origin, name in TAKEN if origin == name_of(module) and not name.startswith("_")}
    assert others <= names
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert {name for name in names & functions if (name_of(module), name) not in TAKEN} <= {"main"}


def test_pyproject_lists_the_packages_that_are_there() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        listed = tomllib.load(file)["tool"]["setuptools"]["packages"]
    found = {name_of(module) for module in MODULES if module.name == "__init__.py"}
    assert set(listed) == {name for name in found if not name.startswith(tuple(NOT_SHIPPED))}


def test_what_is_shipped_imports_nothing_that_is_not() -> None:
    shipped = [module for module in MODULES if not name_of(module).startswith(tuple(NOT_SHIPPED))]
    assert len(shipped) > len(MODULES) / 2
    for module in shipped:
        # `import qa.training` as well as `from qa import training`
        tree = parsed(module)
        taken = {*imports(tree), *(".".join(pair) for pair in taken_by(tree))}
        assert not {name for name in taken if name.startswith(tuple(NOT_SHIPPED))}, module
