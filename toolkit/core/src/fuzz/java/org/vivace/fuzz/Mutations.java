package org.vivace.fuzz;

import static org.assertj.core.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Damaged forms of a file, the same ones each time: bits turned, the end cut off, runs put in, taken out or repeated,
 * and numbers that would make a reader believe in billions of values.
 */
public final class Mutations {

    private static final long SEED = 20_16;
    private static final String[] HUGE = {
        "99999999999999999999999", "-1", "2147483648", "1e999", "null", "\"\"", "[[[[", "{\"a\":{", "\u0000", "0.1"
    };

    /** Reads a file's content. */
    @FunctionalInterface
    public interface Reader {
        void read(byte[] content) throws Exception;
    }

    private Mutations() {}

    /** How many of a file: {@code -Dmutations=10000}, or else 1,000. */
    public static int count() {
        return Integer.getInteger("mutations", 1_000);
    }

    /**
     * Reads every damaged form. Each is read or refused in a sentence, by an exception of the kinds that the reader names.
     *
     * @return how many were refused
     */
    @SafeVarargs
    public static int read(byte[] whole, Reader reader, Class<? extends Exception>... kinds) {
        int refused = 0;
        for (int i = 0; i < count(); i++) {
            byte[] damaged = of(whole, i);
            try {
                reader.read(damaged);
            } catch (Exception | StackOverflowError | OutOfMemoryError e) {
                refused++;
                if (!isRefusal(e, List.of(kinds))) {
                    fail(
                            "mutation " + i + " of " + whole.length + " bytes: expected the value or one of "
                                    + Arrays.toString(kinds) + " with a sentence, got " + e,
                            e);
                }
            }
        }
        return refused;
    }

    private static boolean isRefusal(Throwable thrown, List<Class<? extends Exception>> kinds) {
        return kinds.stream().anyMatch(kind -> kind == thrown.getClass())
                && thrown.getMessage() != null
                && thrown.getMessage().split(" ", -1).length >= 3;
    }

    /** The {@code number}-th damaged form. */
    public static byte[] of(byte[] whole, int number) {
        Random random = new Random(SEED * 1_000_003 + number);
        byte[] result = whole;
        for (int left = 1 + random.nextInt(3); left > 0; left--) {
            result = once(result, random);
        }
        return result;
    }

    private static byte[] once(byte[] from, Random random) {
        if (from.length == 0) {
            return new byte[] {(byte) random.nextInt(256)};
        }
        byte[] copy = from.clone();
        int at = random.nextInt(from.length);
        int length = Math.min(from.length - at, 1 + random.nextInt(40));
        switch (random.nextInt(8)) {
            case 0:
                for (int i = 0; i <= random.nextInt(8); i++) {
                    copy[random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(8));
                }
                return copy;
            case 1:
                return Arrays.copyOf(from, at);
            case 2:
                byte[] run = new byte[random.nextInt(200)];
                if (random.nextBoolean()) {
                    random.nextBytes(run);
                } else {
                    Arrays.fill(run, (byte) "[{\"9 \u0000".charAt(random.nextInt(6)));
                }
                return spliced(from, at, 0, run);
            case 3:
                return spliced(from, at, length, new byte[0]);
            case 4:
                return spliced(from, at, 0, Arrays.copyOfRange(from, at, at + length));
            case 5:
                byte[] edge = edge(random);
                return spliced(from, at, Math.min(edge.length, from.length - at), edge);
            case 6:
                String huge = HUGE[random.nextInt(HUGE.length)];
                return spliced(from, at, digits(from, at), huge.getBytes(StandardCharsets.UTF_8));
            default:
                byte[] deep = new byte[2000];
                Arrays.fill(deep, (byte) (random.nextBoolean() ? '[' : '('));
                return random.nextInt(20) == 0 ? spliced(from, at, 0, deep) : spliced(from, at, 1, new byte[] {0});
        }
    }

    /** Four or eight bytes that are a number at the edge of its type. */
    private static byte[] edge(Random random) {
        byte[] bytes = new byte[random.nextBoolean() ? 4 : 8];
        Arrays.fill(bytes, (byte) (random.nextBoolean() ? 0xff : 0));
        bytes[0] = (byte) (random.nextBoolean() ? 0x7f : 0x80);
        return bytes;
    }

    /** How many digits stand there; one byte at least. */
    private static int digits(byte[] text, int from) {
        int end = from;
        while (end < text.length && Character.isDigit(text[end])) {
            end++;
        }
        return Math.min(text.length - from, Math.max(1, end - from));
    }

    private static byte[] spliced(byte[] from, int at, int removed, byte[] inserted) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(from, 0, at);
        out.writeBytes(inserted);
        out.write(from, at + removed, from.length - at - removed);
        return out.toByteArray();
    }
}
