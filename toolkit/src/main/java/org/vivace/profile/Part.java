package org.vivace.profile;

/** The parts into which a training step is split; every nanosecond of it belongs to one. */
public enum Part {
    /** Waiting for the next batch: reading, transforming and stacking it, unless that is done ahead by other threads. */
    DATA("data"),
    /** Copying the batch to the device. */
    HOST_TO_DEVICE("hostToDevice"),
    FORWARD("forward"),
    LOSS("loss"),
    BACKWARD("backward"),
    OPTIMIZER("optimizer"),
    /** What DJL's listener that evaluates does for each training batch. */
    EVALUATION("evaluation"),
    /** All other training listeners. */
    LISTENERS("listeners"),
    /** Freeing what the batch and its step have allocated. */
    RELEASE("release"),
    /** What is in none of the others. */
    REST("rest");

    private final String key;

    Part(String key) {
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
