"""Makes languages.bin from the model of py3langid 0.4.0 (BSD-3-Clause). See MODEL-CARD.md.

    python3 -m venv venv && venv/bin/pip install py3langid==0.4.0 numpy==2.4.6
    venv/bin/python make.py        # run in this folder; writes languages.bin and prints its SHA-256
"""

import collections
import hashlib
import importlib.util
import io
import lzma
import pathlib
import struct

import numpy as np

LANGUAGES = """af am ar az be bg bn br bs ca cs cy da de el en eo es et eu fa fi fr fy ga gl gu ha he hi hr hu hy id ig is it ja jv
ka kk km kn ko ku ky la lb lg lo lt lv mg mk ml mn mr ms mt my ne nl nn no nso oc om or pa pl ps pt ro ru rw si sk sl sn so sq sr
st sv sw ta te tg th tk tl tr tt ug uk ur uz vi xh yo zh zu""".split()
FEATURES = 30_000
STEP = 0.1  # of a natural logarithm, for one unit of a weight


def grams(rows, row_of, feature_of):
    """The byte string of each feature: the shortest one that leads to a state which counts it."""
    strings, queue = {0: b""}, collections.deque([0])
    while queue:
        state = queue.popleft()
        for byte, following in enumerate(rows[row_of[state]].tolist()):
            if following not in strings:
                strings[following] = strings[state] + bytes([byte])
                queue.append(following)
    found = {}
    for state, feature in enumerate(feature_of.tolist()):
        if feature >= 0 and (feature not in found or len(strings[state]) < len(found[feature])):
            found[feature] = strings[state]
    return found


def main():
    package = pathlib.Path(importlib.util.find_spec("py3langid").origin).parent
    model = np.load(io.BytesIO(lzma.open(package / "data/model.npz.xz").read()), allow_pickle=False)
    classes = [str(name) for name in model["classes"]]
    # A language in two scripts stands there twice under one name, and both columns count.
    columns = [(index, name) for index, name in enumerate(classes) if name in LANGUAGES]
    weights = model["ptc"].astype(np.float64)[:, [index for index, _ in columns]]
    priors = model["pc"][[index for index, _ in columns]]
    strings = grams(model["nextmove"].reshape(-1, 256), model["nextmove_row"], model["out_feat"])
    # How much a feature tells: its divergence from the mean over the languages.
    chances = np.exp(weights)
    worth = (chances * (weights - np.log(chances.mean(1, keepdims=True)))).sum(1)
    chosen = [feature for feature in np.argsort(-worth, kind="stable")[:FEATURES].tolist() if feature in strings]
    chosen.sort(key=lambda feature: (len(strings[feature]), strings[feature]))
    kept = weights[chosen]
    units = np.rint((kept - kept.max(1, keepdims=True)) / STEP).clip(-127, 0).astype(np.int8)
    out = io.BytesIO()
    out.write(struct.pack("<II", len(columns), len(chosen)))
    for (_, name), prior in zip(columns, priors):
        out.write(name.encode().ljust(4, b"\0") + struct.pack("<f", prior))
    for feature in chosen:
        out.write(bytes([len(strings[feature])]) + strings[feature].ljust(6, b"\0"))
    out.write(units.tobytes())
    pathlib.Path("languages.bin").write_bytes(out.getvalue())
    print(len(columns), "columns,", len(chosen), "features,", hashlib.sha256(out.getvalue()).hexdigest())


if __name__ == "__main__":
    main()
