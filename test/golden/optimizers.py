"""Writes optimizers.json: ten steps of each optimizer in f64 as optax computes them.

    python test/golden/optimizers.py

Two problems: "quadratic", whose gradient at x is curvature * x - slope, element by element, and "sequence", where the
gradients are given and do not depend on the parameters. Each run lists the parameters after every step.
"""
import json
import os
import platform
from pathlib import Path

os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["JAX_ENABLE_X64"] = "1"

import jax
import jax.numpy as jnp
import numpy as np
import optax

STEPS = 10
START = [1.5, -0.7, 0.2]
CURVATURE = [1.0, 3.0, 0.5]
SLOPE = [0.3, -1.2, 0.8]
SEQUENCE = np.round(np.random.default_rng(20).normal(size=(STEPS, 3)), 3)
SEQUENCE[3] = 0.0
SEQUENCE[6] *= 1000

# The options under the library's names, and the optax transformation that they stand for.
OPTIMIZERS = [
    ("gradientDescent", {"learningRate": 0.1}, optax.sgd(0.1)),
    ("sgd", {"learningRate": 0.05}, optax.sgd(0.05)),
    ("sgd", {"learningRate": 0.05, "momentum": 0.9}, optax.sgd(0.05, momentum=0.9)),
    ("sgd", {"learningRate": 0.05, "momentum": 0.9, "nesterov": True}, optax.sgd(0.05, momentum=0.9, nesterov=True)),
    ("rmsprop", {"learningRate": 0.01}, optax.rmsprop(0.01, eps_in_sqrt=False)),
    (
        "rmsprop",
        {"learningRate": 0.02, "decay": 0.99, "epsilon": 1e-3},
        optax.rmsprop(0.02, decay=0.99, eps=1e-3, eps_in_sqrt=False),
    ),
    ("adam", {"learningRate": 0.1}, optax.adam(0.1)),
    (
        "adam",
        {"learningRate": 0.03, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-4},
        optax.adam(0.03, b1=0.8, b2=0.95, eps=1e-4),
    ),
]


def run(optimizer, gradient):
    x = jnp.asarray(START)
    state = optimizer.init(x)
    path = []
    for i in range(STEPS):
        updates, state = optimizer.update(gradient(i, x), state, x)
        x = optax.apply_updates(x, updates)
        path.append(np.asarray(x).tolist())
    return path


def entry(name, options, optimizer):
    return {
        "optimizer": name,
        "options": options,
        "quadratic": run(optimizer, lambda i, x: jnp.asarray(CURVATURE) * x - jnp.asarray(SLOPE)),
        "sequence": run(optimizer, lambda i, x: jnp.asarray(SEQUENCE[i])),
    }


document = {
    "generator": "test/golden/optimizers.py",
    "versions": {
        "python": platform.python_version(),
        "jax": jax.__version__,
        "numpy": np.__version__,
        "optax": optax.__version__,
    },
    "start": START,
    "curvature": CURVATURE,
    "slope": SLOPE,
    "gradients": SEQUENCE.tolist(),
    "entries": [entry(*o) for o in OPTIMIZERS],
}
text = json.dumps(document, separators=(",", ":"), allow_nan=False)
Path(__file__).with_name("optimizers.json").write_text(text.replace('{"optimizer"', '\n{"optimizer"') + "\n")
