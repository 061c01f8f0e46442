"""What the server loads once, so that every notebook forked from it starts with it loaded.

Nothing here may start a thread, open a socket or make a shell: what forks must be single-threaded.
Modules of perantara itself are not loaded: a result records those that its notebook loaded.
"""

import gc
import io
import os

# ruff: noqa: E402, F401
# what a kernel would set, before matplotlib is imported; one thread of algebra in every process
os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import babel.dates
import babel.numbers
import fastjsonschema
import frictionless
import ipykernel.inprocess.blocking
import ipykernel.inprocess.ipkernel
import ipykernel.inprocess.manager
import ipywidgets
import jinja2
import matplotlib.pyplot
import nbformat
import networkx
import pandas
import pandas.io.formats.style
import papermill
import pymcdm.methods
import pymcdm.normalizations
import scipy.optimize
import scipy.stats
import yaml
from matplotlib.figure import Figure


def _warm_up() -> None:
    """Do once what every notebook does first: draw, write a table, check a notebook."""
    # pandas asks on import whether it is in a kernel; outside one it would show no columns
    pandas.set_option("display.max_columns", 20)
    axes = Figure(layout="constrained").subplots()
    axes.plot([1, 2], label="a")
    axes.legend()
    axes.figure.savefig(io.BytesIO(), format="png")
    pandas.DataFrame({"a": [1.0]}).to_html()
    nbformat.validate(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("")]))
    gc.collect()
    gc.freeze()  # pages of what is loaded stay shared with the forks


_warm_up()
