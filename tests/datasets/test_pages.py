"""Whole pages are cut along the outlines that ALTO or PAGE XML gives."""

import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from longhand.datasets.adapters.pages import read_pages
from longhand.datasets.adapters.scans import cut_outline
from longhand.datasets.sample import DatasetError, Sample
from longhand.datasets.source import Source
from longhand.handwriting.images import decode
from tests.datasets.drawn import document
from tests.drawings import Gray, encode

GROUND, INK = 200, 20
SIZE = ' WIDTH="100" HEIGHT="60"'
ALTO = """<?xml version="1.0" encoding="UTF-8"?>
<alto xmlns="http://www.loc.gov/standards/alto/ns-v{version}#">
<Description><MeasurementUnit>pixel</MeasurementUnit>
<sourceImageInformation><fileName>{file}</fileName></sourceImageInformation></Description>
<Tags><OtherTag ID="T1" LABEL="DefaultLine:Print"/></Tags>
<Layout><Page WIDTH="{width}" HEIGHT="{height}"><PrintSpace><TextBlock>{lines}</TextBlock></PrintSpace></Page></Layout>
</alto>"""
PAGE = """<?xml version="1.0" encoding="UTF-8"?>
<PcGts xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/{version}">
<Page imageFilename="{file}" imageWidth="{width}" imageHeight="{height}">
<TextRegion type="paragraph">{lines}</TextRegion></Page></PcGts>"""
POLYGON = '<TextLine><Shape><Polygon POINTS="{points}"/></Shape><String CONTENT="{text}"/></TextLine>'
BOX = '<TextLine HPOS="10" VPOS="5" WIDTH="30" HEIGHT="10"><String CONTENT="{text}"/></TextLine>'
COORDS = '<TextLine><Coords points="{points}"/><TextEquiv><Unicode>{text}</Unicode></TextEquiv></TextLine>'


def scan(folder: Path, name: str = "p1.png", height: int = 60, width: int = 100) -> Gray:
    """A page with a stroke at rows 8 to 10, columns 12 to 30."""
    gray = np.full((height, width), GROUND, np.uint8)
    gray[8 : 11 * height // 60, 12 * width // 100 : 30 * width // 100] = INK
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(encode(gray))
    return gray


def alto(folder: Path, *lines: str, name: str = "p1.xml", version: object = 4, **how: object) -> Path:
    values = {"file": "p1.png", "width": 100, "height": 60, **how}
    return document(folder, name, ALTO.format(lines="\n".join(lines), version=version, **values))


def page(folder: Path, *lines: str, version: str = "2019-07-15", name: str = "p1.xml") -> Path:
    filled = PAGE.format(lines="\n".join(lines), version=version, file="p1.png", width=100, height=60)
    return document(folder, name, filled)


def read(folder: Path, **options: Any) -> list[Sample]:
    return list(read_pages(Source(folder, "pages"), **options))


def pixels(sample: Sample) -> Gray:
    return decode(sample.read()).gray


@pytest.mark.parametrize("version", [2, 3, 4])
@pytest.mark.parametrize("points", ["10,5 40,5 40,15 10,15", "10 5 40 5 40 15 10 15", "10.2,5.4 39.6,5 40,15 10,15"])
def test_a_line_of_alto_is_cut_along_its_polygon(tmp_path: Path, version: int, points: str) -> None:
    gray = scan(tmp_path)
    alto(tmp_path, POLYGON.format(points=points, text="Größe"), version=version)
    (sample,) = read(tmp_path)
    assert (sample.name, sample.text, sample.group) == ("p1-000", "Größe", "p1")
    assert np.array_equal(pixels(sample), gray[5:16, 10:41])


@pytest.mark.parametrize("version", ["2013-07-15", "2019-07-15"])
def test_a_line_of_page_xml_is_cut_along_its_coordinates(tmp_path: Path, version: str) -> None:
    gray = scan(tmp_path)
    page(tmp_path, COORDS.format(points="10,5 40,5 40,15 10,15", text="a &amp; b"), version=version)
    (sample,) = read(tmp_path)
    assert sample.text == "a & b"
    assert np.array_equal(pixels(sample), gray[5:16, 10:41])


def test_what_lies_outside_of_the_polygon_becomes_ground(tmp_path: Path) -> None:
    scan(tmp_path)
    alto(tmp_path, POLYGON.format(points="10,5 20,5 10,15", text="x"))
    found = pixels(read(tmp_path)[0])
    assert found.shape == (11, 11)
    assert found[3, 2] == INK and found[5, 9] == GROUND


def test_a_line_without_a_polygon_is_cut_along_its_box_or_those_of_its_words(tmp_path: Path) -> None:
    gray = scan(tmp_path)
    words = (
        '<TextLine><String CONTENT="a" HPOS="10" VPOS="6" WIDTH="10" HEIGHT="9"/>'
        '<String CONTENT="b" HPOS="22" VPOS="5" WIDTH="18" HEIGHT="9"/></TextLine>'
    )
    alto(tmp_path, BOX.format(text="x"), words)
    one, two = read(tmp_path)
    assert np.array_equal(pixels(one), gray[5:16, 10:41])
    assert np.array_equal(pixels(two), gray[5:16, 10:41])
    assert two.text == "a b"


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ('<String CONTENT="two"/><String CONTENT="words"/>', "two words"),
        ('<String CONTENT="l"/><String CONTENT="\'an"/><SP/><String CONTENT="x"/>', "l'an x"),
        ('<String CONTENT="Straßen"/><SP/><String CONTENT="bau"/><HYP CONTENT="-"/>', "Straßen bau-"),
        ('<String CONTENT="e&#x301;te"/>', "éte"),
        ('<String CONTENT=""><Glyph CONTENT="t"/><Glyph CONTENT="o"/></String><String CONTENT="be"/>', "to be"),
    ],
)
def test_words_of_alto_become_a_line(tmp_path: Path, line: str, text: str) -> None:
    scan(tmp_path)
    alto(tmp_path, BOX.format(text="x").replace('<String CONTENT="x"/>', line))
    assert read(tmp_path)[0].text == text


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        (
            '<TextEquiv index="1"><Unicode>b</Unicode></TextEquiv>'
            '<TextEquiv index="0"><Unicode>a</Unicode></TextEquiv>',
            "a",
        ),
        (
            "<Word><TextEquiv><Unicode>to</Unicode></TextEquiv></Word>"
            "<Word><TextEquiv><Unicode>be</Unicode></TextEquiv></Word>",
            "to be",
        ),
        (
            "<Word><TextEquiv><Unicode>to</Unicode></TextEquiv></Word>"
            "<Word><Glyph><TextEquiv><Unicode>b</Unicode></TextEquiv></Glyph>"
            "<Glyph><TextEquiv><Unicode>e</Unicode></TextEquiv></Glyph><TextEquiv><Unicode/></TextEquiv></Word>"
            "<TextEquiv><Unicode> </Unicode></TextEquiv>",
            "to be",
        ),
        (
            '<TextEquiv index="0"><Unicode/></TextEquiv><TextEquiv index="1"><Unicode>second</Unicode></TextEquiv>',
            "second",
        ),
    ],
)
def test_texts_of_page_xml_are_the_lines_or_those_of_its_words(tmp_path: Path, inside: str, text: str) -> None:
    scan(tmp_path)
    page(tmp_path, f'<TextLine><Coords points="10,5 40,5 40,15"/>{inside}</TextLine>')
    assert read(tmp_path)[0].text == text


def test_lines_without_text_or_outline_are_dropped_and_counted_and_the_numbers_of_the_others_stay(
    tmp_path: Path,
) -> None:
    scan(tmp_path)
    source = Source(tmp_path, "pages")
    alto(tmp_path, BOX.format(text=" "), '<TextLine><String CONTENT="x"/></TextLine>', BOX.format(text="kept"))
    assert [s.name for s in read_pages(source)] == ["p1-002"]
    assert source.dropped == {"without_text": 1, "without_outline": 1}


def test_kinds_of_lines_can_be_left_out(tmp_path: Path) -> None:
    scan(tmp_path)
    printed = BOX.format(text="printed").replace("<TextLine", '<TextLine TAGREFS="T1"')
    alto(tmp_path, printed, BOX.format(text="written"))
    coords = COORDS.format(points="10,5 40,5 40,15", text="stamp")
    scan(tmp_path / "b", "p1.png")
    page(tmp_path / "b", coords.replace("<TextLine", '<TextLine custom="structure {type:print;}"'))
    source = Source(tmp_path, "pages")
    assert [s.text for s in read_pages(source, leave_out=["Print"])] == ["written"]
    assert source.dropped == {"left_out": 2}


def test_a_picture_of_another_size_is_cut_in_proportion(tmp_path: Path) -> None:
    gray = scan(tmp_path, height=120, width=200)
    alto(tmp_path, BOX.format(text="x"))
    assert np.array_equal(pixels(read(tmp_path)[0]), gray[10:31, 20:81])


def test_a_picture_of_another_page_is_reported_when_it_is_read(tmp_path: Path) -> None:
    scan(tmp_path, height=100, width=60)
    alto(tmp_path, BOX.format(text="x"))
    with pytest.raises(OSError, match="60 × 100, its layout 100 × 60: not the same page"):
        read(tmp_path)[0].read()


@pytest.mark.parametrize("data", [b"", b"no picture"])
def test_a_damaged_picture_is_reported_when_it_is_read(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "p1.png").write_bytes(data)
    alto(tmp_path, BOX.format(text="x"))
    with pytest.raises(OSError, match=r"p1\.png"):
        read(tmp_path)[0].read()


def test_an_outline_beside_the_page_is_reported_when_it_is_read(tmp_path: Path) -> None:
    scan(tmp_path)
    alto(tmp_path, POLYGON.format(points="300,5 340,5 340,15", text="x"))
    with pytest.raises(OSError, match="no area"):
        read(tmp_path)[0].read()


@pytest.mark.parametrize(
    ("picture", "named"),
    [("deep/p1.png", "other.png"), ("scan.png", "scan.png"), ("scan.png", "C:\\scans\\scan.png"), ("p1.png", "")],
)
def test_the_picture_lies_beside_the_file_or_above_it(tmp_path: Path, picture: str, named: str) -> None:
    scan(tmp_path, picture)
    alto(tmp_path, BOX.format(text="x"), name="deep/p1.xml", file=named)
    (sample,) = read(tmp_path)
    assert sample.name == picture.replace(".png", "-000")
    assert pixels(sample).shape == (11, 31)


@pytest.mark.parametrize(
    ("layout", "named", "picture"),
    [
        ("xml/0001.xml", "../images/0001.png", "images/0001.png"),
        ("0001.xml", "images/0001x.png", "images/0001x.png"),
        ("OCR-D-GT/p_0001.xml", "OCR-D-IMG/i_0001.png", "OCR-D-IMG/i_0001.png"),
        ("a/b/page/0001.xml", "img/0001.png", "a/img/0001.png"),
        ("0001.xml", "images\\0001.png", "images/0001.png"),
        ("0001.xml", "0001.PNG", "0001.png"),
        ("0001.xml", "/etc/hostname", "0001.png"),
        ("page/Mu\u0308ller.xml", "M\u00fcller.png", "Mu\u0308ller.png"),
    ],
)
def test_the_picture_lies_where_the_file_says(tmp_path: Path, layout: str, named: str, picture: str) -> None:
    scan(tmp_path, picture)
    alto(tmp_path, BOX.format(text="x"), name=layout, file=named)
    (sample,) = read(tmp_path)
    assert unicodedata.normalize("NFC", picture).replace(".png", "-000") == sample.name
    assert pixels(sample).shape == (11, 31)


def test_what_the_file_says_goes_before_a_picture_of_its_own_name(tmp_path: Path) -> None:
    scan(tmp_path, "img/0001.png")
    (tmp_path / "0001.png").write_bytes(b"a thumbnail")
    alto(tmp_path, BOX.format(text="x"), name="0001.xml", file="img/0001.png")
    assert pixels(read(tmp_path)[0]).shape == (11, 31)


def test_the_lines_of_a_page_without_its_picture_are_named_and_the_others_read(tmp_path: Path) -> None:
    scan(tmp_path, "in/p2.png")
    scan(tmp_path, "secret.png")
    alto(tmp_path / "in", BOX.format(text="x"), BOX.format(text="y"), file="../secret.png")
    alto(tmp_path / "in", BOX.format(text="z"), name="p2.xml", file="p2.png")
    one, two, found = read(tmp_path / "in")
    assert [one.name, two.name, found.name] == ["p1-000", "p1-001", "p2-000"]
    for missing in (one, two):
        with pytest.raises(OSError, match=r"picture \.\./secret\.png is not there"):
            missing.read()
    assert pixels(found).shape == (11, 31)


def test_lines_in_cells_of_tables_are_read(tmp_path: Path) -> None:
    scan(tmp_path)
    cell = COORDS.format(points="10,5 40,5 40,15", text="cell")
    path = page(tmp_path, COORDS.format(points="10,5 40,5 40,15", text="line"))
    table = f"<TableRegion><TableCell>{cell}</TableCell></TableRegion></Page>"
    path.write_text(path.read_text(encoding="utf-8").replace("</Page>", table), encoding="utf-8")
    assert [s.text for s in read(tmp_path)] == ["line", "cell"]


@pytest.mark.parametrize("unit", ["mm10", "inch1200"])
def test_other_units_need_the_size_of_the_page(tmp_path: Path, unit: str) -> None:
    scan(tmp_path, height=120, width=200)
    path = alto(tmp_path, BOX.format(text="x"))
    said = path.read_text(encoding="utf-8").replace(">pixel<", f">{unit}<")
    path.write_text(said, encoding="utf-8")
    assert pixels(read(tmp_path)[0]).shape == (21, 61)
    path.write_text(said.replace(SIZE, ""), encoding="utf-8")
    with pytest.raises(DatasetError, match=rf"p1\.xml, line 3: places are given in {unit}, and WIDTH and HEIGHT"):
        read(tmp_path)


def test_pixels_need_no_size_of_the_page(tmp_path: Path) -> None:
    gray = scan(tmp_path)
    path = alto(tmp_path, BOX.format(text="x"))
    path.write_text(path.read_text(encoding="utf-8").replace(SIZE, ""), encoding="utf-8")
    assert np.array_equal(pixels(read(tmp_path)[0]), gray[5:16, 10:41])


BOMB = '<?xml version="1.0"?>\n<!DOCTYPE alto [<!ENTITY x SYSTEM "file:///etc/hostname">]>\n<alto>&x;</alto>'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BOMB, r"p1\.xml, line 2: has a document type"),
        ("<alto>\n<Layout>\n</alto>", "line 3: not XML"),
        ("<alto", "line 1: not XML"),
        ("<alto>&x;</alto>", "line 1: not XML"),
        ('<alto><Layout>\n<Page WIDTH="wide"/></Layout></alto>', "line 2: WIDTH='wide' of Page is not a number"),
        ('<alto><Layout>\n<Page WIDTH="nan"/></Layout></alto>', "line 2: WIDTH='nan'"),
        ("\n<mets><altos/></mets>", "holds no ALTO or PAGE XML"),
        ("<x>\n<alto/></x>", "line 1: neither ALTO nor PAGE XML, but <x>"),
    ],
)
def test_what_is_wrong_with_a_file_is_reported(tmp_path: Path, text: str, said: str) -> None:
    document(tmp_path, "p1.xml", text)
    with pytest.raises(DatasetError, match=said):
        read(tmp_path)


def test_a_folder_without_pages_is_reported(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="holds no ALTO or PAGE XML"):
        read(tmp_path)


def test_a_cut_has_the_size_of_its_outline_and_stays_on_the_page() -> None:
    paper = np.arange(100, dtype=np.uint8).reshape(10, 10)
    part = cut_outline(paper, np.array([[-5.0, -5.0], [20.0, -5.0], [20.0, 3.0], [-5.0, 3.0]]), 0)
    assert part is not None and np.array_equal(part, paper[:4])


def test_a_box_keeps_what_of_other_lines_stands_in_it(tmp_path: Path) -> None:
    gray = scan(tmp_path)
    alto(tmp_path, POLYGON.format(points="10,5 40,5 40,8 25,15 10,8", text="x"))
    (outline,), (box,) = read(tmp_path), read(tmp_path, cut="box")
    assert np.array_equal(pixels(box), gray[5:16, 10:41])
    assert pixels(outline)[-1, 0] == GROUND and pixels(outline).shape == pixels(box).shape
    assert (pixels(box) == INK).sum() > (pixels(outline) == INK).sum()


def test_a_way_of_cutting_that_is_not_known_is_refused(tmp_path: Path) -> None:
    scan(tmp_path)
    alto(tmp_path, BOX.format(text="x"))
    with pytest.raises(DatasetError, match=r"by 'circle'\. Choose one of outline, box"):
        read(tmp_path, cut="circle")
