"""The one style of every figure."""

ACCENT = "#0b6e6e"
MUTED = "#9fb3b8"
INK = "#1f2a30"
MADE_UP = "#5b2a86"

STYLE = {
    "figure.dpi": 144,
    "font.family": "DejaVu Sans",  # ships with the drawing library: the same on every machine
    "font.size": 9.5,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": "#7b8a90",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.grid": True,
    "axes.grid.axis": "x",
    "axes.axisbelow": True,
    "grid.color": "#e3e8ea",
    "xtick.color": INK,
    "ytick.color": INK,
    "ytick.major.size": 0,
    "legend.frameon": False,
    "hatch.color": "white",
}
