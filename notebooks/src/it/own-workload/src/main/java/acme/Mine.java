package acme;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import java.util.function.Supplier;
import org.vivace.bench.Workload;

/** Which of four quarters of a plane a point lies in, to a model that is larger than it need be. */
public class Mine implements Supplier<Workload> {

    @Override
    public Workload get() {
        return Workload.of(
                        "mine",
                        Mine::net,
                        new Shape(32, 2),
                        Loss.softmaxCrossEntropyLoss(),
                        rate -> Optimizer.adam().optLearningRateTracker(rate).build(),
                        points(640))
                .validation(points(128))
                .measuredByAccuracy();
    }

    private static SequentialBlock net() {
        return new SequentialBlock()
                .add(Linear.builder().setUnits(256).build())
                .add(Activation::relu)
                .add(Linear.builder().setUnits(4).build());
    }

    private static ArrayDataset points(int count) {
        var manager = NDManager.newBaseManager();
        var points = manager.randomNormal(new Shape(count, 2));
        var above = points.gt(0).toType(DataType.INT64, false);
        return new ArrayDataset.Builder()
                .setData(points)
                .optLabels(above.get(":,0").mul(2).add(above.get(":,1")))
                .setSampling(32, true)
                .build();
    }
}
