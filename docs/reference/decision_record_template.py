"""Writes the Word template of the decision record (berita acara) that ships with the library.

Run it from the root of the checkout: ``python docs/reference/decision_record_template.py``. A test
holds the shipped file against what this would write now. A district that wants its own letterhead
or wording copies the file to ``templates/decision_record.docx`` of its workspace and edits it in
Word; the words in double braces are filled by ``perantara record``.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

from docx import Document
from docx.document import Document as Doc
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "lib" / "perantara" / "publish" / "templates" / "decision_record.docx"
FONT, FALLBACKS = "Bookman Old Style", "URW Bookman,Bookman,Century Schoolbook,Times New Roman"
WIDTH_MM, HEIGHT_MM, MARGIN_MM = 215, 330, 25  # F4
DOTS = "." * 30
ELEMENTS = (  # who takes part in the meeting: guide, 3.1
    "Bappeda", "Dinas Koperasi dan UKM", "Badan atau Dinas PMD", "Pemerintah {{ terms.village }}",
    "Pelaku usaha", "UMK", "", "",
)  # fmt: skip


def build() -> bytes:
    """Return the template as the bytes of a .docx file; twice the same."""
    document = Document()
    _set_page(document)
    set_fonts(document)
    _write_head(document)
    _write_result(document)
    _write_decision(document)
    _write_signatures(document)
    _write_recording(document)
    return finish(document, "Berita acara")


def finish(document: Doc, title: str) -> bytes:
    """Return a document as the bytes of a file that tells of nobody; twice the same."""
    properties = document.core_properties
    properties.title, properties.author, properties.comments = title, "", ""
    buffer = io.BytesIO()
    relations = document.part.package.rels
    for key in [key for key, relation in relations.items() if relation.reltype.endswith("/thumbnail")]:
        relations.pop(key)
    document.save(buffer)
    return undated(buffer.getvalue())


def _set_page(document: Doc) -> None:
    section = document.sections[0]
    section.orientation, section.page_width, section.page_height = (
        WD_ORIENT.PORTRAIT, Mm(WIDTH_MM), Mm(HEIGHT_MM),
    )  # fmt: skip
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(MARGIN_MM)
    header, footer = section.header.paragraphs[0], section.footer.paragraphs[0]
    header.text = "Edisi internal — bukan untuk disebarluaskan\t{{ made_up_mark }}"
    header.runs[0].bold = True
    footer.text = "{{ stage_title }} — {{ district }}, siklus {{ cycle }}\tHalaman "
    add_field(footer, "PAGE")
    for paragraph in (header, footer):
        paragraph.style = document.styles["Normal"]  # the styles of head and foot have stops of their own
        width = Mm(WIDTH_MM - 2 * MARGIN_MM)
        paragraph.paragraph_format.tab_stops.add_tab_stop(width, WD_TAB_ALIGNMENT.RIGHT)
        for run in paragraph.runs:
            run.font.size = Pt(9)


def add_field(paragraph, code: str) -> None:
    for kind in ("begin", None, "end"):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = code
        paragraph.add_run()._r.append(element)


def set_fonts(document: Doc) -> None:
    """Make every style the one font, and tell Word and others what to take where it lacks."""
    for style in document.styles:
        if not hasattr(style, "font"):
            continue
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for kind in list(fonts.attrib):
            del fonts.attrib[kind]
        for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{kind}"), FONT)
    styles = document.styles
    styles["Normal"].font.size = Pt(12)
    styles["Normal"].paragraph_format.space_after = Pt(6)
    for name, size in (("Title", 14), ("Heading 1", 12)):
        styles[name].font.size, styles[name].font.bold = Pt(size), True
        styles[name].font.color.rgb = RGBColor(0, 0, 0)
        for border in styles[name].element.findall(".//" + qn("w:pBdr")):
            border.getparent().remove(border)
    for language in styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "id-ID")
    part = next(p for p in document.part.package.iter_parts() if p.partname == "/word/fontTable.xml")
    part._blob = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts {nsdecls("w")}><w:font w:name="{FONT}">'
        f'<w:altName w:val="{FALLBACKS}"/><w:panose1 w:val="02050604050505020204"/><w:charset w:val="00"/>'
        '<w:family w:val="roman"/><w:pitch w:val="variable"/></w:font></w:fonts>'
    ).encode()


def _write_head(document: Doc) -> None:
    for text in (
        "BERITA ACARA",
        "PEMBAHASAN HASIL TAHAP {{ stage_title | upper }}",
        "{{ district | upper }}",
    ):
        title = document.add_paragraph(text, style="Title")
        title.alignment = WD_ALIGN_PARAGRAPH.CENTER
        title.paragraph_format.space_after = Pt(0)
    number = document.add_paragraph(f"Nomor: {DOTS}")
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph("{%p if compiled_mark %}")
    document.add_paragraph("{{ compiled_mark }}").runs[0].italic = True
    document.add_paragraph("{%p endif %}")
    document.add_paragraph(
        f"Pada hari {DOTS}, tanggal {DOTS}, bertempat di {DOTS}, telah dibahas hasil tahap "
        "{{ stage_number }} ({{ stage_title }}{{ guide }}) untuk:"
    )
    facts = [("Daerah", "{{ district }}"), ("Inisiatif", "{{ initiative }}"), ("Siklus", "{{ cycle }}")]
    add_table(
        document, (), [(name, value) for name, value in [*facts, ("Keadaan per", "{{ as_of }}")]], (35, 130)
    )


def _write_result(document: Doc) -> None:
    document.add_heading("1. Hasil hitungan", 1)
    document.add_paragraph(
        "Penilaian: {{ computed }}. Penilaian ini memberi saran; keputusan diambil oleh pejabat yang berwenang."
    )
    add_table(
        document, ("Kriteria", "Nilai", "Batas dan penetapnya", "Status", "Bukti"),
        ("criteria", ("title", "value", "threshold", "status", "evidence")), (45, 24, 33, 24, 39),
    )  # fmt: skip
    for heading, name in (("2. Yang ditemukan", "statements"), ("3. Yang perlu diperbaiki", "alarms")):
        document.add_heading(heading, 1)
        _add_list(document, name)
    document.add_heading("4. Yang belum ada", 1)
    add_table(
        document, ("Data", "Gunanya", "Pemilik data"), ("gaps", ("title", "why", "holder")), (50, 70, 45)
    )
    document.add_heading("5. Langkah berikutnya", 1)
    add_table(document, ("Langkah", "Pelaksana", "Tenggat"), ("steps", ("step", "who", "due")), (85, 45, 35))


def _write_decision(document: Doc) -> None:
    document.add_heading("6. Keputusan", 1)
    document.add_paragraph("Hasil hitungan: {{ computed }}. Keputusan (pilih satu):")
    _add_list(document, "choices")
    for name, key in (
        ("Alasan, bila berbeda dari hasil hitungan", "reason"), ("Badan yang memutuskan", "deciding_body"),
        ("Jabatan", "position"), ("Tanggal keputusan", "decision_date"), ("Dokumen", "document"),
    ):  # fmt: skip
        document.add_paragraph(f"{name}: {{{{ decision.{key} }}}}")
    _add_list(document, "decision_notes")
    document.add_paragraph(
        "Penetapan lebih lanjut, bila diperlukan ({{ terms.head_regulation }}, Keputusan {{ terms.head }}, "
        f"atau {{{{ terms.local_regulation }}}}): {DOTS}"
    )


def _write_signatures(document: Doc) -> None:
    document.add_heading("7. Tanda tangan", 1)
    rows = [(element or DOTS, "", "", "") for element in ELEMENTS]
    table = add_table(document, ("Unsur", "Nama", "Jabatan", "Tanda tangan"), rows, (45, 45, 40, 35))
    for row in table.rows[1:]:
        row.height = Mm(11)
    for text in ("Mengetahui,", "{{ terms.head }} {{ district_name }}", "", "", f"({DOTS})"):
        paragraph = document.add_paragraph(text)
        paragraph.paragraph_format.keep_with_next, paragraph.alignment = True, WD_ALIGN_PARAGRAPH.RIGHT


def _write_recording(document: Doc) -> None:
    document.add_heading("8. Pencatatan", 1)
    document.add_paragraph("Sidik asal-usul hasil: {{ provenance }}")
    document.add_paragraph("{{ recording }}")
    add_table(document, ("Kolom", "Arti", "Isi"), ("columns", ("name", "title", "value")), (50, 55, 60))


def _add_list(document: Doc, name: str) -> None:
    document.add_paragraph(f"{{%p for text in {name} %}}")
    document.add_paragraph("{{ text }}")
    document.add_paragraph("{%p endfor %}")


def add_table(
    document: Doc, heading: Sequence[str], rows: Sequence, widths_mm: Sequence[int],
    otherwise: Sequence[Sequence[str]] = (),
) -> Table:  # fmt: skip
    """Add a table of fixed rows, or of one row repeated over a name of the record (``otherwise`` where it is empty).

    A key is a name of the row, or else an expression.
    """
    if rows and isinstance(rows[0], str):
        name, keys = rows
        span = [""] * (len(widths_mm) - 1)
        rows = [
            (f"{{%tr for row in {name} %}}", *span),
            tuple(f"{{{{ {f'row.{key}' if key.isidentifier() else key} }}}}" for key in keys),
            *([("{%tr else %}", *span), *otherwise] if otherwise else []),
            ("{%tr endfor %}", *span),
        ]
    table = document.add_table(rows=0, cols=len(widths_mm), style="Table Grid" if heading else None)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for number, texts in enumerate([*([heading] if heading else []), *rows]):
        row = table.add_row()
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        if heading and number == 0:
            row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        for cell, text, width in zip(row.cells, texts, widths_mm, strict=True):
            cell.width = Mm(width)
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(2)
            run = paragraph.add_run(text)
            run.font.size = Pt(10 if heading else 12)
            if heading and number == 0:
                run.bold = True
                cell._tc.get_or_add_tcPr().append(
                    parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:fill="E3E8EA"/>')
                )
    for column, width in zip(table.columns, widths_mm, strict=True):
        column.width = Mm(width)
    document.add_paragraph().paragraph_format.space_after = Pt(0)
    return table


def undated(content: bytes) -> bytes:
    """Return the same archive without the time of its making."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), old.read(name), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


if __name__ == "__main__":
    TEMPLATE.write_bytes(build())
    print(TEMPLATE.relative_to(ROOT).as_posix())
