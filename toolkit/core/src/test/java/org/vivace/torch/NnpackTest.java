package org.vivace.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.vivace.contract.JavaProcess;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "libtorch's functions are not found by name")
class NnpackTest {

    /** Convolutions for which libtorch tries NNPACK. */
    static final class Convolutions {

        private Convolutions() {}

        @SuppressWarnings("SystemOut") // the way to speak with the process that started this one
        public static void main(String[] arguments) {
            try (NDManager manager = NDManager.newBaseManager()) {
                for (DataType type : List.of(DataType.FLOAT32, DataType.FLOAT64)) {
                    NDArray image = manager.ones(new Shape(1, 1, 4, 4), type);
                    NDArray weight = manager.ones(new Shape(1, 1, 3, 3), type);
                    System.out.println(Conv2d.conv2d(image, weight)
                            .singletonOrThrow()
                            .sum()
                            .toType(DataType.FLOAT32, false)
                            .getFloat());
                }
            }
        }
    }

    /** The test can fail only on a processor that NNPACK does not support. */
    @Test
    void aProcessThatChecksTheMachineAndConvolvesPrintsNoWarning(@TempDir Path folder) throws Exception {
        ProcessBuilder builder = JavaProcess.of(
                List.of("-Xmx256m", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"), Convolutions.class);
        builder.environment().put("VIVACE_DATA", folder.toString());
        Path err = folder.resolve("err");
        Process process = builder.redirectError(err.toFile()).start();
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines())
                .containsExactly("36.0", "36.0");
        assertThat(process.waitFor()).isZero();
        assertThat(err).content().doesNotContain("NNPACK");
    }

    @Test
    void isAskedForWithTheLogLevelAsBefore() {
        int before = LibTorch.variable("FLAGS_caffe2_log_level").getInt(0);
        assertThat(Nnpack.isAvailable()).isEqualTo(Nnpack.isAvailable());
        assertThat(LibTorch.variable("FLAGS_caffe2_log_level").getInt(0)).isEqualTo(before);
    }
}
