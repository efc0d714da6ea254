from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from index.errors import BadVocabulary
from index.naming import mesh
from index.naming.mesh import Descriptor, Mesh
from tests.shared import SHARED, needs_shared

if TYPE_CHECKING:
    from pathlib import Path

SMALL = Mesh(
    [
        Descriptor("Illnesses", ("C1",)),
        Descriptor("Nerve Illnesses", ("C1.2",), ("Illnesses of Nerves",)),
        Descriptor("Slow Nerve Illness", ("C1.2.3", "C9.1")),
        Descriptor("Other Illness", ("C1.20",)),
        Descriptor("Other Branch", ("C9",)),
    ]
)


def descriptor_xml(heading: str, trees: str, *terms: str) -> str:
    numbers = "".join(f"<TreeNumber>{tree}</TreeNumber>" for tree in trees.split())
    names = "".join(f"<Term><TermUI>T1</TermUI><String>{term}</String></Term>" for term in (heading, *terms))
    return (
        f'<DescriptorRecord DescriptorClass="1"><DescriptorUI>D1</DescriptorUI><DescriptorName><String>{heading}</String>'
        f"</DescriptorName><TreeNumberList>{numbers}</TreeNumberList><ConceptList><Concept><TermList>{names}</TermList>"
        "</Concept></ConceptList></DescriptorRecord>"
    )


def descriptors_xml(*records: str) -> bytes:
    head = '<?xml version="1.0"?><!DOCTYPE DescriptorRecordSet SYSTEM "https://unreachable.invalid/desc.dtd">'
    return f'{head}<DescriptorRecordSet LanguageCode="eng">{"".join(records)}</DescriptorRecordSet>'.encode()


def test_a_heading_explodes_to_all_below_it_in_every_tree() -> None:
    assert SMALL.explode("Illnesses") == {
        "Illnesses",
        "Nerve Illnesses",
        "Slow Nerve Illness",
        "Other Illness",
    }
    assert SMALL.explode("Other Branch") == {"Other Branch", "Slow Nerve Illness"}


def test_a_tree_number_is_no_mere_start_of_a_text() -> None:
    assert SMALL.explode("Nerve Illnesses") == {"Nerve Illnesses", "Slow Nerve Illness"}


def test_only_headings_that_the_library_uses_are_looked_for_and_the_one_asked_for() -> None:
    assert SMALL.explode("Illnesses", used={"Other Illness"}) == {"Illnesses", "Other Illness"}


def test_headings_of_a_library_are_below_those_of_it_that_are_broader() -> None:
    assert SMALL.broader(["Slow Nerve Illness", "illnesses", "Other Branch", "Unknown"]) == {
        "Slow Nerve Illness": {"Slow Nerve Illness", "illnesses", "Other Branch"},
        "illnesses": {"illnesses"},
        "Other Branch": {"Other Branch"},
        "Unknown": {"Unknown"},
    }


def test_headings_and_entry_terms_are_known_in_any_case() -> None:
    assert SMALL.heading("illnesses  of nerves") == SMALL.heading("NERVE ILLNESSES") == "Nerve Illnesses"
    assert SMALL.explode("illnesses of nerves") == SMALL.explode("Nerve Illnesses")


def test_an_unknown_heading_stands_for_itself() -> None:
    assert SMALL.heading("Nothing") == ""
    assert SMALL.explode("Nothing") == {"Nothing"}


def test_the_package_knows_the_headings_around_als() -> None:
    known = mesh.load(None)
    assert "Amyotrophic Lateral Sclerosis" in known.explode("Motor Neuron Disease")
    assert "Amyotrophic Lateral Sclerosis" in known.explode("TDP-43 Proteinopathies")
    assert "Motor Neuron Disease" in known.explode("Neurodegenerative Diseases")
    assert known.explode("Amyotrophic Lateral Sclerosis") == {"Amyotrophic Lateral Sclerosis"}


def test_nlms_file_is_read_without_asking_for_its_dtd(tmp_path: Path) -> None:
    path = tmp_path / "desc2024.xml"
    path.write_bytes(
        descriptors_xml(descriptor_xml("Illnesses", "C1 F3", "Illness"), descriptor_xml("No Tree", ""))
    )
    assert list(mesh.read(path)) == [
        Descriptor("Illnesses", ("C1", "F3"), ("Illness",)), Descriptor("No Tree", ()),
    ]  # fmt: skip


def test_a_table_is_read_too_compressed_or_not(tmp_path: Path) -> None:
    table = "D1\tIllnesses\tIllness|Ailment\tC1|F3\nD2\tNo Tree\t\t\n"
    (tmp_path / "mesh.tsv").write_text(table)
    (tmp_path / "mesh.tsv.gz").write_bytes(gzip.compress(table.encode()))
    expected = [Descriptor("Illnesses", ("C1", "F3"), ("Illness", "Ailment")), Descriptor("No Tree", ())]
    assert list(mesh.read(tmp_path / "mesh.tsv")) == list(mesh.read(tmp_path / "mesh.tsv.gz")) == expected


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "holds no MeSH descriptor"),
        (b"<DescriptorRecordSet/>", "holds no MeSH descriptor"),
        (b"<DescriptorRecordSet><Descr", "after 0 descriptors"),
        (b"D1\tIllnesses\t\tC1\nD2\tshort\n", "after 1 descriptors: line 2 has 2 columns instead of 4"),
        (b"D1\t\xff\t\t\n", "after 0 descriptors"),
        (gzip.compress(b"D1\tIllnesses\t\tC1\n")[:-9], "after"),
    ],
)
def test_what_is_no_file_of_descriptors_is_refused_by_name(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    path = tmp_path / "given"
    path.write_bytes(content)
    with pytest.raises(BadVocabulary, match=problem) as raised:
        list(mesh.read(path))
    assert str(path) in str(raised.value)


def test_saved_descriptors_take_the_place_of_the_packages(tmp_path: Path) -> None:
    assert mesh.save([Descriptor("Illnesses", ("C1",)), Descriptor("Illness", ("C1.1",))], tmp_path) == 2
    assert mesh.load(tmp_path).explode("Illnesses") == {"Illnesses", "Illness"}
    assert len(mesh.load(tmp_path)) == 2


def test_a_file_that_breaks_off_leaves_what_was_saved_before(tmp_path: Path) -> None:
    mesh.save([Descriptor("Illnesses", ("C1",))], tmp_path)
    broken = tmp_path / "broken"
    broken.write_bytes(b"D1\tOther\t\tC1\nD2\n")
    with pytest.raises(BadVocabulary):
        mesh.save(mesh.read(broken), tmp_path)
    assert mesh.load(tmp_path).heading("illnesses")


def test_a_damaged_saved_file_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / mesh.FILE_NAME).write_bytes(b"no")
    with pytest.raises(BadVocabulary, match="load the descriptors again"):
        mesh.load(tmp_path)


@pytest.mark.shared
@needs_shared[1]
def test_the_whole_of_mesh_can_be_loaded(tmp_path: Path) -> None:
    assert mesh.save(mesh.read(SHARED / "data/vocabulary/mesh.tsv.gz"), tmp_path) > 30_000
    whole, own = mesh.load(tmp_path), mesh.built_in()
    assert whole.heading("Lou Gehrig's Disease") == "Amyotrophic Lateral Sclerosis"
    for heading in ("Motor Neuron Disease", "Neurodegenerative Diseases"):
        assert own.explode(heading) == whole.explode(heading)
