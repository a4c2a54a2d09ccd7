"""Results of projects as files: CSV by project or by finding, GeoJSON.

`results` is gone through twice: first for the rules that get columns, then for the rows. A job's results may be a
sequence that loads one chunk at a time, so that all of them are never in memory together.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
import shapely

from app.reports.asked_rules import AskedRule, asked_rules
from app.reports.columns import Column
from app.reports.csv_text import csv_of_each
from app.reports.finding_columns import finding_columns
from app.reports.json_text import feature_collection, features_of
from app.reports.project_columns import overall_columns, project_columns
from app.reports.slices import sliced
from app.reports.words import Words
from app.standards.projects import ProjectResults


def project_csv(results: Iterable[ProjectResults], words: Words, *, bom: bool = True) -> Iterator[bytes]:
    """A table with one row per project in the order of the input, and five columns per rule."""
    asked = asked_rules(results)
    return csv_of_each(sliced(results), lambda part: project_columns(part, asked, words), bom=bom)


def finding_csv(results: Iterable[ProjectResults], words: Words, *, bom: bool = True) -> Iterator[bytes]:
    """A table with one row per project and rule."""
    return csv_of_each(sliced(results), lambda part: finding_columns(part, words), bom=bom)


def project_geojson(results: Iterable[ProjectResults], words: Words) -> Iterator[bytes]:
    """A FeatureCollection with one feature per project; its geometry is null where there is no site.

    Properties have the names and values of the service's answers, whatever the language; labels and messages beside
    them are in the language of the words.
    """
    asked = asked_rules(results)
    return feature_collection(
        features_of(_properties(chunk, asked, words), _geometries(chunk.projects.site)) for chunk in sliced(results)
    )


def _properties(results: ProjectResults, asked: tuple[AskedRule, ...], words: Words) -> list[Column]:
    in_words = {column.key: column for column in overall_columns(results, words)}
    columns = project_columns(results, asked, replace(words, language="en"))
    label = replace(in_words["verdict"], key="verdict_label")
    worded = {key: in_words[key] for key in ("errors", "warnings")}
    return [*(worded.get(column.key, column) for column in columns), label]


def _geometries(shapes: np.ndarray) -> np.ndarray:
    """GeoJSON texts, None where there is no shape."""
    texts: np.ndarray = shapely.to_geojson(shapes)
    return texts
