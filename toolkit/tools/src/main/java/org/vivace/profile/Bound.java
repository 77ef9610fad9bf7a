package org.vivace.profile;

import com.google.gson.annotations.SerializedName;

/** What a step spends its time on, and so what has to change for it to take less. */
public enum Bound {
    /** The loop waits for data: reading, transforming, stacking, copying it to the device. */
    @SerializedName("input")
    INPUT("input", "input", "waiting for data"),
    /** The host is busy launching operators, in Java, JNI and libtorch's dispatch, that run for less time than that. */
    @SerializedName("host")
    HOST("host", "the host", "launching operators"),
    /** Arithmetic: matrix products and convolutions, near what the machine can do in this precision and layout. */
    @SerializedName("compute")
    COMPUTE("compute", "compute", "arithmetic"),
    /** Operations that do little with each number they read: elementwise chains, norms, copies. */
    @SerializedName("memory bandwidth")
    MEMORY_BANDWIDTH("memory bandwidth", "memory bandwidth", "moving memory"),
    /** The update of the parameters. */
    @SerializedName("optimizer")
    OPTIMIZER("optimizer", "the optimizer", "updating the parameters"),
    /** Listeners and metrics that take values out of the device at each step, or keep the loop for themselves. */
    @SerializedName("synchronisation")
    SYNCHRONIZATION("synchronisation", "synchronization", "listeners and metrics");

    private final String text;
    private final String words;
    private final String activity;

    Bound(String text, String words, String activity) {
        this.text = text;
        this.words = words;
        this.activity = activity;
    }

    /** The bottleneck, worded to follow "bound by". */
    public String words() {
        return words;
    }

    /** Where the time is spent, worded to follow "of the step is". */
    public String activity() {
        return activity;
    }

    /** The name in records, which is also the key of a record's shares. */
    @Override
    public String toString() {
        return text;
    }
}
