"""The base population: columns, synthesis, checks, cache and samples."""

from urbsim.population.packed import BasePopulation, load_base

__all__ = ["BasePopulation", "load_base"]
