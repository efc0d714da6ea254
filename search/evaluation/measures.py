"""The measures of a ranking against judgements, by ir-measures: the same numbers as trec_eval gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import ir_measures
from ir_measures import AP, P, R, nDCG

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from search.evaluation.collections import Judgement

_MEASURES: Final = {"nDCG@10": nDCG @ 10, "MAP": AP, "P@10": P @ 10, "R@100": R @ 100}

NAMES: Final = tuple(_MEASURES)
"""The measures, in the order of a table."""


def measured(
    rankings: Mapping[str, Sequence[tuple[str, float]]], judgements: Sequence[Judgement]
) -> dict[str, float]:
    """Return each measure, averaged over the queries; one without an answer counts 0.

    Only the order of a ranking counts: ties in the scores are as the engine broke them.
    """
    judged = [ir_measures.Qrel(each.query, each.document, each.grade) for each in judgements]
    found = [
        ir_measures.ScoredDoc(query, document, float(-place))
        for query, ranking in rankings.items()
        for place, (document, _) in enumerate(ranking)
    ]
    means = ir_measures.calc_aggregate(list(_MEASURES.values()), judged, found)
    return {name: round(float(means[measure]), 4) for name, measure in _MEASURES.items()}
