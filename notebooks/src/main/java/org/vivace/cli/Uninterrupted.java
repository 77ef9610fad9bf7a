package org.vivace.cli;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/** Work that Ctrl-C must not reach: a channel that is written from an interrupted thread closes half-way. */
final class Uninterrupted {

    private Uninterrupted() {}

    /** Does the work in a thread of its own and waits for its end, come what may; its exceptions come through. */
    static <T> T get(Supplier<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread worker = new Thread(
                () -> {
                    try {
                        result.complete(work.get());
                    } catch (RuntimeException | Error e) {
                        result.completeExceptionally(e);
                    }
                },
                "writing");
        worker.start();
        try {
            return result.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
