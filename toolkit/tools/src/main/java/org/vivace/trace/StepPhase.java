package org.vivace.trace;

import com.google.gson.annotations.SerializedName;

/** The parts into which a training step is split; every nanosecond of it belongs to one. */
public enum StepPhase {
    /** Waiting for the next batch: reading, transforming and stacking it, unless that is done ahead by other threads. */
    @SerializedName("data")
    DATA("data"),
    /** Copying the batch to the device. */
    @SerializedName("hostToDevice")
    HOST_TO_DEVICE("hostToDevice"),
    @SerializedName("forward")
    FORWARD("forward"),
    @SerializedName("loss")
    LOSS("loss"),
    @SerializedName("backward")
    BACKWARD("backward"),
    @SerializedName("optimizer")
    OPTIMIZER("optimizer"),
    /** What DJL's listener that evaluates does for each training batch. */
    @SerializedName("evaluation")
    EVALUATION("evaluation"),
    /** All other training listeners. */
    @SerializedName("listeners")
    LISTENERS("listeners"),
    /** Freeing what the batch and its step have allocated. */
    @SerializedName("release")
    RELEASE("release"),
    /** What is in none of the others. */
    @SerializedName("rest")
    REST("rest");

    private final String key;

    StepPhase(String key) {
        this.key = key;
    }

    /** Its name in records. */
    public String key() {
        return key;
    }

    /** Its name in sentences and tables. */
    public String words() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }
}
