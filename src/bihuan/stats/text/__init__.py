"""Clusters of Chinese complaints with the words that explain them, and lookup of similar texts."""

from bihuan.stats.text.clusters import TextClusters, cluster_texts
from bihuan.stats.text.lookup import Similar, SimilarTexts

__all__ = ["Similar", "SimilarTexts", "TextClusters", "cluster_texts"]
