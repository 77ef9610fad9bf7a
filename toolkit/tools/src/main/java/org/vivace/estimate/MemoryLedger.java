package org.vivace.estimate;

/** Bytes held at each moment of a step, counted per holder, and their peak. */
final class MemoryLedger {

    private long live;
    private long peak;

    /** Memory that several arrays and the gradient graph may share; it is free when its last holder releases it. */
    final class Storage {

        private final long bytes;
        private int holders;
        private int handles;

        private Storage(long bytes) {
            this.bytes = bytes;
        }

        long bytes() {
            return bytes;
        }

        Storage hold() {
            if (holders++ == 0) {
                live += bytes;
                peak = Math.max(peak, live);
            }
            return this;
        }

        void release() {
            if (holders <= 0) {
                throw new IllegalStateException("memory of " + bytes + " bytes was released more often than held");
            }
            if (--holders == 0) {
                live -= bytes;
            }
        }

        boolean hasOneHolder() {
            return holders == 1;
        }

        /** Held by an open NDArray. */
        Storage holdByHandle() {
            handles++;
            return hold();
        }

        void releaseByHandle() {
            handles--;
            release();
        }

        boolean hasHandle() {
            return handles > 0;
        }
    }

    Storage storage(long bytes) {
        return new Storage(bytes);
    }

    /** Held during one operation, in addition to the current bytes. */
    void brieflyHeld(long bytes) {
        peak = Math.max(peak, live + bytes);
    }

    /** Resets the peak to the bytes held at this moment. */
    void forgetPeak() {
        peak = live;
    }

    long live() {
        return live;
    }

    long peak() {
        return peak;
    }
}
