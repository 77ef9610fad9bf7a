package org.vivace.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Batch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FashionMnistTest {
    @TempDir
    Path root;

    @Test
    void whereItIsInstalledItIsReadWholeAndVerified() throws IOException {
        FetchedDataSet files = Outside.needed(FashionMnist.dataSet(new DataCache(root)));
        Images train = FashionMnist.train(files);
        Images test = FashionMnist.test(files);

        assertThat(train.size()).isEqualTo(60_000);
        assertThat(test.size()).isEqualTo(10_000);
        assertThat(train.padded(2).rgb().shape()).isEqualTo(new Shape(3, 32, 32));
        try (NDManager manager = NDManager.newBaseManager();
                Batch first = test.batch(10).getData(manager).iterator().next();
                Batch many =
                        train.inOrder().batch(2000).getData(manager).iterator().next()) {
            assertThat(first.getLabels().head().toLongArray()).containsExactly(9, 2, 1, 1, 6, 1, 4, 6, 5, 7);
            assertThat(many.getLabels().head().toLongArray()).startsWith(9, 0, 0, 3, 0, 2, 7, 2, 5, 5);
            float[] values = many.getData().head().toFloatArray();
            double mean = 0;
            double square = 0;
            for (float value : values) {
                mean += value / values.length;
                square += (double) value * value / values.length;
            }
            assertThat(mean).isBetween(-0.03, 0.03);
            assertThat(square).isBetween(0.95, 1.05);
        }
    }

    @Test
    void whereNoSourceHasItEachOneSaysWhy() {
        System.setProperty("DJL_CACHE_DIR", root.resolve("djl").toString());
        System.setProperty("ai.djl.offline", "true");
        try {
            FetchedDataSet files =
                    FashionMnist.dataSet(new DataCache(root), root.resolve("nothing"), Outside.NO_PROGRAM);
            Path cached = root.resolve("fashion-mnist");

            assertThatThrownBy(() -> FashionMnist.train(files))
                    .isInstanceOf(IOException.class)
                    .hasMessage("expected fashion-mnist from one of 4 sources, found it in none of "
                            + root.resolve("nothing") + " (does not hold all of its files); "
                            + cached + " (does not hold all of its files);"
                            + " apt-get download dataset-fashion-mnist (apt-get is not on this machine);"
                            + " DJL's download ai.djl.basicdataset:fashmnist (DJL is set to offline and has no copy):"
                            + " connect this machine, install the Debian package dataset-fashion-mnist,"
                            + " or put its four files into " + cached);
        } finally {
            System.clearProperty("DJL_CACHE_DIR");
            System.clearProperty("ai.djl.offline");
        }
    }

    @Test
    void aTruncatedFileIsNamed() throws IOException {
        FetchedDataSet files = FashionMnist.dataSet(new DataCache(root), root.resolve("installed"), Outside.NO_PROGRAM);
        Files.createDirectories(root.resolve("installed"));
        for (DataFile file : files.files()) {
            Files.write(root.resolve("installed").resolve(file.name()), idx(0x803, 1, 2, 2));
        }

        assertThatThrownBy(() -> FashionMnist.test(files))
                .hasMessageStartingWith(root.resolve("installed/t10k-images-idx3-ubyte")
                        + " is damaged: expected 7840016 bytes with SHA-256 5b41")
                .hasMessageContaining("found 16 with")
                .hasMessageEndingWith("delete it and fetch the data set again");
    }

    @Test
    void idxIsReadByItsHeader() {
        byte[] images = Arrays.copyOf(idx(0x803, 2, 1, 3), 16 + 6);
        images[16 + 5] = (byte) 255;
        byte[] labels = Arrays.copyOf(idx(0x801, 2), 8 + 2);
        labels[9] = 4;
        Images read = IdxImages.of("tiny", images, labels, 5).inOrder();

        assertThat(read.shape()).isEqualTo(new Shape(1, 1, 3));
        try (NDManager manager = NDManager.newBaseManager();
                Batch batch = read.getData(manager).iterator().next()) {
            assertThat(batch.getData().head().toFloatArray()).containsExactly(0, 0, 0, 0, 0, 1);
            assertThat(batch.getLabels().head().toLongArray()).containsExactly(0, 4);
        }
        labels[9] = 5;
        assertThatThrownBy(() -> IdxImages.of("tiny", images, labels, 5))
                .hasMessageStartingWith("labels must be 0 to 4 (5 classes), got 5 at index 1");
    }

    @Test
    void whatIsNotIdxIsRefused() {
        byte[] labels = Arrays.copyOf(idx(0x801, 1), 9);

        assertThatThrownBy(() -> IdxImages.of("tiny", idx(0x801, 1, 1, 1), labels, 5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("tiny images must be IDX with the magic number 0x00000803 (unsigned bytes in 3 dimensions),"
                        + " got 0x00000801 in 16 bytes: give the file that holds them");
        assertThatThrownBy(() -> IdxImages.of("tiny", new byte[2], labels, 5))
                .hasMessageContaining("got 0x00000000 in 2 bytes");
    }

    @Test
    void idxCutShortIsRefused() {
        byte[] labels = Arrays.copyOf(idx(0x801, 1), 9);

        assertThatThrownBy(() -> IdxImages.of("tiny", Arrays.copyOf(idx(0x803, 1, 2, 2), 16 + 3), labels, 5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("tiny images must have as many values as their header [1, 2, 2] says, got 3:"
                        + " the file is cut short or damaged, get it again");
        int most = Integer.MAX_VALUE;
        assertThatThrownBy(() -> IdxImages.of("tiny", idx(0x803, most, most, most), labels, 5))
                .hasMessageContaining("says, got 0");
        assertThatThrownBy(() -> IdxImages.of("tiny", idx(0x803, -1, -1, 4), labels, 5))
                .hasMessageContaining("header [-1, -1, 4]");
    }

    private static byte[] idx(int... header) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * header.length);
        for (int word : header) {
            bytes.putInt(word);
        }
        return bytes.array();
    }
}
