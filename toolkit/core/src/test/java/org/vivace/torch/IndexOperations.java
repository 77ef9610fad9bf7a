package org.vivace.torch;

import static org.vivace.torch.NDArrayOperations.longs;
import static org.vivace.torch.NDArrayOperations.of;
import static org.vivace.torch.NDArrayOperations.wide;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import java.util.List;

/** Reading and writing a part of an array. */
final class IndexOperations {

    private IndexOperations() {}

    static List<NDArrayOperations> all() {
        return List.of(
                of("get", x -> x.get(1)),
                of("get (a slice)", x -> x.get(":, 1:3")),
                of("get (an array)", x -> x.get(longs(x, 2, 0))),
                of("get (an array and a slice)", x -> x.get(new NDIndex("1:3, {}", longs(x, 2, 0)))),
                of("get (a mask)", x -> x.get(x.gt(0.5))),
                of("gather", x -> x.gather(longs(x, 2, 0, 1, 3).reshape(4, 1), 1)),
                of("gatherNd", x -> x.gatherNd(longs(x, 2, 0, 1, 3).reshape(2, 2))),
                of("take", x -> x.take(longs(x, 2, 0))),
                of("put", x -> x.mul(1).put(longs(x, 2, 0), x.get("0, 0:2").mul(3))),
                of(
                        "scatter",
                        x -> x.mul(1)
                                .scatter(
                                        longs(x, 2, 0).reshape(2, 1),
                                        x.get("0:2, 0:1").mul(3),
                                        1)),
                of(
                        "scatter (fp32 values)",
                        x -> x.mul(1).scatter(longs(x, 2, 0).reshape(2, 1), wide(x).get("0:2, 0:1"), 1)),
                of("put (fp32 values)", x -> x.mul(1).put(longs(x, 2, 0), wide(x).get("0, 0:2"))),
                of("set (a slice)", x -> set(x, new NDIndex("0"), x.get(1).mul(3))),
                of("set (a slice, fp32 values)", x -> set(x, new NDIndex("0"), wide(x).get(1))),
                of(
                        "set (an array)",
                        x -> set(x, new NDIndex("{}", longs(x, 2, 0)), x.get(1).mul(3))),
                of("set (an array, fp32 values)", x -> set(x, new NDIndex("{}", longs(x, 2, 0)), wide(x).get(1))),
                of("set (an array, into fp32)", x -> set(wide(x), new NDIndex("{}", longs(x, 2, 0)), x.get(1))),
                of("put (into fp32)", x -> wide(x).put(longs(x, 2, 0), x.get("0, 0:2"))),
                of("set (a mask)", x -> setMasked(x)),
                of("getScalar", x -> x.getScalar(1, 2)),
                of("booleanMask", x -> x.booleanMask(x.gt(0.3))),
                of("sequenceMask", x -> x.expandDims(2).sequenceMask(longs(x, 1, 2, 3, 4))),
                of("diagonal", NDArray::diagonal),
                of("trace", NDArray::trace),
                of("split", x -> x.split(2).get(1)),
                of("topK", x -> x.topK(2, 1).get(0)),
                of("unique", x -> x.unique().get(0)),
                of("nonzero", NDArray::nonzero));
    }

    private static NDArray set(NDArray x, NDIndex index, NDArray value) {
        NDArray copy = x.mul(1);
        copy.set(index, value);
        return copy;
    }

    private static NDArray setMasked(NDArray x) {
        NDArray copy = x.mul(1);
        copy.set(x.gt(0.5), 2);
        return copy;
    }
}
