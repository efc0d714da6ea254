"""The house stands as designed: which room may import which, and what every module keeps to."""

from __future__ import annotations

import ast
import configparser
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("crawler", "index", "search", "webui")
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Return every module that a file imports, by its full name."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: imports are absolute here"
            names.add(node.module or "")
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_room_imports_only_from_those_to_its_left(path: Path) -> None:
    own = ROOMS.index(path.relative_to(ROOT).parts[0])
    forbidden = {*ROOMS[own + 1 :], "als_search", "tests"}
    assert {name.split(".")[0] for name in imported(path)} & forbidden == set()


def circle_in(graph: dict[str, set[str]]) -> tuple[str, ...]:
    """Return the names along a circle of a graph, the first one again at the end; none if there is no circle."""
    done: set[str] = set()

    def found(name: str, trail: tuple[str, ...]) -> tuple[str, ...]:
        if name in trail:
            return (*trail[trail.index(name) :], name)
        if name not in done:
            for each in sorted(graph[name]):
                if circle := found(each, (*trail, name)):
                    return circle
            done.add(name)
        return ()

    return next(filter(None, (found(name, ()) for name in sorted(graph))), ())


def imports_of_modules() -> dict[str, set[str]]:
    graph = {name_of(path): imported(path) for path in MODULES}
    return {name: {each for each in names if each in graph and each != name} for name, names in graph.items()}


def folder_of(module: str) -> str:
    """Return the folder that a module stands in below its room; a module right in its room stands for itself."""
    return module.rpartition(".")[0] if module.count(".") > 1 else module


def test_no_module_imports_itself_in_a_circle() -> None:
    assert circle_in(imports_of_modules()) == ()


def test_no_folder_imports_itself_in_a_circle() -> None:
    graph: dict[str, set[str]] = {}
    for name, names in imports_of_modules().items():
        own = graph.setdefault(folder_of(name), set())
        own |= {folder_of(each) for each in names} - {folder_of(name)}
    assert circle_in(graph) == ()


def test_no_module_outgrows_its_room() -> None:
    lengths = {name_of(path): len(path.read_text("utf-8").splitlines()) for path in MODULES}
    assert {name: length for name, length in lengths.items() if length > 400} == {}


@pytest.mark.parametrize("room", ROOMS)
def test_each_room_says_in_three_lines_what_it_is_for_and_where_to_enter(room: str) -> None:
    doc = ast.get_docstring(ast.parse((ROOT / room / "__init__.py").read_text("utf-8")))
    assert doc is not None
    assert "Enter at" in " ".join(doc.split())
    assert (ROOT / room / "py.typed").exists()


def test_whoosh_and_nltk_are_met_only_where_their_work_is_done() -> None:
    met = {
        name_of(path): {name.split(".")[0] for name in imported(path)} & {"whoosh", "nltk"}
        for path in MODULES
    }
    assert {name for name, libraries in met.items() if libraries} == {
        "index.analysis.analyzer", "index.codec.codec", "index.codec.matcher", "index.codec.readers", "index.analysis.nltk_parts",
        "index.schema", "search.evaluation.baselines",
    }  # fmt: skip


def test_every_package_is_packaged() -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    rooms = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for room in ("crawler", "index", "search", "webui")
        for path in (ROOT / room).rglob("__init__.py")
    }
    assert set(config["options"]["packages"].split()) == rooms


def test_the_front_door_opens_without_any_work() -> None:
    watch = (
        "import socket, sys\n"
        "def refused(*_): raise AssertionError('the network was used at import')\n"
        "socket.socket.connect = refused\n"
        "import als_search\n"
        "assert 'sqlite3' in sys.modules\n"
        "assert not {'numpy', 'flask', 'granian', 'whoosh', 'nltk'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", watch], cwd=ROOT, check=True)
