"""How alike two messages are in what they complain of, once the names of places are taken out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

from hotline.warning.topics.anchors import READ_CHARACTERS, Anchors
from hotline.warning.topics.messages import DISTRICT, GAP, Message

__all__ = ["Space", "space_of"]

#: The title is read so many times: it says the problem, the text tells its story.
TITLE_TIMES = 3
DIMENSIONS = 80
SEED = 1
_RUN = re.compile(r"[\u4e00-\u9fff]+|[A-Z0-9]{2,}")
#: Politeness and officialese: said of every problem.
_POLITE = re.compile(
    r"尊敬的|领导|市长|书记|您好|你好|希望|恳请|请求|强烈|要求|相关部门|有关部门|谢谢|感谢|尽快|解决|处理|反映|投诉|举报|"
    r"我们|业主|居民|市民|群众|百姓|问题|情况|关于|咨询|建议|小区|政府|附近|严重|存在|位于|给予|答复|回复|此致敬礼"
)


@dataclass(frozen=True)
class Space:
    """Words of problems (exact) and what they stand for (near); every row has length one."""

    words: csr_matrix
    senses: np.ndarray
    names: csr_matrix
    vocabulary: Sequence[str]


def space_of(messages: Sequence[Message], anchors: Anchors) -> Space:
    """Vectors of all messages."""
    said = [_problem(message, anchors, place) for place, message in enumerate(messages)]
    vectoriser = TfidfVectorizer(
        analyzer=_grams,
        sublinear_tf=True,
        min_df=2 if len(said) > 50 else 1,
        max_df=0.2 if len(said) > 50 else 1.0,
        dtype=np.float32,
    )
    words = vectoriser.fit_transform(said)
    return Space(words, _senses(words), _names(anchors.weights), vectoriser.get_feature_names_out())


def _problem(message: Message, anchors: Anchors, place: int) -> str:
    forms = {form for name in anchors.weights[place] for form in (name, *anchors.said_as.get(name, ()))}
    text = GAP.join([*[message.head] * TITLE_TIMES, message.body[:READ_CHARACTERS]])
    for form in sorted(forms, key=lambda one: (-len(one), one)):
        text = text.replace(form, GAP)
    return _POLITE.sub(GAP, DISTRICT.sub(GAP, text))


def _grams(text: str) -> list[str]:
    found = []
    for run in _RUN.findall(text):
        found += [run[start : start + 2] for start in range(len(run) - 1)]
        found += [run[start : start + 3] for start in range(len(run) - 2)]
    return found


def _senses(words: csr_matrix) -> np.ndarray:
    size = min(DIMENSIONS, min(words.shape) - 1)
    if size < 2:
        return np.asarray(words.todense(), dtype=np.float32)
    reduced = TruncatedSVD(size, random_state=SEED, n_iter=2).fit_transform(words)
    return normalize(reduced).astype(np.float32)


def _names(weights: Sequence[Mapping[str, float]]) -> csr_matrix:
    order = {name: place for place, name in enumerate(sorted({name for row in weights for name in row}))}
    values = [weight for row in weights for weight in row.values()]
    columns = [order[name] for row in weights for name in row]
    starts = np.cumsum([0, *map(len, weights)])
    return csr_matrix((values, columns, starts), shape=(len(weights), max(1, len(order))), dtype=np.float32)
