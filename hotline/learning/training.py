"""Learning from labelled letters: several linear models compared by cross validation, the best kept and calibrated."""

import warnings
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold
from sklearn.naive_bayes import ComplementNB
from sklearn.svm import LinearSVC

from hotline.learning.linear import LinearModel
from hotline.learning.reading import BLOCKS

__all__ = ["Trained", "refit", "train"]

Counts = Mapping[str, Mapping[str, float]]
Floats = NDArray[np.float32]

#: A feature must be in so many letters, and no more of a block are kept than this, the most frequent ones.
SEEN_AT_LEAST = 2
KEPT_AT_MOST: Mapping[str, int] = {"c": 220_000, "w": 120_000, "t": 60_000, "x": 1_000}
FOLDS = 5
SEED = 20_250_601
#: What is compared; the mixtures cost nothing, they are sums of what is there already.
MIXTURES: Mapping[str, tuple[str, ...]] = {
    "svc": ("svc",),
    "logistic": ("logistic",),
    "sgd": ("sgd",),
    "bayes": ("bayes",),
    "svc+logistic": ("svc", "logistic"),
    "svc+bayes": ("svc", "bayes"),
    "svc+logistic+bayes": ("svc", "logistic", "bayes"),
}


@dataclass(frozen=True)
class Trained:
    """A model and what cross validation says of it and of those it was chosen from."""

    model: LinearModel
    kind: str
    cross_validated: float
    compared: Mapping[str, float]
    spread: Mapping[str, float]


def _estimators() -> dict[str, Any]:
    return {
        "svc": LinearSVC(C=0.6, class_weight="balanced", random_state=SEED),
        "logistic": LogisticRegression(C=12.0, class_weight="balanced", max_iter=40, tol=1e-3),
        "sgd": SGDClassifier(
            loss="modified_huber",
            alpha=5e-5,
            class_weight="balanced",
            random_state=SEED,
            max_iter=10,
            tol=None,
        ),
        "bayes": ComplementNB(alpha=0.3),
    }


def train(rows: Sequence[Counts], labels: Sequence[str]) -> Trained:
    """The best of the mixtures by cross-validated macro-F1, fitted to all rows."""
    names = tuple(sorted(set(labels)))
    target = np.array([names.index(one) for one in labels])
    empty = _untrained(rows, names)
    matrix = _matrix(empty, rows)
    unseen = _out_of_fold(matrix, target, len(names))
    spread = {name: max(float(scores.std()), 1e-9) for name, scores in unseen.items()}
    mixed = {
        name: np.mean([unseen[part] / spread[part] for part in parts], axis=0)
        for name, parts in MIXTURES.items()
    }
    compared = {name: _macro_f1(target, scores.argmax(axis=1)) for name, scores in mixed.items()}
    best = max(compared, key=lambda name: (round(compared[name], 4), -len(MIXTURES[name])))
    weights, bias = _mixture(matrix, target, MIXTURES[best], spread)
    model = replace(empty, weights=weights, bias=bias, temperature=_temperature(mixed[best], target))
    return Trained(model, best, compared[best], compared, spread)


def refit(trained: Trained, rows: Sequence[Counts], labels: Sequence[str]) -> LinearModel:
    """The same kind of model, fitted to these rows too; what cross validation found out is kept."""
    names = trained.model.labels
    target = np.array([names.index(one) for one in labels])
    empty = _untrained(rows, names)
    weights, bias = _mixture(_matrix(empty, rows), target, MIXTURES[trained.kind], trained.spread)
    return replace(empty, weights=weights, bias=bias, temperature=trained.model.temperature)


def _untrained(rows: Sequence[Counts], names: tuple[str, ...]) -> LinearModel:
    """Vocabulary and rarity: what is counted at all."""
    vocabulary: list[str] = []
    often: list[int] = []
    for block in BLOCKS:
        seen = Counter(feature for row in rows for feature in row[block])
        kept = sorted(
            (one for one in seen.items() if one[1] >= SEEN_AT_LEAST or block == "x"),
            key=lambda one: (-one[1], one[0]),
        )
        vocabulary += [feature for feature, _count in kept[: KEPT_AT_MOST[block]]]
        often += [count for _feature, count in kept[: KEPT_AT_MOST[block]]]
    rarity = np.log((1 + len(rows)) / (1 + np.array(often, dtype=np.float32))) + 1
    nothing = np.zeros((0, len(names)), np.float32)
    return LinearModel(
        names, tuple(vocabulary), rarity.astype(np.float32), nothing, np.zeros(len(names), np.float32), 1.0
    )


def _matrix(model: LinearModel, rows: Sequence[Counts]) -> Any:
    parts = [model.vector(row) for row in rows]
    ends = np.cumsum([0, *(len(at) for at, _values in parts)])
    return csr_matrix(
        (np.concatenate([values for _at, values in parts]), np.concatenate([at for at, _v in parts]), ends),
        shape=(len(rows), len(model.vocabulary)),
    )


def _out_of_fold(matrix: Any, target: NDArray, labels: int) -> dict[str, NDArray]:
    """What each estimator says of every letter, trained on the others."""
    folds = min(FOLDS, int(np.bincount(target).min()))
    cut = StratifiedKFold(folds, shuffle=True, random_state=SEED)
    found = {name: np.zeros((matrix.shape[0], labels)) for name in _estimators()}
    for learned, unseen in cut.split(matrix, target):
        for name, scores in found.items():
            weights, bias = _fitted(name, matrix[learned], target[learned])
            scores[unseen] = matrix[unseen] @ weights + bias
    return found


def _fitted(name: str, matrix: Any, target: NDArray) -> tuple[NDArray, NDArray]:
    """Weights and bias of one estimator, a column a label; of two labels the one is the other's opposite."""
    estimator = _estimators()[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        estimator.fit(matrix, target)
    if name == "bayes":
        weights = estimator.feature_log_prob_.T
        return weights - weights.mean(axis=1, keepdims=True), np.zeros(weights.shape[1])
    weights, bias = estimator.coef_.T, estimator.intercept_
    if weights.shape[1] == 1:
        return np.hstack([-weights, weights]), np.concatenate([-bias, bias])
    return weights, bias


def _mixture(
    matrix: Any, target: NDArray, parts: Sequence[str], spread: Mapping[str, float]
) -> tuple[Floats, Floats]:
    fitted = [(name, *_fitted(name, matrix, target)) for name in parts]
    weights = sum(one / spread[name] for name, one, _bias in fitted) / len(parts)
    bias = sum(one / spread[name] for name, _weights, one in fitted) / len(parts)
    return np.asarray(weights, dtype=np.float32), np.asarray(bias, dtype=np.float32)


def _macro_f1(target: NDArray, said: NDArray) -> float:
    return float(f1_score(target, said, average="macro", zero_division=0))


def _temperature(scores: NDArray, target: NDArray) -> float:
    """The one at which the shares are most honest about letters the model had not seen (least log loss)."""
    return min(np.geomspace(0.03, 3, 60).tolist(), key=_loss_of(scores, target))


def _loss_of(scores: NDArray, target: NDArray) -> Callable[[float], float]:
    def loss(temperature: float) -> float:
        scaled = scores / temperature
        scaled = scaled - scaled.max(axis=1, keepdims=True)
        logs = scaled - np.log(np.exp(scaled).sum(axis=1, keepdims=True))
        return float(-logs[np.arange(len(target)), target].mean())

    return loss
