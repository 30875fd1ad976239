"""Writes gradients.json: values and gradients of expressions in f64 as JAX computes them.

    python test/golden/gradients.py

Each entry: name, inputs, value and, per input, the gradient of sum(value * weights); "weights" is absent for a scalar
value. Inputs are drawn from a fixed seed, kept off kinks and ties, and rounded to four digits.
"""
import json
import os
import platform
import zlib
from pathlib import Path

os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["JAX_ENABLE_X64"] = "1"

import jax
import jax.numpy as jnp
import jaxlib
import numpy as np
import optax
from jax import lax, nn
from jax.scipy import special

ENTRIES = []


def draw(rng, shape, low=-2.0, high=2.0):
    return jnp.asarray(np.round(rng.uniform(low, high, shape), 4))


class Box:
    """Shape of an input and the range of its elements."""

    def __init__(self, *shape, low=-2.0, high=2.0):
        self.shape, self.low, self.high = shape, low, high


def encoded(array):
    array = np.asarray(array, dtype=np.float64)
    assert np.all(np.isfinite(array))
    return {"shape": list(array.shape), "data": array.reshape(-1).tolist()}


def entry(name, function, *boxes):
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    inputs = [draw(rng, b.shape, b.low, b.high) for b in boxes]
    value = function(*inputs)
    weights = None if value.shape == () else draw(rng, value.shape, -1, 1)
    total = function if weights is None else lambda *xs: jnp.sum(function(*xs) * weights)
    gradients = jax.grad(total, argnums=tuple(range(len(inputs))))(*inputs)
    assert name not in [e["name"] for e in ENTRIES], name
    ENTRIES.append(
        {"name": name, "inputs": [encoded(x) for x in inputs], "value": encoded(value)}
        | ({} if weights is None else {"weights": encoded(weights)})
        | {"gradients": [encoded(g) for g in gradients]}
    )


def positive(*shape, low=0.2, high=3.0):
    return Box(*shape, low=low, high=high)


# Scalar functions of one argument
UNARY = {
    "neg": (jnp.negative, Box(2, 3)),
    "abs": (jnp.abs, Box(2, 3)),
    "sign": (jnp.sign, Box(2, 3)),
    "floor": (jnp.floor, Box(2, 3)),
    "ceil": (jnp.ceil, Box(2, 3)),
    "round": (jnp.round, Box(2, 3)),
    "exp": (jnp.exp, Box(2, 3)),
    "expm1": (jnp.expm1, Box(2, 3, low=-0.01, high=1)),
    "log": (jnp.log, positive(2, 3)),
    "log1p": (jnp.log1p, Box(2, 3, low=-0.9, high=2)),
    "sqrt": (jnp.sqrt, positive(2, 3)),
    "rsqrt": (lax.rsqrt, positive(2, 3)),
    "sin": (jnp.sin, Box(2, 3, low=-7, high=7)),
    "cos": (jnp.cos, Box(2, 3, low=-7, high=7)),
    "tan": (jnp.tan, Box(2, 3, low=-1.4, high=1.4)),
    "asin": (jnp.arcsin, Box(2, 3, low=-0.95, high=0.95)),
    "acos": (jnp.arccos, Box(2, 3, low=-0.95, high=0.95)),
    "atan": (jnp.arctan, Box(2, 3)),
    "sinh": (jnp.sinh, Box(2, 3)),
    "cosh": (jnp.cosh, Box(2, 3)),
    "tanh": (jnp.tanh, Box(2, 3)),
    "logistic": (nn.sigmoid, Box(2, 3, low=-6, high=6)),
    "softplus": (nn.softplus, Box(2, 3, low=-6, high=6)),
    "erf": (special.erf, Box(2, 3)),
    "erfc": (special.erfc, Box(2, 3)),
    "reciprocal": (jnp.reciprocal, positive(2, 3)),
    "square": (jnp.square, Box(2, 3)),
}
for name, (function, box) in UNARY.items():
    entry(name, function, box)

# Scalar functions of two arguments
BINARY = {
    "add": (jnp.add, Box(2, 3), Box(2, 3)),
    "sub": (jnp.subtract, Box(2, 3), Box(2, 3)),
    "mul": (jnp.multiply, Box(2, 3), Box(2, 3)),
    "div": (jnp.divide, Box(2, 3), positive(2, 3)),
    "pow": (jnp.power, positive(2, 3), Box(2, 3)),
    "atan2": (jnp.arctan2, Box(2, 3), Box(2, 3)),
    "hypot": (jnp.hypot, Box(2, 3), Box(2, 3)),
    "rem": (lax.rem, Box(2, 3, low=-9, high=9), positive(2, 3)),
    "max": (jnp.maximum, Box(2, 3), Box(2, 3)),
    "min": (jnp.minimum, Box(2, 3), Box(2, 3)),
}
for name, (function, left, right) in BINARY.items():
    entry(name, function, left, right)

# Broadcasting
entry("broadcast add [2,3]+[3]", jnp.add, Box(2, 3), Box(3))
entry("broadcast sub [2,1]-[1,3]", jnp.subtract, Box(2, 1), Box(1, 3))
entry("broadcast mul []*[2,3]", jnp.multiply, Box(), Box(2, 3))
entry("broadcast div [4,1,3]/[2,1]", jnp.divide, Box(4, 1, 3), positive(2, 1))
entry("broadcast max [3]v[2,3]", jnp.maximum, Box(3), Box(2, 3))
entry("broadcast pow [2,3]^[]", jnp.power, positive(2, 3), Box())
entry("broadcastTo [3,1] to [2,3,4]", lambda x: jnp.broadcast_to(x, (2, 3, 4)), Box(3, 1))

# Contractions
entry("matmul [2,3][3,4]", jnp.matmul, Box(2, 3), Box(3, 4))
entry("matmul [3][3]", jnp.matmul, Box(3), Box(3))
entry("matmul [2,3][3]", jnp.matmul, Box(2, 3), Box(3))
entry("matmul [3][3,4]", jnp.matmul, Box(3), Box(3, 4))
entry("batched matmul [2,2,3][2,3,2]", jnp.matmul, Box(2, 2, 3), Box(2, 3, 2))
entry("broadcast matmul [2,1,2,3][4,3,2]", jnp.matmul, Box(2, 1, 2, 3), Box(4, 3, 2))
for spec, *shapes in [
    ("ij,jk->ik", (2, 3), (3, 2)),
    ("ij,kj->ik", (2, 3), (4, 3)),
    ("i,j->ij", (3,), (2,)),
    ("i,i->", (4,), (4,)),
    ("ij,ij->i", (2, 3), (2, 3)),
    ("ij,j->i", (2, 3), (3,)),
    ("bij,bjk->bik", (2, 2, 3), (2, 3, 2)),
    ("bhqd,bhkd->bhqk", (1, 2, 3, 2), (1, 2, 2, 2)),
    ("ijk,jl->ikl", (2, 3, 2), (3, 2)),
    ("ij,kl->", (2, 2), (2, 3)),
    ("ij,jk->ki", (2, 3), (3, 2)),
]:
    entry(f"einsum {spec}", lambda a, b, spec=spec: jnp.einsum(spec, a, b), *[Box(*s) for s in shapes])
entry("transpose [1,0]", lambda x: jnp.transpose(x), Box(2, 3))
entry("transpose [2,0,1]", lambda x: jnp.transpose(x, (2, 0, 1)), Box(2, 3, 2))
entry("reshape [2,3] to [3,2]", lambda x: jnp.reshape(x, (3, 2)), Box(2, 3))

# Reductions
entry("sum", jnp.sum, Box(2, 3))
entry("sum axis 0", lambda x: jnp.sum(x, 0), Box(2, 3))
entry("sum axes 0,2 keepDims", lambda x: jnp.sum(x, (0, 2), keepdims=True), Box(2, 3, 2))
entry("mean", jnp.mean, Box(2, 3))
entry("mean axis 1", lambda x: jnp.mean(x, 1), Box(2, 3))
entry("reduceMax axis 1", lambda x: jnp.max(x, 1), Box(3, 4))
entry("reduceMin axis 0", lambda x: jnp.min(x, 0), Box(3, 4))
entry("prod axis 1", lambda x: jnp.prod(x, 1), Box(2, 4))
entry("prod", jnp.prod, Box(2, 3))
entry("logSumExp", lambda x: nn.logsumexp(x), Box(2, 3))
entry("logSumExp axis 1", lambda x: nn.logsumexp(x, axis=1), Box(2, 3, low=-30, high=30))
entry("variance axis 1", lambda x: jnp.var(x, 1), Box(2, 4))
entry("variance", jnp.var, Box(2, 3))
entry("norm", jnp.linalg.norm, Box(4))
entry("norm axis 1", lambda x: jnp.linalg.norm(x, axis=1), Box(2, 3))
entry("std axis 0", lambda x: jnp.std(x, 0), Box(4, 2))
entry("softmax axis 1", lambda x: nn.softmax(x, 1), Box(2, 4, low=-5, high=5))
entry("softmax axis 0", lambda x: nn.softmax(x, 0), Box(3, 2))
entry("logSoftmax axis 1", lambda x: nn.log_softmax(x, 1), Box(2, 4, low=-5, high=5))

# Moving elements
entry("concat axis 0", lambda a, b: jnp.concatenate([a, b], 0), Box(2, 3), Box(1, 3))
entry("concat axis 1", lambda a, b, c: jnp.concatenate([a, b, c], 1), Box(2, 1), Box(2, 2), Box(2, 3))
entry("stack axis 0", lambda a, b: jnp.stack([a, b], 0), Box(2, 2), Box(2, 2))
entry("stack axis 2", lambda a, b: jnp.stack([a, b], 2), Box(2, 2), Box(2, 2))
entry("slice [1:3, 0:2]", lambda x: x[1:3, 0:2], Box(4, 3))
entry("slice [0:5:2]", lambda x: x[0:5:2], Box(5))
entry("pad [[1,0],[2,1]] with 0.5", lambda x: jnp.pad(x, ((1, 0), (2, 1)), constant_values=0.5), Box(2, 2))
entry("reverse axis 1", lambda x: jnp.flip(x, 1), Box(2, 3))
entry("take [2,0,2] axis 0", lambda x: jnp.take(x, jnp.array([2, 0, 2]), 0), Box(3, 2))
entry("take [[1,0],[3,1]] axis 1", lambda x: jnp.take(x, jnp.array([[1, 0], [3, 1]]), 1), Box(2, 4))
entry("takeAlongAxis [[2],[0]] axis 1", lambda x: jnp.take_along_axis(x, jnp.array([[2], [0]]), 1), Box(2, 3))
entry("oneHot [1,0,2] of 3 times x", lambda x: nn.one_hot(jnp.array([1, 0, 2]), 3, dtype=x.dtype) @ x, Box(3, 2))
entry("where a > b", lambda a, b: jnp.where(a > b, a * a, jnp.sin(b)), Box(2, 3), Box(2, 3))
entry("where [true,false,true] broadcast", lambda a, b: jnp.where(jnp.array([True, False, True]), a, b), Box(2, 3), Box())
entry("clip -0.5 0.5", lambda x: jnp.clip(x, -0.5, 0.5), Box(2, 4))



# Windows, channels last
LAYOUTS = {1: ("NWC", "WIO", "NWC"), 2: ("NHWC", "HWIO", "NHWC"), 3: ("NDHWC", "DHWIO", "NDHWC")}


def convolution(stride, padding, dilation=1, groups=1):
    def apply(x, k):
        rank = x.ndim - 2
        return lax.conv_general_dilated(
            x, k, (stride,) * rank, padding, rhs_dilation=(dilation,) * rank,
            dimension_numbers=LAYOUTS[rank], feature_group_count=groups,
        )

    return apply


def transposed(stride, padding):
    def apply(x, k):
        rank = x.ndim - 2
        return lax.conv_transpose(x, k, (stride,) * rank, padding, dimension_numbers=LAYOUTS[rank])

    return apply


def pool(combine, initial, size, stride, padding):
    def apply(x):
        rank = x.ndim - 2
        return lax.reduce_window(x, initial, combine, (1, *(size,) * rank, 1), (1, *(stride,) * rank, 1), padding)

    return apply


def mean_pool(size, stride, padding):
    total = pool(lax.add, 0.0, size, stride, padding)
    return lambda x: total(x) / total(jnp.ones_like(x))


entry("conv [2,5,2][3,2,4] valid", convolution(1, "VALID"), Box(2, 5, 2), Box(3, 2, 4))
entry("conv [1,5,6,2][3,2,2,3] same", convolution(1, "SAME"), Box(1, 5, 6, 2), Box(3, 2, 2, 3))
entry("conv [1,7,6,2][3,3,2,2] same, strides 2", convolution(2, "SAME"), Box(1, 7, 6, 2), Box(3, 3, 2, 2))
entry("conv [1,7,7,1][3,3,1,2] valid, strides 2, dilation 2", convolution(2, "VALID", 2), Box(1, 7, 7, 1), Box(3, 3, 1, 2))
entry("conv [1,4,5,4][2,3,2,6] same, groups 2", convolution(1, "SAME", 1, 2), Box(1, 4, 5, 4), Box(2, 3, 2, 6))
entry("conv [1,4,4,3][3,3,1,3] depthwise", convolution(1, "SAME", 1, 3), Box(1, 4, 4, 3), Box(3, 3, 1, 3))
entry("conv [1,6,1][3,1,2] pairs", convolution(2, [(2, -1)]), Box(1, 6, 1), Box(3, 1, 2))
entry("conv [1,3,4,3,1][2,2,2,1,2] valid", convolution(1, "VALID"), Box(1, 3, 4, 3, 1), Box(2, 2, 2, 1, 2))
entry("convTranspose [1,3,4,2][3,3,2,3] same, strides 2", transposed(2, "SAME"), Box(1, 3, 4, 2), Box(3, 3, 2, 3))
entry("convTranspose [2,4,2][2,2,3] valid, strides 3", transposed(3, "VALID"), Box(2, 4, 2), Box(2, 2, 3))
entry("convTranspose [1,4,2][4,2,3] valid, strides 2", transposed(2, "VALID"), Box(1, 4, 2), Box(4, 2, 3))
entry("maxPool [2,4,6,2] 2", pool(lax.max, -jnp.inf, 2, 2, "VALID"), Box(2, 4, 6, 2))
entry("maxPool [1,5,5,2] 3 same, strides 2", pool(lax.max, -jnp.inf, 3, 2, "SAME"), Box(1, 5, 5, 2))
entry("sumPool [1,7,2] 3, strides 2", pool(lax.add, 0.0, 3, 2, "VALID"), Box(1, 7, 2))
entry("avgPool [1,4,6,2] 2", mean_pool(2, 2, "VALID"), Box(1, 4, 6, 2))
entry("avgPool [1,5,4,1] 3 same, strides 2", mean_pool(3, 2, "SAME"), Box(1, 5, 4, 1))


# Compositions
def gelu_tanh(x):
    return 0.5 * x * (1 + jnp.tanh(jnp.sqrt(2 / jnp.pi) * (x + 0.044715 * x**3)))


def layer_norm(x, scale, shift):
    centred = x - jnp.mean(x, -1, keepdims=True)
    return centred * lax.rsqrt(jnp.mean(centred**2, -1, keepdims=True) + 1e-5) * scale + shift


def attention(q, k, v):
    return nn.softmax(jnp.einsum("qd,kd->qk", q, k) / jnp.sqrt(2.0), 1) @ v


def mlp(x, w1, b1, w2, b2):
    return jnp.tanh(x @ w1 + b1) @ w2 + b2


LABELS = jnp.array([2, 0, 1, 2])
ONE_HOT = nn.one_hot(LABELS, 3, dtype=jnp.float64)
BITS = jnp.array([[1.0], [0.0], [0.0], [1.0]])
NETWORK = [Box(4, 2), Box(2, 5), Box(5), Box(5, 3), Box(3)]
BINARY_NETWORK = [Box(4, 2), Box(2, 5), Box(5), Box(5, 1), Box(1)]


def cross_entropy(logits):
    return jnp.mean(optax.softmax_cross_entropy(logits, ONE_HOT))


entry("cumulative sum by triangle", lambda x: jnp.cumsum(x), Box(5))
entry("cumulative product", lambda x: jnp.cumprod(x), Box(4))
entry("sin of exp of product", lambda a, b: jnp.sin(jnp.exp(a * b) + a), Box(3, low=-1, high=1), Box(3, low=-1, high=1))
entry("fixed point iterate", lambda x: jnp.cos(jnp.cos(jnp.cos(jnp.cos(x)))), Box(3))
entry("shared subexpression", lambda x: (lambda y: y * y + jnp.sin(y) * y)(jnp.tanh(x)), Box(4))
entry("relu", nn.relu, Box(2, 4))
entry("leakyRelu 0.01", lambda x: nn.leaky_relu(x, 0.01), Box(2, 4))
entry("prelu", lambda x, slope: jnp.where(x > 0, x, slope * x), Box(2, 4), Box(low=0.1, high=0.4))
entry("silu", nn.silu, Box(2, 4))
entry("gelu tanh", gelu_tanh, Box(2, 4))
entry("gelu exact", lambda x: nn.gelu(x, approximate=False), Box(2, 4))
entry("logSigmoid", nn.log_sigmoid, Box(2, 4, low=-20, high=20))
entry("cross entropy from logits", cross_entropy, Box(4, 3, low=-4, high=4))
entry("cross entropy from probabilities", lambda p: -jnp.mean(jnp.sum(ONE_HOT * jnp.log(p), 1)), positive(4, 3, low=0.05, high=0.9))
entry("binary cross entropy from logits", lambda z: jnp.mean(optax.sigmoid_binary_cross_entropy(z, BITS)), Box(4, 1, low=-6, high=6))
entry("mean squared error", lambda p, t: jnp.mean((p - t) ** 2), Box(3, 2), Box(3, 2))
entry("mean absolute error", lambda p, t: jnp.mean(jnp.abs(p - t)), Box(3, 2), Box(3, 2))
entry("mlp output", mlp, *NETWORK)
entry("mlp cross entropy", lambda *a: cross_entropy(mlp(*a)), *NETWORK)
entry("mlp binary cross entropy", lambda *a: jnp.mean(optax.sigmoid_binary_cross_entropy(mlp(*a), BITS)), *BINARY_NETWORK)
entry("mlp mean squared error", lambda *a: jnp.mean((mlp(*a) - ONE_HOT) ** 2), *NETWORK)
entry("mlp mean absolute error", lambda *a: jnp.mean(jnp.abs(mlp(*a) - ONE_HOT)), *NETWORK)
entry("layer norm", layer_norm, Box(3, 4), Box(4), Box(4))
entry("attention", attention, Box(3, 2), Box(4, 2), Box(4, 3))
entry("cosine similarity", lambda a, b: a @ b / (jnp.linalg.norm(a) * jnp.linalg.norm(b)), Box(4), Box(4))
entry("gaussian log density", lambda x, m, s: jnp.sum(-0.5 * ((x - m) / s) ** 2 - jnp.log(s)), Box(4), Box(4), positive(4))
entry("euclidean distances", lambda a, b: jnp.sqrt(jnp.sum((a[:, None, :] - b[None, :, :]) ** 2, 2)), Box(2, 3), Box(4, 3))


# Derivatives of derivatives: the value is itself a gradient
def gradient_norm(f):
    return lambda *xs: sum(jnp.sum(g**2) for g in jax.grad(f, argnums=tuple(range(len(xs))))(*xs))


def hvp(f):
    return lambda x, v: jax.jvp(jax.grad(f), (x,), (v,))[1]


entry(
    "gradient norm of convolved",
    gradient_norm(lambda x, k: jnp.sum(jnp.tanh(convolution(2, "SAME")(x, k)))),
    Box(1, 5, 4, 2), Box(3, 3, 2, 2),
)
entry(
    "gradient norm of maxPool square",
    gradient_norm(lambda x: jnp.sum(pool(lax.max, -jnp.inf, 3, 2, "SAME")(x) ** 2)),
    Box(1, 5, 5, 2),
)
entry("gradient of sum exp", jax.grad(lambda x: jnp.sum(jnp.exp(x) * x)), Box(4))
entry("gradient norm of sum tanh", gradient_norm(lambda x: jnp.sum(jnp.tanh(x))), Box(2, 3))
entry("gradient norm of sum logistic", gradient_norm(lambda x: jnp.sum(nn.sigmoid(x))), Box(4))
entry("gradient norm of logSumExp", gradient_norm(lambda x: nn.logsumexp(x)), Box(4))
entry("gradient norm of matmul square", gradient_norm(lambda a, b: jnp.sum((a @ b) ** 2)), Box(2, 2), Box(2, 2))
entry("gradient norm of mlp", gradient_norm(lambda *a: jnp.mean((mlp(*a) - ONE_HOT) ** 2)), *NETWORK)
entry("gradient norm of variance", gradient_norm(lambda x: jnp.sum(jnp.log(1 + jnp.var(x, 1)))), Box(2, 4))
entry("gradient norm of erf", gradient_norm(lambda x: jnp.sum(special.erf(x))), Box(4))
entry("hessian vector product of quartic", hvp(lambda x: jnp.sum(x**2) ** 2), Box(3), Box(3))
entry("hessian vector product of cross entropy", hvp(cross_entropy), Box(4, 3), Box(4, 3))
entry("hessian vector product of rosenbrock", hvp(lambda x: jnp.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)), Box(4), Box(4))
entry("third derivative of sin product", lambda x: jax.grad(lambda s: jax.grad(lambda t: jnp.sin(t) * t**2)(s))(x), Box())

document = {
    "generator": "test/golden/gradients.py",
    "versions": {
        "python": platform.python_version(),
        "jax": jax.__version__,
        "jaxlib": jaxlib.__version__,
        "numpy": np.__version__,
        "optax": optax.__version__,
    },
    "entries": ENTRIES,
}
text = json.dumps(document, separators=(",", ":"), allow_nan=False)
Path(__file__).with_name("gradients.json").write_text(text.replace('{"name"', '\n{"name"') + "\n")
print(len(ENTRIES), "entries")
