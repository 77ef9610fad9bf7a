package org.vivace.estimate;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** The same done again and again, until its time is known well enough. */
final class Goes {

    private static final long ENOUGH_NANOS = 60_000_000L;
    private static final int FEWEST = 4;
    private static final int MOST = 200;

    private Goes() {}

    static <T> List<T> of(Supplier<T> go) {
        return atLeast(FEWEST, go);
    }

    static <T> List<T> atLeast(int fewest, Supplier<T> go) {
        List<T> goes = new ArrayList<>();
        long begin = System.nanoTime();
        while (goes.size() < fewest || goes.size() < MOST && System.nanoTime() - begin < ENOUGH_NANOS) {
            goes.add(go.get());
        }
        return goes;
    }

    /** The quarter of the goes that other work disturbed least ends here; a machine is seldom quiet for all of them. */
    static <T> double quartile(List<T> goes, ToDoubleFunction<T> seconds) {
        return goes.stream().mapToDouble(seconds).sorted().toArray()[goes.size() / 4];
    }

    static <T> double median(List<T> goes, ToDoubleFunction<T> value) {
        return goes.stream().mapToDouble(value).sorted().toArray()[goes.size() / 2];
    }
}
