package org.vivace.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.vivace.estimate.ArraySpec;
import org.vivace.torch.Seeds;

/** Shapes and types of a batch of a workload's training data. */
record BatchShape(List<Of> inputs, List<Of> labels) {

    private static final int BATCHES = 4;
    private static final long SEED = 7;

    /**
     * One array of the batch.
     *
     * @param below if its values are integers, all are below this
     */
    record Of(ArraySpec spec, long below) {}

    /** From the first batches; where their shapes differ, as with padded texts, the mean of each axis. */
    static BatchShape of(Workload workload) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            Seeds.set(Seeds.derive(SEED, "data", 0));
            List<Batches.Kept> batches = new ArrayList<>();
            for (Batch batch : Batches.of(workload, workload.train(), manager)) {
                batches.add(Batches.kept(batch, manager));
                if (batches.size() == BATCHES) {
                    break;
                }
            }
            if (batches.isEmpty()) {
                throw Batches.none(workload);
            }
            return new BatchShape(
                    means(batches.stream().map(Batches.Kept::data).toList()),
                    means(batches.stream().map(Batches.Kept::labels).toList()));
        }
    }

    private static List<Of> means(List<NDList> batches) {
        return IntStream.range(0, batches.get(0).size())
                .mapToObj(place ->
                        mean(batches.stream().map(batch -> batch.get(place)).toList()))
                .toList();
    }

    private static Of mean(List<NDArray> arrays) {
        Shape first = arrays.get(0).getShape();
        long[] sides = IntStream.range(0, first.dimension())
                .mapToLong(axis -> Math.round(arrays.stream()
                        .mapToLong(array -> array.getShape().get(axis))
                        .average()
                        .orElseThrow()))
                .toArray();
        DataType type = arrays.get(0).getDataType();
        long below = type.isInteger()
                ? 1 + arrays.stream().mapToLong(BatchShape::largest).max().orElseThrow()
                : 1;
        return new Of(new ArraySpec(new Shape(sides), type), below);
    }

    private static long largest(NDArray array) {
        try (NDArray max = array.max();
                NDArray whole = max.toType(DataType.INT64, false)) {
            return whole.getLong();
        }
    }
}
