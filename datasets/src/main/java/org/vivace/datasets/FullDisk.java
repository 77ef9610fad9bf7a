package org.vivace.datasets;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

/** A disk is full, so another source would not help. */
final class FullDisk extends IOException {
    private static final long serialVersionUID = 1L;
    private static final long MEGABYTE = 1_000_000;
    /** The terms of operating systems, quotas and npm for it. */
    private static final List<String> NAMES = List.of("no space left", "not enough space", "quota exceeded", "enospc");

    FullDisk(String message, Throwable reason) {
        super(message, reason);
    }

    /** The given reason, or a {@link FullDisk} if that is the cause; the system's message may be in any language. */
    static IOException or(IOException reason, Path folder) throws IOException {
        boolean reported = Stream.<Throwable>iterate(reason, Objects::nonNull, Throwable::getCause)
                .map(cause -> String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT))
                .anyMatch(message -> NAMES.stream().anyMatch(message::contains));
        String message = Objects.requireNonNullElse(reason.getMessage(), reason.toString());
        return reported || free(folder) < MEGABYTE ? new FullDisk(message, reason) : reason;
    }

    /** Adds how much room a data set of {@code bytes} needs in the folder. */
    FullDisk of(String dataSet, long bytes, Path folder) throws IOException {
        return new FullDisk(
                String.format(
                        Locale.ROOT,
                        "expected room for %s in %s (%d MB to stay, more while it is fetched), found the disk full"
                                + " (%s) and %d MB free after tidying up: make room, or name a folder on another disk in"
                                + " VIVACE_DATA",
                        dataSet,
                        folder,
                        bytes / MEGABYTE + 1,
                        getMessage(),
                        free(folder) / MEGABYTE),
                this);
    }

    private static long free(Path folder) throws IOException {
        return Files.getFileStore(folder).getUsableSpace();
    }
}
