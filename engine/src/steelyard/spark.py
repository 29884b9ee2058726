"""Public import path of the Spark engine: `steelyard.spark.score`."""

from steelyard.scoring.spark import SparkScores, score

__all__ = ["SparkScores", "score"]
