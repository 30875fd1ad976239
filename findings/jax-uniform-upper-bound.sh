#!/usr/bin/env bash
# JAX 0.10.2 (CPU): jax.random.uniform returns its upper bound, Infinity for finite bounds, and a number for an empty range.
# Expected: its documentation says random values in [minval, maxval): the upper bound does not belong to the range, all
# numbers between two finite bounds are finite, and there is none from 1 to 0.
# Seen, in float32: of [1e6, 1e6 + 1) some 3 draws of 100 are 1000001.0, since u * (maxval - minval) + minval is rounded
# to a grid of 1/16 and nothing is clamped above; of [-3e38, 3e38) all draws are Infinity, since the width overflows; of
# [1, 0) all are 1.0.
# Why care: x < maxval is what indices (floor of a uniform), bins, log(maxval - x) and rejection sampling rest on; it
# holds for the default [0, 1), so no test of those meets it before the bounds are far from 0.
# Do instead: take the minimum with jnp.nextafter(maxval, -inf), and draw wide ranges in halves.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check jax==0.10.2 jaxlib==0.10.2
cat > t.py <<'E2'
import os

os.environ["JAX_PLATFORMS"] = "cpu"
import jax
import jax.numpy as jnp

print("jax", jax.__version__)
key = jax.random.key(0)
draw = lambda low, high: jax.random.uniform(key, (10000,), jnp.float32, low, high)
far, wide, empty, unit = draw(1e6, 1e6 + 1), draw(-3e38, 3e38), draw(1.0, 0.0), draw(0.0, 1.0)
seen = {
    "[0, 1): draws at the bound": int((unit >= 1).sum()),
    "[1e6, 1e6 + 1): draws at the bound, of 10000": int((far >= 1e6 + 1).sum()),
    "[-3e38, 3e38): finite draws": int(jnp.isfinite(wide).sum()),
    "[1, 0): values": sorted(set(empty.tolist())),
}
for what, value in seen.items():
    print(f"{what}: {value}")
at_bound, finite = seen["[1e6, 1e6 + 1): draws at the bound, of 10000"], seen["[-3e38, 3e38): finite draws"]
assert seen["[0, 1): draws at the bound"] == 0
assert 200 < at_bound < 450, at_bound
assert finite == 0, finite
assert seen["[1, 0): values"] == [1.0]
E2
venv/bin/python t.py
