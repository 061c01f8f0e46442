"""SMAA of 100,000 draws beside a plain loop over pymcdm, in one run.

    python benchmarks/ranking.py [--draws 100000] [--size 12] [--looped 2000]

Scores of 12 alternatives on 12 criteria and their weights are drawn; `smaa` and `value_of_information` take all draws.
The loop gives each draw to pymcdm's weighted sum and ranks it, without central weights or confidence; it runs for a
part of the draws only and is scaled up (each draw costs the same). Prints processor seconds, the ratio, how far the
first-rank acceptabilities of that part lie apart, and the peak of the process's memory, draws included.
"""

from __future__ import annotations

import argparse
import resource
import time

import numpy as np
from pymcdm.methods import WSM

from perantara.methods.ranking import smaa
from perantara.methods.robustness import value_of_information


def looped(scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return how often each alternative takes each place, one draw after the other."""
    method, size = WSM(lambda column, cost=False: column), scores.shape[1]
    types, places = np.ones(scores.shape[2]), np.zeros((size, size))
    for one, weight in zip(scores, weights, strict=True):
        ranks = method.rank(method(one, weight, types, validation=False))
        places[np.arange(size), np.asarray(ranks, dtype=int) - 1] += 1
    return places / len(scores)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, usual in (("draws", 100_000), ("size", 12), ("looped", 2_000)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    given = parser.parse_args()
    generator = np.random.default_rng(1)
    weights = generator.dirichlet(np.ones(given.size), given.draws)
    scores = generator.standard_normal((given.draws, given.size, given.size))
    scores *= 0.1
    scores += generator.random((given.size, given.size))
    np.clip(scores, 0, 1, out=scores)

    began = time.process_time()
    smaa(scores, weights)
    ours = time.process_time() - began
    began = time.process_time()
    value_of_information(scores, weights)
    information = time.process_time() - began
    began = time.process_time()
    places = looped(scores[: given.looped], weights[: given.looped])
    part = time.process_time() - began
    theirs = part * given.draws / given.looped
    same = smaa(scores[: given.looped], weights[: given.looped]).rank_acceptability.to_numpy()

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{given.draws} draws, {given.size} alternatives, {given.size} criteria, scores drawn too")
    print(f"smaa                  {ours:8.2f} s of the processor")
    print(f"value_of_information  {information:8.2f} s")
    print(
        f"loop over pymcdm      {theirs:8.2f} s (measured {part:.2f} s for {given.looped} draws, scaled up)"
    )
    print(f"ratio                 {theirs / ours:8.0f}")
    print(f"largest difference    {np.abs(places - same).max():8.4f} of the acceptabilities of that part")
    print(f"peak memory           {peak:8.0f} MB")


if __name__ == "__main__":
    main()
