"""What the scripts of Kabupaten Contoh share: where files lie, how texts are read and tables written."""

import csv
from pathlib import Path

import yaml

HERE = Path(__file__).resolve().parent
TABLES = HERE.parents[1] / "tables"
SEED = 2026


def rests_on(script):
    """Return the basis and source of every row that a script writes."""
    name = Path(script).name
    return {"basis": "rekaan", "source": f"Data rekaan untuk latihan ({name})"}


def read_yaml(path):
    """Read one YAML file."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def read_block(text):
    """Return the rows of one block of a texts file as dictionaries."""
    return list(csv.DictReader(text.splitlines(), delimiter="|", strict=True))


def read_columns(table):
    """Return the declared columns of ``table``, in order."""
    declaration = read_yaml(TABLES / f"{table}.yml")
    if "fields_of" in declaration:
        return read_columns(declaration["fields_of"])
    return [field["name"] for field in declaration["fields"]]


def write_table(folder, table, rows):
    """Write ``rows`` as ``folder/table.csv``; a column that was not declared is an error."""
    with open(folder / f"{table}.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, read_columns(table), restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_cycles(folder, cycles):
    """Write the tables that several cycles share, the rows of each after those of the one before; none without rows."""
    for table in cycles[0]:
        if rows := [row for tables in cycles for row in tables[table]]:
            write_table(folder, table, rows)
