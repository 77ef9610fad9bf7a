package org.vivace.measure;

import com.google.gson.annotations.SerializedName;

/** The conclusion from a speedup's interval; records and tables show its lower-case words. */
public enum Verdict {
    @SerializedName("faster")
    FASTER("faster"),
    @SerializedName("slower")
    SLOWER("slower"),
    @SerializedName("not distinguishable")
    NOT_DISTINGUISHABLE("not distinguishable"),
    /** Nothing was measured, so nothing can be compared. */
    @SerializedName("not timed")
    NOT_TIMED("not timed");

    private final String words;

    Verdict(String words) {
        this.words = words;
    }

    /**
     * Not timed if the median is NaN; faster or slower only if the interval of the speedup (1 = as fast as the
     * baseline) excludes 1.
     */
    public static Verdict of(Interval speedup) {
        if (Double.isNaN(speedup.median())) {
            return NOT_TIMED;
        }
        if (!speedup.excludes(1)) {
            return NOT_DISTINGUISHABLE;
        }
        return speedup.median() > 1 ? FASTER : SLOWER;
    }

    @Override
    public String toString() {
        return words;
    }
}
