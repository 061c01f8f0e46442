"""How a notebook runs in a process forked from a warm server.

Everything of papermill and nbclient stays (parameters, tags, error cells, widget state); only the
way to the kernel is another: ``ipykernel.inprocess`` in the forked process, instead of a process
that is started, imports everything anew and is spoken to over sockets.
"""

from __future__ import annotations

import signal
from contextvars import copy_context
from types import SimpleNamespace
from typing import Any

from jupyter_core.utils import ensure_event_loop
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, NotebookExecutionManager
from papermill.utils import merge_kwargs, remove_args

from perantara.run import apart
from perantara.text import _


class ManagedEngine(NBClientEngine):
    """What the engine does, within what papermill does around every engine."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> None:
        """Execute here if this process was forked for it, otherwise in one that is."""
        if apart.is_child():
            _execute_here(nb_man, kernel_name, **options)
        else:
            nb_man.nb = apart.run(_execute_there, nb_man.nb, kernel_name, options)


def _execute_there(notebook: Any, kernel_name: str, options: dict[str, Any]) -> Any:
    """Return the executed notebook to the process that asked for it."""
    manager = NotebookExecutionManager(notebook, progress_bar=False)
    _execute_here(manager, kernel_name, **options)
    return manager.nb


def _execute_here(nb_man: Any, kernel_name: str, **options: Any) -> None:
    kept = remove_args(["input_path", "timeout", "startup_timeout", "start_timeout"], **options)
    limit = kept.pop("execution_timeout", None) or options.get("timeout")
    with apart.only_own_modules():
        client = _Client(nb_man, **merge_kwargs(kept, timeout=limit, kernel_name=kernel_name))
        client.execute()


def _in_process_classes() -> tuple[type, type]:
    """Return the kernel and its client, defined where ipykernel is loaded already."""
    from ipykernel.inprocess.blocking import BlockingInProcessChannel, BlockingInProcessKernelClient
    from ipykernel.inprocess.ipkernel import InProcessInteractiveShell, InProcessKernel
    from traitlets import Type

    class ZMQInProcessShell(InProcessInteractiveShell):
        """Named as libraries look for it: several ask whether "zmq" is in the name of the shell."""

    class Kernel(InProcessKernel):
        shell_class = Type(ZMQInProcessShell)

        async def execute_request(self, stream: Any, ident: Any, parent: Any) -> None:
            self.stdout.set_parent(parent)  # without it nbclient drops what is printed
            self.stderr.set_parent(parent)
            await super().execute_request(stream, ident, parent)

        async def do_execute(self, *given: Any, **named: Any) -> Any:
            # a cell that awaits asks which thread the shell channel belongs to; here none has one
            self.shell_channel_thread = SimpleNamespace(parent_thread=None)
            try:
                reply = await super().do_execute(*given, **named)
            finally:
                self.shell_channel_thread = None
            self.stdout.flush()  # before the kernel says that it is idle
            self.stderr.flush()
            return reply

    class ShellChannel(BlockingInProcessChannel):
        def send(self, message: Any) -> None:
            """Hand a comm message of an output widget to the kernel, which takes it at once."""
            try:
                self.client.dispatch(message).send(None)
            except StopIteration:
                return

    class KernelClient(BlockingInProcessKernelClient):
        shell_channel_class = Type(ShellChannel)

        async def dispatch(self, message: Any) -> str:
            """Let the kernel take a message on the loop that runs, in this very thread."""
            stream = self.kernel.shell_stream
            self.session.send(stream, message)
            await self.kernel.dispatch_shell(stream.recv_multipart())
            if not stream.queue.empty():
                _idents, reply = self.session.recv(stream, copy=False)
                self.shell_channel.call_handlers_later(reply)
            elif message["header"]["msg_type"] == "execute_request":
                raise DeadKernelError(_("perhitungan tidak memberi jawaban"))  # nbclient would wait for ever
            return message["header"]["msg_id"]

        def execute(self, code: str, **options: Any) -> Any:
            """Return what nbclient awaits: the id of the message."""
            content = {
                "code": code, "silent": False, "user_expressions": {}, "allow_stdin": False, "stop_on_error": True,
            }  # fmt: skip
            return self.dispatch(self.session.msg("execute_request", content | options))

    return Kernel, KernelClient


class _Client(PapermillNotebookClient):
    """papermill's client, with a kernel in its own process and a clock of the system's."""

    def execute(self, **kwargs: Any) -> Any:
        """Execute the cells; a cell over its limit ends the notebook with ``CellTimeoutError``."""
        from ipykernel.inprocess.constants import INPROCESS_KEY
        from ipykernel.inprocess.manager import InProcessKernelManager
        from jupyter_client.session import Session
        from traitlets.config import Config

        kernel_class, client_class = _in_process_classes()
        self._context = copy_context()
        self.reset_execution_trackers()
        self.km = InProcessKernelManager()
        self.km.kernel = kernel = kernel_class.instance(
            session=Session(key=INPROCESS_KEY), config=Config(HistoryManager={"enabled": False})
        )
        self.kc = client_class(kernel=kernel, session=kernel.session)
        self.kc.start_channels()
        self.papermill_execute_cells()
        self.nb.metadata["language_info"] = kernel.language_info
        self.set_widgets_metadata()
        return self.nb

    async def async_execute_cell(self, cell: Any, cell_index: int, *given: Any, **named: Any) -> Any:
        """Execute one cell within its limit of seconds."""
        apart.tell(cell_index)
        limit = (self.timeout_func(cell) if self.timeout_func else self.timeout) or 0
        is_over = False

        def stop(*_signal: Any) -> None:
            nonlocal is_over
            is_over = True
            raise KeyboardInterrupt

        before = signal.signal(signal.SIGALRM, stop)
        signal.setitimer(signal.ITIMER_REAL, limit)
        try:
            return await super().async_execute_cell(cell, cell_index, *given, **named)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
            if is_over:
                raise CellTimeoutError.error_from_timeout_and_cell("", limit, cell)

    def execute_cell(self, *given: Any, **named: Any) -> Any:
        """Execute one cell; what it sets in a context variable holds in the next, as in any kernel."""
        loop = ensure_event_loop()
        cell = self.async_execute_cell(*given, **named)
        return loop.run_until_complete(loop.create_task(cell, context=self._context))
