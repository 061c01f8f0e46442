"""What a fresh machine installs: the locks, environment.yml, the README's lines, the licences."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import tools

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
RUNTIME = [Requirement(line) for line in PROJECT["dependencies"]]
EXTRAS = PROJECT["optional-dependencies"]  # the tests use every extra, so the lock for tests holds them all
DEV = RUNTIME + [Requirement(line) for lines in EXTRAS.values() for line in lines]
LOCKS = {"requirements.txt": RUNTIME, "requirements-dev.txt": DEV}
CONDA_NAMES = {"fastjsonschema": "python-fastjsonschema"}  # where conda-forge has another name
PIP_ONLY = {"pymcdm"}  # where conda-forge has none that is new enough
WINDOWS = {"sys_platform": "win32", "os_name": "nt", "platform_system": "Windows"}
LINUX = {"sys_platform": "linux", "os_name": "posix", "platform_system": "Linux"}


def locked(lock):
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def names(requirements):
    return {canonicalize_name(requirement.name) for requirement in requirements}


def installed_under(requirements, system, python):
    """Versions by name of what ``requirements`` installs on a system under a version of Python."""
    environment = {**system, "python_version": python, "python_full_version": f"{python}.9",
                   "implementation_name": "cpython", "platform_python_implementation": "CPython"}  # fmt: skip
    chosen = [r for r in requirements if r.marker is None or r.marker.evaluate(environment)]
    versions = {canonicalize_name(r.name): next(iter(r.specifier)).version for r in chosen}
    assert len(versions) == len(chosen), "two versions of one package"
    return versions


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_exact_versions_and_no_address_or_path(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"(^|\s)(/|~|[A-Z]:\\|-i |--(extra-)?index|--find-links)", text.split("\n", 2)[2])
    assert not re.search(r"\s[/~]", text), "a path of some machine in the comment at the top"
    for requirement in locked(lock):
        operators = [specifier.operator for specifier in requirement.specifier]
        assert operators == ["=="], requirement.name


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
@pytest.mark.parametrize("system", [LINUX, WINDOWS], ids=["linux", "windows"])
@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_satisfies_every_floor_of_the_project(lock, system, python):
    versions = installed_under(locked(lock), system, python)
    for requirement in LOCKS[lock]:
        assert requirement.specifier.contains(versions[canonicalize_name(requirement.name)]), requirement


def test_both_locks_agree_on_what_they_share():
    runtime, dev = locked("requirements.txt"), locked("requirements-dev.txt")
    assert set(map(str, runtime)) <= set(map(str, dev))
    assert names(dev) > names(runtime)


def test_every_package_that_the_library_imports_is_locked():
    owners = packages_distributions()
    imported = set()
    for path in (ROOT / "lib").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                imported.add(node.module.split(".")[0])
    foreign = imported - set(sys.stdlib_module_names) - {"perantara"}
    held = set(re.findall(r"^([\w.-]+)==", (ROOT / "requirements-dev.txt").read_text(), re.M))
    assert "statsmodels" in foreign
    assert {name for name in foreign if not {canonicalize_name(o) for o in owners[name]} & held} == set()


def test_the_locks_hold_what_only_windows_needs_and_leave_out_what_it_lacks():
    lock = locked("requirements.txt")
    windows, linux = (installed_under(lock, system, "3.11") for system in (WINDOWS, LINUX))
    # jupyterlab's terminals: pywinpty there, ptyprocess and pexpect here; click's colours need colorama there
    assert {"pywinpty", "colorama"} <= set(windows) - set(linux)
    assert "pexpect" in set(linux) - set(windows)
    assert Marker("sys_platform == 'win32'") in [r.marker for r in lock]


def test_the_environment_of_conda_has_the_same_names_and_floors():
    content = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert content["channels"] == ["conda-forge"]
    plain = [line for line in content["dependencies"] if isinstance(line, str)]
    (pip,) = [line for line in content["dependencies"] if isinstance(line, dict)]
    expected = {f"{CONDA_NAMES.get(r.name, r.name)}{r.specifier}" for r in RUNTIME if r.name not in PIP_ONLY}
    assert set(plain) == expected | {f"python{PROJECT['requires-python']}", "pip"}
    assert len(plain) == len(set(plain))
    assert pip == {"pip": [*(str(r) for r in RUNTIME if r.name in PIP_ONLY), "-e ."]}


def readme_line(mark):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    part = text.split(f"<!-- {mark}:awal -->")[1].split(f"<!-- {mark}:akhir -->")[0]
    (line,) = [line for line in part.splitlines() if line.startswith("python3 ")]
    return line


def test_the_readme_sets_up_and_runs_in_one_line():
    assert readme_line("jalankan") == (
        "python3 -m venv .venv && .venv/bin/pip install -r requirements.txt -e . "
        "&& .venv/bin/perantara run trenggalek contoh"
    )


def test_the_readme_sets_up_and_tests_in_one_line():
    assert readme_line("uji") == (
        "python3 -m venv .venv && .venv/bin/pip install -r requirements-dev.txt -e . "
        "&& .venv/bin/python -m pytest"
    )


def test_the_readme_says_the_same_for_windows_without_what_powershell_5_lacks():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = [block.strip() for block in re.findall(r"```powershell\n(.*?)```", text, re.S)]
    assert len(lines) == 2
    for line, lock, work in zip(
        lines, LOCKS, ("perantara run trenggalek contoh", "python -m pytest"), strict=True
    ):
        assert "\n" not in line and "&&" not in line and "/" not in line
        assert f"install -r {lock} -e .;" in line
        assert line.endswith(f".venv\\Scripts\\{work}")


def test_ci_takes_its_test_line_from_the_readme():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "sed -n '/<!-- uji:awal -->/,/<!-- uji:akhir -->/p' README.md | grep '^python3 '" in script
    assert "pip install" not in script and "-m pytest" not in script
    assert "PERANTARA_REQUIRE_TOOLS=1" in script


def test_the_version_is_the_same_everywhere():
    from perantara import __version__

    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    released = re.findall(r"^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d{2}-\d{2}$", changelog, re.M)
    assert {__version__, citation["version"], released[0]} == {PROJECT["version"]}


def test_the_citation_has_what_its_format_requires_and_names_no_person():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    # cff 1.2.0: required are cff-version, message, title and authors; an entity has a name alone
    assert citation["cff-version"] == "1.2.0"
    assert citation["message"] and citation["title"]
    assert citation["authors"] == [{"name": "perantara"}]
    assert "doi" not in citation


def test_the_licences_are_those_that_the_project_states():
    assert PROJECT["license"] == "MIT"
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")
    assert "CC-BY-4.0" in (ROOT / "LICENSE-DATA").read_text(encoding="utf-8")


def test_the_programme_starts_as_a_module_and_tells_its_version():
    command = [sys.executable, "-m", "perantara.cli.main", "--version"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert PROJECT["version"] in run.stdout


def test_a_tool_that_is_lacking_skips_on_a_bare_machine(monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("PERANTARA_REQUIRE_TOOLS", raising=False)
    with pytest.raises(pytest.skip.Exception, match="Chromium is not on this machine"):
        tools.find_chromium()


def test_a_tool_that_is_lacking_fails_where_tools_are_required(monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("PERANTARA_REQUIRE_TOOLS", "1")
    with pytest.raises(pytest.fail.Exception, match="LibreOffice is not on this machine"):
        tools.find_libreoffice()


@pytest.mark.skipif(os.name == "nt", reason="a file of Windows needs another ending to be found")
def test_a_tool_is_found_by_any_of_its_names(monkeypatch, tmp_path):
    browser = tmp_path / "google-chrome"
    browser.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert tools.find_chromium() == str(browser)
