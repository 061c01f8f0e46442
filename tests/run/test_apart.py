from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import psutil
import pytest

from perantara.errors import PlaceError
from perantara.run import apart

pytestmark = pytest.mark.skipif(not apart.can_fork(), reason="processes cannot be forked on this system")


def draw() -> float:
    return float(np.random.random())


def surroundings() -> tuple[str | None, str, str]:
    return os.environ.get("PERANTARA_UJI"), os.getcwd(), os.environ["OPENBLAS_NUM_THREADS"]


def parent_threads() -> int:
    return psutil.Process(os.getppid()).num_threads()


def parent_holds(module: str) -> bool:
    return apart.is_child() and module in sys.modules


def refuse() -> None:
    raise PlaceError("tabel salah")


def give_a_thing_that_cannot_be_sent() -> None:
    raise RuntimeError(threading.Lock())


def sleep(seconds: float) -> None:
    subprocess.Popen(["sleep", str(seconds)])
    time.sleep(seconds)


def test_a_function_gives_its_answer_from_a_process_of_its_own():
    assert apart.run(os.getpid) != os.getpid()


def test_the_server_is_single_threaded_so_that_forking_is_safe():
    assert apart.run(parent_threads) == 1


def test_a_child_starts_with_the_libraries_loaded():
    assert apart.run(parent_holds, "matplotlib.pyplot")


def test_each_child_draws_its_own_random_numbers():
    assert apart.run(draw) != apart.run(draw)


def test_a_child_has_the_surroundings_of_its_parent_and_one_thread_of_algebra(monkeypatch, tmp_path):
    monkeypatch.setenv("PERANTARA_UJI", "ya")
    monkeypatch.chdir(tmp_path)
    assert apart.run(surroundings) == ("ya", str(tmp_path), "1")


def test_an_error_comes_back_as_what_it_was():
    with pytest.raises(PlaceError, match="tabel salah"):
        apart.run(refuse)


def test_an_error_that_cannot_be_sent_comes_back_in_words():
    with pytest.raises(Exception, match="RuntimeError: <unlocked"):
        apart.run(give_a_thing_that_cannot_be_sent)


def test_a_child_over_its_limit_is_ended_with_what_it_started():
    before = sleepers()
    with pytest.raises(apart.ProcessEnded, match="melewati batas waktu"):
        apart.run(sleep, 600, limit_seconds=2)
    assert sleepers() == before


def test_all_children_end_when_the_run_is_stopped():
    found, before = [], sleepers()

    def wait_for_it() -> None:
        try:
            apart.run(sleep, 600)
        except apart.ProcessEnded as error:
            found.append(str(error))

    threads = [threading.Thread(target=wait_for_it) for _ in range(2)]
    for thread in threads:
        thread.start()
    while len(apart._running) < 2:
        time.sleep(0.05)
    apart.end_all()
    for thread in threads:
        thread.join(timeout=10)
    assert len(found) == 2 and sleepers() == before


def sleepers() -> set[int]:
    """Processes that really sleep: a child that has ended may still wait to be taken note of."""
    return {
        p.pid for p in psutil.process_iter(["cmdline", "status"])
        if p.info["cmdline"] == ["sleep", "600"] and p.info["status"] != psutil.STATUS_ZOMBIE
    }  # fmt: skip


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGKILL])
def test_no_process_is_left_when_the_command_is_stopped(tmp_path, kind):
    script = tmp_path / "jalan.py"
    script.write_text(
        "import sys, time\nfrom perantara.run import apart\n"
        "if __name__ == '__main__':\n    print('mulai', flush=True)\n    apart.run(time.sleep, 600)\n"
    )
    process = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, start_new_session=True)
    process.stdout.readline()
    parent = psutil.Process(process.pid)
    until(lambda: len(parent.children(recursive=True)) >= 3)  # tracker of resources, server, child
    family = parent.children(recursive=True)
    process.send_signal(kind)
    process.wait(timeout=20)
    _gone, left = psutil.wait_procs(family, timeout=20)
    assert [p for p in left if p.is_running() and p.status() != psutil.STATUS_ZOMBIE] == []


def until(condition, seconds: float = 120) -> None:
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.05)
