package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.contract.Cuda;

class OperatorTraceTest extends TorchTest {

    @Test
    void writesDownWhatRunsBetweenStartAndStop() throws IOException {
        NDArray x = manager.ones(new Shape(2, 3));
        x.abs();
        Path file;
        try (OperatorTrace trace = OperatorTrace.start()) {
            assertThat(OperatorTrace.recording()).isTrue();
            x.exp();
            file = trace.stop();
            assertThat(OperatorTrace.recording()).isFalse();
            x.neg();
            assertThat(file).content().contains("\"aten::exp\"", "[[2, 3]]").doesNotContain("aten::abs", "aten::neg");
        }
        assertThat(file).doesNotExist();
    }

    @Test
    void seesTheBackwardPass() throws IOException {
        NDArray x = leaf(1, 2);
        try (OperatorTrace trace = OperatorTrace.start()) {
            backward(() -> x.exp().sum());
            assertThat(trace.stop())
                    .content()
                    .contains("evaluate_function: ExpBackward0", "torch::autograd::AccumulateGrad");
        }
    }

    @Test
    @Tag("cuda")
    void seesTheBackwardPassOnAGpu() throws IOException {
        NDArray x = manager.create(new float[] {1, 2}).toDevice(Cuda.device(), false);
        x.setRequiresGradient(true);
        try (OperatorTrace trace = OperatorTrace.start()) {
            backward(() -> x.exp().sum());
            assertThat(trace.stop()).content().contains("evaluate_function: ExpBackward0");
        }
    }

    @Test
    void aRangeIsAnEventUnderItsName() throws IOException {
        NDArray x = manager.ones(new Shape(2));
        try (OperatorTrace trace = OperatorTrace.start()) {
            try (OperatorTrace.Range range = OperatorTrace.range("first half: 1/2")) {
                x.exp();
                range.close();
            }
            String text = Files.readString(trace.stop());
            assertThat(text).contains("\"first half: 1/2\"");
            assertThat(text.indexOf("aten::exp"))
                    .isLessThan(text.indexOf("first half"))
                    .isPositive();
        }
    }

    @Test
    void aRangeOutsideOfATraceDoesNothing() {
        try (OperatorTrace.Range range = OperatorTrace.range("alone")) {
            assertThat(range).isNotNull();
        }
    }

    @Test
    void aRangeHasANameThatJsonCanHold() {
        assertThatThrownBy(() -> OperatorTrace.range("a\"b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a range's name must be of letters, digits, spaces and : / . _ -, got \"a\"b\":"
                        + " keep a table from such names to your own");
    }

    @Test
    void theRangesOwnEventsAreKnown() {
        assertThat(OperatorTrace.ofRanges("vivace_enter")).isTrue();
        assertThat(OperatorTrace.ofRanges("vivace_leave")).isTrue();
        assertThat(OperatorTrace.ofRanges("aten::exp")).isFalse();
    }

    @Test
    void aSecondStartIsRefusedAndTheFirstGoesOn() throws IOException {
        try (OperatorTrace trace = OperatorTrace.start()) {
            assertThatThrownBy(OperatorTrace::start)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("an operator trace must be the only one on its thread, found a trace that is open on"
                            + " thread " + Thread.currentThread().getName() + ": stop that one first");
            manager.ones(new Shape(2)).exp();
            assertThat(trace.stop()).content().contains("aten::exp");
        }
    }

    @Test
    void theUsersOwnProfilerIsLeftAlone(@TempDir Path folder) throws IOException {
        Path own = folder.resolve("own.json");
        JniUtils.startProfile(false, false, false);
        try {
            assertThatThrownBy(OperatorTrace::start)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("an operator trace must be the only one on its thread, found libtorch's"
                            + " message \"please call stopProfile before you start a new section\" on thread ");
            manager.ones(new Shape(2)).exp();
        } finally {
            JniUtils.stopProfile(own.toString());
        }
        assertThat(own).content().contains("aten::exp");
    }

    @Test
    void stopsOnlyOnItsOwnThread() {
        OperatorTrace trace = OperatorTrace.start();
        try (trace) {
            assertThatThrownBy(() -> CompletableFuture.runAsync(trace::stop).join())
                    .cause()
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageMatching("an operator trace must be stopped on thread "
                            + Thread.currentThread().getName()
                            + ", where it was started, got .+: start and stop it around the steps on one thread");
            assertThat(OperatorTrace.recording()).isTrue();
        }
        assertThat(OperatorTrace.recording()).isFalse();
    }

    @Test
    void anExceptionEndsIt() {
        assertThatThrownBy(() -> {
                    try (OperatorTrace trace = OperatorTrace.start()) {
                        assertThat(trace).isNotNull();
                        throw new IllegalArgumentException("of the body");
                    }
                })
                .hasMessage("of the body");
        try (OperatorTrace again = OperatorTrace.start()) {
            assertThat(again).isNotNull();
        }
    }
}
