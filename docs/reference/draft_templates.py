"""Writes the Word templates of the three drafts that ship with the library.

Run it from the root of the checkout: ``python docs/reference/draft_templates.py``. A test holds the
shipped files against what this would write now. A district that wants its own wording copies a file to
``templates/`` of its workspace and edits it in Word; the words in double braces are filled by
``perantara draft``, ``isi`` writes the mark of a blank. The form follows UU 12/2011 as amended by
UU 13/2022, annex II, as far as its authors remember it: the legal bureau checks it.
"""

# ruff: noqa: E501  clauses of law stay whole

from __future__ import annotations

import re
from collections.abc import Sequence

from decision_record_template import ROOT, add_field, add_table, finish, set_fonts
from docx import Document
from docx.document import Document as Doc
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

TEMPLATES = ROOT / "lib" / "perantara" / "publish" / "templates"
WIDTH_MM, HEIGHT_MM, MARGIN_MM = 215.9, 330.2, 25  # F4, 8.5 x 13 inch
COMMODITY = "{{ commodity | isi('komoditas') }}"
WHO = "perangkat daerah, pelaku usaha, perwakilan UMK, pemerintah {{ terms.subdistrict }}, dan pemerintah {{ terms.village }}"
VULNERABLE = "perempuan, penyandang disabilitas, lanjut usia, dan rumah tangga miskin"
ROLES = (  # guide, 3.5
    "mendukung penyusunan regulasi, perencanaan, dan anggaran keperantaraan pasar",
    "memantau riset komoditas unggulan dan perencanaan intervensi",
    "mendorong partisipasi pelaku usaha, lembaga keuangan, dan UMK",
    "mengawasi, mengoordinasikan, serta memantau dan mengevaluasi pelaksanaan",
)
PRIORITIES = "{{ priorities | isi('butir RPJMD atau RKPD') }}"
LAW = "row ~ ('.' if loop.last else ';')"
CENTRE, JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY


def build_decree() -> bytes:
    """Return the template of the decree of the head on the Tim Kerja."""
    document, name = _begin("Keputusan"), "Keputusan {{ head }}"
    _write_title(document, name)
    _write_grounds(
        document,
        (
            "bahwa untuk menanggulangi kemiskinan dan meningkatkan kewirausahaan usaha mikro dan kecil, "
            f"{{{{ district }}}} melaksanakan keperantaraan pasar {COMMODITY};",
            f"bahwa keperantaraan pasar mendukung prioritas daerah menurut {PRIORITIES};",
            "bahwa pengelolaan terpadu usaha mikro dan kecil melalui penataan klaster dilaksanakan bersinergi "
            "sebagaimana dimaksud dalam Pasal 68 Peraturan Pemerintah Nomor 7 Tahun 2021 [periksa: bunyi Pasal 68], "
            f"sehingga memerlukan kerja sama {WHO};",
            "bahwa berdasarkan pertimbangan sebagaimana dimaksud dalam huruf a, huruf b, dan huruf c, perlu menetapkan "
            f"{name} tentang {{{{ title }}}};",
        ),
    )
    _centre(document, "MEMUTUSKAN:")
    cost = "{% if team_cost %} dengan rencana biaya Tim Kerja sebesar {{ team_cost }}{% endif %}"
    clauses = [
        f"Membentuk {{{{ title }}}} dengan susunan keanggotaan sebagaimana tercantum dalam Lampiran I yang merupakan "
        f"bagian tidak terpisahkan dari {name} ini.",
        f"Tim Kerja sebagaimana dimaksud dalam Diktum KESATU bertugas menurut rincian dalam Lampiran II "
        f"yang merupakan bagian tidak terpisahkan dari {name} ini, yaitu:",
        "Tim Kerja bertanggung jawab kepada {{ responsible | isi('Sekretaris Daerah, Bappeda, atau dinas yang membidangi "
        "koperasi dan UKM') }} dan melaporkan pelaksanaan tugasnya setiap [diisi: berapa bulan].",
        f"Dalam melaksanakan tugas, Tim Kerja memastikan {VULNERABLE} ikut serta dan memperoleh manfaat, serta "
        "mencegah kerusakan lingkungan hidup.",
        "Segala biaya yang timbul dibebankan pada Anggaran Pendapatan dan Belanja {{ district }} Tahun Anggaran "
        f"{{{{ cycle }}}}{cost}, serta sumber lain yang sah dan tidak mengikat.",
        f"{name} ini mulai berlaku pada tanggal ditetapkan sampai dengan tanggal "
        "{{ valid_until | isi('tanggal berakhir') }}.{% if previous %} Pada saat itu {{ previous }} dicabut dan dinyatakan tidak "
        "berlaku [periksa: dicabut atau diubah].{% endif %}",
    ]
    ordinals = ("KESATU", "KEDUA", "KETIGA", "KEEMPAT", "KELIMA", "KEENAM")
    first = ("Menetapkan", ":", "KEPUTUSAN {{ head | upper }} TENTANG {{ title | upper }}.")
    rows = [(o, ":", c) for o, c in zip(ordinals, clauses, strict=True)]
    rows[2:2] = [("", "", text) for text in _tasks()]
    _clauses(document, [first, *rows], (34, 5, 126))
    _sign(document, "Ditetapkan di [diisi: tempat]")
    _annex(document, "I", name, "Susunan Keanggotaan Tim Kerja Keperantaraan Pasar")
    add_table(
        document, ("No.", "Nama", "Perangkat daerah, lembaga, atau usaha", "Unsur", "Kedudukan dalam tim"),
        ("members", ("loop.index", "row.name | isi('nama')", "row.institution | isi('lembaga atau usaha')", "element", "row.position | isi('kedudukan')")), (12, 43, 47, 33, 31),
    )  # fmt: skip
    _when(document, "proposed", "[periksa: {{ proposed }} anggota atau unsur masih diusulkan]")
    _sign(document)
    _annex(document, "II", name, "Rincian Tugas Tim Kerja")
    add_table(
        document, ("No.", "Tugas", "Peran menurut panduan", "Penanggung jawab", "Pelaksana"),
        ("tasks", ("loop.index", "task", "role", "row.accountable | isi('penanggung jawab')", "row.does | isi('pelaksana')")), (12, 52, 38, 32, 32),
        [(f"{number}", role, f"peran {number}", "[diisi: penanggung jawab]", "[diisi: pelaksana]") for number, role in enumerate(ROLES, start=1)],
    )  # fmt: skip
    _sign(document)
    _write_notes(document)
    return finish(document, "Draf keputusan")


def build_regulation() -> bytes:
    """Return the template of the outline of the regulation of the head."""
    document, name = _begin("Peraturan kepala daerah"), "{{ terms.head_regulation }}"
    _write_title(document, "{{ terms.head_regulation }} {{ district_name }}")
    _write_grounds(
        document,
        (
            "bahwa penanggulangan kemiskinan dan peningkatan kewirausahaan usaha mikro dan kecil merupakan tanggung "
            "jawab Pemerintah Daerah;",
            f"bahwa usaha mikro dan kecil {COMMODITY} di {{{{ villages | isi('desa sasaran') }}}} memerlukan akses pasar "
            f"yang adil dan berkelanjutan, sejalan dengan {PRIORITIES};",
            "bahwa pengelolaan terpadu usaha mikro dan kecil melalui penataan klaster diatur dalam Pasal 68 Peraturan "
            "Pemerintah Nomor 7 Tahun 2021 [periksa: bunyi Pasal 68];",
            "bahwa berdasarkan pertimbangan sebagaimana dimaksud dalam huruf a, huruf b, dan huruf c, perlu menetapkan "
            f"{name} tentang {{{{ title }}}};",
        ),
    )
    _centre(document, "MEMUTUSKAN:")
    _clauses(document, [("Menetapkan", ":", "{{ terms.head_regulation | upper }} TENTANG {{ title | upper }}.")], (34, 5, 126))  # fmt: skip
    article = 0
    for number, (chapter, articles) in enumerate(_chapters(name), start=1):
        _centre(document, f"BAB {('I', 'II', 'III', 'IV', 'V', 'VI', 'VII', 'VIII')[number - 1]}", keep=True)
        _centre(document, chapter, keep=True)
        for paragraphs in articles:
            article += 1
            _centre(document, f"Pasal {article}", keep=True)
            for text in paragraphs:
                _paragraph(document, text)
    _sign(document, "Ditetapkan di [diisi: tempat]")
    for text in (
        "Diundangkan di [diisi: tempat]", "pada tanggal [diisi: tanggal]", "SEKRETARIS DAERAH {{ district | upper }},",
        "", "[diisi: nama lengkap]", "BERITA DAERAH {{ district | upper }} TAHUN {{ cycle }} NOMOR [diisi: nomor]",
    ):  # fmt: skip
        document.add_paragraph(text).paragraph_format.keep_with_next = True
    _annex(document, "I", "{{ terms.head_regulation }} {{ district_name }}", "Lingkup Awal")
    add_table(
        document, ("No.", "Komoditas atau jasa", "Tempat", "Kelompok", "Kriteria", "Rumah tangga miskin", "Status"),
        ("scope", ("loop.index", "commodity", "place_name", "row.group or '–'", "criterion", "poor_households", "row.status ~ ('' if row.status == 'ditetapkan' else ' [periksa]')")),
        (10, 24, 31, 27, 27, 20, 27), [("1", "[diisi: komoditas]", "[diisi: tempat]", "[diisi: kelompok]", "[diisi: kriteria]", "[diisi: jumlah]", "[diisi: status]")],
    )  # fmt: skip
    _sign(document)
    _annex(document, "II", "{{ terms.head_regulation }} {{ district_name }}", "Sasaran dan Target Capaian")
    _targets(document)
    _sign(document)
    _write_notes(document)
    return finish(document, "Draf peraturan kepala daerah")


def _chapters(name: str) -> Sequence[tuple[str, Sequence[Sequence[str]]]]:
    """Return chapters, their articles and the paragraphs of these: the three aspects of the guide, 3.3, and its Bab 4."""
    this = f"{name} ini"
    return (
        ("KETENTUAN UMUM", ((
            f"Dalam {this} yang dimaksud dengan:",
            "1. Daerah adalah {{ district }}.",
            "2. Pemerintah Daerah adalah {{ terms.head }} sebagai unsur penyelenggara pemerintahan daerah.",
            "3. {{ terms.head }} adalah {{ head }}.",
            "4. Usaha Mikro dan Kecil yang selanjutnya disingkat UMK adalah usaha mikro dan usaha kecil menurut Peraturan "
            "Pemerintah Nomor 7 Tahun 2021 [periksa: pasal].",
            "5. Keperantaraan Pasar adalah pendekatan pengembangan UMK untuk menciptakan atau memperkuat akses pasar dalam "
            "bentuk model bisnis di antara UMK, mitra lokal, dan mitra swasta, yang menaikkan pendapatan UMK serta omzet dan "
            "keuntungan mitra.",
            "6. Tim Kerja adalah tim yang dibentuk {{ terms.head }} untuk mengoperasikan Keperantaraan Pasar.",
        ),)),
        ("KEDUDUKAN PROGRAM", ((
            "(1) Keperantaraan Pasar ditetapkan sebagai program Daerah untuk menanggulangi kemiskinan dan meningkatkan "
            "kewirausahaan UMK.",
            f"(2) Program sebagaimana dimaksud pada ayat (1) mendukung {PRIORITIES}.",
            "{%p if parent %}",
            "(3) Program sebagaimana dimaksud pada ayat (1) merupakan bagian dari {{ parent }}.",
            "{%p endif %}",
        ),)),
        ("PELAKSANAAN", (
            ("(1) Keperantaraan Pasar dilaksanakan melalui riset komoditas unggulan, perencanaan intervensi, implementasi, "
             "serta pengawasan dan pengukuran hasil.",
             "(2) Model bisnis disepakati oleh UMK, mitra lokal, dan mitra swasta, serta memuat pembagian biaya dan risiko."),
            (f"(1) Lingkup awal tercantum dalam Lampiran I yang merupakan bagian tidak terpisahkan dari {this}.",
             "(2) Perluasan lingkup ditetapkan dengan Keputusan {{ terms.head }} berdasarkan hasil evaluasi."),
        )),
        ("TIM KERJA", (
            (f"(1) {{{{ terms.head }}}} membentuk Tim Kerja yang terdiri atas unsur {WHO}.",
             "(2) Susunan keanggotaan ditetapkan dengan Keputusan {{ terms.head }}.",
             "(3) Tim Kerja bertanggung jawab kepada {{ responsible | isi('Sekretaris Daerah, Bappeda, atau dinas yang membidangi koperasi dan UKM') }}."),
            ("(1) Tim Kerja bertugas:", *_tasks(),
             "(2) Anggota yang mempunyai kepentingan dalam suatu usaha tidak ikut menilai atau memilih usaha itu.",
             "(3) Tim Kerja berkoordinasi paling sedikit setiap [diisi: berapa bulan]."),
        )),
        ("PEMBIAYAAN", ((
            "(1) Biaya Tim Kerja dan intervensi bersumber dari:", "a. Anggaran Pendapatan dan Belanja {{ district }}; dan",
            "b. sumber lain yang sah dan tidak mengikat{% if terms.village != 'kelurahan' %}, termasuk anggaran pendapatan dan belanja "
            "{{ terms.village }} sesuai dengan kewenangannya{% endif %}.",
            "(2) Pemerintah Daerah mengalokasikan anggaran setiap tahun melalui perangkat daerah yang terlibat.",
            "(3) Jasa tenaga ahli dapat diadakan melalui swakelola tipe III sesuai dengan ketentuan pengadaan [periksa: Peraturan LKPP Nomor 3 Tahun 2021].",
        ),)),
        ("INKLUSI DAN LINGKUNGAN HIDUP", (
            (f"Pelaksanaan Keperantaraan Pasar memastikan {VULNERABLE} ikut serta dan memperoleh manfaat.",),
            ("Setiap intervensi mencegah kerusakan lingkungan hidup dan mencatat keadaannya sebelum dan sesudah pelaksanaan.",),
        )),
        ("PEMANTAUAN, EVALUASI, DAN PELAPORAN", ((
            f"(1) Hasil diukur terhadap sasaran dan target capaian dalam Lampiran II yang merupakan bagian tidak terpisahkan dari {this}.",
            "(2) Evaluasi dilaksanakan setiap satu atau dua siklus produksi.",
            "(3) Tim Kerja melaporkan hasilnya kepada {{ terms.head }} paling sedikit setiap [diisi: berapa bulan].",
        ),)),
        ("KETENTUAN PENUTUP", ((
            f"{this} mulai berlaku pada tanggal diundangkan.",
            f"Agar setiap orang mengetahuinya, memerintahkan pengundangan {this} dengan penempatannya dalam Berita Daerah {{{{ district }}}}.",
        ),)),
    )  # fmt: skip


def build_terms_of_reference() -> bytes:
    """Return the template of the terms of reference of the work that a civil society organisation carries out."""
    document = _begin("Kerangka acuan kerja")
    for text in ("KERANGKA ACUAN KERJA", "SWAKELOLA TIPE III", "KEPERANTARAAN PASAR {{ commodity | upper | isi('komoditas') }}", "{{ district | upper }} TAHUN {{ cycle }}"):  # fmt: skip
        _centre(document, text)
    head = "[diisi: perangkat daerah penanggung jawab anggaran]"
    sections = (
        ("Latar belakang", (
            f"Keperantaraan pasar {COMMODITY} di {{{{ district }}}} mendukung {PRIORITIES}.",
            "Kegiatan ini dilaksanakan di {{ villages | isi('desa sasaran') }}. Panduan bagian 3.4 membuka kemungkinan jasa "
            "konsultan atau tenaga ahli dibiayai APBD melalui swakelola tipe III.",
        )),
        ("Maksud dan tujuan", (
            "Maksud: menyediakan tenaga ahli yang memfasilitasi riset, perencanaan intervensi, dan kerja Tim Kerja.",
            f"Tujuan: UMK memperoleh akses pasar melalui model bisnis bersama mitra, dengan manfaat bagi {VULNERABLE}.",
        )),
    )  # fmt: skip
    number = _sections(document, sections, 0)
    number = _sections(document, (("Sasaran", ()),), number)
    _targets(document)
    number = _sections(document, (
        ("Lingkup pekerjaan", ("{%p for package in packages %}", "– {{ package }}", "{%p else %}", "[diisi: paket kegiatan]", "{%p endfor %}")),
        ("Keluaran", ("– laporan riset komoditas unggulan;", "– rencana intervensi dan model bisnis yang disepakati UMK dan mitra;",
                      "– laporan pendampingan Tim Kerja dan pengukuran hasil;", "– [diisi: jumlah dan bentuk tiap keluaran].")),
        ("Pelaksana", ("Organisasi kemasyarakatan: [diisi: nama Ormas yang dipilih menurut ketentuan].",
                       "Ormas berbadan hukum, berpengalaman di bidangnya, dan mampu mengelola keuangan [periksa: syarat menurut Peraturan LKPP Nomor 3 Tahun 2021].",
                       "Tenaga ahli: [diisi: jumlah, keahlian, dan pengalaman].")),
        ("Tata kelola", (f"Perencanaan dan pengawasan: {head}, melalui tim persiapan dan tim pengawas.",
                         "Pelaksanaan: Ormas, melalui tim pelaksana, menurut nota kesepahaman dan kontrak swakelola.",
                         "Tim Kerja Keperantaraan Pasar memantau riset dan perencanaan (panduan 3.5); anggota yang berkepentingan pada Ormas tidak ikut memilihnya.")),
        ("Waktu", ("{{ period | isi('bulan mulai dan selesai') }}.",)),
        ("Biaya", ("Butir yang menurut matriks panduan 3.4 dapat dibayar melalui swakelola tipe III: konsultan untuk riset dan perencanaan, serta gaji konsultan Tim Kerja.",)),
    ), number)  # fmt: skip
    add_table(
        document, ("Uraian", "Kode", "Bulan", "Jumlah", "Harga satuan", "Biaya"),
        ("costs", ("description", "code", "months", "row.quantity ~ ' ' ~ row.unit", "price", "total")), (31, 36, 25, 18, 28, 28),
        [("[diisi: uraian]", "[diisi: kode]", "[diisi: bulan]", "[diisi: jumlah]", "[diisi: harga]", "[diisi: biaya]")],
    )  # fmt: skip
    _paragraph(document, "Jumlah biaya: {{ costs_total | isi('jumlah biaya') }}.")
    _when(document, "without_code", "[periksa: {{ without_code }} butir lain belum berkode APBD dan tidak dijumlahkan]")  # fmt: skip
    _paragraph(document, "Sumber dana pada tahun itu (pagu seluruhnya, dipakai bersama kegiatan lain):")
    add_table(
        document, ("Sumber dana", "Tahun", "Pagu", "Kepastian"),
        ("funding if row.kind == 'APBD'", ("name", "year", "row.ceiling | isi('pagu')", "row.certainty | isi('kepastian')")), (80, 20, 36, 30),
        [("[diisi: sumber dana APBD]", "[diisi: tahun]", "[diisi: pagu]", "[diisi: kepastian]")],
    )  # fmt: skip
    number = _sections(document, (
        ("Pelaporan", ("Ormas melaporkan kemajuan fisik dan keuangan setiap [diisi: berapa bulan], serta laporan akhir, kepada perangkat daerah dan Tim Kerja.",
                       "Laporan memuat jumlah peserta menurut jenis kelamin, disabilitas, dan rumah tangga miskin, serta keadaan lingkungan hidup.")),
        ("Dasar hukum", ()),
    ), number)  # fmt: skip
    _clauses(document, ("bases", ("loop.index ~ '.'", LAW)), (10, 155))
    _sign(document, "[diisi: tempat], [diisi: tanggal]", head)
    _write_notes(document)
    return finish(document, "Draf kerangka acuan kerja")


def _begin(kind: str) -> Doc:
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(WIDTH_MM), Mm(HEIGHT_MM)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(MARGIN_MM)
    set_fonts(document)
    header, footer = section.header.paragraphs[0], section.footer.paragraphs[0]
    header.add_run("DRAF — internal, belum berlaku\t{{ made_up_mark }}{{ compiled_mark }}").bold = True
    footer.add_run(f"{kind} — {{{{ district }}}}, siklus {{{{ cycle }}}}\tHalaman ")
    add_field(footer, "PAGE")
    for paragraph in (header, footer):
        paragraph.style = document.styles["Normal"]
        paragraph.paragraph_format.tab_stops.add_tab_stop(
            Mm(WIDTH_MM - 2 * MARGIN_MM), WD_TAB_ALIGNMENT.RIGHT
        )
        for run in paragraph.runs:
            run.font.size = Pt(9)
    return document


def _write_title(document: Doc, name: str) -> None:
    """Write the title in capitals, with the invocation that only a regulation has."""
    aceh = (
        "{%p if province == 'Aceh' %}",
        "[periksa: kalimat pembuka menurut bentuk yang dipakai di Aceh]",
        "{%p endif %}",
    )
    invocation = ("DENGAN RAHMAT TUHAN YANG MAHA ESA", *aceh) if "regulation" in name else ()
    capitals = name.replace(" }}", " | upper }}").replace("Keputusan", "KEPUTUSAN")
    for text in (
        "{{ head | upper }}", "{% if not province.startswith('Provinsi') %}PROVINSI {% endif %}{{ province | upper | isi('provinsi') }}", "", capitals,
        "NOMOR [diisi: nomor] TAHUN {{ cycle }}", "TENTANG", "{{ title | upper }}", *invocation, "{{ head | upper }},", "",
    ):  # fmt: skip
        _centre(document, text)


def _write_grounds(document: Doc, grounds: Sequence[str]) -> None:
    rows = [("Menimbang" if n == 0 else "", ":" if n == 0 else "", f"{'abcdef'[n]}.", text) for n, text in enumerate(grounds)]  # fmt: skip
    _clauses(document, rows, (31, 5, 12, 117))
    _clauses(
        document,
        (
            "bases",
            ("'Mengingat' if loop.first else ''", "':' if loop.first else ''", "loop.index ~ '.'", LAW),
        ),
        (31, 5, 12, 117),
    )


def _sections(document: Doc, sections: Sequence[tuple[str, Sequence[str]]], number: int) -> int:
    for title, texts in sections:
        number += 1
        document.add_heading(f"{number}. {title}", 1)
        for text in texts:
            _paragraph(document, text)
    return number


def _tasks() -> list[str]:
    ends = (";", ";", "; dan", ".")
    return [f"{letter}. {role}{end}" for letter, role, end in zip("abcd", ROLES, ends, strict=True)]


def _targets(document: Doc) -> None:
    add_table(
        document, ("Indikator", "Awal", "Rendah", "Tengah", "Tinggi", "Satuan"),
        ("targets", ("indicator", "baseline", "low", "middle", "high", "unit")), (44, 23, 23, 23, 23, 30),
        [("[diisi: indikator]", "[diisi: awal]", "[diisi]", "[diisi]", "[diisi]", "[diisi: satuan]")],
    )  # fmt: skip


def _annex(document: Doc, number: str, name: str, title: str) -> None:
    for text in (
        f"LAMPIRAN {number}",
        f"{name} Nomor [diisi: nomor] Tahun {{{{ cycle }}}}",
        "tentang {{ title }}",
    ):
        paragraph = document.add_paragraph(text)
        paragraph.paragraph_format.left_indent, paragraph.paragraph_format.space_after = Mm(80), Pt(0)
        paragraph.paragraph_format.page_break_before = text.startswith("LAMPIRAN")
    _centre(document, "")
    _centre(document, title.upper())


def _sign(document: Doc, place: str = "", who: str = "{{ head | upper }}") -> None:
    texts = (*([place, *(["pada tanggal [diisi: tanggal]"] if "," not in place else [])] if place else []), f"{who},", "", "", "[diisi: nama lengkap]")  # fmt: skip
    for text in texts:
        paragraph = document.add_paragraph(text)
        paragraph.paragraph_format.left_indent, paragraph.paragraph_format.space_after = Mm(80), Pt(2)
        paragraph.paragraph_format.keep_with_next = text is not texts[-1]


def _write_notes(document: Doc) -> None:
    """Write what the drafter has to know and takes off before signing: findings, sources, what is lacking."""
    _centre(document, "CATATAN PERANCANG")
    document.paragraphs[-1].paragraph_format.page_break_before = True
    _paragraph(
        document,
        "Lembar ini dilepas sebelum naskah ditandatangani. Disusun dari data {{ initiative }} per {{ as_of }}.",
    )
    _paragraph(document, "Isian bertanda “diisi” belum ada dalam tabel. Rujukan bertanda “periksa” naskahnya belum dibaca; bagian hukum "
               "memeriksa pula apakah semua rujukan, juga yang tidak bertanda, masih berlaku. Pemrakarsa: {{ owner | isi('perangkat daerah pemrakarsa') }}.")  # fmt: skip
    for text in ("{%p for note in notes %}", "– {{ note }}", "{%p endfor %}"):
        _paragraph(document, text)
    document.add_heading("Asal isian", 1)
    add_table(
        document, ("Tabel", "Baris", "Sumber", "Dasar", "Tanggal data"),
        ("sources", ("title", "rows", "source", "basis", "date")), (42, 15, 58, 24, 27), [("–",) * 5],
    )  # fmt: skip
    document.add_heading("Sumber pembiayaan yang tercatat", 1)
    add_table(
        document, ("Nama", "Jenis", "Tahun", "Pagu", "Kepastian", "Sumber"),
        ("funding", ("name", "kind", "year", "row.ceiling | isi('pagu')", "row.certainty | isi('kepastian')", "source")), (33, 26, 17, 32, 27, 31), [("–",) * 6],
    )  # fmt: skip
    document.add_heading("Data yang belum ada", 1)
    add_table(document, ("Data", "Gunanya", "Pemilik data"), ("gaps", ("title", "why", "holder")), (45, 76, 45), [("–",) * 3])  # fmt: skip


def _clauses(document: Doc, rows: Sequence, widths_mm: Sequence[int]) -> None:
    """Add lines of label, colon and text as a table without borders."""
    for row in add_table(document, (), rows, widths_mm).rows:
        row.cells[-1].paragraphs[0].alignment = JUSTIFY


def _paragraph(document: Doc, text: str) -> Paragraph:
    """Add a paragraph; one that begins with a number or letter of a list hangs behind it."""
    paragraph = document.add_paragraph()
    paragraph.alignment = JUSTIFY
    numbered = re.match(r"(\(\d\)|\d+\.|[a-z]\.|–) ", text)
    paragraph.add_run(text.replace(" ", "\t", 1) if numbered else text)
    if numbered:
        depth = 18 if text[0].isalpha() else 9
        paragraph.paragraph_format.left_indent, paragraph.paragraph_format.first_line_indent = (
            Mm(depth),
            Mm(-9),
        )
    return paragraph


def _centre(document: Doc, text: str, *, keep: bool = False) -> None:
    paragraph = document.add_paragraph(text)
    paragraph.alignment, paragraph.paragraph_format.keep_with_next = CENTRE, keep
    paragraph.paragraph_format.space_after = Pt(3)


def _when(document: Doc, name: str, text: str) -> None:
    for line in (f"{{%p if {name} %}}", text, "{%p endif %}"):
        document.add_paragraph(line)


BUILDERS = {
    "draft_keputusan.docx": build_decree,
    "draft_perkada.docx": build_regulation,
    "draft_kak.docx": build_terms_of_reference,
}  # fmt: skip

if __name__ == "__main__":
    for name, build in BUILDERS.items():
        (TEMPLATES / name).write_bytes(build())
        print((TEMPLATES / name).relative_to(ROOT).as_posix())
