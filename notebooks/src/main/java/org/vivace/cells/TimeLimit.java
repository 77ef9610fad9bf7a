package org.vivace.cells;

import java.time.Duration;
import java.util.Optional;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.Callable;
import java.util.function.Predicate;

/** Work that is interrupted when its time is over, on the thread that asks for it, where libtorch's settings are. */
final class TimeLimit {

    private final Thread worker = Thread.currentThread();
    private boolean ended;
    private boolean over;

    private TimeLimit() {}

    /**
     * Does the work, and leaves no interrupt behind that is not somebody else's.
     *
     * @param whole tells a result from what an interrupted piece of work returns
     * @return nothing where the work was cut short by the limit; its exception is then that of the interrupt
     * @throws Exception what the work throws within its time
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

    /** Stops the clock; true where it had run out. */
    private synchronized boolean end() {
        if (!ended && over) {
            Thread.interrupted();
        }
        ended = true;
        return over;
    }
}
