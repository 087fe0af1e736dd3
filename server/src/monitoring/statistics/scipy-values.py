"""Writes scipy-values.json, with which the tests compare: `pip install scipy numpy && python scipy-values.py > scipy-values.json`."""

import json

import numpy as np
from scipy import special, stats
from scipy.spatial.distance import jensenshannon

random = np.random.default_rng(20_240_601)
samples = []
for m, n, shift in [(8, 13, 0), (40, 55, 0.3), (120, 80, 1), (300, 200, 0.5), (500, 450, 0)]:
    a = np.round(random.normal(size=m), 6)
    b = np.round(random.normal(shift, 1.2, size=n), 6)
    exact = stats.ks_2samp(a, b, method="exact")
    samples.append(
        {
            "a": a.tolist(),
            "b": b.tolist(),
            "kolmogorovSmirnov": exact.statistic,
            "pValue": exact.pvalue,
            "wasserstein": stats.wasserstein_distance(a, b),
        }
    )
tables = []
for a, b in [([10, 20, 30], [12, 18, 40]), ([500, 3, 0, 9], [450, 30, 0, 1]), ([5, 5, 5, 5, 5], [50, 45, 70, 40, 61])]:
    p, q = np.array(a) / sum(a), np.array(b) / sum(b)
    there = (p + q) > 0
    chi = stats.chi2_contingency(np.array([a, b])[:, there], correction=False)
    tables.append(
        {
            "a": a,
            "b": b,
            "chiSquare": chi.statistic,
            "pValue": chi.pvalue,
            "jensenShannon": float(jensenshannon(p, q)),
            "hellinger": float(np.sqrt(((np.sqrt(p) - np.sqrt(q)) ** 2).sum() / 2)),
            "totalVariation": float(abs(p - q).sum() / 2),
            "largestDifference": float(abs(p - q).max()),
        }
    )
tails = {
    "chiSquare": [[x, k, float(stats.chi2.sf(x, k))] for x, k in [(0.1, 1), (3.84, 1), (9, 4), (30, 20), (250, 19), (900, 50)]],
    "kolmogorov": [[x, float(special.kolmogorov(x))] for x in [0.2, 0.5, 0.9, 1.0, 1.36, 2, 4]],
    "normal": [[p, float(stats.norm.ppf(p))] for p in [1e-12, 1e-4, 0.025, 0.3, 0.5, 0.77, 0.999, 1 - 1e-9]],
}
p_values = np.round(random.uniform(size=12) ** 3, 6)
print(
    json.dumps(
        {
            "samples": samples,
            "tables": tables,
            "tails": tails,
            "falseDiscovery": {"pValues": p_values.tolist(), "adjusted": stats.false_discovery_control(p_values).tolist()},
        }
    )
)
