"""Findings: what a stage found, in the form that pages and other stages read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from perantara.errors import StageError
from perantara.stage import provenance
from perantara.text import _, current_language

if TYPE_CHECKING:
    from perantara.stage.gate import Gate
    from perantara.stage.stage import Stage

SCHEMA_VERSION = 1


def assemble_findings(stage: Stage, gate: Gate, tables: Mapping[str, str]) -> dict[str, Any]:
    """Return the findings of an open stage; ``tables`` are its results as canonical CSV."""
    district, initiative = stage.district, stage.initiative
    return {
        "schema_version": SCHEMA_VERSION,
        "stage": stage.declaration.name,
        "district": {
            "slug": district.slug, "name": district.title, "code_kemendagri": district.code_kemendagri,
            "is_rekaan": district.is_rekaan,
        },
        "initiative": {"slug": initiative.slug, "title": initiative.title},
        "cycle": stage.cycle,
        "as_of": stage.as_of,
        "language": current_language(),
        "gate": gate.as_json(),
        "decision": stage.decision(gate),
        "statements": [sentence.as_json() for sentence in stage.statements],
        "figures": stage.figures,
        "gaps": stage.gaps,
        "alarms": [sentence.as_json() for sentence in [*stage.alarms, *stage.faults]],
        "tables": [
            {"name": name, "sha256": hashlib.sha256(text.encode()).hexdigest()}
            for name, text in sorted(tables.items())
        ],
        "provenance": provenance.record(
            stage.store, stage.place, stage.declaration, stage.parameters,
            provenance.loaded_modules(), current_language(),
        ),
    }  # fmt: skip


def findings_text(findings: Mapping[str, Any]) -> str:
    """Return findings as JSON text; StageError where they do not fit their schema, or JSON cannot keep them."""
    import fastjsonschema

    try:
        text = json.dumps(findings, indent=1, ensure_ascii=False, allow_nan=False)
        _validator()(json.loads(text))
    except (fastjsonschema.JsonSchemaValueException, TypeError, ValueError) as error:
        raise StageError(_("Hasil tahap tidak sesuai skema: %(fault)s") % {"fault": error}) from None
    return text


@cache
def _validator() -> Any:
    import fastjsonschema

    path = Path(__file__).with_name("findings.schema.json")
    return fastjsonschema.compile(json.loads(path.read_text(encoding="utf-8")))
