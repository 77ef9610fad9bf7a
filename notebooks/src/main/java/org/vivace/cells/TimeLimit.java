package org.vivace.cells;

import java.time.Duration;
import java.util.Optional;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.Callable;
import java.util.function.Predicate;

/** Work that is interrupted after a time limit; it runs on the calling thread, which has libtorch's settings. */
final class TimeLimit {

    private final Thread worker = Thread.currentThread();
    private boolean ended;
    private boolean over;

    private TimeLimit() {}

    /**
     * Runs the work, and clears its own interrupt but no other.
     *
     * @param whole whether a result is complete, not that of interrupted work
     * @return empty if the limit ended the work; its exception is then ignored as the interrupt's
     * @throws Exception thrown by the work within its time
     */
    static <T> Optional<T> call(Duration limit, Callable<T> work, Predicate<T> whole) throws Exception {
        TimeLimit time = new TimeLimit();
        Timer timer = new Timer("time limit", true);
        timer.schedule(time.alarm(), limit.toMillis());
        try {
            T result = work.call();
            return !time.end() || whole.test(result) ? Optional.of(result) : Optional.empty();
        } catch (Exception e) {
            if (time.end()) {
                return Optional.empty();
            }
            throw e;
        } finally {
            time.end();
            timer.cancel();
        }
    }

    private TimerTask alarm() {
        return new TimerTask() {
            @Override
            public void run() {
                interrupt();
            }
        };
    }

    private synchronized void interrupt() {
        if (!ended) {
            over = true;
            worker.interrupt();
        }
    }

    /** Stops the timer; true if the time was over. */
    private synchronized boolean end() {
        if (!ended && over) {
            Thread.interrupted();
        }
        ended = true;
        return over;
    }
}
