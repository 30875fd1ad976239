"""Writes random.json: keys, bits, uniforms, normals and erf_inv as JAX computes them on the CPU.

    python test/golden/jax_random.py
"""
import json
import os
import platform
from pathlib import Path

os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["JAX_ENABLE_X64"] = "1"

import jax
import jax.numpy as jnp
import jaxlib
import numpy as np

SEEDS = [0, 1, 42, 2**32 + 7, 2**63 - 1, -1]
SHAPES = [(), (1,), (5,), (2, 3), (4, 1, 3), (0,), (33,)]


def flat(array):
    return np.asarray(array).reshape(-1).tolist()


def words(key):
    return flat(jax.random.key_data(key))


def text(array):
    """64-bit integers as decimal strings: JSON numbers would lose bits."""
    return [str(v) for v in flat(array)]


def key_entry(seed):
    key = jax.random.key(seed)
    return {
        "seed": str(seed),
        "words": words(key),
        "split2": words(jax.random.split(key)),
        "split5": words(jax.random.split(key, 5)),
        "foldIn": {str(data): words(jax.random.fold_in(key, data)) for data in (0, 1, 12345, 2**32 - 1)},
        "grandchild": words(jax.random.split(jax.random.split(key, 3)[2], 2)[1]),
    }


def samples(seed, shape):
    key = jax.random.key(seed)
    return {
        "key": words(key),
        "shape": list(shape),
        "bits32": flat(jax.random.bits(key, shape, jnp.uint32)),
        "bits64": text(jax.random.bits(key, shape, jnp.uint64)),
        "uniformF32": flat(jax.random.uniform(key, shape, jnp.float32)),
        "uniformF64": flat(jax.random.uniform(key, shape, jnp.float64)),
        "rangeF32": flat(jax.random.uniform(key, shape, jnp.float32, -0.3, 1.7)),
        "rangeF64": flat(jax.random.uniform(key, shape, jnp.float64, -0.3, 1.7)),
        "normalF32": flat(jax.random.normal(key, shape, jnp.float32)),
        "normalF64": flat(jax.random.normal(key, shape, jnp.float64)),
    }


def erf_inv(dtype):
    """A grid over (-1, 1), dense toward the ends and toward 0."""
    steps = np.linspace(-0.996, 0.996, 84)
    ends = 1 - 2.0 ** -np.arange(1, 24 if dtype == np.float32 else 53)
    tiny = 2.0 ** -np.arange(5, 60, 6)
    x = np.unique(np.concatenate([steps, ends, -ends, tiny, -tiny]).astype(dtype))
    return {"x": flat(x), "y": flat(jax.lax.erf_inv(jnp.asarray(x)))}


RANGES = [(-0.05, 0.05), (-3.0, 7.0), (0.1, 0.7), (1e6, 1e6 + 1), (-1e30, 3e20)]


def ranged(low, high):
    key = jax.random.key(11)
    drawn = jax.random.uniform(key, (1000,), jnp.float32, minval=low, maxval=high)
    return {"low": low, "high": high, "f32": flat(drawn)}


document = {
    "generator": "test/golden/jax_random.py",
    "versions": {
        "python": platform.python_version(),
        "jax": jax.__version__,
        "jaxlib": jaxlib.__version__,
        "numpy": np.__version__,
    },
    "config": {
        "jax_enable_x64": jax.config.jax_enable_x64,
        "jax_threefry_partitionable": jax.config.jax_threefry_partitionable,
        "jax_default_prng_impl": jax.config.jax_default_prng_impl,
        "platform": jax.default_backend(),
    },
    "uniformRange": {"minval": -0.3, "maxval": 1.7},
    "ranges": [ranged(low, high) for low, high in RANGES],
    "keys": [key_entry(seed) for seed in SEEDS],
    "samples": [samples(seed, shape) for seed in (0, 42, 2**32 + 7) for shape in SHAPES]
    + [samples(seed, (400,)) for seed in (3, -1)],
    "erfInv": {"f32": erf_inv(np.float32), "f64": erf_inv(np.float64)},
}

lines = json.dumps(document, separators=(",", ":"), allow_nan=False)
Path(__file__).with_name("random.json").write_text(lines.replace("},{", "},\n{") + "\n")
