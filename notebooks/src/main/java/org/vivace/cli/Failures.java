package org.vivace.cli;

import ai.djl.engine.EngineException;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A failure as one sentence for the user of the command. */
final class Failures {

    private Failures() {}

    static String sentence(Throwable failure) {
        if (failure instanceof ExceptionInInitializerError && failure.getCause() != null) {
            return sentence(failure.getCause());
        }
        String message = failure.getMessage();
        if (failure instanceof OutOfMemoryError) {
            return "the Java heap ran out of memory: set VIVACE_JAVA_OPTIONS=-Xmx4g or make the sizes smaller";
        }
        if (failure instanceof UncheckedIOException
                && failure.getCause() instanceof IOException cause
                && message == null) {
            return sentence(cause);
        }
        if (failure instanceof InterruptedException) {
            return Interruption.ENDED;
        }
        if (message == null || message.isBlank()) {
            return failure.getClass().getSimpleName() + " without a message: set VIVACE_DEBUG=1 to see where";
        }
        if (failure instanceof EngineException && message.contains("Failed to load PyTorch")) {
            return "libtorch could not be loaded (" + firstLine(rootMessage(failure)) + "): run 'vivace doctor'";
        }
        if (message.contains("CUDA error")) {
            return "the GPU stopped answering (" + firstLine(message) + "): check it with nvidia-smi and start again";
        }
        return firstLine(message);
    }

    /** libtorch's messages have a stack trace after the first line. */
    private static String firstLine(String message) {
        return message.strip().lines().findFirst().orElse(message);
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }
}
