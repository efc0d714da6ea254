from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.naming import vocabulary
from search.language.language import Understood, understand
from search.language.mapping import Mapped, as_typed, mapped
from search.query import And, Concept, Every, Node, Not, Or, Phrase, Prefix, Term

VOCABULARY = vocabulary.load()


def read(query: str) -> Mapped:
    return mapped(understand(query), VOCABULARY)


def typed(node: Node) -> Node:
    """Return what was typed behind all names that were added."""
    while isinstance(node, Concept):
        node = node.typed
    return node


def others(node: Node) -> dict[Node, float]:
    """Return the names that were added, with their weights."""
    found: dict[Node, float] = {}
    while isinstance(node, Concept):
        found |= dict.fromkeys(node.others, node.weight)
        node = node.typed
    return found


def without_concepts(node: Node) -> Node:
    match node:
        case Concept():
            return typed(node)
        case And(nodes):
            flat: list[Node] = []
            for each in map(without_concepts, nodes):
                flat += each.nodes if isinstance(each, And) else (each,)
            return And(tuple(flat))
        case Or(nodes):
            return Or(tuple(map(without_concepts, nodes)))
        case _:
            return node


def test_a_brand_is_looked_for_by_the_name_of_the_drug_and_its_others() -> None:
    tree = read("Rilutek").tree
    assert isinstance(tree, Concept)
    assert (tree.typed, tree.name, tree.weight) == (Term("Rilutek"), "riluzole", 0.7)
    assert Term("riluzole") in tree.others
    assert Phrase("PK 26124") in tree.others or Term("PK 26124") in tree.others
    assert Term("Rilutek") not in tree.others


def test_several_words_are_one_concept_and_all_required_as_typed() -> None:
    tree = read("motor neuron disease").tree
    assert typed(tree) == And((Term("motor"), Term("neuron"), Term("disease")))
    assert others(tree)[Term("ALS")] == 0.7


def test_each_weight_is_a_concept_around_those_that_count_more() -> None:
    tree = read("ALS").tree
    assert isinstance(tree, Concept)
    assert isinstance(tree.typed, Concept)
    assert tree.weight < tree.typed.weight < 1
    assert others(tree)[Phrase("amyotrophic lateral sclerosis")] == 0.7
    assert others(tree)[Term("MND")] == 0.5


def test_words_around_a_concept_stay_as_they_are() -> None:
    tree = read("survival with riluzole treatment").tree
    assert isinstance(tree, And)
    assert [type(node) for node in tree.nodes] == [Term, Concept, Term]


def test_the_longest_name_comes_first() -> None:
    tree = read("familial ALS").tree
    assert isinstance(tree, Concept)
    assert tree.name == "familial amyotrophic lateral sclerosis"


def test_each_side_of_or_is_read_by_itself() -> None:
    tree = read("riluzole OR edaravone").tree
    assert isinstance(tree, Or)
    assert [each.name for each in tree.nodes if isinstance(each, Concept)] == ["riluzole", "edaravone"]


def test_the_heading_is_looked_for_where_no_name_says_it() -> None:
    tree = read("mechanical ventilation").tree
    assert Phrase("Respiration, Artificial", ("mesh",)) in others(tree) or Phrase(
        "Respiration Artificial", ("mesh",)
    ) in others(tree)


@pytest.mark.parametrize(
    "query",
    [
        '"ALS"',
        "ALS[ti]",
        "title:ALS",
        "title:(ALS riluzole)",
        '"motor neuron disease"',
        "riluz*",
        "ALS*",
        "ALS[all]",
        "all:(ALS riluzole)",
        "2020[dp]",
        "",
    ],
)
def test_quotes_tags_and_stars_switch_it_off(query: str) -> None:
    assert read(query) == Mapped(understand(query).tree)


def test_not_leaves_out_only_what_was_typed() -> None:
    tree = read("riluzole NOT ALS").tree
    assert isinstance(tree, And)
    assert tree.nodes[1] == Not(Term("ALS"))


def test_a_name_with_a_number_or_letter_of_its_own_is_a_phrase() -> None:
    assert typed(read("cyclin F").tree) == Phrase("cyclin F")
    assert typed(read("TDP 43").tree) == Term("TDP 43")
    assert typed(read("ALS 4").tree) == Phrase("ALS 4")


def test_ambiguous_forms_are_mapped_only_in_context() -> None:
    assert read("PEG").added == read("PLS regression").added == read("nfl players").added == ()
    assert read("PEG gastrostomy").added[0].name == "percutaneous endoscopic gastrostomy"
    assert read("PLS survival").added[0].name == "primary lateral sclerosis"


def test_words_that_name_nothing_are_left_alone() -> None:
    for tree in (understand("survival of patients").tree, Every(), Or(())):
        assert mapped(Understood(tree), VOCABULARY) == Mapped(tree)


@pytest.mark.parametrize(
    "query",
    [
        "motor AND neuron disease",
        "motor & neuron disease",
        "(motor) neuron disease",
        "motor (neuron disease)",
    ],
)
def test_a_name_does_not_reach_across_an_operator_or_a_parenthesis(query: str) -> None:
    assert read(query).tree == understand("motor neuron disease").tree
    assert read(query).added == ()


def test_each_side_of_and_is_read_by_itself() -> None:
    tree = read("familial AND ALS AND motor neuron disease").tree
    assert isinstance(tree, And)
    assert [type(node) for node in tree.nodes] == [Term, Concept, Concept]
    assert [each.typed for each in read("neuron disease of the motor neuron disease").added] == [
        "motor neuron disease"
    ]


def test_what_was_added_is_told_as_it_would_be_typed() -> None:
    added = read("Rilutek survival").added
    assert [(each.typed, each.name) for each in added] == [("Rilutek", "riluzole")]
    assert {"riluzole", '"PK 26124"'} <= set(added[0].names)


def test_the_details_are_a_query_that_needs_no_mapping() -> None:
    details = read("Qalsody trial").details
    assert details.startswith("(Qalsody[all] OR tofersen[all] OR ")
    assert "[all] OR ISIS 666853[all]" in details
    assert read(details).tree == understand(details).tree
    assert details.endswith(" AND trial")


@pytest.mark.parametrize(
    ("query", "undone"),
    [
        ("ALS riluzole", ['"ALS" riluzole', 'ALS "riluzole"']),
        ("(ALS)", ['("ALS")']),
        ("motor neuron disease", ['"motor neuron disease"']),
        ("pathological laughing and crying today", ['"pathological laughing and crying" today']),
        ('"ALS trial" ALS', ['"ALS trial" "ALS"']),
        ("FALS ALS", ['"FALS" ALS', 'FALS "ALS"']),
    ],
)
def test_a_typed_form_is_looked_for_by_itself_once_it_is_quoted(query: str, undone: list[str]) -> None:
    before = read(query).added
    assert [as_typed(query, each) for each in before] == undone
    for each, text in zip(before, undone, strict=True):
        assert each not in read(text).added


def test_a_query_without_the_form_comes_back_as_it_was() -> None:
    assert as_typed("edaravone", read("riluzole").added[0]) == "edaravone"


_WORDS = st.sampled_from(
    [
        *"ALS riluzole motor neuron disease of PEG FUS and 4 TDP 43".split(),
        '"ALS"',
        "OR",
        "NOT",
        "(",
        ")",
        "dys*",
    ]
)


@given(st.lists(_WORDS, max_size=12))
def test_nothing_typed_is_lost(words: list[str]) -> None:
    understood = understand(" ".join(words))
    tree, found = understood.tree, mapped(understood, VOCABULARY)
    if not any(
        isinstance(each, Phrase) and not each.is_exact for each in _leaves(without_concepts(found.tree))
    ):
        assert without_concepts(found.tree) == tree


def _leaves(node: Node) -> list[Node]:
    match node:
        case And(nodes) | Or(nodes):
            return [leaf for each in nodes for leaf in _leaves(each)]
        case Not(inner):
            return _leaves(inner)
        case _:
            return [node]


@given(st.text(max_size=80))
def test_any_query_can_be_mapped(query: str) -> None:
    for each in read(query).added:
        as_typed(query, each)


def test_a_prefix_stays_one() -> None:
    assert read("dysph* ALS").tree.nodes[0] == Prefix("dysph")  # type: ignore[union-attr]  # an And
