package org.vivace.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.translate.TranslateException;
import ai.djl.util.Progress;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Data that do not fit their workload are refused in a sentence, whoever reads them. */
class BatchesTest {

    private static final Rows ROWS = new Rows();

    /** Gives what is asked of it, or fails. */
    private interface Giving extends Dataset {

        @Override
        default void prepare(Progress progress) {}
    }

    private static Workload on(Dataset data, Shape... inputs) {
        return Workload.of("mine", ROWS::newBlock, List.of(inputs), ROWS.loss(), ROWS::optimizer, data)
                .validation(data);
    }

    private static List<Batch> batches(Workload workload) {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            List<Batch> all = new ArrayList<>();
            Batches.of(workload, workload.train(), manager).forEach(all::add);
            return all;
        }
    }

    @Test
    void thoseThatFitComeAsTheyAre() {
        assertThat(batches(on(ROWS.train(), new Shape(8, 4)))).hasSize(4);
    }

    @Test
    void asManyInputsAsShapes() {
        Workload two = on(ROWS.train(), new Shape(8, 4), new Shape(8));
        String message =
                "expected 2 arrays of inputs in a batch of mine, as many as it has input shapes, found 1: give a"
                        + " shape for each";
        assertThatIllegalArgumentException().isThrownBy(() -> batches(two)).withMessage(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BatchShape.of(two))
                .withMessage(message);
    }

    @Test
    void oneAtLeast() {
        Giving none = manager -> List.of();
        Workload empty = on(none, new Shape(8, 4));
        String message =
                "expected a batch of data in mine, found none: give it a data set with at least one full batch";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BatchShape.of(empty))
                .withMessage(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ArmTrainer.withBatches(empty, Device.cpu(), Arm.PLAIN))
                .withMessage(message);
        TrialRunner trials = new TrialRunner(empty, Device.cpu(), 0.1, (step, loss) -> {});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> trials.train(Arm.PLAIN, 1, 3))
                .withMessage(message);
    }

    @Test
    void oneAtLeastToEvaluateOn() {
        Giving none = manager -> List.of();
        Workload blind = Workload.of(
                        "mine", ROWS::newBlock, new Shape(8, 4), ROWS.loss(), ROWS::optimizer, ROWS.train())
                .validation(none);
        TrialRunner trials = new TrialRunner(blind, Device.cpu(), 0.1, (step, loss) -> {});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> trials.train(Arm.PLAIN, 1, 3))
                .withMessageStartingWith("expected a batch of data in mine, found none");
    }

    /** As DJL's data sets are: when an epoch ends, they close all that they have handed out. */
    @Test
    void keptOnesOutliveTheEpochOfASmallDataSet() {
        Workload small = on(Rows.rows(16, 4, 8, 0, 1), new Shape(8, 4));
        assertThat(batches(small)).hasSize(2);
        assertThat(BatchShape.of(small).inputs().get(0).spec().shape()).isEqualTo(new Shape(8, 4));
        try (ArmTrainer arm = ArmTrainer.withBatches(small, Device.cpu(), Arm.PLAIN)) {
            for (int i = 0; i < 9; i++) {
                assertThat(arm.step()).isFinite();
            }
        }
    }

    @Test
    void whatCannotBeReadIsSaidWithTheWorkload() {
        Giving missing = manager -> {
            throw new FileNotFoundException("no such file");
        };
        assertThatThrownBy(() -> batches(on(missing, new Shape(8, 4))))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("the data of mine could not be read: java.io.FileNotFoundException: no such file");
        Giving broken = manager -> {
            throw new TranslateException("half a picture");
        };
        assertThatThrownBy(() -> batches(on(broken, new Shape(8, 4))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the data of mine could not be read: ai.djl.translate.TranslateException: half a picture");
    }

    @Test
    void theShapeOfABatchIsTheMeanOfTheFirst() throws IOException {
        BatchShape shape = BatchShape.of(on(ROWS.train(), new Shape(8, 4)));
        assertThat(shape.inputs()).singleElement().satisfies(each -> {
            assertThat(each.spec().shape()).isEqualTo(new Shape(8, 4));
            assertThat(each.below()).isEqualTo(1);
        });
        assertThat(shape.labels())
                .singleElement()
                .satisfies(each -> assertThat(each.spec().shape()).isEqualTo(new Shape(8, 1)));
    }
}
