package org.vivace.datasets;

import ai.djl.Application;
import ai.djl.basicdataset.BasicDatasets;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Fashion-MNIST: 60 000 training and 10 000 test images of clothing, 28×28 grey, ten classes (Xiao, Rasul and Vollgraf,
 * 2017, arXiv:1708.07747).
 *
 * <p>It is searched for in the folder of the Debian package {@code dataset-fashion-mnist}, then in the cache; otherwise
 * it is fetched into the cache from that package (without installing it), or by DJL's own download. Reading and
 * verifying takes about a second.
 */
public final class FashionMnist {
    /** The name of each label. */
    public static final List<String> CLASS_NAMES = List.of(
            "T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot");

    /** Mean of the training images, the commonly used value. */
    private static final double MEAN = 0.2860;

    private static final double DEVIATION = 0.3530;

    private static final DataFile TRAIN_IMAGES = new DataFile(
            "train-images-idx3-ubyte", 47_040_016, "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888");
    private static final DataFile TRAIN_LABELS = new DataFile(
            "train-labels-idx1-ubyte", 60_008, "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9");
    private static final DataFile TEST_IMAGES = new DataFile(
            "t10k-images-idx3-ubyte", 7_840_016, "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b");
    private static final DataFile TEST_LABELS = new DataFile(
            "t10k-labels-idx1-ubyte", 10_008, "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34");

    private static final String PACKAGE = "dataset-fashion-mnist";
    private static final String PACKAGE_FOLDER = "usr/share/datasets/fashion-mnist";

    private FashionMnist() {}

    /**
     * Returns the training images, shuffled, normalized by their own mean and deviation.
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
        return images(files, TRAIN_IMAGES, TRAIN_LABELS).shuffled();
    }

    static Images test(FetchedDataSet files) throws IOException {
        return images(files, TEST_IMAGES, TEST_LABELS).inOrder();
    }

    private static Images images(FetchedDataSet files, DataFile images, DataFile labels) throws IOException {
        Path folder = files.obtain();
        return IdxImages.of(files.name(), images.read(folder), labels.read(folder), CLASS_NAMES.size())
                .normalized(MEAN, DEVIATION);
    }

    static FetchedDataSet dataSet(DataCache cache) {
        return dataSet(cache, Path.of("/", PACKAGE_FOLDER), Command.SYSTEM);
    }

    static FetchedDataSet dataSet(DataCache cache, Path installed, Command command) {
        Map<String, String> names = Map.of(
                "train_data", TRAIN_IMAGES.name(),
                "train_labels", TRAIN_LABELS.name(),
                "test_data", TEST_IMAGES.name(),
                "test_labels", TEST_LABELS.name());
        return new FetchedDataSet(
                "fashion-mnist",
                "70 000 images of clothing, 28x28 grey, ten classes",
                List.of(TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS),
                List.of(installed),
                cache,
                List.of(
                        new DebianPackage(PACKAGE, PACKAGE_FOLDER, command),
                        new DjlRepository(
                                BasicDatasets.REPOSITORY.dataset(
                                        Application.CV.ANY, BasicDatasets.GROUP_ID, "fashmnist", "1.0"),
                                names)),
                "connect this machine, install the Debian package " + PACKAGE + ", or put its four files into "
                        + cache.folder("fashion-mnist"));
    }
}
